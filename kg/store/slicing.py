"""The part of the graph around some entities, best-supported facts first: for pages and analysis."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from neo4j import Record

from kg.graph import Appearance, Chunk, Document, Entity, Evidence, Fact, Graph
from kg.store import rows
from kg.store.connection import Connection
from kg.store.results import StoredDocument

_FILTER = """
($relations IS NULL OR f.relation IN $relations)
  AND ($statuses IS NULL OR any(status IN f.statuses WHERE status IN $statuses))
"""
_BEST = "ORDER BY f.support DESC, f.confidence DESC, f.id"
_TOP = f"""
MATCH (f:Fact) WHERE {_FILTER} WITH f {_BEST} LIMIT $limit
MATCH (f)-[:SUBJECT]->(s:Entity) MATCH (f)-[:OBJECT]->(o:Entity)
RETURN s.id AS subject, o.id AS object {_BEST}
"""
_AROUND = f"""
UNWIND $ids AS id MATCH (:Entity {{id: id}})<-[:SUBJECT|OBJECT]-(f:Fact) WHERE {_FILTER}
WITH DISTINCT f {_BEST} LIMIT $limit
MATCH (f)-[:SUBJECT]->(s:Entity) MATCH (f)-[:OBJECT]->(o:Entity)
RETURN s.id AS subject, o.id AS object {_BEST}
"""
_BETWEEN = f"""
UNWIND $ids AS id MATCH (s:Entity {{id: id}})<-[:SUBJECT]-(f:Fact) WHERE {_FILTER}
MATCH (f)-[:OBJECT]->(o:Entity) WHERE o.id IN $all
RETURN f.id AS id, s.id AS subject, f.relation AS relation, o.id AS object
"""
_ENTITIES = "UNWIND $ids AS id MATCH (e:Entity {id: id}) RETURN labels(e) AS labels, properties(e) AS properties"
_EVIDENCE = """
UNWIND $ids AS id MATCH (f:Fact {id: id})-[r:SUPPORTED_BY]->(c:Chunk)-[:FROM_DOCUMENT]->(d:Document)
RETURN f.id AS fact, c.id AS chunk, d.id AS document, properties(r) AS properties
"""
_CHUNKS = """
UNWIND $ids AS id MATCH (c:Chunk {id: id})-[:FROM_DOCUMENT]->(d:Document)
RETURN d.id AS document, c {.id, .index, .text, .start, .end, .page, .heading} AS properties
"""
_DOCUMENTS = "UNWIND $ids AS id MATCH (d:Document {id: id}) RETURN properties(d) AS properties"
_APPEARANCES = """
UNWIND $ids AS id MATCH (c:Chunk {id: id})<-[r:FROM_CHUNK]-(e:Entity) WHERE $all IS NULL OR e.id IN $all
RETURN e.id AS entity, c.id AS chunk, r.count AS count, r.surfaces AS surfaces
"""
_PER_STATEMENT = 1_000


@dataclass(frozen=True, slots=True)
class Filters:
    """Which facts may be in; None for all."""

    statuses: Sequence[str] | None
    relations: Sequence[str] | None

    def to_parameters(self) -> dict[str, Any]:  # Any: parameters
        """The parameters of the filter's statements."""
        return {
            "statuses": None if self.statuses is None else list(self.statuses),
            "relations": None if self.relations is None else list(self.relations),
        }


def choose_entities(connection: Connection, focus: Sequence[str], hops: int, limit: int, filters: Filters) -> list[str]:
    """Up to `limit` entity ids: the focus, then hop by hop the ends of the best-supported facts around it.

    Without a focus, the ends of the best-supported facts of all.
    """
    parameters = filters.to_parameters()
    # Every fact adds at most two entities, and a hop may meet many facts between entities that are in.
    parameters["limit"] = 20 * limit
    if not focus:
        return list(islice(_ends(connection.read(_TOP, parameters)), limit))
    found = [record["properties"]["id"] for record in fetch(connection, _ENTITIES, focus)]
    chosen = dict.fromkeys([one for one in dict.fromkeys(focus) if one in found][:limit])
    frontier = list(chosen)
    for _ in range(hops):
        records = connection.read(_AROUND, parameters | {"ids": frontier}) if frontier else []
        fresh = (one for one in _ends(records) if one not in chosen)
        frontier = list(islice(fresh, limit - len(chosen)))
        chosen |= dict.fromkeys(frontier)
    return list(chosen)


def _ends(records: Iterable[Record]) -> Iterator[str]:
    return iter(dict.fromkeys(one for record in records for one in (record["subject"], record["object"])))


def read_graph(connection: Connection, ids: Sequence[str], filters: Filters) -> Graph:
    """These entities, the facts between them, and the evidence, documents and chunks (without embeddings) of these."""
    everything = {"all": list(ids), **filters.to_parameters()}
    ends = {record["id"]: record for record in fetch(connection, _BETWEEN, ids, everything)}
    evidence = read_evidence(connection, sorted(ends))
    chunks = _read_chunks(connection, {one.chunk for of_fact in evidence.values() for one in of_fact})
    return Graph(
        documents=read_documents(connection, {chunk.document for chunk in chunks}),
        chunks=chunks,
        entities=tuple(entity_of(record) for record in read_entities(connection, ids)),
        appearances=read_appearances(connection, [chunk.id for chunk in chunks], among=ids),
        facts=tuple(to_fact(ends[one], evidence[one]) for one in sorted(ends)),
    )


def read_evidence(connection: Connection, facts: Sequence[str]) -> dict[str, list[Evidence]]:
    """The evidence of each of these facts."""
    evidence: dict[str, list[Evidence]] = {one: [] for one in facts}
    for record in fetch(connection, _EVIDENCE, facts):
        one = rows.to_evidence(record["document"], record["chunk"], record["properties"])
        evidence[record["fact"]].append(one)
    return evidence


def to_fact(record: Record, evidence: Iterable[Evidence]) -> Fact:
    """The fact of a record with its id, ends and relation; evidence in the order of documents and offsets."""
    ordered = sorted(evidence, key=lambda one: (one.document, one.start, one.end, one.extractor, one.status, repr(one)))
    return Fact(record["id"], record["subject"], record["relation"], record["object"], tuple(ordered))


def read_documents(connection: Connection, ids: Iterable[str]) -> tuple[Document, ...]:
    """These documents, in the order of their ids."""
    return tuple(rows.to_document(record["properties"]) for record in fetch(connection, _DOCUMENTS, sorted(ids)))


def to_stored(record: Record) -> StoredDocument:
    """The document of a record with its properties, as it stands in the store."""
    node = record["properties"]
    return StoredDocument(
        id=node["id"],
        title=node["title"],
        publisher=node.get("publisher"),
        published=node.get("published"),
        source=node["source"],
        content_hash=node["content_hash"],
        pipeline=node["pipeline"],
        state=node["state"],
        facts=node.get("facts") or 0,
        ingested_at=node.get("ingested_at"),
    )


def _read_chunks(connection: Connection, ids: Iterable[str]) -> tuple[Chunk, ...]:
    records = fetch(connection, _CHUNKS, sorted(ids))
    chunks = [rows.to_chunk(record["document"], record["properties"]) for record in records]
    return tuple(sorted(chunks, key=lambda chunk: (chunk.document, chunk.index)))


def read_entities(connection: Connection, ids: Iterable[str]) -> Iterator[Record]:
    """Labels and properties of these entities, in the order of their ids."""
    return fetch(connection, _ENTITIES, sorted(ids))


def entity_of(record: Record) -> Entity:
    """The entity of a record with its labels and properties."""
    label = next(label for label in record["labels"] if label != "Entity")
    return rows.to_entity(label, record["properties"])


def read_appearances(
    connection: Connection, chunks: Sequence[str], *, among: Sequence[str] | None = None
) -> tuple[Appearance, ...]:
    """What these chunks name, by chunk and entity; `among` leaves out all other entities."""
    parameters = {"all": None if among is None else list(among)}
    found = [
        Appearance(record["entity"], record["chunk"], record["count"], tuple(record["surfaces"]))
        for record in fetch(connection, _APPEARANCES, chunks, parameters)
    ]
    return tuple(sorted(found, key=lambda one: (one.chunk, one.entity)))


def fetch(
    connection: Connection, cypher: str, ids: Sequence[str], parameters: dict[str, Any] | None = None
) -> Iterator[Record]:
    """The records of a question over all ids, in portions and in the order of the ids."""
    for start in range(0, len(ids), _PER_STATEMENT):
        yield from connection.read(cypher, {**(parameters or {}), "ids": list(ids[start : start + _PER_STATEMENT])})
