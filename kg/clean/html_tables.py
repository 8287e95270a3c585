"""HTML tables inside Markdown and text files."""

import re
from collections.abc import Iterator
from dataclasses import replace

from kg.report import Block, Span

_OPEN = re.compile(r"<table\b", re.IGNORECASE)
_CLOSE = re.compile(r"</table\s*>", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]{0,8}(?:```|~~~)", re.MULTILINE)
_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^<>]{0,500}>", re.IGNORECASE)
_CELL_END = re.compile(r"</?t[dhr]\b|</?t(?:able|head|body|foot)\b", re.IGNORECASE)


def part_tables(raw: str, block: Block) -> Iterator[Block]:
    """A block of lines, parted at its HTML tables; a table has its cells, as ranges of the raw text."""
    position = seen = block.start
    in_code = False
    while opening := _OPEN.search(raw, seen, block.end):
        in_code ^= len(_FENCE.findall(raw, seen, opening.start())) % 2 == 1
        closing = _CLOSE.search(raw, opening.end(), block.end)
        if closing is None:
            break
        seen = closing.end()
        rows = () if in_code else tuple(_find_rows(raw, opening.end(), closing.start()))
        if len(rows) >= 2 and max(map(len, rows)) >= 2:
            yield replace(block, end=opening.start(), start=position)
            yield replace(block, kind="table", start=opening.start(), end=seen, cells=rows)
            position = seen
    yield replace(block, start=position)


def _find_rows(raw: str, start: int, end: int) -> Iterator[tuple[Span, ...]]:
    starts = [match.end() for match in _ROW.finditer(raw, start, end)]
    for begin, stop in zip(starts, [*starts[1:], end], strict=False):  # no row at all: `end` is left over
        cells = tuple(_find_cells(raw, begin, stop))
        if cells:
            yield cells


def _find_cells(raw: str, start: int, end: int) -> Iterator[Span]:
    for match in _CELL.finditer(raw, start, end):
        closing = _CELL_END.search(raw, match.end(), end)
        stop = closing.start() if closing else end
        text = raw[match.end() : stop]
        inner = match.end() + len(text) - len(text.lstrip())
        yield Span(inner, max(inner, match.end() + len(text.rstrip())))
