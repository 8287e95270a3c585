"""CSV (RFC 4180, UTF-8): a file each for documents, chunks, entities, appearances, facts and evidence."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path

from kg.exports.rows import KIND_NAMES, Row, evidence_row, to_json, to_row
from kg.exports.stored import Stored
from kg.graph import NOUNS, Noun, StoredFact

_COLUMNS = {
    "document": "id title publisher published source content_hash media_type chars pages",
    "chunk": "id document index text start end page heading",
    "entity": "id type name aliases attributes listed",
    "appearance": "entity chunk count surfaces",
    "fact": "id subject relation object statuses times amounts publishers confidence support first_seen last_seen",
    "evidence": "fact document chunk start end quote status time time_start time_end amount amount_value amount_unit "
    "amount_currency score extractor",
}


def write(stored: Stored, out: Path) -> None:
    """Write one file a kind of row into a folder; lists and maps are JSON in their cell, and null is empty."""
    with ExitStack() as stack:
        files = {}
        for kind, columns in _COLUMNS.items():
            name = kind if kind == "evidence" else ("entities" if kind == "entity" else f"{kind}s")
            file = stack.enter_context((out / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            files[kind] = csv.writer(file)
            files[kind].writerow(columns.split())
        for noun in stored.nouns(NOUNS):
            for kind, row in _rows(noun):
                files[kind].writerow(_cells(row, _COLUMNS[kind].split()))


def _rows(noun: Noun) -> Iterator[tuple[str, Row]]:
    yield KIND_NAMES[type(noun)], to_row(noun)
    if isinstance(noun, StoredFact):
        for evidence in noun.fact.evidence:
            yield "evidence", evidence_row(noun.fact.id, evidence)


def _cells(row: Row, columns: Sequence[str]) -> list[str]:
    return [_cell(row[column]) for column in columns]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else to_json(value)
