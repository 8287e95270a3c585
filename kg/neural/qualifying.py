"""Status, time and amount of a relation: which of the times and sums around two names belong to what relates them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from kg.neural.section import KINDS, STATUSES, Answer, Candidate, Marked, Question, Section, Window

_DISTANCES = (0, 2, 5, 9, 15, 24, 40, 70)  # characters; edges of buckets
_SIDE = len(_DISTANCES) + 1
_CLAUSE = re.compile(r"[，；。：、！？,;:\n\t|]")
_MANY = 4
UNKNOWN = len(STATUSES)  # the status of the rules where it is hidden
# Features of a relation and a candidate, and how many values each has.
FEATURES: Mapping[str, int] = {
    "to first": 2 * _SIDE,
    "to second": 2 * _SIDE,
    "clauses to nearer": _MANY + 1,
    "clauses to farther": _MANY + 1,
    "sentences away": 2 * _MANY + 1,
    "nearer ones": _MANY + 1,
    "picked": 2,
}


@dataclass(frozen=True, slots=True)
class QuestionBatch:
    """The questions of one window and its candidates; offsets count from what is read, the lead included.

    Attributes:
        ends: (questions, 2, 2) int64, start and end of the first and the second name.
        relation: (questions,) int64, twice the number of the relation, plus one where the second name is its subject.
        status: (questions,) int64, what the rules say, or UNKNOWN.
        spans: (candidates, 2) int64.
        kinds: (candidates,) int64.
        features: (questions, candidates, features) int64.
    """

    ends: Tensor
    relation: Tensor
    status: Tensor
    spans: Tensor
    kinds: Tensor
    features: Tensor

    def to(self, device: torch.device) -> "QuestionBatch":
        """The same questions on a device."""
        columns = (self.ends, self.relation, self.status, self.spans, self.kinds, self.features)
        return QuestionBatch(*(one.to(device) for one in columns))

    def without_rules(self) -> "QuestionBatch":
        """The same questions as they are where the rules say nothing."""
        features = self.features.clone()
        features[..., -1] = 0
        unknown = torch.full_like(self.status, UNKNOWN)
        return QuestionBatch(self.ends, self.relation, unknown, self.spans, self.kinds, features)


@dataclass(frozen=True, slots=True)
class WindowQuestions:
    """The questions that one window answers: which of the section's, and which of its candidates the window holds."""

    batch: QuestionBatch
    questions: tuple[int, ...]
    candidates: tuple[int, ...]


def make_questions(
    section: Section,
    window: Window,
    names: Sequence[Marked],
    candidates: Sequence[Candidate],
    questions: Sequence[Question],
    relations: Sequence[str],
) -> WindowQuestions | None:
    """The questions whose second name is the window's own, with its candidates; None where there are none.

    Args:
        section: what the window is cut from.
        window: what is read at once.
        names: of the section.
        candidates: of the section.
        questions: about these names.
        relations: every label, in the order of their numbers.
    """
    places = {at: place for at, one in enumerate(candidates) if (place := window.place(one.start, one.end))}
    asked, ends = [], []
    for at, question in enumerate(questions):
        pair = sorted((names[question.subject], names[question.object]), key=lambda name: name.start)
        spans = [place for name in pair if (place := window.place(name.start, name.end))]
        if len(spans) == len(pair) and pair[1].start >= window.own and question.relation in relations:
            asked.append(at)
            ends.append(spans)
    if not asked:
        return None
    scene = _Scene(window.text(section), _starts(section, window), list(places.values()), [*places])
    rows = [questions[at] for at in asked]
    batch = QuestionBatch(
        ends=torch.tensor(ends),
        relation=torch.tensor(
            [2 * relations.index(one.relation) + (names[one.subject].start > names[one.object].start) for one in rows]
        ),
        status=torch.tensor([STATUSES.index(one.status) for one in rows]),
        spans=torch.tensor(scene.spans, dtype=torch.long).reshape(-1, 2),
        kinds=torch.tensor([KINDS.index(candidates[at].kind) for at in places], dtype=torch.long),
        features=torch.tensor(
            [scene.describe(pair, one.picked, candidates) for pair, one in zip(ends, rows, strict=True)],
            dtype=torch.long,
        ).reshape(len(rows), len(places), len(FEATURES)),
    )
    return WindowQuestions(batch, tuple(asked), tuple(places))


def _starts(section: Section, window: Window) -> list[int]:
    """Where sentences begin in what is read."""
    inside = [window.place(unit.start, unit.start) for unit in section.units]
    return sorted({0, *(place[0] for place in inside if place)})


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a window reads, and the places of candidates in it."""

    text: str
    starts: list[int]
    spans: list[tuple[int, int]]
    numbers: list[int]

    def describe(
        self, ends: Sequence[tuple[int, int]], picked: Sequence[int], candidates: Sequence[Candidate]
    ) -> list[list[int]]:
        """For each candidate its features, in the order of FEATURES."""
        away = [[self._gap(span, end) for end in ends] for span in self.spans]
        clauses = [sorted(self._clauses(span, end) for end in ends) for span in self.spans]
        kinds = [candidates[at].kind for at in self.numbers]
        nearest = [min(map(abs, one)) for one in away]
        rows = []
        for at, span in enumerate(self.spans):
            nearer = sum(kinds[other] == kinds[at] and nearest[other] < nearest[at] for other in range(len(self.spans)))
            sentences = self._sentence(span[0]) - self._sentence(ends[1][0])
            rows.append(
                [
                    *(_bucket(one) for one in away[at]),
                    *(min(one, _MANY) for one in clauses[at]),
                    max(min(sentences, _MANY), -_MANY) + _MANY,
                    min(nearer, _MANY),
                    int(self.numbers[at] in picked),
                ]
            )
        return rows

    def _sentence(self, place: int) -> int:
        return bisect_right(self.starts, place)

    def _gap(self, span: tuple[int, int], end: tuple[int, int]) -> int:
        """Characters from a name to a candidate behind it, negative to one before it."""
        return max(span[0] - end[1], 0) if span[0] >= end[0] else min(span[1] - end[0], -1)

    def _clauses(self, span: tuple[int, int], end: tuple[int, int]) -> int:
        low, high = min(span[1], end[1]), max(span[0], end[0])
        return sum(1 for _ in _CLAUSE.finditer(self.text, low, high)) if low < high else 0


def _bucket(distance: int) -> int:
    number = bisect_left(_DISTANCES, abs(distance))
    return number if distance >= 0 else _SIDE + number


class Qualifier(nn.Module):
    """Chooses status, time and amount of relations of one window; it reads what a frozen encoder says.

    A relation looks at the window where it wants to (attention with the relation as query), and at each candidate
    with what lies between the two. "Nothing" stands for election beside the candidates of each kind.

    Args:
        hidden: width of what the encoder says of a character.
        relations: how many labels there are.
        width: of its own layers.
    """

    def __init__(self, hidden: int, relations: int, width: int = 192) -> None:
        super().__init__()
        self.heads = 4
        self.project = nn.Linear(hidden, width)
        self.first = nn.Linear(3 * width, width)
        self.second = nn.Linear(3 * width, width)
        self.between = nn.Linear(width, width)
        self.relation = nn.Embedding(2 * relations, width)
        self.rules = nn.Embedding(UNKNOWN + 1, width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.context = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.status = nn.Linear(width, len(STATUSES))
        self.nothing = nn.Linear(width, len(KINDS))
        self.candidate = nn.Linear(3 * width, width)
        self.kind = nn.Embedding(len(KINDS), width)
        self.features = nn.ModuleList([nn.Embedding(size, width) for size in FEATURES.values()])
        self.norm_choice = nn.LayerNorm(width)
        self.middle = nn.Linear(width, width)
        self.score = nn.Linear(width, 1)
        self.dropout = nn.Dropout(0.2)
        for table in (self.relation, self.rules, self.kind, *self.features):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, chars: Tensor, batch: QuestionBatch) -> tuple[Tensor, Tensor, Tensor]:
        """Score what may qualify each relation.

        Args:
            chars: (characters, width), `project` of the window as the network read it.
            batch: its questions and candidates.

        Returns:
            (questions, statuses), (questions, kinds) for nothing of a kind, and (questions, candidates) logits.
        """
        sums = torch.cat((chars.new_zeros(1, chars.shape[1]), chars.cumsum(0)))  # (characters + 1, width)
        base = self._relations(chars, sums, batch)  # (questions, width)
        base = base + self.context(self._look(chars, base))
        asked = self.dropout(nn.functional.gelu(self.norm(base)))
        seen = self.candidate(_spans(chars, sums, batch.spans)) + self.kind(batch.kinds)  # (candidates, width)
        both = base.unsqueeze(1) + seen.unsqueeze(0)  # (questions, candidates, width)
        for table, column in zip(self.features, batch.features.unbind(-1), strict=True):
            both = both + table(column)
        both = self.dropout(nn.functional.gelu(self.norm_choice(both)))
        both = both + nn.functional.gelu(self.middle(both))
        return self.status(asked), self.nothing(asked), self.score(both).squeeze(-1)

    def _relations(self, chars: Tensor, sums: Tensor, batch: QuestionBatch) -> Tensor:
        first, second = batch.ends.unbind(1)  # (questions, 2)
        low = first[:, 1]
        high = torch.maximum(second[:, 0], low)
        between = (sums[high] - sums[low]) / (high - low).clamp(min=1).unsqueeze(1)
        names = self.first(_spans(chars, sums, first)) + self.second(_spans(chars, sums, second))
        said: Tensor = names + self.between(between) + self.relation(batch.relation) + self.rules(batch.status)
        return said

    def _look(self, chars: Tensor, base: Tensor) -> Tensor:
        """(questions, width): what the window says where each relation looks."""
        query, key, value = (self._split(one) for one in (self.query(base), self.key(chars), self.value(chars)))
        seen = nn.functional.scaled_dot_product_attention(query, key, value)  # (heads, questions, width / heads)
        return seen.transpose(0, 1).flatten(1)

    def _split(self, rows: Tensor) -> Tensor:
        return rows.view(len(rows), self.heads, -1).transpose(0, 1)  # (heads, rows, width / heads)


def _spans(chars: Tensor, sums: Tensor, spans: Tensor) -> Tensor:
    """(spans, 3 * width): mean of a span, the character before it and the one behind it."""
    start, end = spans.unbind(-1)
    mean = (sums[end] - sums[start]) / (end - start).clamp(min=1).unsqueeze(1)
    return torch.cat((mean, chars[(start - 1).clamp(min=0)], chars[end.clamp(max=len(chars) - 1)]), 1)


def to_answers(made: WindowQuestions, statuses: Tensor, nothing: Tensor, scores: Tensor) -> list[Answer]:
    """The likeliest status of each question, and of each kind the candidate that beats nothing, if one does.

    Args:
        made: the questions of a window.
        statuses: (questions, statuses) logits.
        nothing: (questions, kinds) logits.
        scores: (questions, candidates) logits.
    """
    chosen: list[list[int]] = [[] for _ in made.questions]
    for kind in range(len(KINDS)):
        places = (made.batch.kinds == kind).nonzero().flatten()
        if len(places):
            best, at = scores[:, places].max(1)
            for row in (best > nothing[:, kind]).nonzero().flatten().tolist():
                chosen[row].append(made.candidates[int(places[at[row]])])
    return [
        Answer(STATUSES[status], tuple(places))
        for status, places in zip(statuses.argmax(-1).tolist(), chosen, strict=True)
    ]
