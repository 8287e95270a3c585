"""A relation that layout says, with its evidence; None where the ontology does not allow it."""

from dataclasses import dataclass

from spacy.tokens import Span

from kg.extraction.document import DocRelation, sentences_of
from kg.mention import Amount, Status, Time
from kg.ontology import Ontology


@dataclass(frozen=True, slots=True)
class Layout:
    """What kind of layout says a relation, and how far it is to be trusted (0 to 1)."""

    extractor: str
    score: float
    status: Status = "asserted"
    time: Time | None = None
    amount: Amount | None = None


def relate(ontology: Ontology, subject: Span, relation: str, obj: Span, layout: Layout) -> DocRelation | None:
    """The relation of two names; its evidence is the sentence that the later of the two stands in."""
    if relation not in ontology.relations or subject == obj:
        return None
    if not ontology.allows(subject.label_, relation, obj.label_):
        return None
    later = max(subject.start, obj.start)
    sentence = next((one for one in sentences_of(subject.doc) if one.span.end > later), None)
    if sentence is None:
        return None
    score: float = layout.score * min(subject._.kg_score, obj._.kg_score) ** 0.5
    return DocRelation(
        subject,
        relation,
        obj,
        score,
        sentence,
        layout.extractor,
        status=layout.status,
        time=layout.time,
        amount=layout.amount,
    )
