"""Units to one clean text with its blocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kg.clean.traced import Traced, TracedWriter
from kg.clean.units import Unit
from kg.report import Block, Report, Span


def assemble(report: Report, units: Iterable[Unit]) -> Report:
    """The report with the text of its units, a line each."""
    writer = _BlockWriter(report.raw)
    for unit in units:
        writer.add(unit)
    text, raw_map = writer.text.finish()
    return replace(report, text=text, blocks=tuple(writer.blocks), raw_map=raw_map)


@dataclass(slots=True)
class _BlockWriter:
    raw: str
    text: TracedWriter = field(default_factory=TracedWriter)
    blocks: list[Block] = field(default_factory=list)
    _path: list[tuple[int, str]] = field(default_factory=list)

    def add(self, unit: Unit) -> None:
        """Adds a unit as a block; one without text is dropped."""
        if unit.rows:
            if any(cell.text for row in unit.rows for cell in row.cells):
                self._add_table(unit)
            return
        if not unit.text.text:
            return
        if unit.kind == "heading":
            self._path = [entry for entry in self._path if entry[0] < unit.level]
        self._break_line(unit.text.at[0])
        start = self.text.length
        self.text.add(unit.text)
        self._add_block(unit, start, ())
        if unit.kind == "heading":
            self._path.append((unit.level, unit.text.text))

    def _add_table(self, unit: Unit) -> None:
        """Adds the rows; an empty cell lies at the offset where it would stand."""
        start: int | None = None
        rows: list[tuple[Span, ...]] = []
        for row in unit.rows:
            first = next((cell.at[0] for cell in row.cells if cell.text), None)
            if first is None:
                continue
            self._break_line(min([first, *row.separators]))
            start = self.text.length if start is None else start
            rows.append(self._add_row(row.cells, row.separators))
        self._add_block(unit, start or 0, tuple(rows))

    def _break_line(self, following: int) -> None:
        """Ends a line before a raw offset: at the line break that stands there, or where the last character ended."""
        if not self.text.length:
            return
        found = self.raw.find("\n", self.text.next_raw, following)
        self.text.add_separator("\n", found if found >= 0 else self.text.next_raw)

    def _add_row(self, cells: Sequence[Traced], separators: Sequence[int]) -> tuple[Span, ...]:
        spans: list[Span] = []
        for index, cell in enumerate(cells):
            if index:
                self.text.add_separator("\t", separators[index - 1])
            start = self.text.length
            self.text.add(cell)
            spans.append(Span(start, self.text.length))
        return tuple(spans)

    def _add_block(self, unit: Unit, start: int, cells: tuple[tuple[Span, ...], ...]) -> None:
        path = tuple(heading for _, heading in self._path)
        self.blocks.append(Block(unit.kind, start, self.text.length, unit.page, path, cells))
