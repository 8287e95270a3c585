"""List lines taken apart: how deep a line stands, what leads it, what it enumerates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.extraction.structure.grids import Line
from kg.extraction.structure.pieces import CLOSING, OPENING, Piece, cut
from kg.report import Span

# From the outermost kind of numbering to the innermost; the place in this list is the depth.
_BULLETS = tuple(
    re.compile(rf"(?:{pattern})[ \u3000]*")
    for pattern in (
        r"第[一二三四五六七八九十]+[章节部]|#{1,6}",
        r"[一二三四五六七八九十]+[、.．]",
        r"[（(][一二三四五六七八九十]+[）)]",
        r"[■▌◆●▶★◢◼]",
        r"\d{1,2}(?:\.\d{1,2})*[、.．](?!\d)|\d{1,2}\.\d{1,2}(?:\.\d)?[ \u3000]|0\d[ \u3000]",
        r"[（(]?\d{1,2}[）)]",
        r"[①-⑳]|[➢◇○□▪•▸►]",
        r"[-–—·*+](?![-–—])|[├└│|][─—-]*|\|——",
    )
)
_PLAIN = len(_BULLETS)
_SEPARATOR = re.compile(r"：|:(?!//|(?<=\d:)\d)|[ \u3000]*—{1,2}[ \u3000]*|[ \u3000]+[–-][ \u3000]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A list line, or a part of one: `lead：piece、piece`.

    Attributes:
        lead: characters of the Doc's text; without characters where nothing leads.
        depth: of its line, the smaller the further out: white space before it, then the kind of its bullet.
    """

    lead: Piece | None
    pieces: tuple[Piece, ...]
    depth: tuple[int, int]
    has_bullet: bool


def entries_of(text: str, line: Line) -> Iterator[Entry]:
    """The parts of a line, cut at full stops and semicolons; an entry for each, and for a lead above an inline list."""
    outer = _PLAIN
    for first, last in _parts(text, line.start, line.end):
        rank, first = _bullet(text, first, last)
        outer = min(outer, rank)
        yield from _entries(text, Span(first, last), (line.indent, 2 * rank), has_bullet=outer < _PLAIN)


def _entries(text: str, part: Span, depth: tuple[int, int], *, has_bullet: bool) -> Iterator[Entry]:
    outside = set(_outside(text, part.start, part.end))
    for match in _SEPARATOR.finditer(text, part.start, part.end):
        if match.start() not in outside or match.start() == part.start:
            continue
        lead = next(cut(text, part.start, match.start(), marks=""), None)
        rank, start = _bullet(text, match.end(), part.end)
        if rank < _PLAIN - 1 and lead is not None:  # 相关标的：1）光模块：…
            yield Entry(lead, (), (depth[0], 2 * rank - 1), has_bullet)
            yield from _entries(text, Span(start, part.end), (depth[0], 2 * rank), has_bullet=True)
        else:
            yield Entry(lead, tuple(cut(text, match.end(), part.end)), depth, has_bullet)
        return
    yield Entry(None, tuple(cut(text, part.start, part.end)), depth, has_bullet)


def _bullet(text: str, start: int, end: int) -> tuple[int, int]:
    """The rank of the bullet that a range begins with, and where the words behind it begin."""
    while start < end and text[start].isspace():
        start += 1
    for rank, bullet in enumerate(_BULLETS):
        if match := bullet.match(text, start, end):
            return rank, match.end()
    return _PLAIN, start


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for at in _outside(text, start, end):
        if text[at] in "；;。！？":
            if text[start:at].strip():
                yield start, at
            start = at + 1
    if text[start:end].strip():
        yield start, end


def _outside(text: str, start: int, end: int) -> Iterator[int]:
    """The places of a range that stand in no brackets."""
    nested = 0
    for at in range(start, end):
        nested = max(0, nested + (text[at] in OPENING) - (text[at] in CLOSING))
        if nested == 0:
            yield at
