"""A slice of the graph as one page that needs nothing but a browser."""

from kg.view.page import draw

__all__ = ["draw"]
