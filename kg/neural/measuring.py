"""How a model does on examples: F1 of names, of relations between given names, and temperatures that calibrate it."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from kg.neural.batching import collate, group_by_length
from kg.neural.learning import Taught
from kg.neural.model import Model
from kg.neural.pooling import pool_pairs
from kg.neural.section import Example

_OUTSIDE = -100
_NO_CHANCE = random.Random(0)  # without noise nothing is drawn


@dataclass(frozen=True, slots=True)
class Figures:
    """F1 in percent on validation examples, None for a task that was not trained.

    Attributes:
        names: of names, each place counted.
        relations: of triples, with the names given.
        by_class: F1 of each type and relation.
        confusion: how often names of one type (or none, "-") were taken for another.
    """

    names: float | None = None
    relations: float | None = None
    by_class: dict[str, float] = field(default_factory=dict)
    confusion: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """What the best epoch is chosen by: the mean over tasks; 0 where nothing was measured."""
        known = [one for one in (self.names, self.relations) if one is not None]
        return sum(known) / len(known) if known else 0.0


def measure(model: Model, examples: Sequence[Example]) -> Figures:
    """How a model does on examples it did not learn from."""
    tasks = model.config.tasks
    by_class: dict[str, float] = {}
    confusion: Counter[tuple[str, str]] = Counter()
    names = relations = None
    readings = model.read([example.section for example in examples])
    if "ner" in tasks:
        gold = {(at, name.start, name.end): name.type for at, one in enumerate(examples) for name in one.names}
        found = {(at, name.start, name.end): name.type for at, one in enumerate(readings) for name in one.names}
        for place in gold.keys() | found.keys():
            confusion[gold.get(place, "-"), found.get(place, "-")] += 1
        names = _f1(gold.items(), found.items())
        for kind in model.config.types:
            by_class[kind] = _f1(
                (one for one in gold.items() if one[1] == kind), (one for one in found.items() if one[1] == kind)
            )
    if "re" in tasks:
        stated = set(_stated(model, examples))
        said = {
            _triple(model, at, example.names[one.subject].entity, one.relation, example.names[one.object].entity)
            for at, (example, reading) in enumerate(zip(examples, readings, strict=True))
            for one in model.relate(example.section, reading, example.names, example.findings, least=0.5)
        }
        relations = _f1(stated, said)
        for label in model.config.relations:
            by_class[label] = _f1((one for one in stated if one[2] == label), (one for one in said if one[2] == label))
    return Figures(names, relations, by_class, dict(confusion))


def _stated(model: Model, examples: Sequence[Example]) -> Iterable[tuple[int, str, str, str]]:
    for at, example in enumerate(examples):
        for fact in example.facts:
            yield _triple(model, at, fact.subject, fact.relation, fact.object)


def _triple(model: Model, at: int, subject: str, relation: str, obj: str) -> tuple[int, str, str, str]:
    if relation in model.classes.symmetric and obj < subject:
        subject, obj = obj, subject
    return at, subject, relation, obj


def _f1(gold: Iterable[object], found: Iterable[object]) -> float:
    wanted, got = set(gold), set(found)
    return round(200 * len(wanted & got) / max(len(wanted) + len(got), 1), 1)


def fit_temperatures(model: Model, examples: Sequence[Example]) -> None:
    """Set the temperatures that make scores on these examples most likely (Guo et al., ICML 2017)."""
    tag_logits, tags, pair_logits, answers = _collect(model, examples)
    tag = pair = 1.0
    if tag_logits:
        tag = _best(torch.cat(tag_logits), torch.cat(tags))
    if pair_logits:
        pair = _best(torch.cat(pair_logits), torch.cat(answers))
    model.config = replace(model.config, tag_temperature=tag, pair_temperature=pair)


@torch.inference_mode()
def _collect(
    model: Model, examples: Sequence[Example]
) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]:
    config = model.config
    taught = Taught(model.labels, model.hints, model.classes, config.farthest)
    lessons = taught.cut(examples, model.reader, config.longest, config.overlap)
    found: tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]] = ([], [], [], [])
    for group in group_by_length([len(one.item.text) for one in lessons], 8192):
        chosen = [lessons[at] for at in group]
        batch = collate([one.item for one in chosen], model.device)
        hidden = model.network.read(batch)
        if "ner" in config.tasks:
            wanted = taught.tags(chosen)
            kept = wanted != _OUTSIDE
            found[0].append(model.network.tagger(hidden, batch).float().cpu()[kept])
            found[1].append(wanted[kept])
        if "re" not in config.tasks:
            continue
        for lesson, rows, length in zip(chosen, hidden, batch.lengths, strict=True):
            one = taught.pairs(lesson, None, _NO_CHANCE)
            if one is not None:
                scores = model.network.relater(model.network.relater.project(rows[:length]), one.pairs.to(model.device))
                asked = one.answers.any(-1)
                found[2].append(pool_pairs(scores.float().cpu(), one.groups, model.classes)[asked])
                found[3].append(one.answers[asked].int().argmax(-1))
    return found


def _best(logits: Tensor, wanted: Tensor) -> float:
    """The temperature with the least cross-entropy; 0.5 to 3 in steps of 0.05."""
    steps = [0.5 + 0.05 * at for at in range(51)]
    losses = [float(torch.nn.functional.cross_entropy(logits / one, wanted)) for one in steps]
    return round(steps[losses.index(min(losses))], 2)
