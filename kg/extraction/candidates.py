"""Places of a text that may be names, and the choice between those that overlap."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Characters `start:end` of a text that may be a name.

    Attributes:
        score: 0 to 1.
        rule: what found it.
    """

    start: int
    end: int
    type: str
    canonical: str
    score: float
    rule: str


def choose_longest(found: Iterable[Candidate]) -> list[Candidate]:
    """Candidates that do not overlap, longer ones first served, in order of the text."""
    chosen: list[Candidate] = []
    taken: set[int] = set()
    for one in sorted(found, key=lambda one: (one.start - one.end, -one.score, one.start)):
        places = range(one.start, one.end)
        if taken.isdisjoint(places):
            taken.update(places)
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.start)
