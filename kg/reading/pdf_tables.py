"""Tables with ruling lines on the pages of a PDF."""

import io
import logging
from dataclasses import dataclass

import pdfplumber
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.table import Table

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table and where it lies, in points from the lower left corner of the page."""

    left: float
    bottom: float
    right: float
    top: float
    rows: tuple[tuple[str, ...], ...]


class TableFinder:
    """Opens the PDF a second time when the first page with lines comes."""

    def __init__(self, data: bytes, where: str) -> None:
        self._data = data
        self._where = where
        self._document: PDF | None = None

    def find(self, number: int) -> list[FoundTable]:
        """The tables of a page (counted from 0), from the top down, none inside another."""
        try:
            if self._document is None:
                self._document = pdfplumber.open(io.BytesIO(self._data))
            page = self._document.pages[number]
            found = [_to_table(page, table) for table in page.find_tables()]
            page.close()
        except Exception as error:  # pdfminer raises what it likes; the page's text is read without its tables
            _logger.warning("%s: page %s: tables cannot be read: %s", self._where, number + 1, error)
            return []
        tables = sorted((table for table in found if _is_table(table)), key=lambda table: -table.top)
        kept: list[FoundTable] = []
        for table in tables:
            if not kept or table.top <= kept[-1].bottom + 1:
                kept.append(table)
        return kept

    def close(self) -> None:
        """Closes what was opened."""
        if self._document is not None:
            self._document.close()


def _to_table(page: Page, table: Table) -> FoundTable:
    left, top, right, bottom = table.bbox  # from the upper left corner
    ceiling = page.mediabox[3]
    offset = page.mediabox[0]
    rows = tuple(tuple(cell or "" for cell in row) for row in table.extract())
    return FoundTable(left + offset, ceiling - bottom, right + offset, ceiling - top, rows)


def _is_table(table: FoundTable) -> bool:
    """Whether it has at least two rows and columns, half of the cells filled: else it is a frame or a chart."""
    cells = [cell.strip() for row in table.rows for cell in row]
    columns = max((len(row) for row in table.rows), default=0)
    return len(table.rows) >= 2 and columns >= 2 and sum(map(bool, cells)) >= max(3, len(cells) / 2)
