"""RDF as JSON-LD."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rdflib import Graph

from kg.exports.rdf import PREFIXES, to_graphs
from kg.exports.rows import to_json
from kg.exports.stored import Stored

_CONTEXT = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}


def write(stored: Stored, out: Path) -> None:
    """Write one UTF-8 file: an object with `@context` and `@graph`, a line for each thing that is said of."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"@context": {to_json(_CONTEXT)}, "@graph": [')
        separator = "\n"
        for graph in to_graphs(stored):
            for thing in _to_things(graph):
                file.write(separator + to_json(thing))
                separator = ",\n"
        file.write("\n]}\n")


def _to_things(graph: Graph) -> Iterator[dict[str, Any]]:  # Any: JSON
    """The things of a graph in the order of their names, and several values of one property in theirs."""
    whole = json.loads(graph.serialize(format="json-ld", context=_CONTEXT, indent=None))
    whole.pop("@context")
    things = whole.get("@graph") or [whole]  # one thing alone stands at the top
    for thing in sorted(things, key=lambda one: str(one["@id"])):
        yield {key: sorted(value, key=to_json) if isinstance(value, list) else value for key, value in thing.items()}
