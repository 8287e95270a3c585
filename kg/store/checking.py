"""Whether a database has the constraints and indexes that the schema wants; what is gone is made again."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from kg.store.connection import Connection
from kg.store.schema import Index, drop_statement, make_index

# Both engines know this one SHOW; the embedded one tells no settings.
_INDEXES = """
SHOW INDEXES YIELD name, type, labelsOrTypes, properties, options, owningConstraint, state
RETURN name, type, labelsOrTypes AS labels, properties, options, owningConstraint AS constraint, state
"""
_logger = logging.getLogger(__name__)


def restore(connection: Connection, wanted: Sequence[Index], *, is_new: bool) -> None:
    """Make what is missing, and warn of what else is not as it should be, a line each.

    Args:
        connection: to the database.
        wanted: what the schema wants.
        is_new: whether nothing has been made before: then nothing was dropped.
    """
    found = _read_indexes(connection)
    missing = [one for one in wanted if not any(_is_at(one, other) for other in found)]
    for one in missing:
        make_index(connection, one)
    if missing and not is_new:
        names = ", ".join(one.name for one in missing)
        _logger.warning("%s: made again what something had dropped: %s", connection.name, names)
    for line in _differences(connection, wanted, found):
        _logger.warning("%s", line)


def find_differences(connection: Connection, wanted: Sequence[Index]) -> tuple[str, ...]:
    """Where other indexes are in the place of wanted ones, and what to do, a line each."""
    return tuple(_differences(connection, wanted, _read_indexes(connection)))


def _differences(connection: Connection, wanted: Sequence[Index], found: Sequence[Index]) -> Iterator[str]:
    for one in wanted:
        others = [other for other in found if _is_at(one, other)]
        if others and not any(_serves(one, other) for other in others):
            other = others[0]
            remedy = "copy the store into a new one with kg copy"
            if connection.lease is None:
                remedy = f"{drop_statement(other)}, then open the store again"
            yield f"{connection.name}: {other.name} is a {other}, and {one.name} must be a {one}; {remedy}"


def _is_at(wanted: Index, found: Index) -> bool:
    """Whether an index has the name or the place of a wanted one."""
    return found.name == wanted.name or (
        (found.label, found.key) == (wanted.label, wanted.key) and _family(found) == _family(wanted)
    )


def _serves(wanted: Index, found: Index) -> bool:
    """Whether an index does what is wanted; full-text and vector indexes are asked for by their name."""
    is_named = found.name == wanted.name or _family(wanted) == "range"
    same = (found.kind, found.label, found.key, found.settings)
    return is_named and same == (wanted.kind, wanted.label, wanted.key, wanted.settings)


def _family(index: Index) -> str:
    """Indexes of one family stand in each other's way."""
    return "range" if index.kind == "unique" else index.kind


def _read_indexes(connection: Connection) -> list[Index]:
    settings = connection.lease.index_settings() if connection.lease else {}
    found = []
    for record in connection.read(_INDEXES):
        if not record["labels"]:
            continue  # of all labels: a Neo4j makes it for itself
        name, kind = record["name"], record["type"].lower()
        told = settings.get(name) or _settings_of(record["options"])
        if record["state"] == "FAILED":
            told = f"failed {told}".strip()
        if record["constraint"]:
            name, kind = record["constraint"], "unique"
        found.append(Index(name, kind, "|".join(record["labels"]), "|".join(record["properties"]), told))
    return found


def _settings_of(options: dict[str, Any] | None) -> str:  # Any: the driver's values
    """The settings of an index of a Neo4j."""
    config = (options or {}).get("indexConfig") or {}
    if "fulltext.analyzer" in config:
        return str(config["fulltext.analyzer"])
    if "vector.similarity_function" in config:
        return f"{config.get('vector.dimensions')} {config['vector.similarity_function'].lower()}"
    return ""
