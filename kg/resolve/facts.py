"""Relations between mentions → facts between entities, with their evidence."""

from collections import defaultdict
from collections.abc import Mapping

from kg.graph import Evidence, Fact
from kg.mention import Extraction, Mention, Relation
from kg.ontology import Ontology
from kg.report import Report
from kg.resolve.chunks import Chunks, digest

_Triple = tuple[str, str, str]
_Said = tuple[object, ...]  # what makes two pieces of evidence the same: their sentence and their qualifiers


def find_facts(
    report: Report, chunks: Chunks, extraction: Extraction, ids: Mapping[Mention, str], ontology: Ontology
) -> tuple[Fact, ...]:
    """The facts of a report; what one sentence says twice in the same way counts once, with its best score.

    Args:
        report: the text that quotes are cut from.
        chunks: where evidence must lie.
        extraction: its relations become facts.
        ids: the entity of each mention; a relation with a mention that has none is left out.
        ontology: its relations, and the types they join.
    """
    facts: defaultdict[_Triple, dict[_Said, Evidence]] = defaultdict(dict)
    for relation in extraction.relations:
        triple = _to_triple(relation, ids, ontology)
        evidence = _to_evidence(report, chunks, relation)
        if triple is None or evidence is None:
            continue
        said = evidence.start, evidence.end, evidence.status, evidence.time, evidence.amount
        kept = facts[triple].get(said)
        if kept is None or (evidence.score, kept.extractor) > (kept.score, evidence.extractor):
            facts[triple][said] = evidence
    return tuple(_to_fact(triple, found) for triple, found in sorted(facts.items()))


def _to_triple(relation: Relation, ids: Mapping[Mention, str], ontology: Ontology) -> _Triple | None:
    """Subject, relation and object, the ends of a symmetric relation sorted; None where they make no fact."""
    subject, obj = ids.get(relation.subject), ids.get(relation.object)
    if subject is None or obj is None or subject == obj:
        return None
    if not ontology.allows(relation.subject.type, relation.relation, relation.object.type):
        return None
    if ontology.relations[relation.relation].symmetric:
        subject, obj = sorted((subject, obj))
    return subject, relation.relation, obj


def _to_evidence(report: Report, chunks: Chunks, relation: Relation) -> Evidence | None:
    """The sentence of a relation without the white space around it; None in furniture."""
    text = report.text[relation.sentence.start : relation.sentence.end]
    start = relation.sentence.start + len(text) - len(text.lstrip())
    chunk = chunks.find(start)
    if chunk is None or not text.strip():
        return None
    end = start + len(text.strip())
    return Evidence(
        document=report.id,
        chunk=chunk.id,
        start=start,
        end=end,
        quote=report.quote(start, end),
        status=relation.status,
        time=relation.time,
        amount=relation.amount,
        score=relation.score,
        extractor=relation.extractor,
    )


def _to_fact(triple: _Triple, found: Mapping[_Said, Evidence]) -> Fact:
    evidence = sorted(found.values(), key=lambda one: (one.start, one.end, one.status, -one.score, one.extractor))
    return Fact(digest(*triple), *triple, evidence=tuple(evidence))
