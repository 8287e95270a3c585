"""Constraints and indexes, made on open; the embedded engine makes its full-text indexes itself."""

from kg.store.connection import Connection

# Full-text indexes have these names on both engines: they are the names that the embedded one gives.
ENTITY_NAMES = "Entity[names]"
CHUNK_TEXT = "Chunk[text]"

_UNIQUE = ("Document", "Chunk", "Entity", "Fact")
_INDEXED = (
    ("Document", "content_hash"),
    ("Document", "state"),
    ("Entity", "name"),
    ("Entity", "ticker"),
    ("Fact", "relation"),
)
_FULL_TEXT = {ENTITY_NAMES: ("Entity", "names"), CHUNK_TEXT: ("Chunk", "text")}


def create_schema(connection: Connection) -> None:
    """Make what is missing; a second time nothing."""
    for statement in schema_statements(is_embedded=connection.access.is_embedded):
        connection.run(statement)


def schema_statements(*, is_embedded: bool = False) -> tuple[str, ...]:
    """The statements that make the constraints and indexes of a store where they are missing."""
    unique = (
        f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
        for label in _UNIQUE
    )
    indexed = (
        f"CREATE INDEX {label.lower()}_{key} IF NOT EXISTS FOR (n:{label}) ON (n.{key})" for label, key in _INDEXED
    )
    full_text = (
        f"CREATE FULLTEXT INDEX `{name}` IF NOT EXISTS FOR (n:{label}) ON EACH [n.{key}] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
        for name, (label, key) in _FULL_TEXT.items()
    )
    return (*unique, *indexed, *(() if is_embedded else full_text))
