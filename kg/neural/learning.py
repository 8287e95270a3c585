"""What a window teaches: the tags of its characters, the relations of its pairs and their qualifiers; each loss."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from kg.neural.batching import Batch, HintTags, Item, collate, make_items, pad
from kg.neural.encoder import Reader
from kg.neural.labels import Labels
from kg.neural.network import Network
from kg.neural.pairs import PairBatch, Reach, RelationClasses, make_pairs
from kg.neural.pooling import Groups, group_pairs, pool_pairs
from kg.neural.qualifying import Qualifier, WindowQuestions, make_questions
from kg.neural.section import KINDS, STATUSES, Example, Marked, cut_windows, localise, names_inside

_IGNORED = -100
_SLACK = 40  # characters; a window where two names stand farther apart than this beyond their nearest is not asked
_MOST_PAIRS = 600  # of a window; of pairs that are not related a random part is left out beyond it


@dataclass(frozen=True, slots=True)
class Noise:
    """What is taken away at random while learning, so that no single help is leaned on; each a share from 0 to 1.

    Attributes:
        words: tokens hidden behind [MASK].
        hint: single hints.
        hints: all hints of a window.
        findings: all that rules say of the relations of a window.
        choices: all that rules say of status, time and amount in a window.
    """

    words: float = 0.1
    hint: float = 0.15
    hints: float = 0.2
    findings: float = 0.4
    choices: float = 0.3


@dataclass(frozen=True, slots=True)
class Lesson:
    """A window to learn from."""

    example: Example
    item: Item


@dataclass(frozen=True)
class Taught:
    """How windows become batches, tags and pairs for one kind of model."""

    labels: Labels
    hints: HintTags
    classes: RelationClasses
    farthest: int

    def cut(self, examples: Sequence[Example], reader: Reader, longest: int, overlap: int) -> list[Lesson]:
        """Every window of every example."""
        sections = [example.section for example in examples]
        windows = [list(cut_windows(section, longest, overlap)) for section in sections]
        items = make_items(sections, windows, reader, self.hints)
        return [Lesson(examples[item.section], item) for item in items]

    def collate(
        self, lessons: Sequence[Lesson], device: torch.device, noise: Noise | None, rng: random.Random
    ) -> Batch:
        """One batch; with noise, hints are dropped at random."""
        items = [self._blur(lesson, noise, rng) if noise else lesson.item for lesson in lessons]
        return collate(items, device)

    def _blur(self, lesson: Lesson, noise: Noise, rng: random.Random) -> Item:
        if rng.random() < noise.hints:
            return replace(lesson.item, hints=[0] * len(lesson.item.hints))
        kept = [hint for hint in lesson.example.section.hints if rng.random() >= noise.hint]
        return replace(lesson.item, hints=self.hints.write(kept, lesson.item.window))

    def tags(self, lessons: Sequence[Lesson]) -> Tensor:
        """(batch, characters) the tag of each character; padding, leads and names that a window cuts are ignored."""
        rows = []
        for lesson in lessons:
            window = lesson.item.window
            local = [(name.start - window.start, name.end - window.start, name.type) for name in lesson.example.names]
            length = window.end - window.start
            whole = [one for one in local if one[0] >= 0 and one[1] <= length]
            row = self.labels.to_tags(whole, length)
            for start, end, _ in local:
                if start < 0 < end or start < length < end:
                    low, high = max(start, 0), min(end, length)
                    row[low:high] = [_IGNORED] * (high - low)
            rows.append([_IGNORED] * window.offset + row)
        return pad(rows, _IGNORED)

    def pairs(self, lesson: Lesson, noise: Noise | None, rng: random.Random) -> "TaughtPairs | None":
        """The pairs of a window with their answers; None where it has none."""
        example, window = lesson.example, lesson.item.window
        inside = names_inside(example.names, window)
        findings = () if noise and rng.random() < noise.findings else example.findings
        local, names, rules = localise(example.section, example.names, findings, inside, window)
        reach = Reach(self.farthest, window.own_offset)
        pairs = make_pairs(local, names, rules, self.classes, reach)
        if pairs is None:
            return None
        if noise:
            pairs = _thin(pairs, names, {frozenset((fact.subject, fact.object)) for fact in example.facts}, rng)
        groups = group_pairs(names, pairs)
        return TaughtPairs(pairs, groups, self._answers(example, [example.names[at] for at in inside], pairs, groups))

    def questions(self, lesson: Lesson, noise: Noise, rng: random.Random) -> "TaughtQuestions | None":
        """What a window teaches of status, time and amount; None where nothing is asked of it, or little to learn."""
        example, window = lesson.example, lesson.item.window
        asked = [one.question for one in example.asked]
        made = make_questions(example.section, window, example.names, example.candidates, asked, self.classes.labels)
        if made is None:
            return None
        rows = [example.asked[at] for at in made.questions]
        if not made.candidates and all(row.status == "asserted" for row in rows):
            return None  # many windows are such
        right = [[any(at in (one or ()) for one in row.right) for at in made.candidates] for row in rows]
        # What is right may lie outside the window; then nothing here is wrong or right.
        known = [
            [one is not None and (not one or any(at in made.candidates for at in one)) for one in row.right]
            for row in rows
        ]
        return TaughtQuestions(
            replace(made, batch=made.batch.without_rules()) if rng.random() < noise.choices else made,
            torch.tensor([STATUSES.index(row.status) for row in rows]),
            torch.tensor(right, dtype=torch.bool).reshape(len(rows), len(made.candidates)),
            torch.tensor(known, dtype=torch.bool),
        )

    def _answers(self, example: Example, names: Sequence[Marked], pairs: PairBatch, groups: Groups) -> Tensor:
        """(groups, classes) bool, as `TaughtPairs` has it; the names are where they stand in the example."""
        facts: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for fact in example.facts:
            if fact.relation in self.classes.numbers:
                key = min(fact.subject, fact.object), max(fact.subject, fact.object)
                facts[key].append(self.classes.number(fact.relation, forwards=fact.subject == key[0]))
        answers = torch.zeros(len(groups.keys), len(self.classes), dtype=torch.bool)
        nearest = _nearest(example.names)
        for at, key in enumerate(groups.keys):
            said = facts.get(key, ())
            here = min(_gap(names, pairs, row) for row in groups.rows[at])
            if said and here > nearest[key] + _SLACK:
                continue  # stated elsewhere in the passage: no answer is right or wrong here
            answers[at, said or 0] = True
        return answers


@dataclass(frozen=True, slots=True)
class TaughtPairs:
    """The pairs of one window and what is right of them.

    Attributes:
        answers: (groups, classes) bool; a row without any True is not asked.
    """

    pairs: PairBatch
    groups: Groups
    answers: Tensor


@dataclass(frozen=True, slots=True)
class TaughtQuestions:
    """The questions of one window about status, time and amount, and what is right of them.

    Attributes:
        statuses: (questions,) int64.
        right: (questions, candidates) bool.
        known: (questions, kinds) bool, whether the answer is known.
    """

    made: WindowQuestions
    statuses: Tensor
    right: Tensor
    known: Tensor


def tag_loss(network: Network, hidden: Tensor, batch: Batch, tags: Tensor) -> Tensor:
    """Mean cross-entropy over characters."""
    logits = network.tagger(hidden, batch).flatten(0, 1)
    return functional.cross_entropy(logits.float(), tags.to(logits.device).flatten(), ignore_index=_IGNORED)


def pair_loss(
    network: Network,
    hidden: Sequence[Tensor] | Tensor,
    lengths: Sequence[int],
    taught: Sequence[TaughtPairs | None],
    classes: RelationClasses,
) -> Tensor | None:
    """Mean cross-entropy over the entity pairs of a batch; None where there are no pairs."""
    total, number = hidden[0].new_zeros(()), 0
    for rows, length, one in zip(hidden, lengths, taught, strict=True):
        if one is None:
            continue
        scores = network.relater(network.relater.project(rows[:length]), one.pairs.to(rows.device))
        pooled = pool_pairs(scores.float(), one.groups, classes).log_softmax(-1)  # (groups, classes)
        answers = one.answers.to(rows.device)
        asked = answers.any(-1)
        right = pooled.masked_fill(~answers, -1e4).logsumexp(-1)  # (groups,)
        total = total - right[asked].sum()
        number += int(asked.sum())
    return total / number if number else None


def question_loss(qualifier: Qualifier, hidden: Sequence[Tensor], taught: Sequence[TaughtQuestions]) -> Tensor:
    """Mean over windows of the cross-entropy of status, and of the choice among the candidates of each kind.

    Args:
        qualifier: what answers.
        hidden: of each window (characters, width), as the network reads it.
        taught: of each window.
    """
    return torch.stack([_window_loss(qualifier, *one) for one in zip(hidden, taught, strict=True)]).mean()


def _window_loss(qualifier: Qualifier, hidden: Tensor, one: TaughtQuestions) -> Tensor:
    device = hidden.device
    statuses, nothing, scores = qualifier(qualifier.project(hidden), one.made.batch.to(device))
    loss = functional.cross_entropy(statuses.float(), one.statuses.to(device))
    for kind in range(len(KINDS)):
        places = (one.made.batch.kinds == kind).nonzero().flatten().to(device)
        known = one.known[:, kind].to(device)
        if not len(places) or not known.any():
            continue
        logits = torch.cat((nothing[:, kind : kind + 1], scores[:, places]), 1).float().log_softmax(-1)[known]
        right = one.right.to(device)[:, places][known]
        answers = torch.cat((~right.any(1, keepdim=True), right), 1)  # (questions, 1 + candidates of the kind)
        loss = loss - logits.masked_fill(~answers, -1e4).logsumexp(-1).mean()
    return loss


def mask_words(batch: Batch, share: float, mask_id: int, generator: torch.Generator) -> Batch:
    """The same batch, a share of its tokens hidden."""
    chosen = torch.rand(batch.ids.shape, generator=generator).to(batch.ids.device) < share
    inner = batch.mask.bool().clone()
    inner[:, 0] = False  # [CLS]
    inner[:, :-1] &= batch.mask[:, 1:].bool()  # [SEP], the last of each row
    inner[:, -1] = False
    return replace(batch, ids=torch.where(chosen & inner, mask_id, batch.ids))


def _thin(pairs: PairBatch, names: Sequence[Marked], related: set[frozenset[str]], rng: random.Random) -> PairBatch:
    """The pairs of related entities and, as long as there is room, all pairs of other two entities or none of them."""
    if len(pairs.first) <= _MOST_PAIRS:
        return pairs
    groups = group_pairs(names, pairs)
    number = {at: len(rows) for at, rows in enumerate(groups.rows)}
    chosen = [at for at, key in enumerate(groups.keys) if frozenset(key) in related]
    others = [at for at, key in enumerate(groups.keys) if frozenset(key) not in related]
    room = _MOST_PAIRS - sum(number[at] for at in chosen)
    for at in rng.sample(others, len(others)):
        if number[at] <= room:
            chosen.append(at)
            room -= number[at]
    kept = torch.tensor(sorted(row for at in chosen for row in groups.rows[at]))
    return PairBatch(
        pairs.spans, pairs.types, pairs.first[kept], pairs.second[kept],
        pairs.features[kept], pairs.findings[kept], pairs.allowed[kept],
    )  # fmt: skip


def _gap(names: Sequence[Marked], pairs: PairBatch, row: int) -> int:
    return names[int(pairs.second[row])].start - names[int(pairs.first[row])].end


def _nearest(names: Sequence[Marked]) -> dict[tuple[str, str], int]:
    """For two entities of a passage, how near their names come."""
    nearest: dict[tuple[str, str], int] = {}
    for at, first in enumerate(names):
        for second in names[at + 1 :]:
            key = min(first.entity, second.entity), max(first.entity, second.entity)
            nearest[key] = min(second.start - first.end, nearest.get(key, 1_000_000))
    return nearest
