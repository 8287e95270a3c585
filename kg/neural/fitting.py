"""Fits the qualifier of a finished model: the encoder stays as it is, so each passage is read once."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.neural.batching import collate, group_by_length
from kg.neural.device import mixed_precision
from kg.neural.learning import Taught
from kg.neural.model import Model
from kg.neural.qualifying import Qualifier, WindowQuestions, make_questions
from kg.neural.section import KINDS, STATUSES, Answer, Asked, Example

_BATCH = 8  # windows of a step
_RULES_HIDDEN = 0.3  # of the windows: what rules say must help and not be leaned on


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How a qualifier is fitted."""

    epochs: int = 6
    rate: float = 1e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    """A window as the encoder reads it, and what is asked of it.

    Attributes:
        hidden: (characters, width) float16.
        right: for each kind, (questions, candidates) bool.
        known: (questions, kinds) bool, whether the answer is known.
        statuses: (questions,) int64.
    """

    hidden: Tensor
    made: WindowQuestions
    statuses: Tensor
    right: Tensor
    known: Tensor


def fit_qualifier(model: Model, examples: Sequence[Example], settings: FitSettings) -> bool:
    """Give a model a qualifier that has learned from examples; False where no status, time or amount is in them."""
    if not any(one.status != "asserted" or any(one.right) for example in examples for one in example.asked):
        return False
    windows = list(_read(model, examples))
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    qualifier = Qualifier(windows[0].hidden.shape[1], len(model.classes.labels)).to(model.device)
    optimiser = torch.optim.AdamW(qualifier.parameters(), lr=settings.rate, weight_decay=0.01)
    steps = settings.epochs * -(-len(windows) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, total_steps=steps + 1, pct_start=0.1)
    qualifier.train()
    for _ in range(settings.epochs):
        rng.shuffle(windows)
        for at in range(0, len(windows), _BATCH):
            losses = [_loss(qualifier, one, model.device, rng) for one in windows[at : at + _BATCH]]
            optimiser.zero_grad(set_to_none=True)
            torch.stack(losses).mean().backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
            nn.utils.clip_grad_norm_(qualifier.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    model.qualifier = qualifier.eval()
    return True


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


def _loss(qualifier: Qualifier, one: _Read, device: torch.device, rng: random.Random) -> Tensor:
    batch = one.made.batch.without_rules() if rng.random() < _RULES_HIDDEN else one.made.batch
    with mixed_precision(device):
        chars = qualifier.project(one.hidden.to(device).float())
        statuses, nothing, scores = qualifier(chars, batch.to(device))
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


@torch.no_grad()  # not inference_mode, whose tensors a later step cannot learn from
def _read(model: Model, examples: Sequence[Example]) -> Iterator[_Read]:
    """Every window of which something is asked."""
    config = model.config
    taught = Taught(model.labels, model.hints, model.classes, config.farthest)
    chosen = [replace(example, findings=()) for example in examples if example.asked]
    lessons = taught.cut(chosen, model.reader, config.longest, config.overlap)
    for group in group_by_length([len(one.item.text) for one in lessons], model.capacity):
        batch = collate([lessons[at].item for at in group], model.device)
        with mixed_precision(model.device):
            hidden = model.network.read(batch)
        for at, rows, length in zip(group, hidden, batch.lengths, strict=True):
            example, window = lessons[at].example, lessons[at].item.window
            questions = [one.question for one in example.asked]
            made = make_questions(
                example.section, window, example.names, example.candidates, questions, model.classes.labels
            )
            # Where no time and no amount stands and all is asserted there is little to learn; many windows are such.
            if made and (made.candidates or any(example.asked[one].status != "asserted" for one in made.questions)):
                yield _taught(rows[:length].half().cpu().clone(), made, example.asked)


def _taught(hidden: Tensor, made: WindowQuestions, asked: Sequence[Asked]) -> _Read:
    rows = [asked[at] for at in made.questions]
    right = [[any(at in (one or ()) for one in row.right) for at in made.candidates] for row in rows]
    # What is right may lie outside the window; then nothing here is wrong or right.
    known = [
        [one is not None and (not one or any(at in made.candidates for at in one)) for one in row.right] for row in rows
    ]
    return _Read(
        hidden,
        made,
        torch.tensor([STATUSES.index(row.status) for row in rows]),
        torch.tensor(right, dtype=torch.bool).reshape(len(rows), len(made.candidates)),
        torch.tensor(known, dtype=torch.bool),
    )
