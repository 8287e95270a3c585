"""Where each entity stands: networkx finds the shape of a component, then nodes are parted and components packed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import networkx
import numpy
from numpy.typing import NDArray

from kg.graph import Graph

Points = NDArray[numpy.float64]  # (nodes, 2): x to the right, y down
Radii = NDArray[numpy.float64]  # (nodes,)
Pair = tuple[int, int]

_GAP = 30.0  # between the rims of two nodes
_LABEL = 1.4  # names run from left to right: nodes stand this much wider apart than high
_ASPECT = 1.02  # width to height of the whole drawing, about that of the room a page leaves for it
_ROOM = 3.2  # area of the drawing to area of the nodes with their gaps
_EVEN = 0.55  # 0 keeps the density that the forces give (hubs in a clot), 1 makes it the same everywhere
_BOX = numpy.array([150.0, 96.0])  # what a component has around its nodes' centres, for names and air


def place(graph: Graph, sizes: Mapping[str, float]) -> dict[str, tuple[int, int]]:
    """A position for each entity, by id, in the units of node sizes; the same graph gives the same positions."""
    ids = sorted(entity.id for entity in graph.entities)
    pairs = _pairs(graph, ids)
    parts = _components(len(ids), pairs)
    drawn = [_place_component(part, pairs, numpy.array([sizes[ids[node]] for node in part])) for part in parts]
    corners = _pack([points.max(axis=0) - points.min(axis=0) + _BOX for points in drawn])
    placed = {}
    for part, points, corner in zip(parts, drawn, corners, strict=True):
        for node, (x, y) in zip(part, points - points.min(axis=0) + corner, strict=True):
            placed[ids[node]] = (round(x), round(y))
    return placed


def _pairs(graph: Graph, ids: list[str]) -> list[Pair]:
    # Numbers as nodes: the hash of a string changes from run to run, and with it the order of sets.
    number = {identifier: index for index, identifier in enumerate(ids)}
    ends = ((number[fact.subject], number[fact.object]) for fact in graph.facts)
    return sorted({(min(pair), max(pair)) for pair in ends if pair[0] != pair[1]})


def _components(nodes: int, pairs: list[Pair]) -> list[list[int]]:
    """The connected parts, the largest first, each in rising order."""
    network = networkx.Graph(pairs)
    network.add_nodes_from(range(nodes))
    parts = [sorted(part) for part in networkx.connected_components(network)]
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def _place_component(part: list[int], pairs: Iterable[Pair], sizes: Radii) -> Points:
    if len(part) == 1:
        return numpy.zeros((1, 2))
    network = networkx.Graph()
    network.add_nodes_from(part)
    inside = set(part)
    network.add_edges_from(pair for pair in pairs if pair[0] in inside)
    # A node's distance to itself is 0: the quotient is masked afterwards.
    with numpy.errstate(divide="ignore", invalid="ignore"):
        found = networkx.forceatlas2_layout(network, max_iter=_rounds(len(part)), seed=7, gravity=0.5)
    points = numpy.array([found[node] for node in part])
    return _part_nodes(_spread(points, sizes), sizes)


def _rounds(nodes: int) -> int:
    """Fewer rounds for more nodes: a round costs their square."""
    return max(40, min(400, 120_000 // nodes))


def _spread(points: Points, sizes: Radii) -> Points:
    """The same arrangement, its long side level, on an area that gives each node its share."""
    points = points - points.mean(axis=0)
    _, lengths, axes = numpy.linalg.svd(points, full_matrices=False)
    level = points @ axes.T / numpy.maximum(lengths, lengths[0] * 0.45)
    radius = numpy.hypot(level[:, 0], level[:, 1])
    # Equal areas hold equal numbers of nodes when the radius is the square root of the rank.
    even = numpy.sqrt((numpy.argsort(numpy.argsort(radius, kind="stable"), kind="stable") + 0.5) / len(points))
    wanted = _EVEN * even + (1 - _EVEN) * radius / radius.max()
    area = numpy.sum((2 * sizes + _GAP) ** 2) * _ROOM
    scale = math.sqrt(area / math.pi) * numpy.array([math.sqrt(_ASPECT), 1 / math.sqrt(_ASPECT)])
    spread: Points = level * (wanted / radius.clip(1e-9))[:, None] * scale
    return spread


def _part_nodes(points: Points, sizes: Radii, rounds: int = 80) -> Points:
    """Push nodes apart until rims and names do not touch (or the rounds are over)."""
    wide = numpy.array([1 / _LABEL, 1.0])
    reach = sizes[:, None] + sizes[None] + _GAP
    numpy.fill_diagonal(reach, 0.0)
    for _ in range(rounds):
        apart = (points[:, None] - points[None]) * wide
        distance = numpy.hypot(apart[..., 0], apart[..., 1]).clip(1e-6)
        overlap = numpy.maximum(reach - distance, 0.0)
        if not overlap.any():
            break
        points = points + numpy.einsum("ijk,ij->ik", apart, overlap / distance) * 0.35 / wide
    return points


def _pack(extents: list[Points]) -> list[tuple[float, float]]:
    """The upper left corners of boxes set in rows (the largest come first), together about as wide as wanted."""
    area = sum(float(width * height) for width, height in extents)
    limit = max([math.sqrt(area * _ASPECT), *(float(width) for width, _ in extents)])
    corners = []
    x = y = row = 0.0
    for width, height in extents:
        if x and x + width > limit * 1.001:
            x, y, row = 0.0, y + row, 0.0
        corners.append((x, y))
        x, row = x + float(width), max(row, float(height))
    return corners
