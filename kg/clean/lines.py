"""The lines of a report's blocks, with what their markup and their place on the page say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.clean.fold import HAN, fold_characters
from kg.clean.html_tables import part_tables
from kg.clean.markup import Role, read_markup, remove_inline
from kg.clean.traced import Traced
from kg.report import Block, Report

_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6“”‘’…—·]"
)
_SPACED_HAN = re.compile(f"(?<=[{HAN}，。、；：]) (?=[{HAN}，。、；：])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty.

    Attributes:
        text: folded, without markup and outer spaces; a leading tab stays (an empty first cell).
        role: what its markup says it is.
        page: counted from 1; None where the format has none.
        sheet: counts page breaks of any kind, to find what pages repeat.
        gap: empty lines before it.
        given: the reader's own block, where that has a kind already.
        width: in columns, a Han character is two.
        closed: a block of its own in the file: its neighbours are never part of it.
    """

    text: Traced
    role: Role
    page: int | None
    sheet: int
    gap: int
    width: int
    given: Block | None = None
    closed: bool = False


def read_lines(report: Report) -> list[Line]:
    """The lines of a report as read, in order; a block that has its kind already is one line."""
    marked = report.media_type in ("text/plain", "text/markdown")
    closed = not marked and report.media_type != "application/pdf"
    lines: list[Line] = []
    sheet = 0
    for block in _blocks(report, marked=marked):
        if block.kind != "paragraph":
            lines.append(_given_line(report.raw, block, sheet, marked=marked))
            continue
        sheet += bool(lines) and block.page != lines[-1].page
        for line in _split(report.raw, block, sheet, marked=marked, closed=closed):
            lines.append(line)
            sheet = line.sheet
    return lines


def _blocks(report: Report, *, marked: bool) -> Iterator[Block]:
    for block in report.blocks:
        if marked and block.kind == "paragraph":
            yield from part_tables(report.raw, block)
        else:
            yield block


def _given_line(raw: str, block: Block, sheet: int, *, marked: bool) -> Line:
    text = Traced(raw[block.start : block.end], range(block.start, block.end))
    text = fold_characters(remove_inline(text) if marked else text)
    return Line(text, Role(), block.page, sheet, 1, width_of(text.text), block, closed=True)


def _split(raw: str, block: Block, sheet: int, *, marked: bool, closed: bool) -> Iterator[Line]:
    rows: list[Traced] = []
    sheets: list[int] = []
    last = block.start
    for match in [*_BREAK.finditer(raw, block.start, block.end), None]:
        end = match.start() if match else block.end
        rows.append(Traced(raw[last:end], range(last, end)))
        sheets.append(sheet)
        if match:
            sheet += match[0] == "\x0c"
            last = match.end()
    roles = read_markup(rows) if marked else [(row, Role()) for row in rows]
    gap = 1
    for (row, role), number in zip(roles, sheets, strict=True):
        text = _strip(fold_characters(row))
        if not text.text.strip() or role.hidden:
            gap += 1
            continue
        yield Line(text, role, block.page, number, gap, width_of(text.text), closed=closed)
        gap = 0


def _strip(row: Traced) -> Traced:
    """Without outer spaces; tabs before the first cell stay where more tabs follow."""
    text = row.text.rstrip()
    inner = text.strip()
    keep = "\t" in inner
    return row[: len(text)].strip(" ") if keep else row.strip()


def width_of(text: str) -> int:
    """The columns a line takes on a page; spaces between spaced-out Han are not counted.

    >>> width_of("训 练 GPT")
    8
    """
    if text.isascii():
        return len(text)
    text = _SPACED_HAN.sub("", text)
    return len(text) + len(_WIDE.findall(text))
