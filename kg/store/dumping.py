"""Everything that is in a store as sorted lines of JSON: two stores are equal when their lines are."""

import json
from collections.abc import Iterator
from typing import Any

from kg.store.connection import Connection

_LABELS = ("Chunk", "Document", "Entity", "Fact")
_PAGE = 2_000
# When a document came in is what differs between two builds of the same graph.
_LEFT_OUT = ("ingested_at",)


def dump_lines(connection: Connection) -> Iterator[str]:
    """Nodes in the order of their ids, each with the relationships that leave it, without their time of writing."""
    for label in _LABELS:
        after = ""
        while page := connection.read(_nodes(label), {"after": after, "page": _PAGE}):
            leaving = _read_leaving(connection, label, [record["id"] for record in page])
            for record in page:
                node = {"labels": sorted(record["labels"]), "properties": _kept(record["properties"])}
                yield _to_line(node)
                yield from sorted(leaving.get(record["id"], ()))
            after = page[-1]["id"]


def _nodes(label: str) -> str:
    return (
        f"MATCH (n:{label}) WHERE n.id > $after "
        "RETURN n.id AS id, labels(n) AS labels, properties(n) AS properties ORDER BY id LIMIT $page"
    )


def _read_leaving(connection: Connection, label: str, ids: list[str]) -> dict[str, list[str]]:
    cypher = (
        f"UNWIND $ids AS id MATCH (n:{label} {{id: id}})-[r]->(m) "
        "RETURN n.id AS id, type(r) AS type, m.id AS to, properties(r) AS properties"
    )
    lines: dict[str, list[str]] = {}
    for record in connection.read(cypher, {"ids": ids}):
        edge = {"from": record["id"], "to": record["to"], "type": record["type"]}
        lines.setdefault(record["id"], []).append(_to_line(edge | {"properties": _kept(record["properties"])}))
    return lines


def _kept(properties: dict[str, Any]) -> dict[str, Any]:  # Any: property values
    return {key: value for key, value in properties.items() if key not in _LEFT_OUT and value is not None}


def _to_line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
