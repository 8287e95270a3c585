"""Tables of a Doc: those its blocks know, and those that stand in its lines as plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from spacy.tokens import Doc

from kg.extraction.document import blocks_of
from kg.report import Span

_RULE = re.compile(r"[\s|｜:：\-—–+=]*")
_BAR = re.compile(r"[|｜]")
_WIDE_GAP = re.compile(r"\t|[ \u3000]{2,}|\u3000")
_TITLE_KINDS = ("heading", "caption", "paragraph", "list")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the Doc's text without the white space around it; `kind` is its block's."""

    start: int
    end: int
    kind: str
    indent: int = 0
    heading_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: cells as ranges of the Doc's text, row by row, every row of one length; an empty cell has no characters.

    Attributes:
        title: the line above it, None where it opens the Doc.
    """

    rows: tuple[tuple[Span, ...], ...]
    title: Span | None

    def under(self, header: tuple[Span, ...]) -> "Grid":
        """The same rows, none of them the header, under the header of the table that they continue."""
        return Grid((header, *self.rows), self.title)

    def transposed(self) -> "Grid":
        """Its columns as rows."""
        return Grid(tuple(zip(*self.rows, strict=True)), self.title)


def lines_of(doc: Doc) -> tuple[Line, ...]:
    """The lines of a Doc that are neither empty nor furniture nor part of a table block."""
    found: list[Line] = []
    text = doc.text
    for one in blocks_of(doc):
        if one.block.kind in ("furniture", "table"):
            continue
        offset = one.block.start - doc._.kg_start
        for line in text[offset : one.block.end - doc._.kg_start].split("\n"):
            if line.strip():
                indent = len(line) - len(line.lstrip())
                end = offset + len(line.rstrip())
                found.append(Line(offset + indent, end, one.block.kind, indent, one.block.heading_path))
            offset += len(line) + 1
    return tuple(found)


def find_grids(doc: Doc, lines: tuple[Line, ...]) -> tuple[Grid, ...]:
    """The tables of a Doc, those of blocks first."""
    return (*_block_grids(doc, lines), *_line_grids(doc.text, lines))


def _block_grids(doc: Doc, lines: tuple[Line, ...]) -> Iterator[Grid]:
    text = doc.text
    for one in blocks_of(doc):
        if one.block.kind != "table" or not one.block.cells:
            continue
        start = one.block.start - doc._.kg_start
        rows = [
            tuple(_trimmed(text, cell.start - doc._.kg_start, cell.end - doc._.kg_start) for cell in row)
            for row in one.block.cells
        ]
        width = max(len(row) for row in rows)
        above = [line for line in lines if line.end <= start and line.kind in _TITLE_KINDS]
        title = Span(above[-1].start, above[-1].end) if above else None
        yield Grid(tuple(row for row in rows if len(row) == width), title)


def _line_grids(text: str, lines: tuple[Line, ...]) -> Iterator[Grid]:
    before: Line | None = None
    for kind, group in groupby(lines, key=lambda line: _delimiter(text[line.start : line.end])):
        together = list(group)
        if kind is not None and len(together) > 1:
            rows = [tuple(_cells(text, line, kind)) for line in together if not _is_rule(text, line)]
            width = len(rows[0]) if rows else 0
            same = tuple(row for row in rows if len(row) == width)
            if width > 1 and len(same) > 1:
                yield Grid(same, Span(before.start, before.end) if before else None)
        before = together[-1]


def _delimiter(line: str) -> re.Pattern[str] | None:
    """What parts the cells of a line, None where it is no row."""
    if len(_BAR.findall(line)) >= 1 and not line.startswith(("|—", "|–")):
        return _BAR
    return _WIDE_GAP if _WIDE_GAP.search(line) else None


def _is_rule(text: str, line: Line) -> bool:
    return _RULE.fullmatch(text, line.start, line.end) is not None


def _cells(text: str, line: Line, delimiter: re.Pattern[str]) -> Iterator[Span]:
    start, end = line.start, line.end
    if delimiter is _BAR:  # bars around the whole row are no cells of their own
        start += 1 if text[start] in "|｜" else 0
        end -= 1 if text[end - 1] in "|｜" else 0
    for gap in delimiter.finditer(text, start, end):
        yield _trimmed(text, start, gap.start())
        start = gap.end()
    yield _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Span:
    cell = text[start:end]
    left = len(cell) - len(cell.lstrip())
    return Span(start + left, start + left + len(cell.strip()))
