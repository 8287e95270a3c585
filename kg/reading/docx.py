"""Word files: headings by style, list items, tables and text boxes, in the order of the document.

python-docx finds parts and styles; the walk over the body is ours, since its own leaves out what stands in content
controls, tracked insertions, text boxes, notes and tables inside tables, and gives up on cells that are merged badly.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from kg.errors import ReadError
from kg.reading.contents import Contents, ContentsWriter
from kg.reading.kinds import DOCX
from kg.reading.problems import to_line

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)?|title", re.IGNORECASE)
_LIST = re.compile(r"list|列表|列出段落", re.IGNORECASE)
_MAX_BYTES = 500_000_000  # unpacked
_TEXT, _BOX, _PARAGRAPH = qn("w:t"), qn("w:txbxContent"), qn("w:p")
_TABLE, _ROW, _CELL = qn("w:tbl"), qn("w:tr"), qn("w:tc")
_NOTES = ("/footnotes", "/endnotes")
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
        related = document.part.rels.values()
        notes = [parse_xml(one.target_part.blob) for one in related if one.reltype.endswith(_NOTES)]
    except ValueError as error:  # its main part is another's
        raise ReadError(f"{where}: not a Word file, but of another office program; save it as .docx or pdf") from error
    except Exception as error:  # python-docx passes on whatever zipfile, lxml or a missing part raises
        raise ReadError(
            f"{where}: the docx file is damaged ({to_line(error)}); save it again in a word processor"
        ) from error
    reader = _BodyReader(document)
    for part in (document.element.body, *notes):
        reader.read(part)
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
                self._read_table(child)
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

    def _read_table(self, table: BaseOxmlElement) -> None:
        """Adds a table, and after it those inside it; a table of one cell is a frame around text."""
        rows = _grid(table)
        cells = list(dict.fromkeys(cell for row in rows for cell in row if cell is not None))
        if len(cells) == 1:
            self.read(cells[0])
            return
        self.writer.add_table([["" if cell is None else _cell_text(cell) for cell in row] for row in rows])
        for inner in (inner for cell in cells for inner in _walk(cell, _TABLE, _BOX)):
            if inner.tag == _TABLE:
                self._read_table(inner)
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
        if (level := _number(outline, 9)) < 9:
            return level + 1
        style = style.base_style
    return None


def _is_item(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    return numbered or _LIST.match((paragraph.style.name if paragraph.style is not None else None) or "") is not None


def _grid(table: BaseOxmlElement) -> list[list[BaseOxmlElement | None]]:
    """The cells row by row; one merged downwards stands in each of its rows, one merged to the right before Nones."""
    grid: list[list[BaseOxmlElement | None]] = []
    for row in (child for child in _walk(table, _ROW) if child.tag == _ROW):
        above = grid[-1] if grid else []
        grid.append([])
        for cell in (child for child in _walk(row, _CELL) if child.tag == _CELL):
            upper = above[len(grid[-1])] if len(grid[-1]) < len(above) else None
            grid[-1].append(upper if upper is not None and _continues(cell) else cell)
            grid[-1] += [None] * (_width(cell) - 1)
    return grid


def _continues(cell: BaseOxmlElement) -> bool:
    """Whether a cell is the lower part of one that is merged downwards."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val")) != "restart"


def _width(cell: BaseOxmlElement) -> int:
    """The columns of a cell; Word has 63 at most."""
    return min(_number(cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"), 1), 63)


def _number(element: BaseOxmlElement | None, default: int) -> int:
    """The value of a property; the default where it is not there, or no number."""
    value = "" if element is None else element.get(qn("w:val"), "")
    return int(value) if re.fullmatch("[0-9]{1,6}", value) else default


def _cell_text(cell: BaseOxmlElement) -> str:
    inner = _walk(cell, _PARAGRAPH, _TABLE)
    return "\n".join("".join(_characters(one)) for one in inner if one.tag == _PARAGRAPH)
