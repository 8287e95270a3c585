"""Word files: headings by style, list items, tables and text boxes, in the order of the document.

python-docx finds parts and styles; the walk over the body is ours, since its own leaves out what stands in content
controls, tracked insertions, text boxes and tables inside tables.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from kg.errors import ReadError
from kg.reading.contents import Contents, ContentsWriter
from kg.reading.kinds import DOCX
from kg.reading.problems import to_line

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)?|title", re.IGNORECASE)
_LIST = re.compile(r"list|列表|列出段落", re.IGNORECASE)
_MAX_BYTES = 500_000_000  # unpacked
_TEXT, _BOX, _PARAGRAPH, _TABLE = qn("w:t"), qn("w:txbxContent"), qn("w:p"), qn("w:tbl")
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# Deleted and moved text, properties, and the older copy of a drawing.
_NOT_TEXT = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:sdtPr"), qn("w:tblPr"), qn("w:sectPr")}
_NOT_TEXT.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")


def read_docx(data: bytes, where: str) -> Contents:
    """The contents of a Word file.

    Raises:
        ReadError: it is not one, or damaged.
    """
    _check_archive(data, where)
    try:
        document = docx.Document(io.BytesIO(data))
    except ValueError as error:  # its main part is another's
        raise ReadError(f"{where}: not a Word file, but of another office program; save it as .docx or pdf") from error
    except Exception as error:  # python-docx passes on whatever zipfile, lxml or a missing part raises
        raise ReadError(
            f"{where}: the docx file is damaged ({to_line(error)}); save it again in a word processor"
        ) from error
    reader = _BodyReader(document)
    reader.read(document.element.body)
    writer = reader.writer
    return Contents(writer.text, DOCX, writer.blocks, document.core_properties.title or reader.title)


def _check_archive(data: bytes, where: str) -> None:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ReadError(f"{where}: not a docx file (no zip archive inside); save it as .docx again in a word processor")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > _MAX_BYTES:
        raise ReadError(f"{where}: the docx file unpacks to {size} bytes, more than {_MAX_BYTES}; split the report")


@dataclass(slots=True)
class _BodyReader:
    document: Document
    writer: ContentsWriter = field(default_factory=ContentsWriter)
    title: str | None = None

    def read(self, parent: BaseOxmlElement) -> None:
        """Adds the paragraphs and tables of the body, a cell or a text box, whatever wraps them."""
        for child in parent:
            if child.tag == _PARAGRAPH:
                self._read_paragraph(child)
            elif child.tag == _TABLE:
                self._read_table(Table(child, self.document))
            elif child.tag not in _NOT_TEXT:
                self.read(child)

    def _read_paragraph(self, element: BaseOxmlElement) -> None:
        paragraph = Paragraph(element, self.document._body)
        text = "".join(_characters(element))
        if (level := _heading_level(paragraph)) is not None:
            self.title = self.title or (" ".join(text.split()) if level == 0 else None)
            self.writer.add("heading", text.replace("\n", " "), level=max(level, 1))
        else:
            self.writer.add("list" if _is_item(paragraph) else "paragraph", text)
        for box in (child for child in _walk(element, _BOX) if child.tag == _BOX):
            self.read(box)

    def _read_table(self, table: Table) -> None:
        """Adds a table, and after it those inside it; a table of one cell is a frame around text."""
        cells = list(_unique_cells(table))
        if len(cells) == 1:
            self.read(cells[0]._tc)
            return
        self.writer.add_table(_rows(table))
        for inner in (inner for cell in cells for inner in _walk(cell._tc, _TABLE, _BOX)):
            if inner.tag == _TABLE:
                self._read_table(Table(inner, self.document))
            elif inner.tag == _BOX:
                self.read(inner)


def _walk(element: BaseOxmlElement, *closed: str) -> Iterator[BaseOxmlElement]:
    """What lies inside, in order; elements with the tags of `closed` are given and not entered."""
    for child in element:
        if child.tag in _NOT_TEXT:
            continue
        yield child
        if child.tag not in closed:
            yield from _walk(child, *closed)


def _characters(element: BaseOxmlElement) -> Iterator[str]:
    """The text of a paragraph as a reader sees it: with tracked insertions, without deletions and text boxes."""
    for child in _walk(element, _BOX):
        yield (child.text or "") if child.tag == _TEXT else _CHARACTERS.get(str(child.tag), "")


def _heading_level(paragraph: Paragraph) -> int | None:
    """The level of a heading by its style or one that this is made from; 0 for the title of the document."""
    style = paragraph.style
    while style is not None:
        if match := _HEADING.match(style.name or ""):
            return int(match[1] or (0 if match[0].lower() == "title" else 1))
        outline = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is not None and int(outline.get(qn("w:val"), 9)) < 9:
            return int(outline.get(qn("w:val"))) + 1
        style = style.base_style
    return None


def _is_item(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    return numbered or _LIST.match((paragraph.style.name if paragraph.style is not None else None) or "") is not None


def _unique_cells(table: Table) -> Iterator[_Cell]:
    seen: set[BaseOxmlElement] = set()
    for cell in (cell for row in table.rows for cell in row.cells):
        if cell._tc not in seen:
            seen.add(cell._tc)
            yield cell


def _rows(table: Table) -> list[list[str]]:
    """The cells row by row; a merged cell has its text once a row, in its first column."""
    rows: list[list[str]] = []
    for row in table.rows:
        cells = row.cells
        rows.append(
            [
                _cell_text(cell) if index == 0 or cell._tc is not cells[index - 1]._tc else ""
                for index, cell in enumerate(cells)
            ]
        )
    return rows


def _cell_text(cell: _Cell) -> str:
    inner = _walk(cell._tc, _PARAGRAPH, _TABLE)
    return "\n".join("".join(_characters(one)) for one in inner if one.tag == _PARAGRAPH)
