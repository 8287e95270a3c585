"""A name that a report repeats is one name: of one type, and marked wherever it stands."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kg.extraction.matcher import NameMatcher, fold
from kg.extraction.versions import is_cut_number
from kg.lexicon import name_key
from kg.neural.section import Marked

_SURE = 0.8  # a type that is less sure than this gives way to the one that a name has elsewhere
_SPREAD = 0.7  # names as sure as this are looked for where the tagger passed them over
_SHORTEST = 3  # characters of a name that is looked for; a shorter one is too often a part of a word


def make_consistent(texts: Sequence[str], names: Sequence[Sequence[Marked]]) -> list[list[Marked]]:
    """The names of the stretches of one report, each name of one type and found at all its places.

    A name keeps a second type where the tagger is sure of it: 推特 is a firm and a platform.

    Args:
        texts: the stretches.
        names: those of each stretch, in order, none inside another.
    """
    found: defaultdict[str, list[tuple[str, Marked]]] = defaultdict(list)
    for text, marked in zip(texts, names, strict=True):
        for name in marked:
            found[name_key(text[name.start : name.end])].append((text[name.start : name.end], name))
    types = {key: _weigh(places) for key, places in found.items()}
    spread = {
        key
        for key, places in found.items()
        if any(name.score >= _SPREAD and len(surface) >= _SHORTEST for surface, name in places)
    }
    matcher = NameMatcher(surface for key in sorted(spread) for surface, _ in found[key])
    return [
        _complete(text, _unify(text, marked, types), matcher, types) for text, marked in zip(texts, names, strict=True)
    ]


def _weigh(places: Sequence[tuple[str, Marked]]) -> str:
    """The type that the tagger gives a name with the greatest sum of scores."""
    sums: defaultdict[str, float] = defaultdict(float)
    for _, name in places:
        sums[name.type] += name.score
    return max(sorted(sums), key=lambda kind: sums[kind])


def _unify(text: str, names: Sequence[Marked], types: Mapping[str, str]) -> Iterator[Marked]:
    for name in names:
        kind = types[name_key(text[name.start : name.end])]
        yield name if name.score >= _SURE else replace(name, type=kind)


def _complete(text: str, names: Iterator[Marked], matcher: NameMatcher, types: Mapping[str, str]) -> list[Marked]:
    kept = list(names)
    taken = {at for name in kept for at in range(name.start, name.end)}
    for hit in matcher.find(fold(text)):
        places = range(hit.start, hit.end)
        if taken.isdisjoint(places) and not is_cut_number(text, hit.end):
            taken.update(places)
            kept.append(Marked(hit.start, hit.end, types[hit.key], "", _SPREAD))
    return sorted(kept, key=lambda one: one.start)
