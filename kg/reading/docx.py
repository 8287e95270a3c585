"""Word files: headings by style, list items, and tables, in the order of the document."""

import io
import re
import zipfile

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from kg.errors import ReadError
from kg.reading.contents import Contents, ContentsWriter

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)?|title", re.IGNORECASE)
_LIST = re.compile(r"list|列表|列出段落", re.IGNORECASE)


def read_docx(data: bytes, where: str) -> Contents:
    """The contents of a Word file.

    Raises:
        ReadError: it is not one, or damaged.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ReadError(f"{where}: not a docx file (no zip archive inside); save it as .docx again in a word processor")
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:  # python-docx passes on whatever zipfile, lxml or a missing part raises
        raise ReadError(f"{where}: the docx file is damaged ({error}); save it again in a word processor") from error
    writer = ContentsWriter()
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            writer.add_table(_rows(item))
        else:
            _add_paragraph(writer, item)
    return Contents(writer.text, _MEDIA_TYPE, writer.blocks, document.core_properties.title or None)


def _add_paragraph(writer: ContentsWriter, paragraph: Paragraph) -> None:
    style = (paragraph.style.name if paragraph.style is not None else None) or ""
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    if match := _HEADING.match(style):
        writer.add("heading", paragraph.text.replace("\n", " "), level=int(match[1] or 1))
    elif numbered or _LIST.match(style):
        writer.add("list", paragraph.text)
    else:
        writer.add("paragraph", paragraph.text)


def _rows(table: Table) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in table.rows:
        cells = row.cells
        # A merged cell is returned once for every column it spans.
        rows.append(
            [
                cell.text if index == 0 or cell._tc is not cells[index - 1]._tc else ""
                for index, cell in enumerate(cells)
            ]
        )
    return rows
