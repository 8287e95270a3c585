"""The component that finds relations by trigger words and patterns inside a sentence."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.document import SPANS, DocRelation, DocSentence, relations_of, sentences_of
from kg.extraction.rules import Finding, Rules, Topic
from kg.extraction.skeleton import Group, Skeleton, make_skeleton
from kg.extraction.tokenizer import cover
from kg.extraction.triggers import Triggers
from kg.ontology import Ontology
from kg.resources import seeds_path

EXTRACTOR = "rules"
_OLDEST = 4  # sentences; what was spoken of before that is no topic


class RelationComponent:
    """Appends to `doc._.kg_relations` what trigger words and patterns say."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._triggers = Triggers.from_toml(path)
        self._rules: Rules | None = None

    def use(self, ontology: Ontology) -> None:
        """Find the relations of this ontology from now on."""
        self._rules = Rules(ontology, self._triggers.restrict(self._path, ontology))

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with the relations that its sentences say, each once a sentence by its surest rule."""
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
        topics = Topics()
        position = 0
        for sentence in sentences_of(doc):
            start, end = sentence.span.start_char, sentence.span.end_char
            position, inside = _take_outer(names, position, start, end)
            if sentence.sentence.block.kind in ("furniture", "table"):
                continue
            skeleton = make_skeleton(text, start, end, inside, self._triggers.kinds)
            for finding in self._rules.find(skeleton, topics.now()) if inside else ():
                yield sentence, skeleton, finding
            topics.note(skeleton, is_heading=sentence.sentence.block.kind == "heading")


class Topics:
    """What the sentences so far speak of: the last list of each kind that began one, and that of the heading."""

    def __init__(self) -> None:
        self._heading: dict[str, Group] = {}
        self._last: dict[str, tuple[Group, int]] = {}
        self._sentence = 0

    def now(self) -> list[Topic]:
        """The topics for the next sentence, the newest first."""
        recent = [
            Topic(group, self._sentence - number + 1)
            for group, number in self._last.values()
            if self._sentence - number < _OLDEST
        ]
        headings = [Topic(group, 0) for kind, group in self._heading.items()]
        return [*sorted(recent, key=lambda topic: topic.age), *headings]

    def note(self, skeleton: Skeleton, *, is_heading: bool) -> None:
        """Take in a sentence that was read."""
        self._sentence += 1
        firsts: dict[str, Group] = {}
        for position in sorted(skeleton.groups):
            firsts.setdefault(skeleton.text[position], skeleton.groups[position])
        if is_heading:
            self._heading, self._last = firsts, {}
        else:
            self._last |= {kind: (group, self._sentence) for kind, group in firsts.items()}


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


@Language.factory("kg_relations", default_config={"triggers": "", "ontology": ""})
def create_relations(nlp: Language, name: str, triggers: str, ontology: str | None) -> RelationComponent:
    """The component of a trigger file and an ontology file.

    An empty path stands for the shipped one; without `ontology` (None) the component waits for `use`.
    """
    component = RelationComponent(Path(triggers or seeds_path() / "triggers.toml"))
    if ontology is not None:
        component.use(Ontology.from_toml(Path(ontology or seeds_path() / "ontology.toml")))
    return component
