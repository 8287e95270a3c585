"""The nouns of the graph as rows of named plain values, for JSON and CSV."""

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from kg.graph import Appearance, Chunk, Document, Entity, Evidence, Noun, StoredFact

Row = dict[str, object]

KIND_NAMES: dict[type[Noun], str] = {
    Document: "document",
    Chunk: "chunk",
    Entity: "entity",
    Appearance: "appearance",
    StoredFact: "fact",
}
# Inside a JSON text they are characters as any other, but some programs end a line at them.
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


def to_row(noun: Noun) -> Row:
    """A noun as a row; a fact has its evidence in it, a chunk its embedding where it has one.

    >>> to_row(Entity("Company:百度", "Company", "百度", ("Baidu",), {"ticker": "9888.HK"}, listed=True))["aliases"]
    ('Baidu',)
    """
    row = asdict(noun)
    if isinstance(noun, Chunk) and noun.embedding is None:
        del row["embedding"]
    if not isinstance(noun, StoredFact):
        return row
    fact = row.pop("fact")
    evidence = fact.pop("evidence")
    return {**fact, **row, "evidence": evidence}


def evidence_row(fact_id: str, evidence: Evidence) -> Row:
    """A piece of evidence as a flat row."""
    row = asdict(evidence)
    time, amount = row.pop("time") or {}, row.pop("amount") or {}
    return {
        "fact": fact_id,
        **row,
        "time": time.get("text"),
        "time_start": time.get("start"),
        "time_end": time.get("end"),
        "amount": amount.get("text"),
        "amount_value": amount.get("value"),
        "amount_unit": amount.get("unit"),
        "amount_currency": amount.get("currency"),
    }


def to_json(value: object) -> str:
    r"""A value as JSON on one line, whatever a program takes for the end of a line; dates are ISO text.

    >>> to_json({"name": "百\u2028度", "published": date(2023, 3, 1), "value": Decimal("1E+2")})
    '{"name": "百\\u2028度", "published": "2023-03-01", "value": 100.0}'
    """
    return json.dumps(value, ensure_ascii=False, default=_plain).translate(_LINE_ENDS)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {value!r}")
