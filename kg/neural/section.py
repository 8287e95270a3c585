"""The nouns of the neural room: a section of a report, what is known of it, and the windows it is read through."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from kg.mention import Status
from kg.report import BlockKind

STATUSES: tuple[Status, ...] = get_args(Status)
KINDS = ("time", "sum", "stake")  # what a candidate may be
_LEAD = 48  # characters of a lead


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of a section: characters `start:end` of its text.

    Attributes:
        block: counts the blocks of the section; sentences of one block share it.
    """

    start: int
    end: int
    kind: BlockKind
    block: int


@dataclass(frozen=True, slots=True)
class Hint:
    """Characters that a name list or a rule takes for a name of a type; it helps the tagger and never overrules it."""

    start: int
    end: int
    type: str
    rule: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A name in a section; names with one `entity` stand for the same thing."""

    start: int
    end: int
    type: str
    entity: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of two names: positions in a section's list of names, a relation, and how sure it is."""

    subject: int
    relation: str
    object: int
    score: float


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a report that is read as one: its sentences tile `text` but for white space between blocks."""

    text: str
    units: tuple[Unit, ...]
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple between entities; its ends are `Marked.entity`."""

    subject: str
    relation: str
    object: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Characters of a section that may say when or how much: `kind` is one of KINDS."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Question:
    """A relation between two names whose status, time and amount are wanted, and what the rules make of it.

    Attributes:
        subject, object: positions in the section's list of names.
        status: as the rules have it.
        picked: positions in the section's list of candidates that the rules choose.
    """

    subject: int
    relation: str
    object: int
    status: Status
    picked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The status of a relation, and the positions of the candidates that are its time, sum and stake."""

    status: Status
    chosen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer, to learn from.

    Attributes:
        right: for each of KINDS the candidates that are right, empty where there is nothing to choose; None where the
            answer is not known.
    """

    question: Question
    status: Status
    right: tuple[tuple[int, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A section with all that it says, to learn from.

    Attributes:
        names: in order of the text, none inside another.
        facts: what the section states of them.
        findings: what the rules say of the same names.
        group: the passage it is cut from; examples of one passage are never split between training and validation.
        candidates: the times and amounts of the section.
        asked: the status, time and amount of its facts.
    """

    section: Section
    names: tuple[Marked, ...]
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...] = ()
    group: str = ""
    candidates: tuple[Candidate, ...] = ()
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Learnable:
    """A section with given names, what the rules say of them, and of the given facts.

    Attributes:
        start: where the section begins in the report.
        questions: one a fact that stands in the section, by the fact's position.
    """

    section: Section
    start: int
    names: tuple[Marked, ...]
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    questions: Mapping[int, Question]


@dataclass(frozen=True, slots=True)
class Window:
    """Characters `start:end` of a section, read at once; those before `own` belong to the window before it.

    Attributes:
        lead: characters of the section that are read in front of it, so that it is known what it speaks of: the
            heading above it, else the first sentence. An empty range where there is none.
    """

    start: int
    own: int
    end: int
    lead: tuple[int, int] = (0, 0)

    @property
    def offset(self) -> int:
        """Where `start` stands in the text that is read: behind the lead and a line end."""
        return self.lead[1] - self.lead[0] + 1 if self.lead[1] else 0

    @property
    def own_offset(self) -> int:
        """Where `own` stands in the text that is read."""
        return self.offset + self.own - self.start

    def text(self, section: Section) -> str:
        """What is read: the lead, a line end, then the window."""
        lead = section.text[slice(*self.lead)] + "\n" if self.lead[1] else ""
        return lead + section.text[self.start : self.end]

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where characters of the section stand in what is read; None where not all of them do."""
        if self.start <= start and end <= self.end:
            shift = self.offset - self.start
        elif self.lead[0] <= start and end <= self.lead[1]:
            shift = -self.lead[0]
        else:
            return None
        return start + shift, end + shift


def cut_windows(section: Section, longest: int, overlap: int) -> Iterator[Window]:
    """Windows of whole sentences of at most `longest` characters that together cover the section.

    A window begins with up to `overlap` characters of sentences that the window before it owns. A sentence that is
    longer than a window is cut.

    >>> section = Section("甲。乙乙。丙丙丙。", tuple(Unit(a, b, "paragraph", 0) for a, b in ((0, 2), (2, 5), (5, 9))))
    >>> [(one.start, one.own, one.end) for one in cut_windows(section, 7, 3)]
    [(0, 0, 5), (2, 5, 9)]
    """
    pieces = [piece for unit in section.units for piece in _cut(unit, longest)]
    first = 0
    while first < len(pieces):
        own = pieces[first][0]
        before = first
        while before > 0 and own - pieces[before - 1][0] <= overlap:
            before -= 1
        start = pieces[before][0]
        last = first
        if pieces[first][1] - start > longest:
            start = own
        while last + 1 < len(pieces) and pieces[last + 1][1] - start <= longest:
            last += 1
        yield Window(start, own, pieces[last][1], _find_lead(section, start))
        first = last + 1


def _find_lead(section: Section, start: int) -> tuple[int, int]:
    """The last heading that ends before a place, else the first sentence; its first characters if it is long."""
    before = [unit for unit in section.units if unit.end <= start and unit.kind == "heading"]
    unit = before[-1] if before else section.units[0]
    return (unit.start, min(unit.end, unit.start + _LEAD)) if unit.end <= start else (0, 0)


def _cut(unit: Unit, longest: int) -> Iterator[tuple[int, int]]:
    for start in range(unit.start, unit.end, longest):
        yield start, min(start + longest, unit.end)


def names_inside(names: Sequence[Marked], window: Window) -> list[int]:
    """Positions of the names that lie wholly in a window or its lead."""
    return [at for at, name in enumerate(names) if window.place(name.start, name.end)]


def localise(
    section: Section, names: Sequence[Marked], findings: Sequence[Finding], inside: Sequence[int], window: Window
) -> tuple[Section, list[Marked], list[Finding]]:
    """A window as a section of its own, with its names and what rules say of them, all counted from its start."""
    units = tuple(_cut_units(section, *window.lead, 0)) + tuple(
        _cut_units(section, window.start, window.end, window.offset)
    )
    local = Section(window.text(section), units)
    places = [window.place(names[at].start, names[at].end) or (0, 0) for at in inside]
    shifted = [replace(names[at], start=start, end=end) for at, (start, end) in zip(inside, places, strict=True)]
    position = {at: new for new, at in enumerate(inside)}
    rules = [
        Finding(position[one.subject], one.relation, position[one.object], one.score)
        for one in findings
        if one.subject in position and one.object in position
    ]
    return local, shifted, rules


def _cut_units(section: Section, start: int, end: int, offset: int) -> Iterator[Unit]:
    """The sentences of `start:end` of a section, with `start` moved to `offset`."""
    for unit in section.units:
        low, high = max(unit.start, start), min(unit.end, end)
        if low < high:
            yield Unit(low - start + offset, high - start + offset, unit.kind, unit.block)
