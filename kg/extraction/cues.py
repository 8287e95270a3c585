"""Words that say a fact is planned, rumored or negated: the status cues of seeds/qualifiers.toml."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, get_args

from kg.errors import SeedError
from kg.mention import Status

_FORMS = ("before", "after", "unless")
_STATUSES: tuple[Status, ...] = tuple(status for status in get_args(Status) if status != "asserted")


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of one status.

    Attributes:
        before, after: match a cue that stands before, or after, what it qualifies.
        unless: matches words that contain a cue but do not mean it.
    """

    before: re.Pattern[str]
    after: re.Pattern[str]
    unless: re.Pattern[str]

    def is_before(self, text: str) -> bool:
        """Whether a text that leads to the words of a fact holds a cue."""
        return self._holds(self.before, text)

    def is_after(self, text: str) -> bool:
        """Whether a text that follows the words of a fact holds a cue."""
        return self._holds(self.after, text)

    def _holds(self, cue: re.Pattern[str], text: str) -> bool:
        masked = [match.span() for match in self.unless.finditer(text)]
        return any(
            not any(start <= match.start() and match.end() <= end for start, end in masked)
            for match in cue.finditer(text)
        )


@dataclass(frozen=True, slots=True)
class StatusCues:
    """The cues of every status but asserted."""

    by_status: dict[Status, Cues]

    def status_of(self, before: str, after: str = "") -> Status:
        """What the words before a fact and those after it make of it; the strongest of several: negated, rumored."""
        for status in reversed(_STATUSES):
            if self.by_status[status].is_before(before) or self.by_status[status].is_after(after):
                return status
        return "asserted"

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The cues of a file such as `seeds/qualifiers.toml`.

        Raises:
            SeedError: the file is missing, is not TOML, or declares something that cannot be used.
        """
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SeedError(f"{path}: cannot read the cues: {error}; see seeds/qualifiers.toml for some") from error
        if tables.keys() != set(_STATUSES):
            raise SeedError(f"{path}: must have the tables {list(_STATUSES)}, has {sorted(tables)}")
        return cls({status: _cues(path, status, tables[status]) for status in _STATUSES})


def _cues(path: Path, status: str, table: dict[str, Any]) -> Cues:
    if not isinstance(table, dict) or table.keys() != set(_FORMS):
        raise SeedError(f"{path}: [{status}] must have the lists {list(_FORMS)}")
    return Cues(*(_pattern(path, f"{status}.{form}", table[form]) for form in _FORMS))


def _pattern(path: Path, where: str, words: object) -> re.Pattern[str]:
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise SeedError(f"{path}: {where} must be a list of words")
    ordered = sorted(words, key=len, reverse=True)
    parts = [word.removeprefix("re:") if word.startswith("re:") else re.escape(word) for word in ordered]
    try:
        return re.compile("|".join(parts) or r"(?!)")
    except re.error as error:
        raise SeedError(f"{path}: {where}: not a regular expression: {error}") from error
