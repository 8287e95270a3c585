"""RDF as Turtle."""

from pathlib import Path

from kg.exports.rdf import to_graphs
from kg.exports.stored import Stored


def write(stored: Stored, out: Path) -> None:
    """Write one UTF-8 file: many small documents in a row, which are one, with their prefixes said again."""
    with out.open("wb") as file:
        for graph in to_graphs(stored):
            file.write(graph.serialize(format="turtle", encoding="utf-8"))
