"""Facts that layout says: rows of tables, lists under a heading, lines of the form `名称：值`."""

from kg.extraction.structure.component import Structure, make_structure

__all__ = ["Structure", "make_structure"]
