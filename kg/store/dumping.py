"""Everything that is in a store as sorted lines of JSON: two stores are equal when their lines are."""

import json
from collections.abc import Iterator
from typing import Any

from kg.graph import Edge
from kg.store.connection import Connection
from kg.store.streaming import read_nodes

# When a document came in is what differs between two builds of the same graph.
_LEFT_OUT = ("ingested_at",)


def dump_lines(connection: Connection) -> Iterator[str]:
    """Nodes in the order of their ids, each with the relationships that leave it, without their time of writing."""
    for node in read_nodes(connection):
        yield _to_line({"labels": list(node.labels), "properties": _kept(node.properties)})
        yield from sorted(map(_edge_line, node.leaving))


def _edge_line(edge: Edge) -> str:
    return _to_line({"from": edge.start, "to": edge.end, "type": edge.type, "properties": _kept(edge.properties)})


def _kept(properties: dict[str, Any]) -> dict[str, Any]:  # Any: property values
    return {key: value for key, value in properties.items() if key not in _LEFT_OUT and value is not None}


def _to_line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
