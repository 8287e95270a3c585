"""What the store is measured against: the same graph through the driver alone, and through neo4j-graphrag's writer.

`Bare` makes the nodes and relationships that `Store.write` makes, with the same ids, constraints and batches, and
leaves out what the store computes over all documents. `GraphRag` hands the same nodes and relationships to
neo4j-graphrag. Its writer makes an entity anew for every report that names it; joining them by label and name is
another step, which its pipeline takes after each report unless told not to. Facts are joined by neither.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from neo4j import Driver, ManagedTransaction

from kg.graph import Entity, Graph
from kg.ontology import Ontology
from kg.store.rows import batches, chunk_row, document_row, evidence_row

if TYPE_CHECKING:
    from neo4j_graphrag.components.types import Neo4jGraph

Row = dict[str, Any]  # Any: what Cypher takes as a parameter

_DOCUMENT = "UNWIND $rows AS row CREATE (d:Document {id: row.id}) SET d += row"
_CHUNKS = """
UNWIND $rows AS row MATCH (d:Document {id: row.document})
CREATE (c:Chunk {id: row.props.id}) SET c += row.props CREATE (c)-[:FROM_DOCUMENT]->(d)
"""
_NEXT = """
UNWIND $rows AS row MATCH (a:Chunk {id: row.id}) MATCH (b:Chunk {id: row.next}) CREATE (a)-[:NEXT_CHUNK]->(b)
"""
_ENTITIES = """
UNWIND $rows AS row OPTIONAL MATCH (e:Entity {id: row.id}) WITH row, e WHERE e IS NULL
CREATE (n:Entity:%s {id: row.id}) SET n += row
"""
_APPEARANCES = """
UNWIND $rows AS row MATCH (e:Entity {id: row.entity}) MATCH (c:Chunk {id: row.chunk})
CREATE (e)-[:FROM_CHUNK {count: row.count, surfaces: row.surfaces}]->(c)
"""
_FACTS = """
UNWIND $rows AS row OPTIONAL MATCH (f:Fact {id: row.id}) WITH row, f WHERE f IS NULL
MATCH (s:Entity {id: row.subject}) MATCH (o:Entity {id: row.object})
CREATE (n:Fact {id: row.id, relation: row.relation}) CREATE (n)-[:SUBJECT]->(s) CREATE (n)-[:OBJECT]->(o)
"""
_SUPPORT = """
UNWIND $rows AS row MATCH (f:Fact {id: row.fact}) MATCH (c:Chunk {id: row.chunk})
CREATE (f)-[r:SUPPORTED_BY]->(c) SET r += row.props
"""
_EDGES = """
UNWIND $rows AS row MATCH (s:Entity {id: row.subject}) MATCH (o:Entity {id: row.object})
MERGE (s)-[:%s {fact_id: row.id}]->(o)
"""
_REMOVE = (
    "MATCH (:Document {id: $id})<-[:FROM_DOCUMENT]-(c:Chunk) DETACH DELETE c",
    "MATCH (d:Document {id: $id}) DETACH DELETE d",
)


class Bare:
    """Writes documents with one statement a kind of row, a transaction a document."""

    def __init__(self, driver: Driver, database: str, ontology: Ontology) -> None:
        self._driver = driver
        self._database = database
        self._ontology = ontology

    def write(self, graph: Graph) -> None:
        """The graph of a document."""

        def work(tx: ManagedTransaction) -> None:
            for cypher, rows in self._statements(graph):
                for batch in batches(rows):
                    tx.run(cypher, rows=batch).consume()

        with self._driver.session(database=self._database) as session:
            session.execute_write(work)

    def remove(self, document: str) -> None:
        """A document and its chunks; facts and entities are left as they are."""

        def work(tx: ManagedTransaction) -> None:
            for cypher in _REMOVE:
                tx.run(cypher, id=document).consume()

        with self._driver.session(database=self._database) as session:
            session.execute_write(work)

    def _statements(self, graph: Graph) -> Iterator[tuple[str, list[Row]]]:
        document = graph.documents[0]
        yield _DOCUMENT, [document_row(document, "1") | {"state": "complete"}]
        yield _CHUNKS, [{"document": document.id, "props": chunk_row(one)} for one in graph.chunks]
        ids = [chunk.id for chunk in graph.chunks]
        yield _NEXT, [{"id": one, "next": two} for one, two in pairwise(ids)]
        of_type: dict[str, list[Row]] = defaultdict(list)
        for entity in sorted(graph.entities, key=lambda one: one.id):
            of_type[entity.type].append(_entity_row(entity))
        for label, rows in sorted(of_type.items()):
            yield _ENTITIES % self._ontology.quote(label), rows
        yield (
            _APPEARANCES,
            [
                {"entity": one.entity, "chunk": one.chunk, "count": one.count, "surfaces": list(one.surfaces)}
                for one in graph.appearances
            ],
        )
        facts = sorted(graph.facts, key=lambda one: one.id)
        rows = [{"id": one.id, "subject": one.subject, "relation": one.relation, "object": one.object} for one in facts]
        yield _FACTS, rows
        yield _SUPPORT, [evidence_row(fact, one) for fact in facts for one in fact.evidence]
        asserted = {fact.id for fact in facts if any(one.status == "asserted" for one in fact.evidence)}
        of_relation: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row["id"] in asserted:
                of_relation[row["relation"]].append(row)
        for label, found in sorted(of_relation.items()):
            yield _EDGES % self._ontology.quote(label), found


def _entity_row(entity: Entity) -> Row:
    names = "\n".join((entity.name, *entity.aliases))
    row = {"id": entity.id, "name": entity.name, "aliases": list(entity.aliases), "names": names}
    return row | {"listed": entity.listed} | entity.attributes


class GraphRag:
    """The writer of neo4j-graphrag, and what joins entities after it, each with its defaults."""

    def __init__(self, driver: Driver, database: str, *, joins: bool) -> None:
        from neo4j_graphrag.components.kg_writer import Neo4jWriter
        from neo4j_graphrag.components.resolver import SinglePropertyExactMatchResolver

        self._writer = Neo4jWriter(driver, neo4j_database=database)
        self._resolver = SinglePropertyExactMatchResolver(driver, neo4j_database=database) if joins else None
        self._runner = asyncio.Runner()

    def write(self, graph: Neo4jGraph) -> None:
        """A graph of its own kind.

        Raises:
            RuntimeError: it says that it failed.
        """
        result = self._runner.run(self._writer.run(graph=graph))
        if result.status != "SUCCESS":
            raise RuntimeError(str(result.metadata))
        if self._resolver:
            self._runner.run(self._resolver.run())


def to_graphrag(graph: Graph) -> Neo4jGraph:
    """The nodes and relationships that `Bare` makes, as neo4j-graphrag takes them: with the lexical graph."""
    from neo4j_graphrag.components.types import Neo4jGraph, Neo4jNode, Neo4jRelationship

    document = graph.documents[0]
    rows: list[tuple[str, str, Row]] = [(document.id, "Document", document_row(document, "1"))]
    rows += [(one.id, "Chunk", chunk_row(one)) for one in graph.chunks]
    rows += [(one.id, one.type, _entity_row(one)) for one in graph.entities]
    rows += [(one.id, "Fact", {"id": one.id, "relation": one.relation}) for one in graph.facts]
    nodes = [
        Neo4jNode(id=key, label=label, properties={name: value for name, value in row.items() if value is not None})
        for key, label, row in rows
    ]
    edges = [
        Neo4jRelationship(start_node_id=start, end_node_id=end, type=kind, properties=properties)
        for start, kind, end, properties in _edges(graph)
    ]
    return Neo4jGraph(nodes=nodes, relationships=edges)


def _edges(graph: Graph) -> Iterator[tuple[str, str, str, Row]]:
    document = graph.documents[0].id
    ids = [chunk.id for chunk in graph.chunks]
    yield from ((one, "FROM_DOCUMENT", document, {}) for one in ids)
    yield from ((one, "NEXT_CHUNK", two, {}) for one, two in pairwise(ids))
    for one in graph.appearances:
        yield one.entity, "FROM_CHUNK", one.chunk, {"count": one.count, "surfaces": list(one.surfaces)}
    for fact in graph.facts:
        yield fact.id, "SUBJECT", fact.subject, {}
        yield fact.id, "OBJECT", fact.object, {}
        for one in fact.evidence:
            yield fact.id, "SUPPORTED_BY", one.chunk, evidence_row(fact, one)["props"]
        if any(one.status == "asserted" for one in fact.evidence):
            yield fact.subject, fact.relation, fact.object, {"fact_id": fact.id}
