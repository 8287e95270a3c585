"""Disclaimers and what goes with them, to their end."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.clean.furniture import is_boilerplate, is_disclaimer, is_disclaimer_title
from kg.clean.units import Unit


def mark_disclaimers(units: Sequence[Unit]) -> Iterator[Unit]:
    """The units, those of disclaimers as furniture.

    A disclaimer begins with its title and ends before a heading or a paragraph that has nothing of its kind.
    """
    inside = listed = False
    for unit in units:
        text = unit.text.text
        if is_disclaimer_title(text) and unit.kind != "furniture":
            inside = True
        elif inside and not _belongs(unit, text) and not (listed and unit.kind == "list"):
            inside = False
        listed = unit.kind == "list"
        if unit.kind != "furniture" and (inside or is_disclaimer(text)):
            unit = replace(unit, kind="furniture", level=0)
        yield unit


def _belongs(unit: Unit, text: str) -> bool:
    if unit.kind == "furniture":
        return True
    if unit.kind == "caption":
        return False
    if unit.kind == "heading" and unit.level < 30:
        return is_boilerplate(text) and len(text) >= 20
    return is_boilerplate(text)
