"""List lines taken apart: how deep a line stands, what leads it, what it enumerates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.extraction.structure.grids import Line
from kg.extraction.structure.pieces import CLOSING, OPENING, Piece, cut

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
_SEPARATOR = re.compile(r"[：:](?![/\d])|[ \u3000]*—{1,2}[ \u3000]*|[ \u3000]+[–-][ \u3000]+")
_END = re.compile(r"[。！？!?](?!\w)")


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
    """The parts of a line, cut at its semicolons; an entry for each."""
    rank, start = _bullet(text, line)
    depth = (line.indent, rank)
    for first, last in _parts(text, start, line.end):
        stop = _END.search(text, first, last)
        last = stop.start() if stop else last
        yield _entry(text, first, last, depth, has_bullet=rank < _PLAIN)


def _bullet(text: str, line: Line) -> tuple[int, int]:
    """The rank of a line's bullet and where its words begin."""
    for rank, bullet in enumerate(_BULLETS):
        if match := bullet.match(text, line.start, line.end):
            return rank, match.end()
    return _PLAIN, line.start


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for at in _outside(text, start, end):
        if text[at] in "；;":
            yield start, at
            start = at + 1
    if text[start:end].strip():
        yield start, end


def _entry(text: str, start: int, end: int, depth: tuple[int, int], *, has_bullet: bool) -> Entry:
    outside = set(_outside(text, start, end))
    for match in _SEPARATOR.finditer(text, start, end):
        if match.start() in outside and match.start() > start:
            leads = list(cut(text, start, match.start(), marks=""))
            return Entry(leads[0] if leads else None, tuple(cut(text, match.end(), end)), depth, has_bullet)
    return Entry(None, tuple(cut(text, start, end)), depth, has_bullet)


def _outside(text: str, start: int, end: int) -> Iterator[int]:
    """The places of a range that stand in no brackets."""
    nested = 0
    for at in range(start, end):
        nested = max(0, nested + (text[at] in OPENING) - (text[at] in CLOSING))
        if nested == 0:
            yield at
