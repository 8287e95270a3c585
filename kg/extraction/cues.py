"""Words that say a fact is planned, rumored or negated: the status cues of seeds/qualifiers.toml."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, get_args

from kg.errors import SeedError
from kg.mention import Status
from kg.resources import read_seed

_FORMS = ("before", "after", "reach", "events", "unless")
_STATUSES: tuple[Status, ...] = tuple(status for status in get_args(Status) if status != "asserted")


@dataclass(frozen=True, slots=True)
class Words:
    """The words around a fact: in its clause before and after what says it, and from its sentence's beginning."""

    before: str
    after: str
    above: str
    relation: str = ""
    is_event: bool = True


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of one status.

    Attributes:
        before, after: match a cue that stands before, or after, what it qualifies.
        reach: match a cue that holds for all that follows it in its sentence.
        events: match a cue that means it of an event, on either side, and nothing of a state.
        unless: matches words that contain a cue but do not mean it.
        relations: by relation, match a cue that means it of this relation alone, on either side.
    """

    before: re.Pattern[str]
    after: re.Pattern[str]
    reach: re.Pattern[str]
    events: re.Pattern[str]
    unless: re.Pattern[str]
    relations: dict[str, re.Pattern[str]]

    def hold(self, words: Words) -> bool:
        """Whether the words around a fact hold a cue."""
        either = [self.events] if words.is_event else []
        if words.relation in self.relations:
            either.append(self.relations[words.relation])
        return (
            self._holds(self.before, words.before)
            or self._holds(self.after, words.after)
            or self._holds(self.reach, words.above)
            or any(self._holds(cue, side) for cue in either for side in (words.before, words.after))
        )

    def _holds(self, cue: re.Pattern[str], text: str) -> bool:
        # The cue proper ends a match; what a regular expression has before it is only its surroundings.
        masked = [match.span() for match in self.unless.finditer(text)]
        return any(not any(start < match.end() <= end for start, end in masked) for match in cue.finditer(text))


@dataclass(frozen=True, slots=True)
class StatusCues:
    """The cues of every status but asserted."""

    by_status: dict[Status, Cues]

    def status_of(self, words: Words) -> Status:
        """What the words around a fact make of it; of several the strongest: negated, then rumored."""
        return next((status for status in reversed(_STATUSES) if self.by_status[status].hold(words)), "asserted")

    def status_of_cell(self, text: str) -> Status:
        """What a table cell, a list's lead or a remark in brackets says of itself."""
        return self.status_of(Words(text, text, text))

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The cues of a file such as `seeds/qualifiers.toml`.

        Raises:
            SeedError: the file is missing, is not TOML, or declares something that cannot be used.
        """
        tables = read_seed(path, "cues")
        if tables.keys() != set(_STATUSES):
            raise SeedError(f"{path}: must have the tables {list(_STATUSES)}, has {sorted(tables)}")
        return cls({status: _cues(path, status, tables[status]) for status in _STATUSES})


def _cues(path: Path, status: str, table: dict[str, Any]) -> Cues:
    if not isinstance(table, dict) or table.keys() - {"relations"} != set(_FORMS):
        raise SeedError(f"{path}: [{status}] must have the lists {list(_FORMS)}; it may have relations")
    before, after, reach, events, unless = (_pattern(path, f"{status}.{form}", table[form]) for form in _FORMS)
    own = table.get("relations", {})
    relations = {label: _pattern(path, f"{status}.relations.{label}", own[label]) for label in own}
    return Cues(before, after, reach, events, unless, relations)


def _pattern(path: Path, where: str, words: object) -> re.Pattern[str]:
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise SeedError(f"{path}: {where} must be a list of words")
    ordered = sorted(words, key=len, reverse=True)
    parts = [word.removeprefix("re:") if word.startswith("re:") else re.escape(word) for word in ordered]
    try:
        return re.compile("|".join(parts) or r"(?!)")
    except re.error as error:
        raise SeedError(f"{path}: {where}: not a regular expression: {error}") from error
