"""CSVs for `neo4j-admin database import full` of Neo4j 5: the import gives the graph that the store holds.

Its CSV has no escapes: the elements of a list are parted by a sign that must not stand in them, a list of one empty
text is like an empty list, and that is like none. What a cell cannot hold is set by `schema.cypher`, after the import.
"""

import json
import shlex
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from kg.exports.stored import Stored
from kg.graph import Edge, Node

PARTING = "\x1f"  # the unit separator; cleaned text never holds it
Properties = dict[str, Any]  # Any: as those of a node

# Properties and their types as the header spells them; without a type they are text.
_NODES = {
    "Document": "title publisher published source content_hash media_type chars:long pages:long pipeline state "
    "facts:long ingested_at",
    "Chunk": "index:long text start:long end:long page:long heading embedding:double[]",
    "Entity": "name aliases:string[] names listed:boolean listed_aliases:string[] surfaces:string[] "
    "surface_counts:long[] mentions:long documents:long",
    "Fact": "relation statuses:string[] times:string[] amounts:string[] publishers:string[] confidence:double "
    "support:long first_seen last_seen",
}
_EDGES = {
    "FROM_DOCUMENT": ("Chunk", "Document", ""),
    "NEXT_CHUNK": ("Chunk", "Chunk", ""),
    "FROM_CHUNK": ("Entity", "Chunk", "count:long surfaces:string[]"),
    "SUBJECT": ("Fact", "Entity", ""),
    "OBJECT": ("Fact", "Entity", ""),
    "SUPPORTED_BY": (
        "Fact",
        "Chunk",
        "start:long end:long quote status time time_start time_end amount amount_value:double amount_unit "
        "amount_currency confidence:double extractor",
    ),
    # The relations of the ontology: one file for all, the type of each stands in its row.
    "RELATION": ("Entity", "Entity", "fact_id statuses:string[] confidence:double support:long first_seen last_seen"),
}
_KINDS: dict[str, tuple[type, ...]] = {"string": (str,), "long": (int,), "double": (float,), "boolean": (bool,)}
_OPTIONAL = ("embedding",)
# Lists of nodes are never missing, but for these; those that are empty are set all at once.
_EMPTY = "MATCH (n:{label}) WHERE n.{key} IS NULL CALL {{ WITH n SET n.{key} = [] }} IN TRANSACTIONS OF 10000 ROWS;\n"
_README = """\
A whole graph of kg, for an empty database of Neo4j 5.

1. With Neo4j stopped, in this folder (a database of that name is replaced):

{command}

2. Start Neo4j. The constraints and indexes, and the few values that a CSV cannot hold:

cypher-shell --file schema.cypher
"""


@dataclass(frozen=True, slots=True)
class _Rows:
    """One open file and the columns of it that are properties."""

    file: TextIO
    columns: dict[str, str]

    def write(self, first: Iterable[str], properties: Properties) -> Properties:
        """Write a row, ids and labels first; the properties that it cannot hold come out."""
        held = {key: properties.get(key) for key, kind in self.columns.items() if _fits(properties.get(key), kind)}
        cells = (*map(_cell, first), *(_cell(held.get(key)) for key in self.columns))
        self.file.write(",".join(cells) + "\n")
        return {key: value for key, value in properties.items() if value is not None and key not in held}


def write(stored: Stored, out: Path) -> None:
    """Write the CSVs, `schema.cypher` and a README with the command into a folder."""
    with ExitStack() as stack:

        def open_file(name: str) -> TextIO:
            return stack.enter_context((out / name).open("w", encoding="utf-8", newline="\n"))

        nodes = {label: _open_nodes(label, open_file(f"{label.lower()}.csv"), stored) for label in _NODES}
        edges = {type_: _open_edges(type_, open_file(f"{type_.lower()}.csv")) for type_ in _EDGES}
        schema = open_file("schema.cypher")
        schema.writelines(f"{statement};\n" for statement in stored.schema)
        schema.writelines(_EMPTY.format(label=label, key=key) for label in _NODES for key in _lists(label))
        for node in stored.nodes():
            schema.writelines(_write_node(node, nodes, edges))
    (out / "README.txt").write_text(_README.format(command=shlex.join(import_command())), encoding="utf-8")


def import_command() -> list[str]:
    """The words of the command that imports the files of the folder it is run in."""
    return [
        # The name of the database comes first: behind the files it would be taken for one.
        *("neo4j-admin", "database", "import", "full", "neo4j", "--overwrite-destination", "--multiline-fields=true"),
        f"--array-delimiter=U+{ord(PARTING):04X}",
        *(f"--nodes={label.lower()}.csv" for label in _NODES),
        *(f"--relationships={type_.lower()}.csv" for type_ in _EDGES),
    ]


def _open_nodes(label: str, file: TextIO, stored: Stored) -> _Rows:
    columns = _columns(_NODES[label])
    if label == "Entity":  # what the name lists know beside names
        columns |= {key: "string" for key in stored.entity_keys() if key != "id" and key not in columns}
    return _open(file, (f"id:ID({label})", ":LABEL"), columns)


def _open_edges(type_: str, file: TextIO) -> _Rows:
    start, end, columns = _EDGES[type_]
    return _open(file, (f":START_ID({start})", f":END_ID({end})", ":TYPE"), _columns(columns))


def _open(file: TextIO, first: Iterable[str], columns: dict[str, str]) -> _Rows:
    file.write(",".join([*first, *(f"{key}:{kind}" for key, kind in columns.items())]) + "\n")
    return _Rows(file, columns)


def _columns(written: str) -> dict[str, str]:
    parts = (column.partition(":") for column in written.split())
    return {key: kind or "string" for key, _, kind in parts}


def _lists(label: str) -> list[str]:
    return [key for key, kind in _columns(_NODES[label]).items() if kind.endswith("[]") and key not in _OPTIONAL]


def _write_node(node: Node, nodes: dict[str, _Rows], edges: dict[str, _Rows]) -> Iterator[str]:
    """Write a node and what leaves it; the statements that complete them come out."""
    (label,) = set(node.labels) & nodes.keys()
    properties = {key: value for key, value in node.properties.items() if key != "id"}
    left = nodes[label].write((node.id, PARTING.join(node.labels)), properties)
    left = {key: value for key, value in left.items() if value != [] or key not in _lists(label)}
    yield from _statements(f"MATCH (n:{label} {{id: {_literal(node.id)}}})", left)
    for edge in sorted(node.leaving, key=lambda one: (one.type, one.end, repr(one.properties))):
        yield from _write_edge(edge, edges)


def _write_edge(edge: Edge, edges: dict[str, _Rows]) -> Iterator[str]:
    model = edge.type if edge.type in edges else "RELATION"
    left = edges[model].write((edge.start, edge.end, edge.type), edge.properties)
    start, end, _ = _EDGES[model]
    ends = [f"(:{label} {{id: {_literal(one)}}})" for label, one in ((start, edge.start), (end, edge.end))]
    yield from _statements(f"MATCH {ends[0]}-[n:`{edge.type}`]->{ends[1]}", left)


def _statements(match: str, properties: Properties) -> Iterator[str]:
    for key, value in sorted(properties.items()):
        yield f"{match} SET n.`{key}` = {_literal(value)};\n"


def _literal(value: object) -> str:
    return json.dumps(value)  # Cypher reads what JSON escapes, and no other


def _fits(value: object, kind: str) -> bool:
    """Whether a cell of this kind gives the value back."""
    if value is None:
        return True
    if not kind.endswith("[]"):
        return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))
    elements = value if isinstance(value, list) else []
    return bool(elements) and all(
        one not in (None, "") and _fits(one, kind.removesuffix("[]")) and PARTING not in str(one) for one in elements
    )


def _cell(value: object) -> str:
    """A cell: nothing for null, text in quotes; a list is a text of its parted elements."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = PARTING.join(map(str, value)) if isinstance(value, list) else str(value)
    return '"' + text.replace('"', '""') + '"' if isinstance(value, str | list) else text
