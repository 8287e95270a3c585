"""Where in its sentence a relation is said: what stands before, between and behind its words, clause by clause."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extraction.document import DocRelation

_CLAUSE_END = re.compile(r"[，；;。！？!?：\n]|(?<!\d)[,:]|[,:](?!\d)")
Names = Sequence[tuple[int, int]]  # where names begin and end, in order
_NOTE = re.compile(r"[”\"》]?[（(]([^（）()]*)[）)]")
_PART_END = re.compile(r"[；;。！？!?\n]")


@dataclass(frozen=True)
class Scene:
    """The sentence of a relation as text, and the places of its words in it.

    Attributes:
        text: from the sentence of the first word through that of the last.
        plain: the same with every name blanked, so that no character of a name is taken for a word.
        first, last: the subject and the object as they stand, not as the relation leads.
        trigger: the words that say it; without any, what stands between the two.
    """

    text: str
    plain: str
    first: tuple[int, int]
    last: tuple[int, int]
    trigger: tuple[int, int]
    has_trigger: bool

    @classmethod
    def of(cls, relation: DocRelation, whole: str, names: Names) -> "Scene":
        """The scene of a relation in the text of its Doc, with the places of all names in that text, in order."""
        spans = [relation.subject, relation.object, *([relation.trigger] if relation.trigger is not None else [])]
        sentence = relation.sentence.span
        offset = min(sentence.start_char, *(span.start_char for span in spans))
        end = max(sentence.end_char, *(span.end_char for span in spans))
        text = whole[offset:end]
        near = [(start - offset, stop - offset) for start, stop in _within(names, offset, end)]
        first, last, *trigger = [(span.start_char - offset, span.end_char - offset) for span in spans]
        first, last = sorted((first, last))
        between = (min(first[1], last[0]), last[0])
        said = trigger[0] if trigger else between
        return cls(text, _blank(text, [first, last, *near]), first, last, said, bool(trigger))

    @cached_property
    def start(self) -> int:
        """Where the first word of the relation begins."""
        return min(self.first[0], self.trigger[0])

    @cached_property
    def end(self) -> int:
        """Where the last word of the relation ends."""
        return max(self.last[1], self.trigger[1])

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The clause, or the clauses, that a range lies in."""
        begins = [match.end() for match in _CLAUSE_END.finditer(self.text, 0, start)]
        stop = _CLAUSE_END.search(self.text, end)
        return (begins[-1] if begins else 0), (stop.start() if stop else len(self.text))

    @cached_property
    def focus(self) -> tuple[int, int]:
        """The clause that says it: that of the trigger, else that of the later of the two names."""
        return self.clause(*(self.trigger if self.has_trigger else self.last))

    def clause_before(self, start: int) -> tuple[int, int] | None:
        """The clause in front of the one that begins at `start`."""
        return self.clause(start - 1, start - 1) if start > 0 else None

    @cached_property
    def goes_on(self) -> bool:
        """Whether the clause that says it has no name of its own before it, so that its subject is the first name."""
        start = self.focus[0]
        said = self.trigger[0] if self.has_trigger else self.last[0]
        follows = self.first[1] <= start and self.part_start(start) <= self.first[0]
        return follows and "□" not in self.plain[start:said]

    @cached_property
    def note(self) -> str:
        """What stands in brackets right behind the later of the two names."""
        found = _NOTE.match(self.text, self.last[1])
        return found[1] if found else ""

    def part_start(self, position: int) -> int:
        """Where the part of the sentence around a position begins: behind the last full stop or semicolon."""
        return max((match.end() for match in _PART_END.finditer(self.text, 0, position)), default=0)


def _within(names: Names, start: int, end: int) -> Iterator[tuple[int, int]]:
    for at in range(bisect_left(names, (start, start)), len(names)):
        if names[at][0] >= end:
            return
        yield names[at]


def _blank(text: str, ranges: list[tuple[int, int]]) -> str:
    signs = list(text)
    for start, end in ranges:
        if start >= 0 and end <= len(signs):
            signs[start:end] = "□" * (end - start)
    return "".join(signs)
