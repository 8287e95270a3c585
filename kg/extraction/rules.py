"""How trigger words and patterns are read off a skeleton."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Self

from spacy.tokens import Span

from kg.extraction.skeleton import BREAKS, SIGN, Bracket, Group, Skeleton
from kg.extraction.triggers import Pattern, Rule, Triggers
from kg.ontology import Ontology

# What stands before the doer when the done-to comes first: 由百度推出, 获红杉投资.
_PASSIVE = re.compile(r"(?:由|被|获得?|受到?|经|来自|引入|遭)[^\ue000-\ue0ff，,；;。]{0,4}\Z")
_WITH = re.compile(r"(?:与|和|同|跟|联合|携手|联手|牵手|及)[^\ue000-\ue0ff，,；;。]{0,4}\Z")
# Words by which a clause points back: 该公司, 其, 同时.
_BACK = re.compile(
    r"(?:此外|同时|其中|目前|而且|另外)?(?:该|其|公司|集团|它|本|我们|这|双方|两者|后者|并|还|也|同时|此外)"
)
_FAR = 8
_NAME = re.compile(SIGN)
_CROSSED = re.compile(f"[{BREAKS}]")
_HEAD = re.compile(rf"的[^{BREAKS}\ue000-\ue0ff]{{0,8}}({SIGN})")


@dataclass(frozen=True, slots=True)
class Finding:
    """A relation that a rule found; `rule` names the rule, `start:end` of the skeleton are the words that say it."""

    subject: Span
    relation: str
    object: Span
    score: float
    rule: Rule
    frame: str
    start: int
    end: int
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ends:
    """The lists of names at both ends of a trigger word, and how they were found."""

    subjects: Group
    objects: Group
    frame: str


@dataclass(frozen=True, slots=True)
class Place:
    """A trigger word in a skeleton: the names before and behind it in its clause, and in earlier clauses.

    `part` are those of `earlier` behind the last semicolon or colon.
    """

    skeleton: Skeleton
    start: int
    end: int
    before: tuple[Group, ...]
    after: tuple[Group, ...]
    earlier: tuple[Group, ...]
    part: tuple[Group, ...]

    def lead(self, group: Group) -> str:
        """The text of the clause before a group."""
        return self.skeleton.text[self.skeleton.clause_start(group.position) : group.position]


def place_of(skeleton: Skeleton, start: int, end: int) -> Place:
    """Where a trigger word stands."""
    first, last = skeleton.clause_start(start), skeleton.clause_end(end)
    part = max(skeleton.text.rfind(sign, 0, start) for sign in "；;。：:") + 1
    groups = [skeleton.groups[at] for at in sorted(skeleton.groups)]
    return Place(
        skeleton,
        start,
        end,
        tuple(group for group in groups if first <= group.position < start),
        tuple(group for group in groups if end <= group.position < last),
        tuple(group for group in groups if group.position < first),
        tuple(group for group in groups if part <= group.position < first),
    )


@dataclass(frozen=True, slots=True)
class Topic:
    """What the sentences before speak of; `age` says how many sentences ago, 0 stands for the heading."""

    group: Group
    age: int

    def frame(self, place: Place) -> str:
        """How clear it is that the sentence of a place speaks of this."""
        if self.age == 0:
            return "heading"
        start = place.skeleton.clause_start(place.start)
        if _BACK.match(place.skeleton.text, start):
            return "back"
        return "topic" if self.age == 1 else "old topic"


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as the rules read it; `kept_out` are the (relation, end, position) of names that guards rule out."""

    skeleton: Skeleton
    kept_out: frozenset[tuple[str, str, int]]

    @classmethod
    def of(cls, skeleton: Skeleton, triggers: Triggers) -> Self:
        """The reading of a skeleton."""
        kept_out = frozenset(
            (relation, guard.end, found.start(guard.end))
            for guard in triggers.guards
            for found in guard.regex.finditer(skeleton.text)
            for relation in guard.relations
        )
        return cls(skeleton, kept_out)

    def keeps(self, relation: str, ends: Ends) -> bool:
        """Whether both lists of names may be ends of the relation."""
        return not self.kept_out or not any(
            (relation, end, group.position) in self.kept_out and self._holds(group)
            for end, group in (("S", ends.subjects), ("O", ends.objects))
        )

    def features(self, ends: Ends) -> tuple[str, ...]:
        """How far the ends lie apart, and whether other names or breaks stand between them."""
        if not (self._holds(ends.subjects) and self._holds(ends.objects)):
            return ()
        first, last = sorted((ends.subjects.position, ends.objects.position))
        between = self.skeleton.text[first + 1 : last]
        names = len(_NAME.findall(between))
        far = "near" if len(between) <= 4 else "apart" if len(between) <= 12 else "wide"
        return far, f"{min(names, 2)} between", *(("crossing",) if _CROSSED.search(between) else ())

    def _holds(self, group: Group) -> bool:
        return self.skeleton.groups.get(group.position) is group


@dataclass(frozen=True, slots=True)
class Rules:
    """Reads relations off skeletons."""

    ontology: Ontology
    triggers: Triggers

    def find(self, skeleton: Skeleton, topics: Sequence[Topic]) -> Iterator[Finding]:
        """All relations that a sentence says; `topics` are what it may speak of without naming it, likeliest first."""
        sentence = Reading.of(skeleton, self.triggers)
        for pattern in self.triggers.patterns:
            yield from self._find_pattern(sentence, pattern)
        for found in self.triggers.verb_regex.finditer(skeleton.text):
            place = place_of(skeleton, *found.span())
            for verb in self.triggers.verbs[found.group()]:
                if ends := self._find_ends(place, verb, topics):
                    yield from self._pair(sentence, ends, verb, found.span())
        for bracket in skeleton.brackets:
            yield from self._find_bracket(sentence, bracket)

    def _find_pattern(self, sentence: Reading, pattern: Pattern) -> Iterator[Finding]:
        position, skeleton = 0, sentence.skeleton
        while found := pattern.regex.search(skeleton.text, position):
            subjects, objects = skeleton.groups[found.start("S")], skeleton.groups[found.start("O")]
            if "等" in skeleton.text[subjects.position : objects.position]:
                objects = Group(objects.names[:1], objects.position)  # 甲等设备和乙: only 设备 says what 甲 is
            if pattern.allows(subjects, objects):
                yield from self._pair(sentence, Ends(subjects, objects, "pattern"), pattern.rule, found.span())
            position = found.start() + 1

    def _find_ends(self, place: Place, verb: Rule, topics: Sequence[Topic]) -> Ends | None:
        if self.ontology.relations[verb.relation].symmetric:
            return self._find_partners(place, verb.relation, topics)
        inverse = verb.table == "inverse"
        left, right = ("object", "subject") if inverse else ("subject", "object")
        doer = next((g for g in reversed(place.before) if self._fits(g, verb.relation, left)), None)
        if doer and _PASSIVE.search(place.lead(doer)):
            done = self._last_before(place, doer, verb.relation, right)
            return _to_ends(doer, done, "passive", inverse=inverse) if done else None
        done = self._first_after(place, verb.relation, right)
        if done is None:
            return None
        if doer:
            far = done.position - place.end > _FAR or place.start - doer.position > _FAR
            return _to_ends(doer, done, "far" if far else "clause", inverse=inverse)
        for frame, groups in (("part", place.part), ("sentence", place.earlier)):
            if doer := next((g for g in groups if self._fits(g, verb.relation, left)), None):
                return _to_ends(doer, done, frame, inverse=inverse)
        topic = next((one for one in topics if self._fits(one.group, verb.relation, left)), None)
        return _to_ends(topic.group, done, topic.frame(place), inverse=inverse) if topic else None

    def _first_after(self, place: Place, relation: str, end: str) -> Group | None:
        fitting = [group for group in place.after if self._fits(group, relation, end)]
        # 推出基于甲的乙: what stands behind 的 is the thing.
        for group, following in pairwise(fitting):
            found = _HEAD.match(place.skeleton.text, group.position + 1)
            if not found or found.start(1) != following.position:
                return group
        return fitting[-1] if fitting else None

    def _last_before(self, place: Place, doer: Group, relation: str, end: str) -> Group | None:
        done = [
            g for g in (*place.earlier, *place.before) if g.position < doer.position and self._fits(g, relation, end)
        ]
        own = [group for group in done if group in place.before]
        return own[0] if own else done[0] if done else None

    def _find_partners(self, place: Place, relation: str, topics: Sequence[Topic]) -> Ends | None:
        fitting = [group for group in place.before if self._fits(group, relation, "subject")]
        if fitting and _WITH.search(place.lead(fitting[-1])):
            others = [*fitting[:-1], *(g for g in place.earlier if self._fits(g, relation, "subject"))]
            if others:
                return Ends(others[0], fitting[-1], "with")
            topic = next((one for one in topics if self._fits(one.group, relation, "subject")), None)
            return Ends(topic.group, fitting[-1], f"with {topic.frame(place)}") if topic else None
        after = self._first_after(place, relation, "object")
        direct = after is not None and after.position == place.end
        if fitting and len(fitting[-1].names) > 1 and not direct:
            return Ends(fitting[-1], fitting[-1], "mutual")
        if fitting and after:
            return Ends(fitting[-1], after, "clause")
        return None

    def _find_bracket(self, sentence: Reading, bracket: Bracket) -> Iterator[Finding]:
        if _is_alias(bracket):
            return
        owner, inside = Group((bracket.owner,), bracket.position), Group(bracket.names, bracket.position)
        span = bracket.position, bracket.position + 1
        for rule in self.triggers.brackets:
            ends = Ends(owner, inside, "bracket") if rule.key == "object" else Ends(inside, owner, "bracket")
            yield from self._pair(sentence, ends, rule, span)

    def _fits(self, group: Group, relation: str, end: str) -> bool:
        kind = self.ontology.relations[relation]
        allowed = kind.subject if end == "subject" else kind.object
        return any(name.label_ in allowed for name in group.names)

    def _pair(self, sentence: Reading, ends: Ends, rule: Rule, span: tuple[int, int]) -> Iterator[Finding]:
        if not sentence.keeps(rule.relation, ends):
            return
        subjects, objects = ends.subjects.names, ends.objects.names
        pairs: Iterable[tuple[Span, Span]] = ((one, other) for one in subjects for other in objects)
        if ends.subjects is ends.objects:
            pairs = combinations(subjects, 2)
        features = (ends.frame, *sentence.features(ends))
        for subject, obj in pairs:
            if subject.kb_id_ != obj.kb_id_ and self.ontology.allows(subject.label_, rule.relation, obj.label_):
                score = self.triggers.score(rule, (f"{subject.label_}>{obj.label_}", *features))
                if score >= self.triggers.least / 2:
                    score *= min(subject._.kg_score, obj._.kg_score) ** 0.5
                    yield Finding(subject, rule.relation, obj, score, rule, ends.frame, *span, features)


def _is_alias(bracket: Bracket) -> bool:
    """Whether a bracket holds but another spelling of the name before it: 图形处理器（GPU）."""
    owner, inside = bracket.owner, bracket.names
    return len(inside) == 1 and inside[0].label_ == owner.label_ and inside[0].text.isascii() != owner.text.isascii()


def _to_ends(doer: Group, done: Group, frame: str, *, inverse: bool) -> Ends:
    return Ends(done, doer, frame) if inverse else Ends(doer, done, frame)
