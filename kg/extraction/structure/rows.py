"""Rows of tables to relations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Span as Name

from kg.extraction.amounts import AmountSpan, join_amounts, read_amount
from kg.extraction.cues import StatusCues
from kg.extraction.document import DocRelation, published_of
from kg.extraction.structure.grids import Grid
from kg.extraction.structure.pieces import Names, cut
from kg.extraction.structure.relate import Layout, relate
from kg.extraction.structure.roles import Role, Roles, RowRelation
from kg.extraction.times import read_time
from kg.mention import Amount, Status, Time
from kg.ontology import Ontology
from kg.report import Span

TABLE_SCORE = 0.8
TITLE_SCORE = 0.5
_ABOVE = ("title", "class")
_LISTED = re.compile(r"(?:产品|模型)?(?:一览|名单|列表|概览|清单|盘点)")


@dataclass(frozen=True, slots=True)
class Column:
    """The header of a column and the role it plays, None where it plays none."""

    header: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class Named:
    """A name of a row, and what its cell says of it: the words around it, in its brackets, and above it."""

    name: Name
    cell: str
    note: str
    header: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its names by role, and what holds for all of it."""

    names: dict[str, list[Named]]
    status: Status
    time: Time | None
    amount: Amount | None


@dataclass(frozen=True)
class RowReader:
    """Reads the relations of tables whose header the roles know."""

    roles: Roles
    ontology: Ontology
    cues: StatusCues

    def read(self, grids: tuple[Grid, ...], names: Names) -> Iterator[DocRelation]:
        """The relations of a Doc's tables; names that their cells hold are added to `names`.

        A table without a header that has as many columns as the one before continues it (on the next page).
        """
        header: tuple[Span, ...] = ()
        for grid in grids:
            if _is_header(self._columns(grid, names)):
                header = grid.rows[0]
            elif len(grid.rows[0]) == len(header) and not _is_header(self._columns(grid.transposed(), names)):
                grid = grid.under(header)
            yield from self._read_grid(grid, names)

    def _read_grid(self, grid: Grid, names: Names) -> Iterator[DocRelation]:
        above = self._title_names(grid, names)
        for table in (grid, grid.transposed()):
            columns = self._columns(table, names)
            if _is_header(columns):
                for cells in _carried(table.rows[1:]):
                    yield from self._relations(self._row(cells, columns, names, above), names)
                return

    def _columns(self, grid: Grid, names: Names) -> list[Column]:
        headers = (names.text[cell.start : cell.end] for cell in grid.rows[0])
        return [Column(header, self.roles.find(header)) for header in headers]

    def _title_names(self, grid: Grid, names: Names) -> dict[str, list[Named]]:
        """The segments that a title names, and the class of things that it lists (国内[大模型]一览)."""
        if grid.title is None or grid.title.end - grid.title.start > 40:
            return {}
        title, text = grid.title, names.text
        fields = [Named(name, "", "", "") for name in names.inside(title.start, title.end, ("Sector", "Technology"))]
        listed = [one for one in fields if _LISTED.match(text, one.name.end_char, title.end)]
        return {role: found for role, found in zip(_ABOVE, (fields, listed), strict=True) if found}

    def _row(self, cells: tuple[Span, ...], columns: list[Column], names: Names, above: dict[str, list[Named]]) -> Row:
        text, published = names.text, published_of(names.doc)
        found: dict[str, list[Named]] = dict(above)
        values: dict[str, str] = {}
        for cell, column in zip(cells, columns, strict=True):
            if (role := column.role) is None:
                continue
            words = text[cell.start : cell.end]
            if role.types:
                found.setdefault(role.name, []).extend(_named(cell, role, column.header, names))
            else:
                values[role.name] = f"{values[role.name]} {words}" if role.name in values else words
        time = read_time(values.get("time", ""), published) or read_time(values.get("status", ""), published)
        said = f"{values.get('time', '')} {values.get('status', '')}"
        return Row(found, self.cues.status_of_cell(said), time, _amount(values))

    def _relations(self, row: Row, names: Names) -> Iterator[DocRelation]:
        for rule in self.roles.relations:
            if rule.unless & row.names.keys():
                continue
            for subject in row.names.get(rule.subject, ()):
                for obj in row.names.get(rule.object, ()):
                    if relation := self._relation(rule, row, subject, obj):
                        yield relation

    def _relation(self, rule: RowRelation, row: Row, subject: Named, obj: Named) -> DocRelation | None:
        if rule.says and not re.search(rule.says, f"{subject.cell} {obj.cell}"):
            return None
        own = f"{obj.header} {obj.cell} {subject.header} {subject.note}"
        statuses = (rule.status, self.cues.status_of_cell(own), row.status)
        layout = Layout(
            "table",
            TITLE_SCORE if rule.object in _ABOVE else TABLE_SCORE,
            next((status for status in statuses if status != "asserted"), "asserted"),
            (read_time(obj.note) or row.time) if rule.dated else None,
            (read_amount(obj.note) or row.amount) if rule.dated else None,
        )
        return relate(self.ontology, subject.name, rule.relation, obj.name, layout)


def _is_header(columns: list[Column]) -> bool:
    return len({column.role.name for column in columns if column.role}) > 1


def _carried(rows: tuple[tuple[Span, ...], ...]) -> Iterator[tuple[Span, ...]]:
    """The rows, empty cells before the first full one filled from above: merged cells are written once."""
    above: tuple[Span, ...] = ()
    for row in rows:
        full = next((index for index, cell in enumerate(row) if cell.end > cell.start), len(row))
        above = (*above[:full], *row[full:]) if len(above) == len(row) else row
        yield above


def _named(cell: Span, role: Role, header: str, names: Names) -> Iterator[Named]:
    text = names.text
    for piece in cut(text, cell.start, cell.end):
        for name in names.of_piece(piece, role.types, role.new):
            yield Named(name, f"{text[piece.start : piece.end]} {piece.note}", piece.note, header)


def _amount(values: dict[str, str]) -> Amount | None:
    """The sum and the stake of a row as one amount."""
    parts = [read_amount(values.get("amount", "")), read_amount(values.get("stake", ""))]
    return join_amounts(tuple(AmountSpan(0, 0, part) for part in parts if part is not None))
