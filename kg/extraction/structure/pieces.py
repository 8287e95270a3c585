"""Names in a cell or a list item: known ones, and what stands where a name must stand."""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from spacy.tokens import Doc, Span

from kg.extraction.document import SPANS, relations_of

_CUT = "、，,；;。\n"
OPENING, CLOSING = "（([【《", "）)]】》"
_STRIP = " \t\u3000*_`“”\"'‘’《》【】·•-—–…"
_NOTHING = re.compile(
    r"[\W_]*|(?:暂?无|未披露|未透露|未公布|不详|待定|其他|其它|等|合计|N/?A|null|自研|开源|闭源|\d[\d.,%]*)", re.I
)
_PROSE = re.compile(r"[的了被将等及与和或已未由为在]|公司$|[。！？?!：:=<>→]|\d{4}年|\d+[%亿万]")
_NOTE = re.compile(r"[（(\[【]([^）)\]】]*)[）)\]】]?[\s等]*$")
_QUOTED = re.compile(r"[“\"《]([^“”\"《》]{2,24})[”\"》]")
_MADE = re.compile(r"自研|拟接入|拟引入|接入|集成|采用")
NEW_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of an enumeration: characters `start:end` of the Doc's text; `note` is what its brackets say."""

    start: int
    end: int
    note: str


def cut(text: str, start: int, end: int, marks: str = _CUT) -> Iterator[Piece]:
    """The items of an enumeration, cut at `marks` and slashes outside brackets; no marks, one item.

    >>> [(piece.start, piece.end, piece.note) for piece in cut("英伟达（GPU）、寒武纪", 0, 12)]
    [(0, 3, 'GPU'), (9, 12, '')]
    """
    depth, first = 0, start
    for at in range(start, end):
        depth = max(0, depth + (text[at] in OPENING) - (text[at] in CLOSING))
        if depth == 0 and marks and (text[at] in marks or _is_slash(text, at)):
            yield from _piece(text, first, at)
            first = at + 1
    yield from _piece(text, first, end)


def _is_slash(text: str, at: int) -> bool:
    return text[at] in "/／" and at > 0 and not (text[at - 1].isascii() and text[at - 1 : at + 2].isascii())


def _piece(text: str, start: int, end: int) -> Iterator[Piece]:
    item = text[start:end]
    if not item.strip():
        return
    note = _NOTE.search(item)
    core = item[: note.start()] if note and item[: note.start()].strip(_STRIP) else item
    bare = core.strip(_STRIP)
    if bare:
        left = start + core.index(bare[0])
        yield Piece(left, left + len(bare), note[1] if note and core != item else "")


@dataclass(frozen=True, slots=True)
class _Known:
    """A name and its place in the Doc's text: asking a spaCy Span for its characters each time is slow."""

    start: int
    end: int
    name: Span

    def covers(self, other: "_Known") -> bool:
        """Whether it is longer and holds the other."""
        return self.start <= other.start and other.end <= self.end and self.end - self.start > other.end - other.start


class Names:
    """The names of a Doc by place; new ones are added to the Doc when `write` is called."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text = doc.text  # spaCy puts it together anew each time it is asked
        found = (_Known(name.start_char, name.end_char, name) for name in doc.spans.get(SPANS, ()))
        self._known = sorted(found, key=lambda one: one.start)

    def inside(self, start: int, end: int, types: Iterable[str]) -> list[Span]:
        """The longest known names of some types in a range, in order."""
        allowed = set(types)
        near = self._known[bisect_left(self._known, start, key=lambda one: one.start) :]
        fits = [one for one in takewhile(lambda one: one.start < end, near) if one.end <= end]
        fits = [one for one in fits if one.name.label_ in allowed and not any(other.covers(one) for other in fits)]
        return [one.name for one in fits]

    def of_piece(self, piece: Piece, types: Iterable[str], new: str | None) -> list[Span]:
        """The names a piece stands for: known ones, else the piece itself as a name of type `new`."""
        known = self.inside(piece.start, piece.end, types)
        named = sum(span.end_char - span.start_char for span in known)
        if known and (2 * named >= piece.end - piece.start or new is None):
            return known
        if new is None:
            return []
        made = self.make(piece, new)
        return [made] if made is not None else known

    def make(self, piece: Piece, label: str) -> Span | None:
        """A new name of some type from a piece; None where the piece does not look like one."""
        start, end = _name_in(self.text, piece)
        text = self.text[start:end]
        if not 2 <= len(text) <= 24 or _NOTHING.fullmatch(text) or _PROSE.search(text):
            return None
        name = self.doc.char_span(start, end, label=label, kb_id=text, alignment_mode="expand")
        if name is None or (name.start_char, name.end_char) != (start, end):
            return None
        name._.kg_score = NEW_SCORE
        made = _Known(start, end, name)
        # What stands inside a longer name, or is it under another type, is no name.
        self._known = [one for one in self._known if not made.covers(one) and (one.start, one.end) != (start, end)]
        insort(self._known, made, key=lambda one: one.start)
        return name

    def write(self) -> None:
        """Put the names, old and new, back on the Doc; what a relation needs stays."""
        needed = {end for relation in relations_of(self.doc) for end in (relation.subject, relation.object)}
        names = needed.union(one.name for one in self._known)
        self.doc.spans[SPANS] = sorted(names, key=lambda name: (name.start, name.end, name.label_))


def _name_in(text: str, piece: Piece) -> tuple[int, int]:
    """Where in a piece the name is: inside its quotation marks (《幻塔》手游), behind 自研 and the like."""
    if quoted := _QUOTED.search(text, max(piece.start - 1, 0), piece.end + 1):
        return quoted.span(1)
    made = _MADE.match(text, piece.start, piece.end)
    return (made.end() if made and made.end() < piece.end else piece.start), piece.end
