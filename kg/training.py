"""Training: annotated passages in, a model folder with its card out. What `kg train` calls; it needs torch."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.annotated import ExampleMaker, files_of, held_back, read_annotated
from kg.config import Config
from kg.errors import ConfigError
from kg.neural.card import Origin, Source, write_card
from kg.neural.fitting import measure_qualifier
from kg.neural.measuring import Figures
from kg.neural.model import Model, ModelConfig
from kg.neural.section import Example
from kg.neural.training import Settings, Step, remove_checkpoint, start_model
from kg.neural.training import train as train_network
from kg.ontology import Ontology
from kg.pipeline import Pipeline
from kg.resources import models_path

__all__ = ["TASKS", "Figures", "Settings", "Step", "TrainingData", "model_config_of", "train"]

TASKS = ("ner", "re")
_HELD_BACK = 0.1  # of the passages, where none are given for validation
_ENCODER = "bge-small-zh-v1.5"
_LICENCES = ("ORIGIN", "LICENSE", "LICENCE", "README.md")


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What to learn from.

    Attributes:
        files: JSON Lines files, or folders of them.
        valid: passages that choose the epoch; where none are given, a tenth of `files` is held back.
        limit: learn from at most this many passages; 0 for all.
    """

    files: tuple[Path, ...]
    valid: tuple[Path, ...] = ()
    limit: int = 0


def train(
    data: TrainingData,
    out: Path,
    *,
    tasks: Sequence[str] = TASKS,
    start: Path | None = None,
    settings: Settings | None = None,
    config: Config | None = None,
    on_step: Callable[[Step], None] = lambda step: None,
) -> Figures:
    """Train a model on annotated passages and write it, with its card, to a folder; its figures come out.

    Interrupted, it goes on where it stopped when it is called again with the same arguments.

    Args:
        data: what to learn from.
        out: the model folder to write.
        tasks: `ner` to mark names, `re` to relate given names and to settle their status, time and amount; both share
            one encoder.
        start: an encoder folder, or a model folder of the same ontology to train further; the shipped encoder where
            None.
        settings: epochs, rates, seed, device.
        config: its ontology says what is to be learned, its names and rules help.
        on_step: told of each step.

    Raises:
        ConfigError: the passages, the start or the settings cannot be used.

    Example:
        >>> train(TrainingData((Path("seeds/train"),)), Path("model"))  # doctest: +SKIP
    """
    settings = settings or Settings()
    if unknown := set(tasks) - set(TASKS):
        raise ConfigError(f"no task {sorted(unknown)}; there are {list(TASKS)}")
    config = replace(config or Config(), recogniser="lexicon")
    passages = read_annotated(data.files)[: data.limit or None]
    valid = read_annotated(data.valid)
    if not data.valid:
        valid = [one for one in passages if held_back(one.id, _HELD_BACK)]
        passages = [one for one in passages if not held_back(one.id, _HELD_BACK)]
    pipeline = Pipeline(config)
    maker = ExampleMaker(pipeline)
    learned, checked = ([example for one in part for example in maker.make(one)] for part in (passages, valid))
    begin = start or models_path() / _ENCODER
    model = start_model(begin, model_config_of(pipeline.ontology, tasks), settings)
    trained = train_network(model, learned, checked, settings, out=out, on_step=on_step)
    trained.model.save(out)
    origin = Origin(
        command=_command(data, out, tasks, begin, settings),
        start=str(begin),
        sources=[_source(file) for file in files_of(data.files)],
        learned=len(passages),
        validated=len(valid),
        chars_per_second=_measure_speed(trained.model, checked or learned),
    )
    before = begin / "README.md" if (begin / "model.json").is_file() else None
    qualifiers = measure_qualifier(model, checked)
    card = write_card(trained, settings, origin, qualifiers, before.read_text(encoding="utf-8") if before else "")
    (out / "README.md").write_text(card, encoding="utf-8")
    remove_checkpoint(out)
    figures = trained.epochs[trained.best - 1] if trained.best else Figures()
    return replace(figures, by_class=figures.by_class | qualifiers)


def model_config_of(ontology: Ontology, tasks: Sequence[str] = TASKS) -> ModelConfig:
    """What a model for an ontology is to find; its encoder is settled when it starts."""
    relations = ontology.relations.items()
    return ModelConfig(
        types=tuple(ontology.types),
        relations={label: (tuple(sorted(one.subject)), tuple(sorted(one.object))) for label, one in relations},
        symmetric=tuple(label for label, one in relations if one.symmetric),
        encoder={},
        tasks=tuple(task for task in TASKS if task in tasks),
    )


def _command(data: TrainingData, out: Path, tasks: Sequence[str], start: Path, settings: Settings) -> str:
    given = [f"--data {file}" for file in data.files] + [f"--valid {file}" for file in data.valid]
    task = "both" if set(tasks) == set(TASKS) else tasks[0]
    changed = [
        f"--{key} {getattr(settings, key)}"
        for key in ("epochs", "patience", "rate", "seed")
        if getattr(settings, key) != getattr(Settings(), key)
    ]
    limit = [f"--limit {data.limit}"] if data.limit else []
    return " ".join(["kg train", f"--task {task}", *given, f"--start {start}", f"--out {out}", *changed, *limit])


def _source(file: Path) -> Source:
    content = file.read_bytes()
    passages = sum(1 for line in content.splitlines() if line.strip())
    beside = next((file.parent / name for name in _LICENCES if (file.parent / name).is_file()), None)
    licence = f"see {beside.name} beside it" if beside else ""
    return Source(file.name, passages, hashlib.sha256(content).hexdigest()[:12], licence)


def _measure_speed(model: Model, examples: Sequence[Example]) -> float:
    """Characters a second, reading and relating."""
    begin = time.perf_counter()
    sections = [example.section for example in examples]
    for example, reading in zip(examples, model.read(sections), strict=True):
        model.relate(example.section, reading, example.names, example.findings)
    return sum(len(section.text) for section in sections) / (time.perf_counter() - begin)
