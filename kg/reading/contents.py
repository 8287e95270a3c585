"""What one file says, before it is a report: its text, its blocks, and what it knows of itself."""

from dataclasses import dataclass, field
from datetime import date

from kg.report import Block, BlockKind, Span


@dataclass(frozen=True, slots=True)
class Contents:
    """The readable text of a file with its parts, and the file's own metadata (None where it has none).

    Attributes:
        text: what becomes `Report.raw`.
        blocks: as in Report; `paragraph` stands for lines whose kind the cleaning has still to find.
    """

    text: str
    media_type: str
    blocks: tuple[Block, ...]
    title: str | None = None
    publisher: str | None = None
    published: date | None = None


@dataclass(slots=True)
class ContentsWriter:
    r"""Puts blocks into one text, an empty line between them.

    >>> writer = ContentsWriter()
    >>> writer.add("heading", "一、市场")
    >>> writer.add_table([["公司", "产品"], ["百度", "文心一言"]])
    >>> writer.text, writer.blocks[1].cells[1][0]
    ('一、市场\n\n公司\t产品\n百度\t文心一言', Span(start=12, end=14))
    """

    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _blocks: list[Block] = field(default_factory=list)
    _path: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything added so far."""
        return "".join(self._parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks added so far, in order."""
        return tuple(self._blocks)

    def add(self, kind: BlockKind, text: str, *, page: int | None = None, level: int = 1) -> None:
        """Adds a block without the white space around it, if any text is left; the outermost heading has level 1."""
        text = text.strip()
        if not text:
            return
        if kind == "heading":
            self._path = [entry for entry in self._path if entry[0] < level]
        start = self._append(text)
        path = tuple(heading for _, heading in self._path)
        self._blocks.append(Block(kind, start, start + len(text), page, path))
        if kind == "heading":
            self._path.append((level, " ".join(text.split())))

    def add_table(self, rows: list[list[str]], *, page: int | None = None) -> None:
        """Adds a table: a line a row, cells separated by tabs, line breaks inside a cell become spaces."""
        clean = [[" ".join(cell.split()) for cell in row] for row in rows]
        clean = [row for row in clean if any(row)]
        if not clean:
            return
        start = self._append("\n".join("\t".join(row) for row in clean))
        cells: list[tuple[Span, ...]] = []
        offset = start
        for row in clean:
            spans: list[Span] = []
            for cell in row:
                spans.append(Span(offset, offset + len(cell)))
                offset += len(cell) + 1
            cells.append(tuple(spans))
        path = tuple(heading for _, heading in self._path)
        self._blocks.append(Block("table", start, offset - 1, page, path, tuple(cells)))

    def _append(self, text: str) -> int:
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start
