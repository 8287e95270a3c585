"""Docs as the neural room reads them: sections with their sentences, and the names found so far as hints."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc, Span

from kg.extraction.document import SPANS, blocks_of, relations_of, sentences_of
from kg.extraction.tokenizer import cover
from kg.lexicon import name_key
from kg.neural.section import Finding, Hint, Marked, Section, Unit


def to_section(doc: Doc) -> Section:
    """The section of a Doc; the names that `kg_lexicon` marked are its hints."""
    starts = {block.block.start: number for number, block in enumerate(blocks_of(doc))}
    units = tuple(
        Unit(one.span.start_char, one.span.end_char, one.sentence.block.kind, starts[one.sentence.block.start])
        for one in sentences_of(doc)
    )
    if not units and doc.text:  # a Doc of somebody else's pipeline
        units = (Unit(0, len(doc.text), "paragraph", 0),)
    hints = tuple(
        Hint(span.start_char, span.end_char, span.label_, "list" if span._.kg_score == 1.0 else "form")
        for span in doc.spans.get(SPANS, ())
    )
    return Section(doc.text, units, hints)


def findings_of(doc: Doc, names: Sequence[Span]) -> list[Finding]:
    """What the rules say of some names of a Doc, by the names' positions."""
    positions = {(name.start, name.end): at for at, name in enumerate(names)}
    found = []
    for one in relations_of(doc):
        subject = positions.get((one.subject.start, one.subject.end))
        obj = positions.get((one.object.start, one.object.end))
        if subject is not None and obj is not None:
            found.append(Finding(subject, one.relation, obj, one.score))
    return found


def outermost(doc: Doc) -> list[Span]:
    """The names of a Doc in order, of those that overlap the longest."""
    kept: list[Span] = []
    for span in sorted(doc.spans.get(SPANS, ()), key=lambda one: (one.start, -one.end)):
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept


def names_of_spans(spans: Sequence[Span]) -> list[Marked]:
    """Spans as names; those with one canonical name stand for one entity."""
    return [Marked(one.start_char, one.end_char, one.label_, name_key(one.kb_id_)) for one in spans]


def names_of_doc(doc: Doc, names: Sequence[Marked]) -> Iterator[Marked]:
    """The names of a report that lie in one of its Docs, with offsets of that Doc."""
    offset = doc._.kg_start
    for name in names:
        if offset <= name.start and name.end <= offset + len(doc.text):
            yield replace(name, start=name.start - offset, end=name.end - offset)


def mark(doc: Doc, name: Marked) -> Span:
    """The tokens of a name; its entity stands for its canonical name."""
    place = cover(doc, name.start, name.end)
    return Span(doc, place.start, place.end, label=name.type, kb_id=name.entity)
