"""Reads a whole store in the order of ids, a page at a time: memory does not grow with the number of reports."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from neo4j import Record

from kg.errors import StoreError
from kg.graph import Appearance, Chunk, Document, Edge, Entity, Fact, Node, Noun, StoredFact
from kg.store import rows
from kg.store.connection import Connection
from kg.store.slicing import entity_of, fetch, read_appearances, read_evidence, to_fact

LABELS = ("Chunk", "Document", "Entity", "Fact")
PAGE = 2_000  # nodes that are read at once
EDGES = 20_000  # relationships that are read at once; those of one node are never parted

_CHUNKS = """
MATCH (c:Chunk) WHERE c.id > $after WITH c ORDER BY c.id LIMIT $page MATCH (c)-[:FROM_DOCUMENT]->(d:Document)
RETURN c.id AS id, d.id AS document, properties(c) AS properties ORDER BY id
"""
_CHUNK_IDS = "MATCH (c:Chunk) WHERE c.id > $after RETURN c.id AS id ORDER BY id LIMIT $page"
_FACTS = """
MATCH (f:Fact) WHERE f.id > $after WITH f ORDER BY f.id LIMIT $page
MATCH (f)-[:SUBJECT]->(s:Entity) MATCH (f)-[:OBJECT]->(o:Entity)
RETURN f.id AS id, s.id AS subject, f.relation AS relation, o.id AS object, properties(f) AS properties ORDER BY id
"""
_KEYS = "MATCH (e:Entity) UNWIND keys(e) AS key RETURN DISTINCT key AS key ORDER BY key"
# A document that comes in or is replaced has a later time or another place in the count than what it finds.
_STATE = """
MATCH (d:Document)
RETURN count(d) AS documents, max(d.ingested_at) AS latest, sum(d.facts) AS facts,
  min(CASE WHEN d.state = 'loading' THEN d.id END) AS loading
"""


def pages(connection: Connection, cypher: str) -> Iterator[list[Record]]:
    """The records of a question that takes `$after` and `$page` and gives ids in order, page by page."""
    after = ""
    while page := connection.read(cypher, {"after": after, "page": PAGE}):
        yield page
        after = page[-1]["id"]


def nodes_of(label: str) -> str:
    """The question after all nodes of a label, for `pages`."""
    return (
        f"MATCH (n:{label}) WHERE n.id > $after "
        "RETURN n.id AS id, labels(n) AS labels, properties(n) AS properties ORDER BY id LIMIT $page"
    )


def read_nodes(connection: Connection) -> Iterator[Node]:
    """Everything as the database keeps it: label by label, ids in order, each with what leaves it."""
    for label in LABELS:
        for page in pages(connection, nodes_of(label)):
            leaving = _read_leaving(connection, label, [record["id"] for record in page])
            for record, edges in zip(page, leaving, strict=True):
                yield Node(record["id"], tuple(sorted(record["labels"])), dict(record["properties"]), tuple(edges))


def _read_leaving(connection: Connection, label: str, ids: Sequence[str]) -> Iterator[list[Edge]]:
    """What leaves each of these nodes, in their order."""
    degrees = (
        f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) OPTIONAL MATCH (n)-[r]->() RETURN n.id AS id, count(r) AS n"
    )
    cypher = (
        f"UNWIND $ids AS id MATCH (n:{label} {{id: id}})-[r]->(m) "
        "RETURN n.id AS id, type(r) AS type, m.id AS to, properties(r) AS properties"
    )
    number = {record["id"]: record["n"] for record in fetch(connection, degrees, ids)}
    for portion in _portions((one, number[one]) for one in ids):
        edges: dict[str, list[Edge]] = {one: [] for one in portion}
        for record in fetch(connection, cypher, portion):
            edge = Edge(record["type"], record["id"], record["to"], dict(record["properties"]))
            edges[edge.start].append(edge)
        yield from edges.values()


def _portions(weighted: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """The ids in order, in lists that weigh at most `EDGES`; one that is heavier goes alone."""
    portion: list[str] = []
    total = 0
    for one, weight in weighted:
        if portion and total + weight > EDGES:
            yield portion
            portion, total = [], 0
        portion.append(one)
        total += weight
    if portion:
        yield portion


def read_nouns(connection: Connection, kinds: Iterable[type[Noun]]) -> Iterator[Noun]:
    """All documents, chunks and so on of a store, kind by kind and in the order of ids."""
    for kind in kinds:
        yield from _READERS[kind](connection)


def _read_documents(connection: Connection) -> Iterator[Document]:
    for page in pages(connection, nodes_of("Document")):
        yield from (rows.to_document(record["properties"]) for record in page)


def _read_chunks(connection: Connection) -> Iterator[Chunk]:
    for page in pages(connection, _CHUNKS):
        yield from (rows.to_chunk(record["document"], record["properties"]) for record in page)


def _read_entities(connection: Connection) -> Iterator[Entity]:
    for page in pages(connection, nodes_of("Entity")):
        yield from map(entity_of, page)


def _read_appearances(connection: Connection) -> Iterator[Appearance]:
    for page in pages(connection, _CHUNK_IDS):
        yield from read_appearances(connection, [record["id"] for record in page])


def _read_facts(connection: Connection) -> Iterator[StoredFact]:
    for page in pages(connection, _FACTS):
        found = {record["id"]: record for record in page}
        # Each of the documents that say a fact says it in few sentences.
        for portion in _portions((one, found[one]["properties"]["support"]) for one in found):
            evidence = read_evidence(connection, portion)
            yield from (_to_stored(to_fact(found[one], evidence[one]), found[one]) for one in portion)


def _to_stored(fact: Fact, record: Record) -> StoredFact:
    properties = record["properties"]
    return StoredFact(
        fact=fact,
        statuses=tuple(properties["statuses"]),
        times=tuple(properties["times"]),
        amounts=tuple(properties["amounts"]),
        publishers=tuple(properties["publishers"]),
        confidence=properties["confidence"],
        support=properties["support"],
        first_seen=properties.get("first_seen"),
        last_seen=properties.get("last_seen"),
    )


_READERS: dict[type[Noun], Callable[[Connection], Iterator[Noun]]] = {
    Document: _read_documents,
    Chunk: _read_chunks,
    Entity: _read_entities,
    Appearance: _read_appearances,
    StoredFact: _read_facts,
}


def entity_keys(connection: Connection) -> tuple[str, ...]:
    """The properties that entities have, sorted."""
    return tuple(record["key"] for record in connection.read(_KEYS))


@contextmanager
def undisturbed(connection: Connection) -> Iterator[None]:
    """A block in which nobody writes: what is read page by page in it belongs together.

    Raises:
        StoreError: a report is being written at its beginning, or the store has changed at its end.
    """
    before = connection.read(_STATE)[0]
    if before["loading"] is not None:
        raise StoreError(f"{connection.name}: {before['loading']!r} is being written; wait until that is done")
    yield
    if connection.read(_STATE)[0] != before:
        raise StoreError(f"{connection.name}: reports came in or went meanwhile; run this again")
