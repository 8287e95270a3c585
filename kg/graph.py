"""The nouns of the graph: documents, chunks, entities and facts with their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kg.mention import Amount, Status, Time

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True, slots=True)
class Document:
    """A report as the graph keeps it."""

    id: str
    title: str
    publisher: str | None
    published: date | None
    source: str
    content_hash: str
    media_type: str
    chars: int
    pages: int | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole sentences of one section: `start:end` of the document's clean text; `text` is that text.

    Attributes:
        embedding: numbers in single precision whose directions are near where texts mean the same; mostly none.
    """

    id: str
    document: str
    index: int
    text: str
    start: int
    end: int
    page: int | None
    heading: str | None
    embedding: tuple[float, ...] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name.

    Attributes:
        id: `Type:key`, the same in every report and every store.
        name: the name list's name; without one, the surface its report uses most.
        aliases: other names, sorted; from the name list alone in a report's own graph.
        attributes: what the name list knows more: ticker, english, …
        listed: whether the name list has it (then reports never change its name).
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Appearance:
    """That a chunk names an entity `count` times, under these surfaces (sorted, distinct)."""

    entity: str
    chunk: str
    count: int
    surfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that says a fact: `start:end` of the document's clean text; `quote` is raw text."""

    document: str
    chunk: str
    start: int
    end: int
    quote: str
    status: Status
    time: Time | None
    amount: Amount | None
    score: float
    extractor: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A relation between two entities and every sentence that says it (ids are entities')."""

    id: str
    subject: str
    relation: str
    object: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact as a store keeps it, with what all its evidence shows together.

    Attributes:
        fact: with its evidence, in the order of documents and offsets.
        statuses, times, amounts, publishers: those of the evidence, distinct and sorted.
        confidence: the best score of the evidence, 0 to 1.
        support: how many documents say it.
        first_seen, last_seen: ISO dates of the first and the last dated document that says it; else None.
    """

    fact: Fact
    statuses: tuple[Status, ...]
    times: tuple[str, ...]
    amounts: tuple[str, ...]
    publishers: tuple[str, ...]
    confidence: float
    support: int
    first_seen: str | None
    last_seen: str | None


Noun = Document | Chunk | Entity | Appearance | StoredFact
# In this order a stream of them holds no id that it has not named before.
NOUNS: tuple[type[Noun], ...] = (Document, Chunk, Entity, Appearance, StoredFact)


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship of the database as it is kept; ends are named by their ids."""

    type: str
    start: str
    end: str
    properties: dict[str, Any]  # Any: a string, a number, a truth value or a list of them


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the database as it is kept, with the relationships that leave it; labels are sorted."""

    id: str
    labels: tuple[str, ...]
    properties: dict[str, Any]  # Any: as those of an edge
    leaving: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph, or a slice of one; what a report gives is a graph too. Every id it uses it also holds."""

    documents: tuple[Document, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    entities: tuple[Entity, ...] = ()
    appearances: tuple[Appearance, ...] = ()
    facts: tuple[Fact, ...] = ()

    def to_networkx(self) -> networkx.MultiDiGraph:
        """Entities as nodes and facts as edges keyed by fact id, with statuses, support and confidence.

        Attributes are scalars, which GraphML can hold: statuses are joined by `;`.
        """
        import networkx

        network = networkx.MultiDiGraph()
        for entity in self.entities:
            network.add_node(entity.id, type=entity.type, name=entity.name)
        for fact in self.facts:
            network.add_edge(
                fact.subject,
                fact.object,
                key=fact.id,
                relation=fact.relation,
                statuses=";".join(statuses_of(fact.evidence)),
                support=len({evidence.document for evidence in fact.evidence}),
                confidence=max((evidence.score for evidence in fact.evidence), default=0.0),
            )
        return network


def statuses_of(evidence: Iterable[Evidence]) -> tuple[Status, ...]:
    """The distinct statuses of some evidence, sorted."""
    return tuple(sorted({one.status for one in evidence}))
