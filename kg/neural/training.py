"""Training: examples in, a model folder out, with checkpoints to go on from."""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from kg.errors import ConfigError
from kg.neural.batching import group_by_length
from kg.neural.device import choose_device, mixed_precision
from kg.neural.encoder import Reader, freeze_embeddings, load_encoder
from kg.neural.fitting import QUALIFIER, RELATER, FitSettings, fit_qualifier, fit_relater, has_qualifiers
from kg.neural.learning import Lesson, Noise, Taught, mask_words, pair_loss, question_loss, tag_loss
from kg.neural.measuring import Figures, fit_temperatures, measure
from kg.neural.model import Model, ModelConfig, create_network, create_qualifier
from kg.neural.qualifying import Qualifier
from kg.neural.section import Example

_log = logging.getLogger(__name__)
_CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is trained.

    Attributes:
        epochs: at most; training stops when `patience` epochs in a row bring nothing.
        batch_chars: characters of a step, padding included.
        pair_weight: of the loss of relations beside that of names, where both are learned.
        question_weight: of the loss of their status, time and amount.
        relation_epochs: in which relations alone are learned at the end, on the finished encoder; they cost little.
        encoder_rate, head_rate: peak learning rates; they rise over the first `warmup` of all steps and fall to 0.
        rate: scales both; below 1 to train a finished model further.
        seed: of everything random.
        device: `auto`, or a name of torch.
    """

    epochs: int = 6
    patience: int = 3
    batch_chars: int = 1536
    pair_weight: float = 2.0
    question_weight: float = 0.5
    relation_epochs: int = 4
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    rate: float = 1.0
    warmup: float = 0.1
    weight_decay: float = 0.01
    seed: int = 0
    device: str = "auto"
    noise: Noise = field(default_factory=Noise)


@dataclass(frozen=True, slots=True)
class Step:
    """Where training stands: `step` of `steps`, the mean loss since the last report."""

    epoch: int
    step: int
    steps: int
    loss: float


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model and how each epoch did on the validation examples, that on relations alone the last."""

    model: Model
    epochs: tuple[Figures, ...]
    best: int


def start_model(folder: Path, config: ModelConfig, settings: Settings) -> Model:
    """A model to train: that of a model folder, or an encoder of a Hugging Face folder with new heads.

    The seed of the settings gives new heads their first weights.

    Raises:
        ConfigError: the folder is neither, or its model was made for other types or relations.
    """
    if (folder / "model.json").is_file():
        model = Model.from_folder(folder, settings.device)
        if (model.config.types, dict(model.config.relations)) != (config.types, dict(config.relations)):
            raise ConfigError(f"{folder}: was trained for other types or relations; start from an encoder folder")
        model.config = replace(model.config, tasks=config.tasks)
        return model
    encoder = load_encoder(folder)
    # Hidden words (Noise.words) keep it from learning by heart; dropout would do so too, at half the speed on a CPU.
    undropped = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    config = replace(config, encoder={**encoder.config.to_dict(), **undropped})
    torch.manual_seed(settings.seed)
    network = create_network(config)
    network.encoder.load_state_dict(encoder.state_dict())
    return Model(config, Reader.from_folder(folder), network, choose_device(settings.device))


def train(
    model: Model,
    examples: Sequence[Example],
    valid: Sequence[Example],
    settings: Settings,
    *,
    out: Path,
    on_step: Callable[[Step], None] = lambda step: None,
) -> Trained:
    """The best model of all epochs, by its F1 on the validation examples; it is not saved yet.

    After each epoch `out/checkpoint.pt` holds all that is needed to go on; a second call with the same examples and
    settings does. Without validation examples the last epoch counts.

    Raises:
        ConfigError: there is nothing to learn from.
    """
    if not examples:
        raise ConfigError("no passages to train on; --data names a folder of JSON Lines files")
    trainer = _Trainer(model, examples, settings)
    out.mkdir(parents=True, exist_ok=True)
    trainer.resume(out / _CHECKPOINT)
    while trainer.epoch < settings.epochs and not trainer.is_done():
        trainer.run_epoch(on_step)
        trainer.note(measure(model, valid) if valid else Figures())
        trainer.keep(out / _CHECKPOINT)
    trainer.finish()
    if "re" in model.config.tasks and settings.relation_epochs:
        trainer.finish_relations(examples, valid)
    if "re" in model.config.tasks:
        fit_qualifier(model, examples, trainer.fitting(QUALIFIER))
    if valid:
        fit_temperatures(model, valid)
    return Trained(model, tuple(trainer.figures), trainer.best)


def remove_checkpoint(out: Path) -> None:
    """Drop what a finished training no longer needs."""
    (out / _CHECKPOINT).unlink(missing_ok=True)


class _Trainer:
    """One training run: what it learns from, its optimiser, and where it stands."""

    def __init__(self, model: Model, examples: Sequence[Example], settings: Settings) -> None:
        torch.manual_seed(settings.seed)
        self.model, self.settings = model, settings
        self.rng = random.Random(settings.seed)
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.taught = Taught(model.labels, model.hints, model.classes, model.config.farthest)
        config = model.config
        self.lessons = self.taught.cut(examples, model.reader, config.longest, config.overlap)
        freeze_embeddings(model.network.encoder)
        if "re" in config.tasks and model.qualifier is None and has_qualifiers(examples):
            model.qualifier = create_qualifier(config).to(model.device)
        parts = {"network": model.network, "qualifier": model.qualifier}
        self.parts = nn.ModuleDict({name: part for name, part in parts.items() if part})
        self.optimiser = _make_optimiser(self.parts, settings)
        self.steps = settings.epochs * sum(1 for _ in self._batches(random.Random(0)))
        self.step = self.epoch = self.best = 0
        self.figures: list[Figures] = []
        self.state = _copy(self.parts)

    def run_epoch(self, on_step: Callable[[Step], None]) -> None:
        """Learn from every lesson once."""
        self.parts.train()
        self.epoch += 1
        for lessons in self._batches(self.rng):
            self.step += 1
            on_step(Step(self.epoch, self.step, self.steps, self._learn(lessons)))
        self.parts.eval()

    def _learn(self, lessons: Sequence[Lesson]) -> float:
        network, noise, tasks = self.model.network, self.settings.noise, self.model.config.tasks
        batch = self.taught.collate(lessons, self.model.device, noise, self.rng)
        batch = mask_words(batch, noise.words, self.model.reader.mask_id, self.generator)
        with mixed_precision(self.model.device):
            hidden = network.read(batch)
            loss = hidden.new_zeros(())
            if "ner" in tasks:
                loss = loss + tag_loss(network, hidden, batch, self.taught.tags(lessons))
            if "re" in tasks:
                pairs = [self.taught.pairs(lesson, noise, self.rng) for lesson in lessons]
                related = pair_loss(network, hidden, batch.lengths, pairs, self.model.classes)
                loss = loss if related is None else loss + self.settings.pair_weight * related
                if self.model.qualifier:
                    loss = loss + self.settings.question_weight * self._question_loss(
                        self.model.qualifier, lessons, hidden
                    )
        self._descend(loss)
        return float(loss.detach())

    def _question_loss(self, qualifier: Qualifier, lessons: Sequence[Lesson], hidden: Tensor) -> Tensor:
        taught = [self.taught.questions(lesson, self.settings.noise, self.rng) for lesson in lessons]
        asked = [
            (rows[: len(lesson.item.text)], one)
            for lesson, rows, one in zip(lessons, hidden, taught, strict=True)
            if one
        ]
        if not asked:
            return hidden.new_zeros(())
        return question_loss(qualifier, [rows for rows, _ in asked], [one for _, one in asked])

    def _descend(self, loss: Tensor) -> None:
        if not loss.requires_grad:
            return  # a batch of the relation task without any pair
        done = self.step / self.steps
        share = min(done / self.settings.warmup, 1.0) if self.settings.warmup else 1.0
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * share * max(1 - done, 0.02)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        nn.utils.clip_grad_norm_(self.parts.parameters(), 1.0)
        self.optimiser.step()

    def _batches(self, rng: random.Random) -> Iterator[list[Lesson]]:
        """Lessons of like length together, in random order."""
        order = list(range(len(self.lessons)))
        rng.shuffle(order)
        pools = [order[at : at + 400] for at in range(0, len(order), 400)]
        groups = [
            [pool[at] for at in group]
            for pool in pools
            for group in group_by_length([len(self.lessons[at].item.text) for at in pool], self.settings.batch_chars)
        ]
        rng.shuffle(groups)
        for group in groups:
            yield [self.lessons[at] for at in group]

    def note(self, figures: Figures) -> None:
        """Take in how the epoch did; where nothing was measured, the last epoch is the best."""
        before = max((one.score for one in self.figures), default=-1.0)
        self.figures.append(figures)
        if figures.score > before or not figures.by_class:
            self.best, self.state = self.epoch, _copy(self.parts)

    def is_done(self) -> bool:
        """Whether the last epochs brought nothing."""
        return self.epoch - self.best >= self.settings.patience

    def finish(self) -> None:
        """Go back to the best epoch."""
        self.parts.load_state_dict(self.state)
        self.parts.eval()

    def finish_relations(self, examples: Sequence[Example], valid: Sequence[Example]) -> None:
        """Let the relater learn on from the best epoch; it counts as a further epoch."""
        fitting = replace(self.fitting(RELATER), epochs=self.settings.relation_epochs)
        fit_relater(self.model, examples, fitting, self.settings.noise)
        self.epoch += 1
        self.note(measure(self.model, valid) if valid else Figures())
        self.finish()

    def fitting(self, usual: FitSettings) -> FitSettings:
        """How a head is fitted in this training."""
        return replace(usual, rate=self.settings.rate * usual.rate, seed=self.settings.seed)

    def keep(self, path: Path) -> None:
        """Write all that is needed to go on; an interrupted write leaves the one before."""
        state = {
            "settings": self.settings, "lessons": len(self.lessons), "parts": self.parts.state_dict(),
            "state": self.state, "optimiser": self.optimiser.state_dict(), "step": self.step, "epoch": self.epoch,
            "best": self.best, "figures": self.figures, "rng": self.rng.getstate(),
            "generator": self.generator.get_state(), "torch": torch.get_rng_state(),
        }  # fmt: skip
        fresh = path.with_suffix(".new")
        torch.save(state, fresh)
        fresh.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint of the same training, if there is one."""
        if not path.is_file():
            return
        state: dict[str, Any] = torch.load(
            path, weights_only=False
        )  # Any: torch's own format; our file, not a stranger's
        if state["settings"] != self.settings or state["lessons"] != len(self.lessons):
            raise ConfigError(f"{path}: belongs to another training; remove it, or name another --out")
        self.parts.load_state_dict(state["parts"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.state, self.step, self.epoch, self.best = (state[key] for key in ("state", "step", "epoch", "best"))
        self.figures = state["figures"]
        self.rng.setstate(state["rng"])
        self.generator.set_state(state["generator"])
        torch.set_rng_state(state["torch"])
        _log.warning("%s: goes on after epoch %d", path, self.epoch)


def _copy(parts: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().cpu().clone() for name, value in parts.state_dict().items()}


def _make_optimiser(parts: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    """AdamW with one rate for the encoder and one for the heads; biases and norms do not decay."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in parts.named_parameters():
        if parameter.requires_grad:
            key = name.startswith("network.encoder."), parameter.ndim > 1
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "peak": settings.rate * (settings.encoder_rate if in_encoder else settings.head_rate),
                "weight_decay": settings.weight_decay if decays else 0.0,
            }
            for (in_encoder, decays), parameters in groups.items()
        ],
        lr=settings.head_rate,
        fused=True,
    )
