"""How far each edge bows: edges between the same two nodes part, others go around the nodes in their way."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy
from numpy.typing import NDArray

from kg.graph import Fact

Array = NDArray[numpy.float64]
Places = Mapping[str, tuple[int, int]]

_STEP = 0.24  # between edges of the same two nodes
_TRIES = (0.0, 0.12, -0.12, 0.22, -0.22, 0.34, -0.34)
_CLEAR = 4.0  # between an edge and the rim of a node it passes
# With more edges than this every way crosses nodes, and the search is not worth its time.
_MOST = 1000
_ALONG = numpy.linspace(0.04, 0.96, 24)[:, None]  # where an edge is looked at, from 0 to 1


def find_bends(facts: Sequence[Fact], places: Places, sizes: Mapping[str, float]) -> dict[str, float]:
    """The bend of each fact's edge by fact id: 0 is straight, above 0 as vis-network's curvedCW, below as curvedCCW."""
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in sorted(facts, key=lambda one: one.id):
        groups[min(fact.subject, fact.object), max(fact.subject, fact.object)].append(fact)
    bends = {}
    for (first, second), group in groups.items():
        fan = [round((index - (len(group) - 1) / 2) * _STEP, 3) for index in range(len(group))]
        shift = _clear_shift(first, second, fan, places, sizes) if len(facts) <= _MOST else 0.0
        for fact, bend in zip(group, fan, strict=True):
            bends[fact.id] = round(bend + shift if fact.subject == first else -bend - shift, 3)
    return bends


def _clear_shift(first: str, second: str, fan: list[float], places: Places, sizes: Mapping[str, float]) -> float:
    """The smallest turn of a fan of edges with which they cross the fewest nodes that are not their own."""
    others = sorted(places.keys() - {first, second})
    if not others or first == second:
        return 0.0
    centres = numpy.array([places[one] for one in others], dtype=float)
    reach = numpy.array([sizes[one] for one in others]) + _CLEAR
    start, end = numpy.array(places[first], dtype=float), numpy.array(places[second], dtype=float)
    best, fewest = 0.0, len(fan) * len(others) + 1
    for shift in _TRIES:
        crossed = sum(_crossed(_curve(start, end, bend + shift), centres, reach) for bend in fan)
        if crossed < fewest:
            best, fewest = shift, crossed
        if fewest == 0:
            break
    return best


def _curve(start: Array, end: Array, bend: float) -> Array:
    """Points of the quadratic curve that an edge follows."""
    via = control_point(start, end, bend)
    curve: Array = (1 - _ALONG) ** 2 * start + 2 * _ALONG * (1 - _ALONG) * via + _ALONG**2 * end
    return curve


def control_point(start: Array, end: Array, bend: float) -> Array:
    """Where vis-network 9.1.2 puts the control point of a curvedCW (bend above 0) or curvedCCW edge; y goes down."""
    length = (0.5 + 0.5 * abs(bend)) * float(numpy.hypot(*(end - start)))
    angle = math.atan2(start[1] - end[1], end[0] - start[0]) + (0.5 + 0.5 * bend) * math.pi
    point: Array = start + length * numpy.array([math.sin(angle), math.cos(angle)])
    return point


def _crossed(curve: Array, centres: Array, reach: Array) -> int:
    gaps = numpy.hypot(*(curve[:, None] - centres[None]).transpose(2, 0, 1))  # (points, nodes)
    return int((gaps < reach).any(axis=0).sum())
