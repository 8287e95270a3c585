"""The version of a store's schema: written into it, checked when it is opened, and brought up to date."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from neo4j import ManagedTransaction

from kg.errors import StoreError
from kg.store.checking import find_differences, restore
from kg.store.connection import Connection
from kg.store.schema import RECORD, make_index, schema_statements, wanted_indexes

VERSION = 2

_READ = "MATCH (s:_Schema {id: 'kg'}) RETURN s.version AS version, s.dimensions AS dimensions"
_WRITE = "MERGE (s:_Schema {id: 'kg'}) SET s.version = $version"
_WRITE_DIMENSIONS = """
MERGE (s:_Schema {id: 'kg'}) SET s.version = coalesce(s.version, $version), s.dimensions = $dimensions
"""
_ANY = "MATCH (d:Document) RETURN d.id AS id LIMIT 1"


@dataclass(frozen=True, slots=True)
class Record:
    """What a store says of its schema.

    Attributes:
        version: None where nothing is in and nothing was ever written down.
        dimensions: of the embeddings, None where no chunk ever had one.
    """

    version: int | None
    dimensions: int | None = None


def _from_1(connection: Connection) -> None:
    """Up to version 1 there was no record; from now on there is one."""
    make_index(connection, RECORD)


# What brings a store from each version to the next. Each may run twice: after a crash, or by two who open at once.
MIGRATIONS: dict[int, Callable[[Connection], None]] = {1: _from_1}


def open_schema(connection: Connection) -> None:
    """See that the database has the schema of this release; one that is up to date is only read.

    Raises:
        StoreError: a later release has written it, or something is in the way of what is missing.
    """
    record = read_record(connection)
    if record.version and record.version > VERSION:
        raise StoreError(
            f"{connection.name}: its schema has version {record.version}, and this kg knows none after {VERSION}; "
            "open it with a later kg, or build a new store"
        )
    for version in range(record.version or VERSION, VERSION):
        MIGRATIONS[version](connection)
        connection.write(partial(_write, version=version + 1))
    restore(connection, wanted_indexes(record.dimensions), is_new=record.version is None)
    if record.version is None:
        connection.write(partial(_write, version=VERSION))


def check_schema(connection: Connection) -> tuple[str, ...]:
    """Where other indexes are in the place of wanted ones, and what to do, a line each."""
    return find_differences(connection, wanted_indexes(read_record(connection).dimensions))


def read_record(connection: Connection) -> Record:
    """What the store says of its schema; where there are reports and no record, version 1."""
    records = connection.read(_READ)
    if records:
        return Record(records[0]["version"], records[0]["dimensions"])
    return Record(1 if connection.read(_ANY) else None)


def write_dimensions(connection: Connection, dimensions: int) -> None:
    """Write down how many dimensions the store's embeddings have."""
    connection.write(lambda tx: tx.run(_WRITE_DIMENSIONS, version=VERSION, dimensions=dimensions).consume())


def statements_of(record: Record) -> tuple[str, ...]:
    """What makes the schema of a store in an empty Neo4j, its record too."""
    size = "" if record.dimensions is None else f", s.dimensions = {record.dimensions}"
    statement = f"MERGE (s:_Schema {{id: 'kg'}}) SET s.version = {VERSION}{size}"
    return (*schema_statements(record.dimensions), statement)


def _write(tx: ManagedTransaction, version: int) -> None:
    tx.run(_WRITE, version=version).consume()
