"""Tables that text shows by tabs, bars or columns of spaces, or by HTML inside a text file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.clean.lines import Line
from kg.clean.traced import Traced

_SPACES = re.compile(r" {2,}")
_SPACE = re.compile(" ")
_WORD = re.compile(r"[^\s，。；：、！？“”]{1,20}")
_HAN = re.compile("[一-鿿]{2}")
_BAR = re.compile(r"\s*(?<!\\)\|\s*")
_RULE_ROW = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and the raw offset of what separates each from the one before."""

    cells: tuple[Traced, ...]
    separators: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table of the lines from some line on; `lines` counts them, its rule included."""

    rows: tuple[Row, ...]
    lines: int


def find_table(lines: Sequence[Line], start: int) -> FoundTable | None:
    """The table that begins at a line; None where none does."""
    first = lines[start]
    if first.given is not None or first.role.level or first.role.item or first.role.aside:
        return None
    text = first.text.text
    if "\t" in text:
        return _collect(lines, start, re.compile("\t"), least=2)
    if "|" in text:
        return _collect_bars(lines, start)
    if "  " in text:
        return _collect_columns(lines, start)
    if text.count(" ") >= 2 and first.width <= 80:
        return _collect_words(lines, start)
    return None


def _run(lines: Sequence[Line], start: int) -> Iterator[Line]:
    """The lines from one on, as long as they can be rows of one table."""
    first = lines[start]
    for number in range(start, len(lines)):
        line = lines[number]
        apart = line.gap > 1 or line.sheet != first.sheet or line.closed != first.closed
        if number > start and (apart or line.given is not None or line.role.level or line.role.aside):
            return
        yield line


def _collect(lines: Sequence[Line], start: int, separator: re.Pattern[str], *, least: int) -> FoundTable | None:
    rows: list[Row] = []
    for line in _run(lines, start):
        if not separator.search(line.text.text):
            break
        rows.append(_row(line.text, separator))
    return FoundTable(tuple(rows), len(rows)) if len(rows) >= least else None


def _collect_bars(lines: Sequence[Line], start: int) -> FoundTable | None:
    rows: list[Row] = []
    rules = 0
    for line in _run(lines, start):
        text = line.text.text
        if "|" not in text or (rules and not rows):  # more than one rule before the first row
            break
        if _RULE_ROW.fullmatch(text):
            rules += 1
            continue
        row = _row(_without_outer_bars(line.text), _BAR)
        if rows and not rules and not len(row.cells) == len(rows[0].cells) >= 2:
            break
        rows.append(row)
    is_table = rows and (rules or len(rows) >= 2)
    return FoundTable(tuple(rows), len(rows) + rules) if is_table else None


def _without_outer_bars(text: Traced) -> Traced:
    start = 1 if text.text.startswith("|") else 0
    end = len(text.text) - (1 if text.text.endswith("|") and len(text.text) > 1 else 0)
    return text[start:end]


def _collect_columns(lines: Sequence[Line], start: int) -> FoundTable | None:
    rows: list[Row] = []
    for line in _run(lines, start):
        row = _row(line.text, _SPACES)
        if len(row.cells) < 2 or any(_is_prose(cell.text) for cell in row.cells):
            break
        if rows and len(row.cells) != len(rows[0].cells):
            break
        rows.append(row)
    enough = len(rows) >= 3 or (len(rows) == 2 and len(rows[0].cells) >= 3)
    return FoundTable(tuple(rows), len(rows)) if enough else None


def _collect_words(lines: Sequence[Line], start: int) -> FoundTable | None:
    """A table whose columns a single space parts: rows of as many short words each, at least one of them Chinese."""
    rows: list[Row] = []
    for line in _run(lines, start):
        row = _row(line.text, _SPACE)
        if len(row.cells) < 3 or not all(_WORD.fullmatch(cell.text) for cell in row.cells):
            break
        if rows and len(row.cells) != len(rows[0].cells):
            break
        if not any(_HAN.search(cell.text) for cell in row.cells):
            break
        rows.append(row)
    return FoundTable(tuple(rows), len(rows)) if len(rows) >= 3 else None


def _is_prose(cell: str) -> bool:
    return len(cell) > 40 or "。" in cell


def _row(line: Traced, separator: re.Pattern[str]) -> Row:
    cells: list[Traced] = []
    separators: list[int] = []
    last = 0
    for match in separator.finditer(line.text):
        cells.append(line[last : match.start()].strip())
        separators.append(line.at[match.start()])
        last = match.end()
    cells.append(line[last:].strip())
    return Row(tuple(cells), tuple(separators))
