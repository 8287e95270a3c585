"""How trigger words and patterns are read off a skeleton."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Span

from kg.extraction.skeleton import BREAKS, SIGN, Group, Skeleton
from kg.extraction.triggers import Triggers
from kg.ontology import Ontology

_OWNER = re.compile(rf"的[^{BREAKS}]{{0,8}}?({SIGN})")
_PASSIVE = re.compile(r"(?:由|被|获得?|受)\Z")


@dataclass(frozen=True, slots=True)
class Finding:
    """A relation that a rule found; `rule` names the rule, `start:end` of the skeleton are the words that say it."""

    subject: Span
    relation: str
    object: Span
    score: float
    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rules:
    """Reads relations off skeletons."""

    ontology: Ontology
    triggers: Triggers

    def find(self, skeleton: Skeleton, topic: Group | None) -> Iterator[Finding]:
        """All relations that a sentence says; `topic` is what the sentences before speak of, if that is clear."""
        yield from self._find_patterns(skeleton)
        yield from self._find_verbs(skeleton, topic)

    def _find_patterns(self, skeleton: Skeleton) -> Iterator[Finding]:
        for pattern in self.triggers.patterns:
            position = 0
            while found := pattern.regex.search(skeleton.text, position):
                subjects, objects = skeleton.groups[found.start("S")], skeleton.groups[found.start("O")]
                span = found.start(), found.end()
                yield from self._pair(subjects, pattern.relation, objects, pattern.score, pattern.source, span)
                position = found.start() + 1

    def _find_verbs(self, skeleton: Skeleton, topic: Group | None) -> Iterator[Finding]:
        for found in self.triggers.verb_regex.finditer(skeleton.text):
            for relation, score, inverse in self.triggers.verbs[found.group()].relations:
                ends = self._find_ends(skeleton, found, relation, topic, inverse=inverse)
                if ends:
                    subjects, objects, factor, how = ends
                    rule = f"{found.group()}{how}"
                    yield from self._pair(subjects, relation, objects, score * factor, rule, found.span())

    def _find_ends(
        self, skeleton: Skeleton, found: re.Match[str], relation: str, topic: Group | None, *, inverse: bool
    ) -> tuple[Group, Group, float, str] | None:
        start, end = skeleton.clause_start(found.start()), skeleton.clause_end(found.end())
        before = [group for at, group in skeleton.groups.items() if start <= at < found.start()]
        after = [group for at, group in skeleton.groups.items() if found.end() <= at < end]
        left, right = ("object", "subject") if inverse else ("subject", "object")
        actor = next((g for g in reversed(before) if self._fits(g, relation, left)), None)
        how = ""
        if actor and _PASSIVE.search(skeleton.text, 0, actor.position) and before[0] is not actor:
            goal = next((g for g in before if self._fits(g, relation, right)), None)
            return (actor, goal, 1.0, "<passive") if goal else None
        goal = next((g for g in after if self._fits(g, relation, right)), None)
        if goal is None:
            return None
        if actor is None:
            earlier = [group for at, group in skeleton.groups.items() if at < start]
            actor = next((g for g in earlier if self._fits(g, relation, left)), None)
            how = "<earlier"
        if actor is None:
            actor, how = topic, "<topic"
        if actor is None or not self._fits(actor, relation, left):
            return None
        return (goal, actor, 1.0, how + "<inverse") if inverse else (actor, goal, 1.0, how)

    def find_topic(self, skeleton: Skeleton) -> Group | None:
        """What a sentence speaks of: its first list of names."""
        return next(iter(skeleton.groups.values()), None)

    def _fits(self, group: Group, relation: str, end: str) -> bool:
        kind = self.ontology.relations[relation]
        allowed = kind.subject if end == "subject" else kind.object
        return any(name.label_ in allowed for name in group.names)

    def _pair(
        self, subjects: Group, relation: str, objects: Group, score: float, rule: str, span: tuple[int, int]
    ) -> Iterator[Finding]:
        for subject in subjects.names:
            for obj in objects.names:
                same = subject.kb_id_ == obj.kb_id_
                if not same and self.ontology.allows(subject.label_, relation, obj.label_):
                    yield Finding(subject, relation, obj, score, rule, *span)
