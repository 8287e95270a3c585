"""One spaCy Doc a section of a report, and what the components write on it.

`doc.spans["kg"]` holds the names: label_ is the type, kb_id_ the canonical name; overlaps are allowed.
`doc._.kg_relations` holds the DocRelations, `doc._.kg_report` which report it is of. Offsets of a Doc count from
`doc._.kg_start` of the report's text.
"""

from dataclasses import dataclass
from datetime import date

from spacy.tokens import Doc, Span

from kg.mention import Amount, Status, Time
from kg.report import Block, Sentence

SPANS = "kg"
FROM_LAYOUT = ("table", "list")  # extractors whose status, time and amount are said by cells and leads, not by words

for _name, _default in (
    ("kg_report", 0),
    ("kg_start", 0),
    ("kg_published", None),
    ("kg_sentences", ()),
    ("kg_blocks", ()),
):
    Doc.set_extension(_name, default=_default, force=True)
Doc.set_extension("kg_relations", default=[], force=True)  # spaCy copies a list default for each Doc
Span.set_extension("kg_score", default=1.0, force=True)


@dataclass(frozen=True, slots=True)
class DocSentence:
    """A sentence of the report and the tokens it covers."""

    span: Span
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class DocBlock:
    """A block of the report and the tokens it covers."""

    span: Span
    block: Block


@dataclass(frozen=True, slots=True)
class DocRelation:
    """A relation between two spans of `doc.spans["kg"]`.

    Attributes:
        trigger: the words that say it, None where structure (a table, a list under a heading) says it.
        sentence: the sentence that is its evidence.
        extractor: the component that found it.
    """

    subject: Span
    relation: str
    object: Span
    score: float
    sentence: DocSentence
    extractor: str
    trigger: Span | None = None
    status: Status = "asserted"
    time: Time | None = None
    amount: Amount | None = None


def sentences_of(doc: Doc) -> tuple[DocSentence, ...]:
    """The sentences of a Doc, in order."""
    return tuple(doc._.kg_sentences)


def blocks_of(doc: Doc) -> tuple[DocBlock, ...]:
    """The blocks of a Doc, in order."""
    return tuple(doc._.kg_blocks)


def published_of(doc: Doc) -> date | None:
    """The date of the report, None where unknown."""
    published: date | None = doc._.kg_published
    return published


def relations_of(doc: Doc) -> list[DocRelation]:
    """The relations found so far; components append to this list or replace its content."""
    relations: list[DocRelation] = doc._.kg_relations
    return relations
