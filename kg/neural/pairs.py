"""Pairs of names that may be related: which are looked at, what is known of each, and the classes they can have."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from kg.neural.section import Finding, Marked, Section

_DISTANCES = (0, 1, 2, 4, 7, 11, 17, 27, 45, 70, 110, 160)  # characters; edges of buckets
_KINDS = ("paragraph", "heading", "list", "table", "caption", "furniture")
_LISTED = re.compile(r"[\s”\"》」)）]*(?:[、/,，|;；&+\t]|和|与|及|以及|或)[\s“\"《「(（]*")
_TOUCHING = re.compile(r"[\s“”\"《》「」]*")
_MANY = 7
# Features of a pair and how many values each has.
FEATURES: Mapping[str, int] = {
    "distance": len(_DISTANCES) + 1,
    "sentences between": 5,
    "blocks between": 5,
    "names between": _MANY + 1,
    "kind of first": len(_KINDS),
    "kind of second": len(_KINDS),
    "gap": 3,  # words, next to nothing, a list mark
}


@dataclass(frozen=True)
class RelationClasses:
    """The ways a pair can be related: 0 is not at all, then each relation forwards, then each backwards.

    Forwards, the first name of the pair is the subject. A symmetric relation is always forwards.

    Attributes:
        types: of names.
        relations: label to the types of its subjects and objects.
        symmetric: labels that read both ways.
    """

    types: tuple[str, ...]
    relations: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    symmetric: frozenset[str]

    def __len__(self) -> int:
        return 1 + 2 * len(self.relations)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Labels of the relations, in the order of their classes."""
        return tuple(self.relations)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The class of each relation, forwards."""
        return {label: 1 + number for number, label in enumerate(self.labels)}

    @cached_property
    def turned(self) -> Tensor:
        """(classes,): for each class the one that says the same of the pair turned round."""
        size = len(self.labels)
        turn = [0, *range(1 + size, 1 + 2 * size), *range(1, 1 + size)]
        for label in self.symmetric & self.relations.keys():
            turn[self.numbers[label]] = self.numbers[label]
        return torch.tensor(turn)

    @cached_property
    def allowed(self) -> Tensor:
        """(types, types, classes) bool: what names of two types can have to do with each other."""
        table = torch.zeros(len(self.types), len(self.types), len(self), dtype=torch.bool)
        table[:, :, 0] = True
        for label, (subjects, objects) in self.relations.items():
            for subject in subjects:
                for obj in objects:
                    a, b = self.types.index(subject), self.types.index(obj)
                    forwards = self.numbers[label]
                    table[a, b, forwards] = True
                    table[b, a, forwards if label in self.symmetric else forwards + len(self.labels)] = True
        return table

    @cached_property
    def is_related(self) -> list[list[bool]]:
        """Whether names of two types can be related at all."""
        table: list[list[bool]] = self.allowed[:, :, 1:].any(-1).tolist()
        return table

    def number(self, label: str, *, forwards: bool) -> int:
        """The class of a relation in a direction."""
        return self.numbers[label] + (0 if forwards or label in self.symmetric else len(self.labels))

    def read(self, number: int) -> tuple[str, bool]:
        """The relation of a class other than 0, and whether it runs forwards."""
        forwards = number <= len(self.labels)
        return self.labels[(number - 1) % len(self.labels)], forwards


@dataclass(frozen=True, slots=True)
class PairBatch:
    """The names of one window and the pairs to score; offsets count from the window's start.

    Attributes:
        spans: (names, 2) int64, start and end.
        types: (names,) int64.
        first, second: (pairs,) int64, positions of names; the first stands before the second.
        features: (pairs, features) int64.
        findings: (pairs, classes) float32, how sure a rule is of each class.
        allowed: (pairs, classes) bool.
    """

    spans: Tensor
    types: Tensor
    first: Tensor
    second: Tensor
    features: Tensor
    findings: Tensor
    allowed: Tensor

    def to(self, device: torch.device) -> "PairBatch":
        """The same pairs on a device."""
        columns = (self.spans, self.types, self.first, self.second, self.features, self.findings, self.allowed)
        return PairBatch(*(one.to(device) for one in columns))


@dataclass(frozen=True, slots=True)
class Reach:
    """Which pairs of a window are looked at.

    Attributes:
        farthest: characters that may stand between two names.
        own: a pair both of whose names begin before it belongs to the window before.
    """

    farthest: int
    own: int = 0


def make_pairs(
    section: Section, names: Sequence[Marked], findings: Sequence[Finding], classes: RelationClasses, reach: Reach
) -> PairBatch | None:
    """The pairs of names that can be related by their types and stand near enough; None where there are none.

    Args:
        section: the text of one window, with offsets from its start.
        names: of the window, in order, none inside another.
        findings: what rules say of these names.
        classes: what can relate them.
        reach: which pairs are looked at.
    """
    kinds = [classes.types.index(name.type) for name in names]
    chosen = [
        (i, j)
        for i, first in enumerate(names)
        for j in range(i + 1, len(names))
        if names[j].start - first.end <= reach.farthest
        and names[j].start >= reach.own
        and first.entity != names[j].entity
        and classes.is_related[kinds[i]][kinds[j]]
    ]
    if not chosen:
        return None
    places = _Places(section, names)
    said = {pair: row for row, pair in enumerate(chosen)}
    rules = torch.zeros(len(chosen), len(classes))
    for one in findings:
        pair = min(one.subject, one.object), max(one.subject, one.object)
        if (row := said.get(pair)) is not None and one.relation in classes.numbers:
            number = classes.number(one.relation, forwards=one.subject < one.object)
            rules[row, number] = max(one.score, float(rules[row, number]))
    first, second = torch.tensor(chosen).unbind(1)
    types = torch.tensor(kinds)
    return PairBatch(
        spans=torch.tensor([(name.start, name.end) for name in names]),
        types=types,
        first=first,
        second=second,
        features=torch.tensor([places.describe(i, j) for i, j in chosen]),
        findings=rules,
        allowed=classes.allowed[types[first], types[second]],
    )


class _Places:
    """Where the names of a window stand among its sentences and blocks."""

    def __init__(self, section: Section, names: Sequence[Marked]) -> None:
        self._text = section.text
        self._names = names
        starts = [unit.start for unit in section.units]
        self._unit = [max(bisect_right(starts, name.start) - 1, 0) for name in names]
        self._block = [section.units[unit].block for unit in self._unit]
        self._kind = [_KINDS.index(section.units[unit].kind) for unit in self._unit]

    def describe(self, i: int, j: int) -> list[int]:
        """The features of a pair, in the order of FEATURES."""
        low, high = self._names[i].end, self._names[j].start
        return [
            bisect_left(_DISTANCES, max(high - low, 0)),
            min(self._unit[j] - self._unit[i], 4),
            min(self._block[j] - self._block[i], 4),
            min(j - i - 1, _MANY),
            self._kind[i],
            self._kind[j],
            self._gap(low, high),
        ]

    def _gap(self, low: int, high: int) -> int:
        if _TOUCHING.fullmatch(self._text, low, high):
            return 1
        return 2 if _LISTED.fullmatch(self._text, low, high) else 0
