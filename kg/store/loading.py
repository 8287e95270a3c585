"""Takes documents in and takes them out: each entirely or not at all, whoever else writes or dies meanwhile.

A document comes in in three steps: a node in state `loading`; its chunks in batches; then one transaction with
entities, facts and evidence that ends in state `complete`. Until then nothing leads to it from an entity or a fact.
Whoever finds a document that is `loading` and whose writer is gone withdraws it. Where the chunks are few, all
three steps are one transaction. A document that takes the place of one that is in comes in one transaction with
the old one's going: a crash leaves the one or the other.
"""

import os
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from neo4j import ManagedTransaction, Record

from kg.graph import Graph
from kg.ontology import Ontology
from kg.store import sharing
from kg.store.aggregates import (
    EDGE_KEYS,
    Known,
    Mentions,
    Properties,
    entity_properties,
    fact_properties_with,
    is_asserted,
    own_fact_properties,
    stored_known,
    stored_mentions,
)
from kg.store.connection import Connection
from kg.store.load import Load
from kg.store.results import RemoveResult, WriteResult
from kg.store.rows import Row, bounded_name
from kg.store.withdrawing import take_out

STALE_SECONDS = 60.0  # without a sign of life of a writer on another machine
POLL_SECONDS = 0.1

_STATE = """
MATCH (d:Document {id: $id})
RETURN d.state AS state, d.writer AS writer, (timestamp() - d.touched) / 1000.0 AS age, properties(d) AS properties
"""
_LOADING = """
MATCH (d:Document) WHERE d.state = 'loading'
RETURN d.id AS id, d.writer AS writer, (timestamp() - d.touched) / 1000.0 AS age ORDER BY id
"""
_BEGIN = (
    "CREATE (d:Document {id: $id}) SET d += $props, d.state = 'loading', d.writer = $writer, d.touched = timestamp()"
)
# The first SET takes the lock; what follows it reads what the one before us has written.
_CLAIM = """
MATCH (d:Document {id: $id}) SET d.touched = timestamp()
WITH d WHERE d.state = 'loading' AND d.writer = $writer RETURN d.id AS id
"""
_APPEARANCES = """
UNWIND $rows AS row MATCH (e:Entity {id: row.entity}) MATCH (c:Chunk {id: row.chunk})
CREATE (e)-[:FROM_CHUNK {count: row.count, surfaces: row.surfaces}]->(c)
"""
_FACTS = """
UNWIND $rows AS row MATCH (s:Entity {id: row.subject}) MATCH (o:Entity {id: row.object})
CREATE (f:Fact {id: row.id, relation: row.relation}) SET f += row.props
CREATE (f)-[:SUBJECT]->(s) CREATE (f)-[:OBJECT]->(o)
"""
# The plain edge of a new fact whose row has the number of its relation; its entities are at hand where it is made.
_EDGE = (
    """FOREACH (_ IN CASE WHEN row.edge = %d THEN [1] ELSE [] END |
CREATE (s)-[r:%s]->(o) SET r.fact_id = row.id, """
    + ", ".join(f"r.{key} = row.props.{key}" for key in EDGE_KEYS)
    + """)
"""
)
_SUPPORT = """
UNWIND $rows AS row MATCH (f:Fact {id: row.fact}) MATCH (c:Chunk {id: row.chunk})
CREATE (f)-[r:SUPPORTED_BY]->(c) SET r += row.props
"""
_COMPLETE = """
MATCH (d:Document {id: $id})
SET d.state = 'complete', d.facts = $facts, d.ingested_at = $now, d.writer = null, d.touched = null
"""


class _LostError(Exception):
    """Somebody took this load for dead and withdrew it."""


@dataclass(slots=True)
class Loader:
    """Writes and withdraws documents through one connection."""

    connection: Connection
    ontology: Ontology
    name: str = field(default_factory=lambda: f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(8)}")

    def prepare(self, graph: Graph, pipeline: str) -> Load:
        """The rows of one document's graph, which this loader is to write."""
        return Load.from_graph(graph, pipeline, f"{self.name} {secrets.token_hex(4)}")

    def settle(self, document_id: str) -> Properties | None:
        """The properties of a document that is complete, None where there is none; waits while another loads it."""
        while records := self.connection.read(_STATE, {"id": document_id}):
            record = records[0]
            if record["state"] == "complete":
                return dict(record["properties"])
            if self._is_stale(record):
                self.withdraw(document_id, only_loading=True)
            else:
                time.sleep(POLL_SECONDS)
        return None

    def withdraw_stale(self, *, all_loading: bool) -> tuple[str, ...]:
        """Withdraw documents whose writer is gone; their ids come out."""
        loading = self.connection.read(_LOADING)
        stale = tuple(record["id"] for record in loading if all_loading or self._is_stale(record))
        for one in stale:
            self.withdraw(one, only_loading=True)
        return stale

    def _is_stale(self, record: Record) -> bool:
        writer = record["writer"] or ""
        host, _, rest = writer.partition(" ")
        if writer.startswith(self.name) or (host == socket.gethostname() and not _is_alive(rest.partition(" ")[0])):
            return True
        return (record["age"] or 0.0) > STALE_SECONDS

    def add(self, load: Load) -> WriteResult | None:
        """Take a document in; None where somebody else began to load it first."""
        try:
            if load.is_small:
                return self.connection.write(lambda tx: _add(tx, load, self.ontology))
            self.connection.write(lambda tx: _begin(tx, load))
            for cypher, batch in load.chunk_batches:
                self.connection.write(partial(_add_batch, load=load, cypher=cypher, batch=batch))
            return self.connection.write(lambda tx: _Completion(tx, load, self.ontology).run())
        except (_TakenError, _LostError):
            return None

    def replace(self, load: Load) -> WriteResult | None:
        """Take in a document in the place of what is in under its id; None where somebody else did so first."""
        try:
            return self.connection.write(lambda tx: _replace(tx, load, self.ontology))
        except (_TakenError, _LostError):
            return None

    def withdraw(self, document_id: str, *, only_loading: bool = False) -> RemoveResult:
        """Take out exactly what a document brought; recompute or delete what it shared."""
        return self.connection.write(lambda tx: take_out(tx, document_id, self.ontology, only_loading=only_loading))


class _TakenError(Exception):
    """The document is there already."""


def _begin(tx: ManagedTransaction, load: Load) -> None:
    if tx.run("MATCH (d:Document {id: $id}) RETURN d.id AS id", id=load.id).peek():
        raise _TakenError
    tx.run(_BEGIN, load.claim, props=load.document).consume()


def _claim(tx: ManagedTransaction, load: Load) -> None:
    if not tx.run(_CLAIM, load.claim).peek():
        raise _LostError


def _replace(tx: ManagedTransaction, load: Load, ontology: Ontology) -> WriteResult:
    take_out(tx, load.id, ontology, only_loading=False)
    return replace(_add(tx, load, ontology), outcome="replaced")


def _add(tx: ManagedTransaction, load: Load, ontology: Ontology) -> WriteResult:
    _begin(tx, load)
    for cypher, batch in load.chunk_batches:
        tx.run(cypher, rows=batch).consume()
    return _Completion(tx, load, ontology).run()


def _add_batch(tx: ManagedTransaction, *, load: Load, cypher: str, batch: list[Row]) -> None:
    _claim(tx, load)
    tx.run(cypher, rows=batch).consume()


@dataclass(frozen=True, slots=True)
class _Completion:
    """The transaction that makes a loaded document visible."""

    tx: ManagedTransaction
    load: Load
    ontology: Ontology

    def run(self) -> WriteResult:
        load, tx = self.load, self.tx
        _claim(tx, load)
        entities = sharing.lock_entities(tx, load.entities)
        self._create_entities(load.entities.keys() - entities.keys())
        known = sorted(load.entities.keys() & entities.keys())
        sharing.set_entities(tx, {one: self._properties(one, entities[one]) for one in known}, entities)
        sharing.send(tx, _APPEARANCES, load.appearances)
        facts = sharing.lock_facts(tx, load.ends)
        own = own_fact_properties(load.evidence, load.document)
        self._create_facts({one: own[one] for one in sorted(own.keys() - facts.keys())})
        sharing.send(tx, _SUPPORT, load.evidence)
        shared = {one: fact_properties_with(facts[one], own[one]) for one in sorted(own.keys() & facts.keys())}
        sharing.set_facts(tx, {one: load.ends[one] for one in shared}, facts, shared, entities, self.ontology)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        tx.run(_COMPLETE, id=load.id, facts=len(load.ends), now=now).consume()
        return WriteResult(
            outcome="added",
            document=load.id,
            entities=len(load.entities),
            facts=len(load.ends),
            new_entities=len(load.entities) - len(entities),
            new_facts=len(load.ends) - len(facts),
        )

    def _create_entities(self, ids: set[str]) -> None:
        for label in sorted({self.load.entities[one].type for one in ids}):
            of_type = (one for one in sorted(ids) if self.load.entities[one].type == label)
            rows = ({"id": one, "props": self._properties(one, {})} for one in of_type)
            cypher = f"CREATE (e:Entity:{self.ontology.quote(label)} {{id: row.id}}) SET e += row.props"
            sharing.send(self.tx, f"UNWIND $rows AS row {cypher}", rows)

    def _properties(self, entity_id: str, stored: Mapping[str, object]) -> Properties:
        entity = self.load.entities[entity_id]
        aliases = tuple(bounded_name(alias) for alias in entity.aliases)
        known = Known(bounded_name(entity.name), aliases) if entity.listed else stored_known(stored)
        mentions = stored_mentions(stored).plus(self.load.mentions.get(entity_id, Mentions()))
        return self.load.attributes[entity_id] | entity_properties(entity_id, known, mentions)

    def _create_facts(self, properties: Mapping[str, Properties]) -> None:
        numbers = {label: number for number, label in enumerate(self.ontology.relations)}
        edges = "".join(_EDGE % (number, self.ontology.quote(label)) for label, number in numbers.items())
        rows: list[Row] = []
        for one, props in properties.items():
            end = self.load.ends[one]
            edge = numbers[end.relation] if is_asserted(props["statuses"]) else None
            rows.append(
                {"id": one, "subject": end.subject, "relation": end.relation, "object": end.object, "props": props}
                | {"edge": edge}
            )
        sharing.send(self.tx, _FACTS + edges, rows)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
