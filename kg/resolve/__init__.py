"""Mentions and relations of one report → its graph; the only bridge from text to graph.

Resolution is a pure function of the mention, its own report and the name list. It never depends on which other
reports are in, so an id never moves, and removing a report takes away exactly what it brought.
"""

from collections.abc import Sequence

from kg.graph import Document, Graph
from kg.lexicon import Lexicon
from kg.mention import Extraction
from kg.ontology import Ontology
from kg.report import Report, Sentence
from kg.resolve.chunks import chunk_report
from kg.resolve.entities import find_entities
from kg.resolve.facts import find_facts
from kg.resolve.types import settle_types

__all__ = ["resolve"]


def resolve(
    report: Report,
    sentences: Sequence[Sentence],
    extraction: Extraction,
    *,
    lexicon: Lexicon,
    ontology: Ontology,
    chunk_chars: int = 510,
) -> Graph:
    """The graph of one report: its document, chunks, entities, appearances and facts, each sorted.

    An entity's id is its type and its name: the canonical name where it is listed (`Company:百度`), else the
    folded spelling (`Company:星河智能`, the same for 星河 智能 and 星河智能股份有限公司). Names that differ in a
    number, a letter or a word are different entities. Aliases that the report states hold in this report.
    What lies in furniture gives nothing; a relation whose ends are one entity, or of types that the ontology does
    not let it join, gives no fact.

    Args:
        report: cleaned; the offsets of sentences and extraction count in its text.
        sentences: of the whole report, in order.
        extraction: what was found in it.
        lexicon: the names that decide which entity a surface is.
        ontology: which relations may join which types.
        chunk_chars: a chunk holds at most this many characters, unless one sentence is longer.
    """
    chunks = chunk_report(report, sentences, chunk_chars)
    typed = settle_types(extraction, lexicon=lexicon, ontology=ontology)
    found = find_entities(report, chunks, typed, lexicon)
    return Graph(
        documents=(_to_document(report),),
        chunks=chunks.all,
        entities=found.entities,
        appearances=found.appearances,
        facts=find_facts(report, chunks, typed, found.ids, ontology),
    )


def _to_document(report: Report) -> Document:
    pages = [block.page for block in report.blocks if block.page is not None]
    return Document(
        id=report.id,
        title=report.title,
        publisher=report.publisher,
        published=report.published,
        source=report.source,
        content_hash=report.content_hash,
        media_type=report.media_type,
        chars=len(report.text),
        pages=max(pages, default=None),
    )
