"""What the user says of a report: on the command line, or in a CSV file beside the reports."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.errors import ReadError
from kg.reading.problems import to_line
from kg.reading.source import normalise_location

_COLUMNS = ("source", "title", "publisher", "published", "id")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Description:
    """What the user knows of a report; it goes before what the report says of itself."""

    id: str | None = None
    title: str | None = None
    publisher: str | None = None
    published: date | None = None


def find_date(text: str) -> date | None:
    """The date a whole text is, such as `2023-02-07`, `2023/2/7` or `2023年2月7日`; None where it is none.

    >>> find_date("2023年02月07日"), find_date("2023-02-30")
    (datetime.date(2023, 2, 7), None)
    """
    match = _DATE.fullmatch(text.strip()) or _COMPACT.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def read_manifest(path: str | Path) -> dict[str, Description]:
    """The descriptions of a CSV file by the id of their source; paths are taken from the file's folder.

    The header names some of the columns source, title, publisher, published and id; only source must be there.

    Raises:
        ReadError: the file or one of its lines cannot be used.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{path}: cannot read the manifest: {error}; it must be a UTF-8 CSV file") from error
    rows = _numbered_rows(path, text)
    header = [column.strip() for column in next(rows, (1, []))[1]]
    unknown = [column for column in header if column not in _COLUMNS]
    if unknown or "source" not in header or len(set(header)) < len(header):
        raise ReadError(f"{path}:1: the columns must be source and some of {list(_COLUMNS[1:])}; found {header}")
    found: dict[str, Description] = {}
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        where = f"{path}:{number}"
        if len(row) > len(header):
            raise ReadError(f"{where}: {len(row)} cells under {len(header)} columns; put cells with commas in quotes")
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        source = _source_id(where, cells.get("source", ""), path.parent)
        if source in found:
            raise ReadError(f"{where}: {cells['source']!r} stands on an earlier line already; remove one of the two")
        found[source] = _to_description(where, cells)
    return found


def _numbered_rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row and the line it ends on."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise ReadError(f"{path}: cannot read the manifest: {error}; it must be a UTF-8 CSV file") from error


def _source_id(where: str, source: str, folder: Path) -> str:
    if not source:
        raise ReadError(f"{where}: the source is empty; write the path or URL of a report")
    try:
        return normalise_location(source, folder=folder)
    except (OSError, ValueError, RuntimeError) as error:  # as in find_sources
        raise ReadError(f"{where}: {source!r} is no path or URL: {to_line(error)}") from error


def _to_description(where: str, cells: dict[str, str]) -> Description:
    published = None
    if written := cells.get("published"):
        published = find_date(written)
        if published is None:
            raise ReadError(f"{where}: published {written!r} is not a date; write it as 2023-02-07")
    return Description(cells.get("id") or None, cells.get("title") or None, cells.get("publisher") or None, published)
