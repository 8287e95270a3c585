"""Longer words made of listed ones: 新能源车整车 is one field, not two."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kg.extraction.candidates import Candidate
from kg.extraction.edges import begins_word, ends_word


def find_compounds(text: str, names: Sequence[Candidate], types: frozenset[str]) -> Iterator[Candidate]:
    """Two names of fields that touch and stand free together.

    Args:
        text: as a whole.
        names: the names known so far, in order and not overlapping.
        types: the types whose names are common words, so that they make longer ones.
    """
    for name, head in pairwise(names):
        touches = name.end == head.start and name.type == head.type and name.type in types
        # AI搜索 and 5G网络 are said of AI and 5G too often to be one.
        if touches and not text[name.start].isascii() and begins_word(text, name.start) and ends_word(text, head.end):
            yield Candidate(name.start, head.end, head.type, text[name.start : head.end], 0.6, "compound")
