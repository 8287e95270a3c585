"""Entities and facts belong to all documents that name them: locked, changed, recomputed, deleted when nobody does.

Everything here runs inside one transaction of `loading`. Nodes are locked in the order of their ids, so that two
writers neither count each other out nor wait for each other in a circle.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from neo4j import ManagedTransaction, Record

from kg.ontology import Ontology
from kg.store.aggregates import Properties, edge_properties, fact_properties, is_asserted
from kg.store.rows import Row, batches

# A write takes the lock. It must not write back what it has read: that was read before the lock was had.
_LOCK_ENTITIES = """
UNWIND $rows AS row MATCH (e:Entity {id: row.id}) SET e.locked = true REMOVE e.locked RETURN e AS entity
"""
_LOCK_FACTS = """
UNWIND $rows AS row MATCH (f:Fact {id: row.id}) SET f.locked = true REMOVE f.locked
RETURN f AS fact
"""
_ENDS = """
UNWIND $rows AS row MATCH (f:Fact {id: row.id})-[:SUBJECT]->(s:Entity) MATCH (f)-[:OBJECT]->(o:Entity)
RETURN f.id AS id, s.id AS subject, f.relation AS relation, o.id AS object
"""
# What `aggregates.own_fact_properties` says of one document alone.
_EVIDENCE = """
UNWIND $rows AS row
MATCH (f:Fact {id: row.id})-[r:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document)
RETURN f.id AS id, collect(DISTINCT r.status) AS statuses, collect(DISTINCT r.time) AS times,
  collect(DISTINCT r.amount) AS amounts, collect(DISTINCT d.publisher) AS publishers, max(r.confidence) AS confidence,
  count(DISTINCT d.id) AS support, min(d.published) AS first_seen, max(d.published) AS last_seen
"""
_SET_FACTS = "UNWIND $rows AS row MATCH (f:Fact {id: row.id}) SET f += row.props"
_SET_ENTITIES = "UNWIND $rows AS row MATCH (e:Entity {id: row.id}) SET e += row.props"
_DELETE_FACTS = "UNWIND $rows AS row MATCH (f:Fact {id: row.id}) DETACH DELETE f"
_MAKE_EDGES = """
UNWIND $rows AS row MATCH (s:Entity {id: row.subject}) MATCH (o:Entity {id: row.object})
CREATE (s)-[r:%s]->(o) SET r += row.props
"""
# Found from the end that fewer documents name: the other may have an edge for every report.
_EDGES = "UNWIND $rows AS row MATCH (:Entity {id: row.end})%s[r:%s {fact_id: row.id}]%s() "
_UNUSED = """
UNWIND $rows AS row MATCH (e:Entity {id: row.id}) WHERE NOT (e)<-[:SUBJECT|OBJECT]-(:Fact) RETURN e.id AS id
"""
_DELETE_ENTITIES = "UNWIND $rows AS row MATCH (e:Entity {id: row.id}) DETACH DELETE e"


@dataclass(frozen=True, slots=True)
class Ends:
    """Between which entities a fact is, and which relation it says."""

    subject: str
    relation: str
    object: str


def send(tx: ManagedTransaction, cypher: str, rows: Iterable[Row]) -> None:
    """Run a statement over all rows, in batches."""
    for batch in batches(rows):
        tx.run(cypher, rows=batch).consume()


def fetch(tx: ManagedTransaction, cypher: str, ids: Iterable[str]) -> Iterator[Record]:
    """The records of a statement over all ids, in batches and in the order of the ids."""
    for batch in batches({"id": one} for one in sorted(ids)):
        yield from tx.run(cypher, rows=batch)


def lock_entities(tx: ManagedTransaction, ids: Iterable[str]) -> dict[str, Properties]:
    """The properties of those entities that exist; nobody else changes them before the transaction ends."""
    return {record["entity"]["id"]: dict(record["entity"]) for record in fetch(tx, _LOCK_ENTITIES, ids)}


def lock_facts(tx: ManagedTransaction, ids: Iterable[str]) -> dict[str, Properties]:
    """The properties of those facts that exist; nobody else changes them before the transaction ends."""
    return {record["fact"]["id"]: dict(record["fact"]) for record in fetch(tx, _LOCK_FACTS, ids)}


def find_ends(tx: ManagedTransaction, ids: Iterable[str]) -> dict[str, Ends]:
    """The ends of facts."""
    return {one["id"]: Ends(one["subject"], one["relation"], one["object"]) for one in fetch(tx, _ENDS, ids)}


def set_entities(
    tx: ManagedTransaction, properties: Mapping[str, Properties], stored: Mapping[str, Properties]
) -> None:
    """Write those properties of entities that differ from the stored ones: names stand in two indexes."""
    send(tx, _SET_ENTITIES, _changes(properties, stored))


def _changes(properties: Mapping[str, Properties], stored: Mapping[str, Properties]) -> Iterator[Row]:
    for one in sorted(properties):
        old = stored.get(one, {})
        if changed := {key: value for key, value in properties[one].items() if old.get(key) != value}:
            yield {"id": one, "props": changed}


def delete_unused(tx: ManagedTransaction, ids: Iterable[str]) -> int:
    """Delete those of the unmentioned entities that are no end of a fact; their number."""
    unused = sorted(record["id"] for record in fetch(tx, _UNUSED, ids))
    send(tx, _DELETE_ENTITIES, ({"id": one} for one in unused))
    return len(unused)


def recompute_facts(
    tx: ManagedTransaction,
    ends: Mapping[str, Ends],
    before: Mapping[str, Properties],
    entities: Mapping[str, Properties],
    ontology: Ontology,
) -> int:
    """Give facts the aggregates of the evidence they have now, and delete those without; the number that went.

    Args:
        tx: the transaction that changed their evidence.
        ends: of every fact.
        before: the properties of each as they were.
        entities: the properties of their ends.
        ontology: of their relations.
    """
    after = {record["id"]: fact_properties(dict(record)) for record in fetch(tx, _EVIDENCE, ends)}
    set_facts(tx, ends, before, after, entities, ontology)
    gone = sorted(ends.keys() - after.keys())
    send(tx, _DELETE_FACTS, ({"id": one} for one in gone))
    return len(gone)


def set_facts(
    tx: ManagedTransaction,
    ends: Mapping[str, Ends],
    before: Mapping[str, Properties],
    after: Mapping[str, Properties],
    entities: Mapping[str, Properties],
    ontology: Ontology,
) -> None:
    """Write the aggregates of facts, and make, change or delete the plain edge of each.

    Args:
        tx: the transaction.
        ends: of every fact.
        before: the properties of each as they were.
        after: its aggregates; one that has none loses its edge.
        entities: the properties of their ends.
        ontology: of their relations.
    """
    send(tx, _SET_FACTS, _changes(after, before))
    make: dict[str, list[Row]] = defaultdict(list)
    stay: dict[str, list[Row]] = {"out": [], "in": []}
    go: dict[str, list[Row]] = {"out": [], "in": []}
    for fact_id in sorted(ends):
        end, old, new = ends[fact_id], before.get(fact_id), after.get(fact_id)
        had, has = is_asserted(old and old["statuses"]), is_asserted(new and new["statuses"])
        props = edge_properties(fact_id, new) if new else {}
        if has and not had:
            make[end.relation].append({"id": fact_id, "subject": end.subject, "object": end.object, "props": props})
        elif had:
            fewer = _documents(entities, end.subject) <= _documents(entities, end.object)
            row = {"id": fact_id, "end": end.subject if fewer else end.object, "props": props}
            (stay if has else go)["out" if fewer else "in"].append(row)
    for relation, of_relation in sorted(make.items()):
        send(tx, _MAKE_EDGES % ontology.quote(relation), of_relation)
    # One statement for all relations: it is planned once, and a document has few such facts of each.
    labels = "|".join(ontology.quote(label) for label in sorted(ontology.relations))
    for way, (left, right) in {"out": ("-", "->"), "in": ("<-", "-")}.items():
        edges = _EDGES % (left, labels, right)
        send(tx, edges + "SET r += row.props", stay[way])
        send(tx, edges + "DELETE r", go[way])


def _documents(entities: Mapping[str, Properties], entity_id: str) -> int:
    number: int = entities.get(entity_id, {}).get("documents") or 0
    return number
