"""What the store says of itself: documents that are in, what a write or a removal did, and counts."""

from dataclasses import dataclass
from typing import Literal

from kg.graph import Chunk, Document
from kg.table import Table

Outcome = Literal["added", "replaced", "unchanged", "copy"]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it stands in the store.

    Attributes:
        published: ISO date, None where unknown.
        pipeline: what extracted it; another pipeline gives other facts.
        state: `complete`, or `loading` while a writer is at it.
        facts: number of facts it supports.
        ingested_at: ISO date and time in UTC, None while loading.
    """

    id: str
    title: str
    publisher: str | None
    published: str | None
    source: str
    content_hash: str
    pipeline: str
    state: str
    facts: int
    ingested_at: str | None


@dataclass(frozen=True, slots=True)
class FoundChunk:
    """A chunk that is near to what was looked for.

    Attributes:
        score: (1 + cosine of the two embeddings) / 2, so 0 to 1; 0.5 has nothing in common.
    """

    chunk: Chunk
    document: Document
    score: float


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What writing one document did.

    Attributes:
        outcome: `unchanged` and `copy` wrote nothing new.
        original: of a copy, the document that has the same content; else None.
        entities, facts: of the document.
        new_entities, new_facts: those that no other document had given.
    """

    outcome: Outcome
    document: str
    original: str | None = None
    entities: int = 0
    facts: int = 0
    new_entities: int = 0
    new_facts: int = 0


@dataclass(frozen=True, slots=True)
class RemoveResult:
    """What went with a document: the facts nobody else supports, the entities nobody else mentions."""

    document: str
    facts: int
    entities: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is in; entities by type and facts by relation, sorted by label."""

    documents: int
    chunks: int
    entities: dict[str, int]
    facts: dict[str, int]
    evidence: int

    def to_table(self) -> Table:
        """A row a number: `in_store` says of what, `kind` of which type or relation."""
        totals = (("reports", "", self.documents), ("evidence", "", self.evidence))
        entities = (("entities", label, number) for label, number in self.entities.items())
        facts = (("facts", label, number) for label, number in self.facts.items())
        return Table(("in_store", "kind", "number"), (*totals, *entities, *facts))
