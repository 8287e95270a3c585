"""The constraints and indexes that a store wants, and how each engine is told to make them."""

from collections.abc import Iterator
from dataclasses import dataclass

from kg.store.connection import Connection

# Full-text and vector indexes have these names on both engines: they are the names that the embedded one gives.
ENTITY_NAMES = "Entity[names]"
CHUNK_TEXT = "Chunk[text]"
CHUNK_VECTORS = "Chunk[embedding]"


@dataclass(frozen=True, slots=True)
class Index:
    """An index that the schema wants, or that a database has.

    Attributes:
        kind: `unique` (a constraint and the index behind it), `range`, `fulltext` or `vector`; a database has others.
        label, key: the nodes and their property.
        settings: of a full-text index its analyzer, of a vector index its dimensions and similarity; else empty.
    """

    name: str
    kind: str
    label: str
    key: str
    settings: str = ""

    def __str__(self) -> str:
        return f"{self.kind} index over {self.label}.{self.key}" + (f" ({self.settings})" if self.settings else "")


# The record of the schema's version is a node of this label; no type of an ontology can be called so.
RECORD = Index("schema_id", "unique", "_Schema", "id")
_WANTED = (
    *(Index(f"{label.lower()}_id", "unique", label, "id") for label in ("Document", "Chunk", "Entity", "Fact")),
    RECORD,
    Index("document_content_hash", "range", "Document", "content_hash"),
    Index("document_state", "range", "Document", "state"),
    Index("entity_name", "range", "Entity", "name"),
    Index("entity_ticker", "range", "Entity", "ticker"),
    Index("fact_relation", "range", "Fact", "relation"),
    Index(ENTITY_NAMES, "fulltext", "Entity", "names", "cjk"),
    Index(CHUNK_TEXT, "fulltext", "Chunk", "text", "cjk"),
)


def wanted_indexes(dimensions: int | None) -> tuple[Index, ...]:
    """What a store wants whose embeddings have so many dimensions; None for a store without any."""
    return _WANTED if dimensions is None else (*_WANTED, vector_index(dimensions))


def vector_index(dimensions: int) -> Index:
    """The index over embeddings of so many dimensions."""
    return Index(CHUNK_VECTORS, "vector", "Chunk", "embedding", f"{dimensions} cosine")


def make_index(connection: Connection, index: Index) -> None:
    """Make an index if it is missing.

    Raises:
        StoreError: something is in its way.
    """
    if connection.lease and index.kind in ("fulltext", "vector"):
        size = index.settings.partition(" ")[0]
        connection.lease.make_index(index.kind, index.label, index.key, int(size) if size.isdigit() else 0)
    else:
        connection.run(_statement(index))
        if index.kind == "vector":  # a Neo4j makes it later, and refuses questions until then
            connection.run("CALL db.awaitIndexes(300)")


def drop_statement(index: Index) -> str:
    """How a Neo4j is told to drop an index."""
    return f"DROP {'CONSTRAINT' if index.kind == 'unique' else 'INDEX'} `{index.name}`"


def schema_statements(dimensions: int | None = None) -> Iterator[str]:
    """The statements that make what a Neo4j lacks of a store's constraints and indexes."""
    return map(_statement, wanted_indexes(dimensions))


def _statement(index: Index) -> str:
    node = f"`{index.name}` IF NOT EXISTS FOR (n:{index.label})"
    match index.kind:
        case "unique":
            return f"CREATE CONSTRAINT {node} REQUIRE n.{index.key} IS UNIQUE"
        case "fulltext":
            settings = f"`fulltext.analyzer`: '{index.settings}'"
            return f"CREATE FULLTEXT INDEX {node} ON EACH [n.{index.key}] OPTIONS {{indexConfig: {{{settings}}}}}"
        case "vector":
            size, similarity = index.settings.split()
            settings = f"`vector.dimensions`: {size}, `vector.similarity_function`: '{similarity}'"
            return f"CREATE VECTOR INDEX {node} ON (n.{index.key}) OPTIONS {{indexConfig: {{{settings}}}}}"
    return f"CREATE INDEX {node} ON (n.{index.key})"
