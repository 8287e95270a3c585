"""Text whose characters remember where in the raw text they stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kg.report import OffsetMap


@dataclass(frozen=True, slots=True)
class Traced:
    """Characters and the raw offset of each: `raw[at[n]]` became `text[n]`; offsets rise strictly."""

    text: str
    at: Sequence[int]

    def __getitem__(self, part: slice) -> Traced:
        return Traced(self.text[part], self.at[part])

    def __add__(self, other: Traced) -> Traced:
        return Traced(self.text + other.text, [*self.at, *other.at])

    def strip(self, chars: str | None = None) -> Traced:
        """Without white space (or the given characters) at both ends."""
        start = len(self.text) - len(self.text.lstrip(chars))
        end = len(self.text.rstrip(chars))
        return self if (start, end) == (0, len(self.text)) else self[start : max(start, end)]

    def map(self, change: Callable[[str], str]) -> Traced:
        """With every character changed in its place: `change` keeps the length."""
        return Traced(change(self.text), self.at)

    def delete(self, pattern: re.Pattern[str]) -> Traced:
        """Without what a pattern matches."""
        return self.cut([match.span() for match in pattern.finditer(self.text)])

    def cut(self, spans: Sequence[tuple[int, int]]) -> Traced:
        """Without some ranges of its characters, which are in order and do not overlap."""
        if not spans:
            return self
        parts: list[str] = []
        at: list[int] = []
        last = 0
        for start, end in [*spans, (len(self.text), len(self.text))]:
            parts.append(self.text[last:start])
            at.extend(self.at[last:start])
            last = end
        return Traced("".join(parts), at)


@dataclass(slots=True)
class TracedWriter:
    """Puts traced text one after the other, and makes the map back."""

    _parts: list[str] = field(default_factory=list)
    _clean: list[int] = field(default_factory=list)
    _raw: list[int] = field(default_factory=list)
    _expected: int = -1
    length: int = 0

    def add(self, traced: Traced) -> None:
        """Adds characters that stand after everything added before."""
        if not traced.text:
            return
        if isinstance(traced.at, range):
            self._begin_run(0, traced.at[0])
        else:
            for index, position in enumerate(traced.at):
                self._begin_run(index, position)
                self._expected = position + 1
        self._expected = traced.at[-1] + 1
        self._parts.append(traced.text)
        self.length += len(traced.text)

    def add_separator(self, char: str, position: int) -> None:
        """Adds a character that stands for the raw one at a position: a line break, the bar of a table."""
        self.add(Traced(char, range(position, position + 1)))

    @property
    def next_raw(self) -> int:
        """The first raw offset that the next character may have."""
        return max(self._expected, 0)

    def finish(self) -> tuple[str, OffsetMap]:
        """The text and its map."""
        return "".join(self._parts), OffsetMap(
            tuple(self._clean), tuple(self._raw)
        ) if self._clean else OffsetMap.identity()

    def _begin_run(self, index: int, position: int) -> None:
        if position != self._expected or not self._clean:
            self._clean.append(self.length + index)
            self._raw.append(position)
