"""A document's graph as the rows that the store writes, and the statements that take its chunks."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from kg.graph import Entity, Graph
from kg.store.aggregates import Mentions, count_mentions
from kg.store.rows import (
    Row,
    attributes_of,
    batches,
    bounded_appearance,
    bounded_id,
    chunk_row,
    document_row,
    evidence_row,
)
from kg.store.sharing import Ends

FEW_CHUNKS = 200  # of a report that goes in in a single transaction
_CHUNKS = """
UNWIND $rows AS row MATCH (d:Document {id: row.document})
CREATE (c:Chunk {id: row.id}) SET c += row.props CREATE (c)-[:FROM_DOCUMENT]->(d)
"""
_NEXT = """
UNWIND $rows AS row MATCH (a:Chunk {id: row.id}) MATCH (b:Chunk {id: row.next}) CREATE (a)-[:NEXT_CHUNK]->(b)
"""


@dataclass(frozen=True, slots=True)
class Load:
    """One document's graph in the form the store keeps, and who writes it."""

    id: str
    document: Row
    chunks: list[Row]
    entities: dict[str, Entity]
    appearances: list[Row]
    mentions: dict[str, Mentions]
    ends: dict[str, Ends]
    evidence: list[Row]
    attributes: dict[str, Row]
    writer: str

    @classmethod
    def from_graph(cls, graph: Graph, pipeline: str, writer: str) -> Self:
        """The rows of the graph of one document.

        Args:
            graph: with one document.
            pipeline: what extracted it.
            writer: who writes it.

        Raises:
            StoreError: an entity has attributes that the store cannot keep.
        """
        document = graph.documents[0]
        chunks = {one.id for one in graph.chunks}
        appearances = [bounded_appearance(one) for one in graph.appearances]
        ends = {one.id: Ends(bounded_id(one.subject), one.relation, bounded_id(one.object)) for one in graph.facts}
        mentions = count_mentions(appearances)
        used = mentions.keys() | {end for one in ends.values() for end in (one.subject, one.object)}
        entities = {bounded_id(one.id): one for one in graph.entities}
        return cls(
            id=document.id,
            document=document_row(document, pipeline),
            chunks=[{"document": document.id, "id": one.id, "props": chunk_row(one)} for one in graph.chunks],
            entities={one: entities[one] for one in sorted(used)},
            appearances=[
                {"entity": one.entity, "chunk": one.chunk, "count": one.count, "surfaces": list(one.surfaces)}
                for one in appearances
            ],
            mentions=mentions,
            ends=ends,
            evidence=[evidence_row(fact, one) for fact in graph.facts for one in fact.evidence if one.chunk in chunks],
            attributes={one: attributes_of(entities[one]) for one in used},
            writer=writer,
        )

    @property
    def chunk_batches(self) -> Iterator[tuple[str, list[Row]]]:
        """The statements that make the chunks and what links them, each with its rows."""
        follow = [{"id": one["id"], "next": two["id"]} for one, two in pairwise(self.chunks)]
        for cypher, rows in ((_CHUNKS, self.chunks), (_NEXT, follow)):
            yield from ((cypher, batch) for batch in batches(rows))

    @property
    def is_small(self) -> bool:
        """Whether a single transaction is to take all of it; after a conflict that is done again from its start."""
        return len(self.chunks) <= FEW_CHUNKS

    @property
    def claim(self) -> Row:
        """The parameters that find the document only while it is this load's."""
        return {"id": self.id, "writer": self.writer}
