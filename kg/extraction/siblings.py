"""Names told by their neighbours: in `浪潮信息、某某股份、中科曙光` the middle one is a company too."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kg.extraction.candidates import Candidate
from kg.extraction.edges import left_edge, right_edge

_SEGMENT = re.compile(r"[^，。；：！？,;:!?\n\t|｜（）()【】]+")
_MOST = 12


def find_siblings(text: str, names: Sequence[Candidate]) -> Iterator[Candidate]:
    """Items of a list that have the type of the known ones around them."""
    starts = {name.start: name for name in names}
    ends = {name.end: name for name in names}
    for run in _SEGMENT.finditer(text):
        if "、" not in run.group():
            continue
        items = list(_items(text, run.start(), run.end()))
        known = [starts.get(start) if starts.get(start) == ends.get(end) else None for start, end in items]
        if items:
            known[0], known[-1] = known[0] or ends.get(items[0][1]), known[-1] or starts.get(items[-1][0])
        votes = Counter(name.type for name in known if name)
        if not votes:
            continue
        label, count = votes.most_common(1)[0]
        for (start, end), name in zip(items, known, strict=True):
            if name or not 2 <= end - start <= _MOST:
                continue
            head = ends.get(end)
            if head and head.start > start and (head.type == label or count < 2):
                yield Candidate(start, end, head.type, text[start:end], 0.5, f"head {head.type}")
            elif count > 1 and (head or not any(start < one < end for one in starts)):
                rule = f"sibling {label} {'many' if count * 2 >= len(items) else 'few'}"
                yield Candidate(start, end, label, text[start:end], 0.5, rule)


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items of a list; what comes before the first and behind the last is cut off."""
    cuts = [start - 1, *(place for place in range(start, end) if text[place] == "、"), end]
    for number, (left, right) in enumerate(pairwise(cuts)):
        first, last = left + 1, right
        if number == 0:
            first = left_edge(text, last, _MOST) or first
        if number == len(cuts) - 2:
            last = right_edge(text, first, _MOST) or last
        while first < last and text[first] in ' “”"‘’《》':
            first += 1
        while first < last and text[last - 1] in ' “”"‘’《》':
            last -= 1
        if first < last and not (
            0 < number < len(cuts) - 2 and right_edge(text, first, last - first) not in (last, None)
        ):
            yield first, last
