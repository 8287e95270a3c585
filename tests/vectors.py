"""Embeddings for tests that need no model: directions that follow from a text alone."""

from array import array
from dataclasses import replace
from math import hypot
from random import Random

from kg.graph import Graph

DIMENSIONS = 512  # of the shipped encoder: an index over others could not stand beside it in one store


def direction(text: str) -> tuple[float, ...]:
    """A vector of length 1, in single precision; those of two texts have next to nothing in common."""
    random = Random(text)
    numbers = [random.gauss(0, 1) for _ in range(DIMENSIONS)]
    length = hypot(*numbers)
    return tuple(array("f", [number / length for number in numbers]))


def with_embeddings(graph: Graph) -> Graph:
    """The same graph with the direction of each chunk's text."""
    return replace(graph, chunks=tuple(replace(chunk, embedding=direction(chunk.text)) for chunk in graph.chunks))
