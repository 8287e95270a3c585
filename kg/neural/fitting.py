"""Fits the relater and the qualifier on a finished encoder: it stays as it is, so each passage is read once."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn

from kg.neural.batching import collate, group_by_length
from kg.neural.device import mixed_precision
from kg.neural.learning import Lesson, Noise, Taught, pair_loss, question_loss
from kg.neural.model import Model, create_qualifier
from kg.neural.section import KINDS, Answer, Asked, Example

_BATCH = 8  # windows of a step
_MOST_CHARS = 4_000_000  # of the windows that are kept in memory; 2 kB each with an encoder of width 512


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How a head is fitted."""

    epochs: int
    rate: float = 1e-3
    seed: int = 0


RELATER = FitSettings(epochs=4)
QUALIFIER = FitSettings(epochs=6)


def fit_relater(model: Model, examples: Sequence[Example], settings: FitSettings, noise: Noise) -> None:
    """Let the relater of a model learn further from examples.

    An epoch costs a fraction of one that trains the encoder too, and relations need more of them than names.
    """
    taught = _taught_of(model)
    lessons = taught.cut(examples, model.reader, model.config.longest, model.config.overlap)
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    rng.shuffle(lessons)
    sizes = accumulate(len(one.item.text) for one in lessons)
    windows = list(_read_once(model, [one for one, size in zip(lessons, sizes, strict=True) if size <= _MOST_CHARS]))

    def loss(some: Sequence[tuple[Lesson, Tensor]]) -> Tensor | None:
        pairs = [taught.pairs(lesson, noise, rng) for lesson, _ in some]
        with mixed_precision(model.device):
            hidden = [rows.to(model.device).float() for _, rows in some]
            return pair_loss(model.network, hidden, [len(rows) for rows in hidden], pairs, model.classes)

    _fit(model.network.relater, windows, settings, loss, rng)


def fit_qualifier(
    model: Model, examples: Sequence[Example], settings: FitSettings = QUALIFIER, noise: Noise | None = None
) -> bool:
    """Let the qualifier of a model learn from examples, a new one where it has none.

    It is False, and the model as it was, where no status, time or amount is in them.
    """
    if not has_qualifiers(examples):
        return False
    taught, noise = _taught_of(model), noise or Noise()
    chosen = [replace(example, findings=()) for example in examples if example.asked]
    lessons = taught.cut(chosen, model.reader, model.config.longest, model.config.overlap)
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    windows = list(_read_once(model, [one for one in lessons if taught.questions(one, noise, rng)]))
    if not windows:
        return False
    model.qualifier = qualifier = model.qualifier or create_qualifier(model.config).to(model.device)

    def loss(some: Sequence[tuple[Lesson, Tensor]]) -> Tensor | None:
        asked = [(rows, one) for lesson, rows in some if (one := taught.questions(lesson, noise, rng))]
        with mixed_precision(model.device):
            hidden = [rows.to(model.device).float() for rows, _ in asked]
            return question_loss(qualifier, hidden, [one for _, one in asked])

    _fit(qualifier, windows, settings, loss, rng)
    return True


def has_qualifiers(examples: Iterable[Example]) -> bool:
    """Whether some status other than asserted, time or amount is in examples."""
    return any(one.status != "asserted" or any(one.right) for example in examples for one in example.asked)


def _fit(
    head: nn.Module,
    windows: list[Any],  # Any: whatever `loss` takes
    settings: FitSettings,
    loss: Callable[[Sequence[Any]], Tensor | None],
    rng: random.Random,
) -> None:
    """Let a head learn from windows; `loss` takes some of them and may have nothing to say of them."""
    optimiser = torch.optim.AdamW(head.parameters(), lr=settings.rate, weight_decay=0.01)
    steps = settings.epochs * -(-len(windows) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, total_steps=steps + 1, pct_start=0.1)
    head.train()
    for _ in range(settings.epochs):
        rng.shuffle(windows)
        for at in range(0, len(windows), _BATCH):
            found = loss(windows[at : at + _BATCH])
            optimiser.zero_grad(set_to_none=True)
            if found is not None:
                found.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
                nn.utils.clip_grad_norm_(head.parameters(), 1.0)
                optimiser.step()
            schedule.step()
    head.eval()


def measure_qualifier(model: Model, examples: Sequence[Example]) -> dict[str, float]:
    """F1 in percent of status (other than asserted), time and amount of given relations; empty without a qualifier."""
    return score_answers(answer(model, examples)) if model.qualifier else {}


def answer(model: Model, examples: Sequence[Example]) -> Iterator[tuple[Example, Asked, Answer]]:
    """What the qualifier of a model says of all that is asked of examples, where it says something."""
    readings = model.read([example.section for example in examples])
    for example, reading in zip(examples, readings, strict=True):
        questions = [one.question for one in example.asked]
        answers = model.qualify(example.section, reading, example.names, example.candidates, questions)
        yield from ((example, asked, one) for asked, one in zip(example.asked, answers, strict=True) if one)


def score_answers(answered: Iterable[tuple[Example, Asked, Answer]]) -> dict[str, float]:
    """F1 in percent of status (other than asserted), time, sum and stake."""
    hits: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for example, asked, given in answered:
        for kind, right in zip(KINDS, asked.right, strict=True):
            said = [at for at in given.chosen if example.candidates[at].kind == kind]
            if right is not None:
                total[kind] += bool(said) + bool(right)
                hits[kind] += bool(set(said) & set(right))
        total["status"] += (given.status != "asserted") + (asked.status != "asserted")
        hits["status"] += given.status == asked.status != "asserted"
    return {name: round(200 * hits[name] / total[name], 1) for name in ("status", *KINDS) if total[name]}


def _taught_of(model: Model) -> Taught:
    return Taught(model.labels, model.hints, model.classes, model.config.farthest)


@torch.no_grad()  # not inference_mode, whose tensors a later step cannot learn from
def _read_once(model: Model, lessons: Sequence[Lesson]) -> Iterator[tuple[Lesson, Tensor]]:
    """Every window with what the encoder makes of it: (characters, 2 * encoder width) float16 on the CPU."""
    for group in group_by_length([len(one.item.text) for one in lessons], model.capacity):
        batch = collate([lessons[at].item for at in group], model.device)
        with mixed_precision(model.device):
            hidden = model.network.read(batch)
        for at, rows, length in zip(group, hidden, batch.lengths, strict=True):
            yield lessons[at], rows[:length].half().cpu().clone()
