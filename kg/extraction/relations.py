"""The component that finds relations by trigger words and patterns inside a sentence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
_SILENT = ("furniture", "table", "caption")
# Where a figure or a figure's numbers come from, and what a figure is called, is no fact of the report.
_SOURCE = re.compile(r"(?:资料|数据|图片|信息)来源|(?:\A|(?<=\n))\s*(?:图表?|表格?)\s?\d+(?:[-–.]\d+)?\s?[：:\s]")
# Who counted what a sentence says is not what it speaks of.
_CITED = re.compile(r"(?:官网|研究院)?的?(?:最新)?(?:数据|统计|预测|调研|报告|测算|官网)")
_WITNESSES = 4  # rules that count of those that find one relation
_CLOSE = 0.8  # of two relations between the same names, the less sure stays if it comes as close as this
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
        found: dict[tuple[str, str, str, int], _Said] = {}
        for sentence, skeleton, finding in self.find(doc):
            key = (finding.subject.kb_id_, finding.relation, finding.object.kb_id_, sentence.span.start)
            found.setdefault(key, _Said({}, [])).add(finding, _to_relation(doc, sentence, skeleton, finding))
        relations_of(doc).extend(_choose(found, self._triggers.least))
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
            if sentence.sentence.block.kind in _SILENT or _SOURCE.search(text, start, end):
                continue
            skeleton = make_skeleton(text, start, end, inside, self._triggers.kinds)
            for finding in self._rules.find(skeleton, topics.now()) if inside else ():
                yield sentence, skeleton, finding
            topics.note(skeleton, is_heading=sentence.sentence.block.kind == "heading")


@dataclass(slots=True)
class _Said:
    """How a sentence says one relation: the score of each rule that finds it, and what they find."""

    scores: dict[str, float]
    relations: list[DocRelation]

    def add(self, finding: Finding, relation: DocRelation) -> None:
        """Take in what one rule finds."""
        rule = f"{finding.rule.table} {finding.rule.key}"
        self.scores[rule] = max(finding.score, self.scores.get(rule, 0.0))
        self.relations.append(relation)

    def surest(self) -> DocRelation:
        """What the surest rule finds; further rules that find it too make it surer."""
        best = max(self.relations, key=lambda one: one.score)
        odds = best.score / (1 - best.score)
        for score in sorted(self.scores.values(), reverse=True)[1:_WITNESSES]:
            odds *= 1 + score
        return replace(best, score=odds / (1 + odds))


def _choose(found: Mapping[tuple[str, str, str, int], _Said], least: float) -> list[DocRelation]:
    """What is sure enough, and of several relations between the same two names in a sentence only the surest."""
    said = {key: one.surest() for key, one in found.items()}
    best: dict[tuple[frozenset[str], int], float] = {}
    for (subject, _, obj, start), relation in said.items():
        pair = frozenset((subject, obj)), start
        best[pair] = max(relation.score, best.get(pair, 0.0))
    return [
        relation
        for (subject, _, obj, start), relation in said.items()
        if relation.score >= max(least, _CLOSE * best[frozenset((subject, obj)), start])
    ]


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
            if not _CITED.match(skeleton.text, position + 1):
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
