"""Copies a whole store into another, document by document, on whatever engine each of them is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from os.path import commonprefix
from typing import TYPE_CHECKING

from kg.errors import StoreError
from kg.graph import Entity, Evidence, Fact, Graph
from kg.store import rows
from kg.store.connection import Connection
from kg.store.results import StoredDocument, WriteResult
from kg.store.slicing import entity_of, fetch, read_appearances, read_documents, read_entities, to_fact

if TYPE_CHECKING:
    from neo4j import Record

    from kg.store.bolt import Store

_CHUNKS = """
MATCH (d:Document {id: $id})<-[:FROM_DOCUMENT]-(c:Chunk)
RETURN c.id AS id, properties(c) AS properties ORDER BY c.index, id
"""
_EVIDENCE = """
UNWIND $ids AS id MATCH (c:Chunk {id: id})<-[r:SUPPORTED_BY]-(f:Fact)
RETURN f.id AS fact, c.id AS chunk, properties(r) AS properties
"""
_ENDS = """
UNWIND $ids AS id MATCH (f:Fact {id: id}) MATCH (f)-[:SUBJECT]->(s:Entity) MATCH (f)-[:OBJECT]->(o:Entity)
RETURN f.id AS id, s.id AS subject, f.relation AS relation, o.id AS object
"""
_SHOWN = 80  # characters of a line in an error, before and after the place where it differs


def copy_each(source: Store, target: Store) -> Iterator[WriteResult]:
    """Copy all documents of a store into another, in the order of their ids; what became of each comes out.

    Each goes in entirely or not at all. After a break the next run goes on where that one stopped, and a run with
    nothing left to do changes nothing. At the end both stores hold the same, but for the time of writing.

    Args:
        source: where nothing is changed.
        target: an empty store, or one that holds nothing but documents of the source.

    Raises:
        StoreError: the target holds other documents, the source changes meanwhile, or a database fails.
    """
    _refuse_others(source, target)
    with source.undisturbed():
        for stored in source.each_document():
            yield _copy_one(stored, source, target)
        _compare(source, target)


def _refuse_others(source: Store, target: Store) -> None:
    for stored in target.each_document():
        if not source.find_document(stored.id):
            raise StoreError(
                f"{target.name}: holds {stored.id!r}, which {source.name} does not; copy into an empty store"
            )


def _copy_one(stored: StoredDocument, source: Store, target: Store) -> WriteResult:
    there = target.find_document(stored.id)
    if there and replace(there, ingested_at=stored.ingested_at) == stored:
        return WriteResult("unchanged", stored.id, facts=stored.facts)
    return target.write(source.document_graph(stored.id), pipeline=stored.pipeline, keep_copies=True)


def _compare(source: Store, target: Store) -> None:
    for one, other in zip_longest(source.dump(), target.dump(), fillvalue=""):
        if one != other:
            same = len(commonprefix([one, other]))  # noqa: RUF071  # they are lines, not paths
            found = [line[max(0, same - _SHOWN) : same + _SHOWN] or "nothing" for line in (other, one)]
            raise StoreError(
                f"{target.name}: is not like {source.name}: {found[0]} in place of {found[1]}; "
                "was it changed meanwhile? Run this again, or copy into an empty store"
            )


def read_document(connection: Connection, document_id: str) -> Graph:
    """What a document brought: its chunks, its evidence, and the entities that these name."""
    records = connection.read(_CHUNKS, {"id": document_id})
    chunks = [rows.to_chunk(document_id, record["properties"]) for record in records]
    ids = [chunk.id for chunk in chunks]
    appearances = read_appearances(connection, ids)
    facts = _read_facts(connection, document_id, ids)
    named = {one.entity for one in appearances} | {end for one in facts for end in (one.subject, one.object)}
    return Graph(
        documents=read_documents(connection, [document_id]),
        chunks=tuple(chunks),
        entities=tuple(_as_written(record) for record in read_entities(connection, named)),
        appearances=appearances,
        facts=facts,
    )


def _read_facts(connection: Connection, document_id: str, chunks: list[str]) -> tuple[Fact, ...]:
    evidence: dict[str, list[Evidence]] = {}
    for record in fetch(connection, _EVIDENCE, chunks):
        one = rows.to_evidence(document_id, record["chunk"], record["properties"])
        evidence.setdefault(record["fact"], []).append(one)
    return tuple(to_fact(record, evidence[record["id"]]) for record in fetch(connection, _ENDS, sorted(evidence)))


def _as_written(record: Record) -> Entity:
    """An entity as a document's own graph has it: its aliases are the name list's, not those of all documents."""
    return replace(entity_of(record), aliases=tuple(record["properties"].get("listed_aliases") or ()))
