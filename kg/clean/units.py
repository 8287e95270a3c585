"""Lines to units: whole headings, paragraphs, items, captions and tables, still with their raw offsets."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg.clean.fold import fold_punctuation, fold_spaces
from kg.clean.forms import TEXT, Form, could_head, find_form, is_bare_heading, is_numbered
from kg.clean.furniture import find_furniture
from kg.clean.joining import Setting, find_setting, join, runs_on
from kg.clean.lines import Line
from kg.clean.tables import Row, find_table
from kg.clean.traced import Traced
from kg.report import Block, BlockKind

_BARE_LEVEL = 30  # of headings without any mark: the innermost
_ESCAPED_BAR = re.compile(r"\\(?=\|)")  # read_markup leaves it for the tables
_REACH = 8  # lines of furniture that may interrupt a paragraph


@dataclass(frozen=True, slots=True)
class Unit:
    """What becomes one block: a text, or the rows of a table."""

    kind: BlockKind
    page: int | None
    text: Traced
    level: int = 0
    rows: tuple[Row, ...] = ()


@dataclass(slots=True)
class UnitFinder:
    """Walks over the lines of a report once."""

    lines: Sequence[Line]
    _setting: Setting = field(init=False)
    _furniture: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self._setting = find_setting(self.lines)
        self._furniture = find_furniture(self.lines)

    def find(self) -> Iterator[Unit]:
        """The units, in order. Furniture inside a paragraph is left out, so that its sentences stay whole."""
        number = 0
        while number < len(self.lines):
            line = self.lines[number]
            if line.given is not None:
                yield from _given_units(line, line.given)
                number += 1
            elif number in self._furniture:
                yield Unit("furniture", line.page, _tidy(line.text))
                number += 1
            elif table := find_table(self.lines, number):
                yield from _table_units(line, tuple(map(_fold_row, table.rows)))
                number += table.lines
            else:
                form = self._form(number)
                members = self._members(number, form)
                yield self._unit(form, members)
                number = members[-1] + 1

    def _form(self, number: int) -> Form:
        line = self.lines[number]
        form = find_form(line)
        following = self._next(number)
        if form.kind == "list" and is_numbered(line) and could_head(line) and self._heads(number, following):
            return Form("heading", 13)
        if form == TEXT and is_bare_heading(line, following, first=number == 0):
            return Form("heading", _BARE_LEVEL)
        if line.role.strong and form.kind == "list" and could_head(line) and following is not None:
            return Form("heading", 16)
        return form

    def _heads(self, number: int, following: Line | None) -> bool:
        """Whether a numbered line stands before text or bullets, and neither before nor after another numbered one."""
        line = self.lines[number]
        before = self.lines[number - 1] if number else None
        if following is None or line.role.item or is_numbered(following):
            return False
        if before is not None and is_numbered(before) and line.gap <= self._setting.gap:
            return False
        after = next(place for place in range(number + 1, len(self.lines)) if self.lines[place] is following)
        return not runs_on(self.lines, number, after, self._setting)

    def _next(self, number: int) -> Line | None:
        for following in range(number + 1, min(len(self.lines), number + _REACH)):
            if following not in self._furniture:
                return self.lines[following]
        return None

    def _members(self, number: int, form: Form) -> list[int]:
        """The lines of the unit that begins at a line."""
        members = [number]
        if form.kind == "heading":
            return [number, number + 1] if form.level > 6 and self._wraps(number) else members
        while (following := self._continuation(members[-1])) is not None:
            members.append(following)
        return members

    def _wraps(self, number: int) -> bool:
        """Whether a long heading has its last words on the next line."""
        if number + 2 >= len(self.lines) or number + 1 in self._furniture:
            return False
        line, after = self.lines[number], self.lines[number + 1]
        short = after.width <= 24 and after.gap <= self._setting.gap and not (after.closed or line.closed)
        unfinished = line.width >= 50 and line.text.text[-1] not in "？?！!：:…"
        return short and unfinished and find_form(after, continues=True) == TEXT

    def _continuation(self, number: int) -> int | None:
        for following in range(number + 1, min(len(self.lines), number + _REACH)):
            if following in self._furniture:
                continue
            if not runs_on(self.lines, number, following, self._setting):
                return None
            form = find_form(self.lines[following], continues=True)
            return following if form == TEXT and find_table(self.lines, following) is None else None
        return None

    def _unit(self, form: Form, members: list[int]) -> Unit:
        parts = [self.lines[number].text for number in members]
        parts[0] = parts[0][form.mark :]
        return Unit(form.kind, self.lines[members[0]].page, _tidy(join(parts)), form.level)


def _given_units(line: Line, block: Block) -> Iterator[Unit]:
    if block.kind == "table":
        yield from _table_units(line, _given_rows(line.text, block))
    else:
        yield Unit(block.kind, block.page, _tidy(line.text), len(block.heading_path) + 1)


def _table_units(line: Line, rows: tuple[Row, ...]) -> Iterator[Unit]:
    """A table; what stands alone in a row above its header is its caption."""
    above = 0
    while above + 2 < len(rows) and _is_title(rows[above]):
        yield Unit("caption", line.page, rows[above].cells[0])
        above += 1
    yield Unit("table", line.page, line.text, rows=rows[above:])


def _is_title(row: Row) -> bool:
    """Whether a row has text in its first cell alone, though it has more cells."""
    return len(row.cells) > 1 and bool(row.cells[0].text) and not any(cell.text for cell in row.cells[1:])


def _given_rows(text: Traced, block: Block) -> tuple[Row, ...]:
    place = {position: index for index, position in enumerate(text.at)}
    rows: list[Row] = []
    for spans in block.cells:
        cells: list[Traced] = []
        for span in spans:
            kept = [place[position] for position in range(span.start, span.end) if position in place]
            cells.append(text[kept[0] : kept[-1] + 1] if kept else Traced("", ()))
        rows.append(_fold_row(Row(tuple(cells), tuple(span.start - 1 for span in spans[1:]))))
    return tuple(rows)


def _fold_row(row: Row) -> Row:
    return Row(tuple(_tidy(cell) for cell in row.cells), row.separators)


def _tidy(text: Traced) -> Traced:
    if "\n" in text.text or "\t" in text.text:
        text = text.map(lambda chars: chars.replace("\n", " ").replace("\t", " ").replace("\r", " "))
    if "\\|" in text.text:
        text = text.delete(_ESCAPED_BAR)
    return fold_spaces(text.map(fold_punctuation)).strip()
