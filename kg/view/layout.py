"""Where each entity stands: networkx finds the shape of a component, then nodes are parted and components packed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import networkx
import numpy
from numpy.typing import NDArray

from kg.graph import Graph

Points = NDArray[numpy.float64]  # (nodes, 2): x to the right, y down

_GAP = 26.0  # between the rims of two nodes
_LABEL = 1.7  # names are written in lines: nodes stand this much wider apart than high
_MARGIN = 90.0  # between components


def place(graph: Graph, sizes: Mapping[str, float]) -> dict[str, tuple[int, int]]:
    """A position for each entity, by id, in the units of node sizes; the same graph gives the same positions."""
    ids = sorted(entity.id for entity in graph.entities)
    network = _simple_network(graph, ids)
    parts = [sorted(part) for part in networkx.connected_components(network)]
    parts.sort(key=lambda part: (-len(part), part[0]))
    boxes = [_place_component(network.subgraph(part), [sizes[ids[node]] for node in part]) for part in parts]
    corners = _pack([_extent(points) for points in boxes])
    placed = {}
    for part, points, corner in zip(parts, boxes, corners, strict=True):
        for node, (x, y) in zip(part, points - points.min(axis=0) + corner, strict=True):
            placed[ids[node]] = (round(x), round(y))
    return placed


def _simple_network(graph: Graph, ids: list[str]) -> Any:  # Any: networkx has no types
    # Numbers as nodes: the hash of a string changes from run to run, and with it the order of sets.
    number = {identifier: index for index, identifier in enumerate(ids)}
    network = networkx.Graph()
    network.add_nodes_from(range(len(ids)))
    pairs = {tuple(sorted((number[fact.subject], number[fact.object]))) for fact in graph.facts}
    network.add_edges_from(sorted(pair for pair in pairs if pair[0] != pair[1]))
    return network


def _place_component(part: Any, sizes: list[float]) -> Points:  # Any: networkx has no types
    nodes = sorted(part)
    if len(nodes) == 1:
        return numpy.zeros((1, 2))
    ordered = networkx.Graph()
    ordered.add_nodes_from(nodes)
    ordered.add_edges_from(sorted(tuple(sorted(edge)) for edge in part.edges))
    with numpy.errstate(divide="ignore", invalid="ignore"):
        found = networkx.forceatlas2_layout(ordered, max_iter=_rounds(len(nodes)), seed=7, gravity=0.6, linlog=False)
    points = numpy.array([found[node] for node in nodes])
    return _part_nodes(_scale(points, numpy.array(sizes)), numpy.array(sizes))


def _rounds(nodes: int) -> int:
    """Fewer rounds for more nodes: a round costs their square."""
    return max(60, min(300, 120_000 // nodes))


def _scale(points: Points, sizes: NDArray[numpy.float64]) -> Points:
    """The same shape on an area that gives each node its share."""
    points = points - points.mean(axis=0)
    share = numpy.sum((2 * sizes + _GAP) ** 2) * 3.2 * _LABEL
    spread = numpy.sqrt(numpy.mean(points**2, axis=0)).clip(1e-9)
    wanted = math.sqrt(share) / 3.4
    scaled: Points = points * (wanted / math.sqrt(spread[0] * spread[1])) * numpy.array([1.15, 1 / 1.15])
    return scaled


def _part_nodes(points: Points, sizes: NDArray[numpy.float64], rounds: int = 80) -> Points:
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


def _extent(points: Points) -> tuple[float, float]:
    width, height = points.max(axis=0) - points.min(axis=0) + _MARGIN
    return float(width), float(height)


def _pack(extents: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The upper left corners of boxes set in rows (the largest come first) on a sheet wider than high."""
    area = sum(width * height for width, height in extents)
    limit = max([math.sqrt(area * 1.7), *(width for width, _ in extents)])
    corners = []
    x = y = row = 0.0
    for width, height in extents:
        if x and x + width > limit:
            x, y, row = 0.0, y + row, 0.0
        corners.append((x, y))
        x, row = x + width, max(row, height)
    return corners
