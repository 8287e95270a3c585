"""Is it so, when, and how much: the status, time and amount of relations, from the words around them."""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.amounts import find_amounts, join_amounts
from kg.extraction.cues import StatusCues
from kg.extraction.document import DocRelation, published_of, relations_of
from kg.extraction.times import TimeSpan, find_times
from kg.mention import Amount, Status, Time
from kg.resources import seeds_path

_CLAUSE_END = re.compile(r"[，,；;。！？!?：:\n]")
_QUALIFIED = ("table", "list")  # layout says their status, time and amount, not the words around them
_SENTENCE_END = re.compile(r"[；;。！？!?\n]")


@dataclass(frozen=True, slots=True)
class _Scene:
    """The sentence of a relation as text, and where in it the relation is said.

    Attributes:
        text: the sentence.
        start, end: from the first through the last of subject, trigger and object.
        trigger: where the trigger begins and ends; without one, what stands between the ends.
    """

    text: str
    start: int
    end: int
    trigger: tuple[int, int]


@Language.factory(
    "kg_qualifiers",
    default_config={"cues": "", "amount_relations": ["INVESTS_IN", "ACQUIRES", "SUPPLIES", "PARTNERS_WITH"]},
)
def make_qualifiers(nlp: Language, name: str, cues: str, amount_relations: list[str]) -> "Qualifiers":
    """The component; `cues` is a file as seeds/qualifiers.toml, which an empty path stands for."""
    path = Path(cues) if cues else seeds_path() / "qualifiers.toml"
    return Qualifiers(StatusCues.from_toml(path), frozenset(amount_relations))


@dataclass(frozen=True)
class Qualifiers:
    """Gives every relation of a Doc that has none yet its status, time and amount."""

    cues: StatusCues
    amount_relations: frozenset[str]

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc, its relations qualified."""
        relations = relations_of(doc)
        relations[:] = [self._qualify(relation, published_of(doc)) for relation in relations]
        return doc

    def _qualify(self, relation: DocRelation, published: date | None) -> DocRelation:
        if relation.extractor in _QUALIFIED:
            return relation
        scene = _scene_of(relation)
        return replace(
            relation,
            status=self._status(scene) if relation.status == "asserted" else relation.status,
            time=relation.time or _time(scene, published),
            amount=relation.amount or (_amount(scene) if relation.relation in self.amount_relations else None),
        )

    def _status(self, scene: _Scene) -> Status:
        start, end = _clause(scene, *scene.trigger)
        before, after = scene.text[start : scene.trigger[1]], scene.text[scene.trigger[1] : end]
        return self.cues.status_of(before, after)


def _scene_of(relation: DocRelation) -> _Scene:
    spans = [relation.subject, relation.object, *([relation.trigger] if relation.trigger is not None else [])]
    sentence = relation.sentence.span
    offset = min(sentence.start_char, *(span.start_char for span in spans))
    end = max(sentence.end_char, *(span.end_char for span in spans))
    text = relation.subject.doc.text[offset:end]
    ends = sorted((span.start_char - offset, span.end_char - offset) for span in spans)
    first, last = sorted((relation.subject, relation.object), key=lambda span: span.start_char)
    between = (min(first.end_char, last.start_char) - offset, last.start_char - offset)
    trigger = relation.trigger
    said = (trigger.start_char - offset, trigger.end_char - offset) if trigger is not None else between
    return _Scene(text, ends[0][0], max(end for _, end in ends), said)


def _clause(scene: _Scene, start: int, end: int) -> tuple[int, int]:
    """The clause, or the clauses, that the characters lie in."""
    begins = [match.end() for match in _CLAUSE_END.finditer(scene.text, 0, start)]
    stop = _CLAUSE_END.search(scene.text, end)
    return (begins[-1] if begins else 0), (stop.start() if stop else len(scene.text))


def _time(scene: _Scene, published: date | None) -> Time | None:
    nearest = _nearest(find_times(scene.text, published), scene)
    return nearest.time if nearest else None


def _amount(scene: _Scene) -> Amount | None:
    start, end = _clause(scene, scene.start, scene.end)
    return join_amounts(tuple(one for one in find_amounts(scene.text) if start <= one.start and one.end <= end))


def _nearest(found: tuple[TimeSpan, ...], scene: _Scene) -> TimeSpan | None:
    start, end = _clause(scene, scene.start, scene.end)
    inside = [one for one in found if start <= one.start and one.end <= end]
    return min(
        inside, key=lambda one: min(abs(one.start - scene.trigger[1]), abs(scene.trigger[0] - one.end)), default=None
    )
