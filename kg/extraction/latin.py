"""Latin words that are names, told by the words before and behind them and by their own ending."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kg.extraction.candidates import Candidate

_WORD = re.compile(
    r"(?<![A-Za-z0-9.\-@/_&+])[A-Z][A-Za-z0-9]+(?:[.\-][A-Za-z0-9]+)*(?: (?:[A-Z][A-Za-z0-9]*|of|and|de))*"
    r"(?![A-Za-z0-9@/_&+%])"
)
_CAMEL = re.compile(r"[A-Z]?[a-z]+[A-Z][A-Za-z0-9.\-]*")
_PERSON = re.compile(r"[A-Z][a-z]+(?: [A-Z]\.?)?(?: [A-Z][a-z]+){1,2}")
_GAP = r"[ “\"‘「]?"


@dataclass(frozen=True, slots=True)
class LatinForm:
    """What tells Latin names of one type.

    Attributes:
        before, after: words beside a name.
        endings: last words of a name, such as Capital.
        camel: whether a word with capitals inside is of this type when nothing else is told.
        person: whether names are of the form of a person's.
    """

    type: str
    before: re.Pattern[str]
    after: re.Pattern[str]
    endings: re.Pattern[str]
    camel: bool
    person: bool
    score: float

    @classmethod
    def from_table(cls, label: str, table: dict[str, Any]) -> "LatinForm":  # Any: TOML values
        """The form of a [names.<type>.latin] table."""
        before, after, endings = (
            "|".join(map(re.escape, table.get(key, []))) for key in ("before", "after", "endings")
        )
        return cls(
            label,
            re.compile(f"(?:{before or '(?!)'})了?{_GAP}\\Z"),
            re.compile(f'[”"’」]?[ ]?(?:{after or "(?!)"})'),
            re.compile(f"(?: |^.+)(?:{endings or '(?!)'})\\Z"),
            bool(table.get("camel", False)),
            bool(table.get("person", False)),
            float(table["score"]),
        )

    def tells(self, text: str, start: int, end: int) -> str | None:
        """By what a word is told to be of this type; None where nothing tells it."""
        word = text[start:end]
        if self.person and not _PERSON.fullmatch(word):
            return None
        if self.endings.search(word):
            return "ending"
        if self.before.search(text, max(0, start - 8), start):
            return "before"
        return "after" if self.after.match(text, end) else None


def find_latin(text: str, forms: tuple[LatinForm, ...]) -> Iterator[Candidate]:
    """Latin names; a word that nothing tells is none, but for those with capitals inside."""
    for found in _WORD.finditer(text):
        start, end = found.span()
        word = found.group()
        if word.isupper() and " " not in word:
            continue
        told = next(((form, how) for form in forms if (how := form.tells(text, start, end))), None)
        if told is None and _CAMEL.fullmatch(word):
            told = next(((form, "camel") for form in forms if form.camel), None)
        if told:
            form, how = told
            yield Candidate(start, end, form.type, word, form.score, f"latin {how}")
