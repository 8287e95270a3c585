"""PDF: text by pypdfium2 page by page, tables by pdfplumber on the pages that have ruling lines."""

import logging
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime

import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_PATH

from kg.errors import ReadError
from kg.reading.contents import Contents, ContentsWriter
from kg.reading.pdf_tables import FoundTable, TableFinder

_logger = logging.getLogger(__name__)

_INFO_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_INFO_TITLE_NOISE = re.compile(
    r"(?i)microsoft word|powerpoint|untitled|无标题|幻灯片|\.(?:docx?|pptx?|pdf|indd|cdr)$|^\W*$|^[\x00-\x7f]{0,3}$"
)
# Fewer lines are underlines, more are charts, on which looking for tables takes seconds.
_FEWEST_LINES, _MOST_LINES = 4, 4000


def read_pdf(data: bytes, where: str) -> Contents:
    """The contents of a PDF; blocks carry their page, and text of a table stands in its table alone.

    Raises:
        ReadError: it is damaged, encrypted, or has no text layer.
    """
    if b"%PDF-" not in data[:1024]:
        raise ReadError(f"{where}: not a pdf (it does not begin as one); give the file its own suffix")
    if b"%%EOF" not in data.rstrip(b"\0 \t\r\n")[-4096:]:
        raise ReadError(f"{where}: the pdf is cut off (its end is missing); download it again")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReadError(f"{where}: the pdf is encrypted; save it without a password") from error
        raise ReadError(f"{where}: the pdf is damaged ({error}); download it again") from error
    writer = ContentsWriter()
    with closing(document), closing(TableFinder(data, where)) as finder:
        without_text = [
            number + 1 for number in range(len(document)) if not _read_page(document, number, finder, writer)
        ]
        information = document.get_metadata_dict()
    if writer.text and without_text:
        _logger.warning("%s: no text on pages %s (pictures, or damaged)", where, ", ".join(map(str, without_text)))
    if not writer.text:
        raise ReadError(f"{where}: the pdf has no text layer (scanned pages?); run OCR on it first")
    return Contents(
        writer.text, "application/pdf", writer.blocks, _find_title(information), None, _find_day(information)
    )


def _read_page(document: pypdfium2.PdfDocument, number: int, finder: TableFinder, writer: ContentsWriter) -> bool:
    """Adds what stands on a page; False where nothing can be read."""
    before = len(writer.blocks)
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return False
    with closing(page), closing(page.get_textpage()) as text:
        tables = finder.find(number) if _may_have_tables(page) else []
        if not tables:
            writer.add("paragraph", _tidy(text.get_text_range()), page=number + 1)
        for part in _parts(text, tables, page.get_mediabox()) if tables else ():
            if isinstance(part, FoundTable):
                writer.add_table([list(row) for row in part.rows], page=number + 1)
            else:
                writer.add("paragraph", part, page=number + 1)
    return len(writer.blocks) > before


def _may_have_tables(page: pypdfium2.PdfPage) -> bool:
    lines = sum(1 for _ in page.get_objects(filter=[FPDF_PAGEOBJ_PATH], max_depth=2))
    return _FEWEST_LINES <= lines <= _MOST_LINES and page.get_rotation() == 0


def _parts(
    text: pypdfium2.PdfTextPage, tables: list[FoundTable], box: tuple[float, float, float, float]
) -> Iterator[str | FoundTable]:
    """The texts between and beside the tables, and the tables, from the top of the page down."""
    left, bottom, right, top = box

    def cut(x0: float, y0: float, x1: float, y1: float) -> str:
        if x1 - x0 < 1 or y1 - y0 < 1:
            return ""
        return _tidy(text.get_text_bounded(x0, y0, x1, y1))

    ceiling = top
    for table in tables:
        yield cut(left, table.top + 1, right, ceiling)
        yield cut(left, table.bottom, table.left - 1, table.top)
        yield table
        yield cut(table.right + 1, table.bottom, right, table.top)
        ceiling = min(ceiling, table.bottom - 1)
    yield cut(left, bottom, right, ceiling)


def _tidy(text: str) -> str:
    # PDFium writes a hyphen that breaks a word as one of these two.
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-").replace("\x02", "-").replace("\0", "")


def _find_title(information: dict[str, str]) -> str | None:
    title = information.get("Title", "").strip()
    return None if _INFO_TITLE_NOISE.search(title) else title


def _find_day(information: dict[str, str]) -> date | None:
    """The day a PDF was made, if nobody changed it on another day: then it is the day of publication."""
    made, changed = (_INFO_DATE.match(information.get(key, "")) for key in ("CreationDate", "ModDate"))
    if made is None or (changed is not None and changed[0] != made[0]):
        return None
    try:
        day = date(int(made[1]), int(made[2]), int(made[3]))
    except ValueError:
        return None
    return day if date(1995, 1, 1) < day < datetime.now(UTC).date() else None
