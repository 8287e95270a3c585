"""Takes a document out again with exactly what it brought, in one transaction."""

from neo4j import ManagedTransaction

from kg.ontology import Ontology
from kg.store import sharing
from kg.store.aggregates import Mentions, entity_properties, stored_known, stored_mentions
from kg.store.results import RemoveResult

# The first SET takes the lock; what follows it reads what the one before us has written. It leaves no trace: the
# document stays where it has become complete meanwhile.
_LOCK = """
MATCH (d:Document {id: $id}) SET d.locked = true REMOVE d.locked
WITH d WHERE d.state = 'loading' OR NOT $only_loading RETURN d.id AS id
"""
_SHARE_MENTIONS = """
MATCH (d:Document {id: $id})<-[:FROM_DOCUMENT]-(:Chunk)<-[r:FROM_CHUNK]-(e:Entity)
RETURN e.id AS entity, r.count AS count, r.surfaces AS surfaces
"""
_SHARE_FACTS = """
MATCH (d:Document {id: $id})<-[:FROM_DOCUMENT]-(:Chunk)<-[:SUPPORTED_BY]-(f:Fact) RETURN DISTINCT f.id AS id
"""
_CHUNK_IDS = "MATCH (d:Document {id: $id})<-[:FROM_DOCUMENT]-(c:Chunk) RETURN c.id AS id"
_DELETE_CHUNKS = "UNWIND $rows AS row MATCH (c:Chunk {id: row.id}) DETACH DELETE c"
_DELETE_DOCUMENT = "MATCH (d:Document {id: $id}) DETACH DELETE d"


def take_out(tx: ManagedTransaction, document_id: str, ontology: Ontology, *, only_loading: bool) -> RemoveResult:
    """Delete a document, its chunks and its evidence; recompute what it shared, or delete what only it gave.

    Args:
        tx: the transaction that all of it happens in.
        document_id: one that is not there changes nothing.
        ontology: of the relations.
        only_loading: leave a complete document alone.
    """
    if not tx.run(_LOCK, id=document_id, only_loading=only_loading).peek():
        return RemoveResult(document_id, 0, 0)
    leaving = _leaving_mentions(tx, document_id)
    ends = sharing.find_ends(tx, [record["id"] for record in tx.run(_SHARE_FACTS, id=document_id)])
    touched = leaving.keys() | {end for one in ends.values() for end in (one.subject, one.object)}
    stored = sharing.lock_entities(tx, touched)
    before = sharing.lock_facts(tx, ends)
    chunks = [{"id": record["id"]} for record in tx.run(_CHUNK_IDS, id=document_id)]
    sharing.send(tx, _DELETE_CHUNKS, chunks)
    tx.run(_DELETE_DOCUMENT, id=document_id).consume()
    facts = sharing.recompute_facts(tx, ends, before, stored, ontology)
    left = {one: stored_mentions(stored[one]).plus(leaving.get(one, Mentions()), sign=-1) for one in stored}
    properties = {one: entity_properties(one, stored_known(stored[one]), left[one]) for one in left}
    sharing.set_entities(tx, properties, stored)
    entities = sharing.delete_unused(tx, [one for one in left if not left[one].total])
    return RemoveResult(document_id, facts, entities)


def _leaving_mentions(tx: ManagedTransaction, document_id: str) -> dict[str, Mentions]:
    mentions: dict[str, Mentions] = {}
    for record in tx.run(_SHARE_MENTIONS, id=document_id):
        of_entity = mentions.setdefault(record["entity"], Mentions(documents=1))
        of_entity.total += record["count"]
        of_entity.surfaces.update(record["surfaces"])
    return mentions
