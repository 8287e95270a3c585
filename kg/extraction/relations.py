"""The component that finds relations by trigger words and patterns inside a sentence."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.document import SPANS, DocRelation, DocSentence, relations_of, sentences_of
from kg.extraction.rules import Finding, Rules
from kg.extraction.skeleton import Group, Skeleton, make_skeleton
from kg.extraction.tokenizer import cover
from kg.extraction.triggers import Triggers
from kg.ontology import Ontology

EXTRACTOR = "rules"


class RelationComponent:
    """Appends to `doc._.kg_relations` what trigger words and patterns say."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._triggers = Triggers.from_toml(path)
        self._rules: Rules | None = None

    def use(self, ontology: Ontology) -> None:
        """Find the relations of this ontology from now on.

        Raises:
            SeedError: a trigger is of a relation that it does not declare.
        """
        self._triggers.check(self._path, ontology)
        self._rules = Rules(ontology, self._triggers)

    def __call__(self, doc: Doc) -> Doc:
        best: dict[tuple[str, str, str, int], DocRelation] = {}
        for sentence, skeleton, finding in self.find(doc):
            relation = _to_relation(doc, sentence, skeleton, finding)
            key = (finding.subject.kb_id_, finding.relation, finding.object.kb_id_, sentence.span.start)
            if key not in best or best[key].score < relation.score:
                best[key] = relation
        relations_of(doc).extend(best.values())
        return doc

    def find(self, doc: Doc) -> Iterator[tuple[DocSentence, Skeleton, Finding]]:
        """What each rule says of each sentence, one relation several times where several rules find it."""
        if self._rules is None:
            return
        names = sorted(doc.spans.get(SPANS, ()), key=lambda span: (span.start_char, -span.end_char))
        text = doc.text  # spaCy joins the tokens anew at each call
        topic: Group | None = None
        position = 0
        for sentence in sentences_of(doc):
            start, end = sentence.span.start_char, sentence.span.end_char
            position, inside = _take_outer(names, position, start, end)
            if not inside or sentence.sentence.block.kind in ("furniture", "table"):
                continue
            skeleton = make_skeleton(text, start, end, inside, self._triggers.kinds)
            for finding in self._rules.find(skeleton, topic):
                yield sentence, skeleton, finding
            topic = self._rules.find_topic(skeleton) or topic


def _take_outer(names: Sequence[Span], position: int, start: int, end: int) -> tuple[int, list[Span]]:
    """The outermost names that begin in `start:end`, and the position of the first name behind."""
    inside: list[Span] = []
    while position < len(names) and names[position].start_char < end:
        name = names[position]
        if name.start_char >= (inside[-1].end_char if inside else start) and name.end_char <= end:
            inside.append(name)
        position += 1
    return position, inside


def _to_relation(doc: Doc, sentence: DocSentence, skeleton: Skeleton, finding: Finding) -> DocRelation:
    start, end = skeleton.offsets[finding.start], skeleton.offsets[finding.end - 1] + 1
    trigger = cover(doc, start, end)
    return DocRelation(
        finding.subject, finding.relation, finding.object, finding.score, sentence, EXTRACTOR, trigger=trigger
    )


@Language.factory("kg_relations", default_config={"triggers": ""})
def create_relations(nlp: Language, name: str, triggers: str) -> RelationComponent:
    """The component of a trigger file; `use` gives it its ontology."""
    return RelationComponent(Path(triggers))
