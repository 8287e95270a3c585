"""The component that has a trained model settle status, time and amount: `kg_weigher`, the last of the pipeline."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.amounts import AmountSpan, find_amounts, join_amounts
from kg.extraction.document import FROM_LAYOUT, DocRelation, DocSentence, published_of, relations_of, sentences_of
from kg.extraction.sections import names_of_spans, outermost
from kg.extraction.times import TimeSpan, find_times
from kg.neural.section import Answer, Candidate, Question

_MAY_HOLD_ONE = re.compile(r"[\d年月日周季今昨同当近%亿万億]")


@dataclass(frozen=True, slots=True)
class Found:
    """A time or an amount at a place of a Doc."""

    candidate: Candidate
    value: TimeSpan | AmountSpan


def find_candidates(doc: Doc) -> list[Found]:
    """Every expression of a Doc that may be the time or the amount of something, in order, sentence by sentence."""
    return sorted(_candidates(doc), key=lambda one: (one.candidate.start, one.candidate.kind))


def _candidates(doc: Doc) -> Iterator[Found]:
    for one in sentences_of(doc):
        text, offset = one.span.text, one.span.start_char
        if _MAY_HOLD_ONE.search(text):
            for time in find_times(text, published_of(doc), wide=True):
                yield Found(Candidate(offset + time.start, offset + time.end, "time"), time)
            for amount in find_amounts(text, wide=True):
                kind = "stake" if amount.is_stake else "sum"
                yield Found(Candidate(offset + amount.start, offset + amount.end, kind), amount)


def ask(relations: Sequence[DocRelation], spans: Sequence[Span], found: Sequence[Found]) -> dict[int, Question]:
    """The question of each relation that words say of names in `spans`, by its position, with what rules made of it."""
    positions = {(span.start, span.end): at for at, span in enumerate(spans)}
    questions = {}
    for at, one in enumerate(relations):
        if one.extractor in FROM_LAYOUT:
            continue
        ends = [positions.get((span.start, span.end)) for span in (one.subject, one.object)]
        if ends[0] is not None and ends[1] is not None:
            questions[at] = Question(ends[0], one.relation, ends[1], one.status, tuple(_picked(one, found)))
    return questions


def _picked(relation: DocRelation, found: Sequence[Found]) -> Iterator[int]:
    """The candidates that rules chose: of those that read like the choice, the one nearest to the names."""
    amounts = relation.amount.text.split("，") if relation.amount else []
    for wanted in ([relation.time.text] if relation.time else []) + amounts:
        alike = [at for at, one in enumerate(found) if _text(one) == wanted]
        if alike:
            yield min(alike, key=lambda at: _distance(found[at].candidate, relation))


def _text(found: Found) -> str:
    return found.value.time.text if isinstance(found.value, TimeSpan) else found.value.amount.text


def _distance(candidate: Candidate, relation: DocRelation) -> int:
    return min(abs(candidate.start - span.start_char) for span in (relation.subject, relation.object))


def stated_relations(
    doc: Doc, spans: Sequence[Span], facts: Sequence[tuple[str, str, str]]
) -> tuple[list[DocRelation], list[int]]:
    """Facts that are known to hold as relations of a Doc, and the position of each one's fact.

    A relation that rules found stays as it is; else it is put between the two names that stand nearest.

    Args:
        doc: with what the rules found.
        spans: its names; `kb_id_` is the entity.
        facts: (subject, relation, object), ends by entity.
    """
    ruled = {(one.subject.kb_id_, one.relation, one.object.kb_id_): one for one in reversed(relations_of(doc))}
    relations, numbers = [], []
    for number, (subject, relation, obj) in enumerate(facts):
        pairs = [(a, b) for a in spans if a.kb_id_ == subject for b in spans if b.kb_id_ == obj]
        if not pairs:
            continue
        a, b = min(pairs, key=lambda pair: abs(pair[0].start - pair[1].start))
        sentence = _sentence_of(doc, max(a.start, b.start))
        if sentence is not None:
            near = DocRelation(a, relation, b, 1.0, sentence, "model")
            relations.append(ruled.get((subject, relation, obj), near))
            numbers.append(number)
    return relations, numbers


def _sentence_of(doc: Doc, token: int) -> DocSentence | None:
    return next((one for one in sentences_of(doc) if one.span.start <= token < one.span.end), None)


class WeigherComponent:
    """Rewrites status, time and amount of relations as the model says that `kg_tagger` read the Doc with.

    What rules chose is told to the model and stands where it is not asked.
    """

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc, its relations weighed."""
        if doc._.kg_reading is None:
            return doc
        model, section, reading = doc._.kg_reading
        doc._.kg_reading = None  # it is large
        relations = relations_of(doc)
        if relations and model.qualifier is not None:
            spans, found = outermost(doc), find_candidates(doc)
            questions = ask(relations, spans, found)
            candidates = [one.candidate for one in found]
            answers = model.qualify(section, reading, names_of_spans(spans), candidates, list(questions.values()))
            for at, answer in zip(questions, answers, strict=True):
                if answer is not None:
                    relations[at] = _answered(relations[at], answer, found)
        return doc


def _answered(relation: DocRelation, answer: Answer, found: Sequence[Found]) -> DocRelation:
    values = [found[at].value for at in answer.chosen]
    times = [one.time for one in values if isinstance(one, TimeSpan)]
    amount = join_amounts(tuple(one for one in values if isinstance(one, AmountSpan)))
    time = next(iter(times), None)
    # What rules read alike they read with more of its surroundings.
    if relation.time and time and relation.time.text == time.text:
        time = relation.time
    if relation.amount and amount and relation.amount.text == amount.text:
        amount = relation.amount
    return replace(relation, status=answer.status, time=time, amount=amount)


@Language.factory("kg_weigher")
def create_weigher(nlp: Language, name: str) -> WeigherComponent:
    """The component; it uses the model of the `kg_tagger` before it."""
    return WeigherComponent()
