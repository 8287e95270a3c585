"""A trained model: a folder on disk, and what it finds in sections of text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from kg.errors import ConfigError
from kg.neural.batching import HintTags, Item, collate, group_by_length, make_items
from kg.neural.device import choose_device, mixed_precision
from kg.neural.encoder import Reader, create_encoder, quantise
from kg.neural.labels import Labels, find_glued
from kg.neural.network import Counts, Network, Sizes
from kg.neural.pairs import PairBatch, Reach, RelationClasses, make_pairs
from kg.neural.pooling import group_pairs, pool_pairs
from kg.neural.qualifying import Qualifier, make_questions, to_answers
from kg.neural.section import (
    Answer,
    Candidate,
    Finding,
    Marked,
    Question,
    Section,
    Window,
    cut_windows,
    localise,
    names_inside,
)
from kg.ontology import Ontology

_FORMAT = 1
_WORDS = "encoder.embeddings.word_embeddings.weight"
_LEAST = 0.35  # a name less likely than this is none
_BARRED = 1e-6  # a class that the types do not allow is less likely than this
_CONFIG, _WEIGHTS, _TOKENIZER = "model.json", "model.safetensors", "tokenizer.json"
_QUALIFIER = "qualifier.safetensors"
_GONE = "relater.status."  # a head of models of before 2026-12, which the qualifier has replaced


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What a model was made for, and how it reads.

    Attributes:
        types: of names.
        relations: label to the types of its subjects and objects.
        symmetric: labels that read both ways.
        encoder: the encoder's Hugging Face configuration.
        sizes: widths of the heads.
        longest, overlap: characters of a window, and how many of them it shares with the window before.
        farthest: characters that may stand between two names of a pair.
        tag_temperature, pair_temperature: logits are divided by these, so that scores are frequencies of being right.
        tasks: what it was trained for: `ner`, `re` or both.
    """

    types: tuple[str, ...]
    relations: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    symmetric: tuple[str, ...]
    encoder: Mapping[str, Any]  # Any: a Hugging Face configuration
    sizes: Sizes = field(default_factory=Sizes)
    longest: int = 440
    overlap: int = 120
    farthest: int = 430
    tag_temperature: float = 1.0
    pair_temperature: float = 1.0
    tasks: tuple[str, ...] = ("ner", "re")


@dataclass(frozen=True, slots=True)
class Related:
    """A relation between two names of a section, given by their positions in its list of names."""

    subject: int
    relation: str
    object: int
    score: float


@dataclass(frozen=True, slots=True)
class WindowReading:
    """What one pass over a window leaves: its names, and each character for the relations.

    Attributes:
        names: offsets count from the section's start.
        chars: (characters, relater width) float32 on the device, the lead's in front.
        qualities: (characters, qualifier width) likewise; of no width where the model has no qualifier.
    """

    window: Window
    names: tuple[Marked, ...]
    chars: Tensor
    qualities: Tensor


@dataclass(frozen=True, slots=True)
class SectionReading:
    """What one pass over a section leaves."""

    windows: tuple[WindowReading, ...]

    @property
    def names(self) -> list[Marked]:
        """The names, each as the window that owns its first character read it."""
        return [name for one in self.windows for name in one.names if name.start >= one.window.own]


class Model:
    """A trained network with its vocabulary.

    Args:
        config: what it was made for.
        reader: its vocabulary.
        network: its weights.
        device: where it computes.
        qualifier: what settles status, time and amount of relations; None where the model does not.

    Attributes:
        capacity: characters of one batch, padding included; it bounds the memory.
    """

    capacity = 8192

    def __init__(
        self,
        config: ModelConfig,
        reader: Reader,
        network: Network,
        device: torch.device,
        qualifier: Qualifier | None = None,
    ) -> None:
        self.config = config
        self.reader = reader
        self.device = device
        self.network = network.to(device).eval()
        self.qualifier = qualifier.to(device).eval() if qualifier else None
        self.labels = Labels(config.types)
        self.hints = HintTags(config.types)
        self.classes = RelationClasses(config.types, config.relations, frozenset(config.symmetric))

    @classmethod
    def from_folder(cls, folder: Path, device: str = "auto", *, int8: bool = False) -> Self:
        """The model of a folder that `save` wrote.

        Args:
            folder: holds model.json, model.safetensors and tokenizer.json, and qualifier.safetensors where there is
                a qualifier.
            device: `auto`, or a name of torch.
            int8: read with int8 weights, faster on a CPU; ignored elsewhere.

        Raises:
            ConfigError: the folder is none of a model, or of another format.
        """
        try:
            table = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
            weights = load_file(folder / _WEIGHTS)
        except (OSError, ValueError, SafetensorError) as error:
            raise ConfigError(f"{folder}: is no model: {error}; kg train writes one") from error
        if table.pop("format", None) != _FORMAT:
            raise ConfigError(f"{folder}: was written by another release; train it again, or use that release")
        shared = table.pop("embeddings", "")
        config = _config_of(table)
        network = create_network(config)
        try:
            if shared:
                weights[_WORDS] = load_file(folder / shared / _WEIGHTS)[_WORDS.removeprefix("encoder.")]
            kept = {name: value.float() for name, value in weights.items() if not name.startswith(_GONE)}
            network.load_state_dict(kept)
        except (OSError, KeyError, SafetensorError) as error:
            raise ConfigError(f"{folder}: the encoder {shared!r} whose word embeddings it shares is gone") from error
        except RuntimeError as error:
            raise ConfigError(f"{folder}: {_WEIGHTS} does not fit {_CONFIG}: {error}") from error
        place = choose_device(device)
        if int8 and place.type == "cpu":
            quantise(network.encoder)
        return cls(config, Reader.from_folder(folder), network, place, _load_qualifier(folder / _QUALIFIER, config))

    def check_ontology(self, ontology: Ontology) -> None:
        """Refuse an ontology that lacks what the model finds.

        Raises:
            ConfigError: a type or relation of the model is not in the ontology.
        """
        labels = [*self.config.types, *self.config.relations]
        if missing := [one for one in labels if one not in ontology.types and one not in ontology.relations]:
            raise ConfigError(
                f"the model finds {', '.join(missing)}, which the ontology does not declare; train one with kg train, "
                'or set recogniser = "lexicon"'
            )

    def save(self, folder: Path, *, embeddings: str = "") -> None:
        """Write the model to a folder, weights in float16.

        Args:
            folder: where to.
            embeddings: an encoder folder, relative to `folder`, that holds the same word embeddings; training leaves
                them as they are, so that several models can share one file. Without it the model holds its own.
        """
        folder.mkdir(parents=True, exist_ok=True)
        table = {"format": _FORMAT, "embeddings": embeddings, **asdict(self.config)}
        text = json.dumps(table, ensure_ascii=False, indent=1)
        (folder / _CONFIG).write_text(text + "\n", encoding="utf-8")
        half = {
            name: value.half().contiguous().cpu()
            for name, value in self.network.state_dict().items()
            if not (embeddings and name == _WORDS)
        }
        save_file(half, folder / _WEIGHTS, metadata={"format": "pt"})
        (folder / _QUALIFIER).unlink(missing_ok=True)  # of a model that was here before
        if self.qualifier:
            chosen = {name: value.half().contiguous().cpu() for name, value in self.qualifier.state_dict().items()}
            save_file(chosen, folder / _QUALIFIER, metadata={"format": "pt"})
        self.reader.tokenizer.save(str(folder / _TOKENIZER))

    @torch.inference_mode()
    def read(self, sections: Sequence[Section]) -> list[SectionReading]:
        """Read sections, each character once but for the overlap of windows.

        Args:
            sections: in any order; windows of all of them share batches.
        """
        config = self.config
        windows = [list(cut_windows(one, config.longest, config.overlap)) for one in sections]
        items = make_items(sections, windows, self.reader, self.hints)
        found: dict[tuple[int, int], WindowReading] = {}
        for group in group_by_length([len(item.text) for item in items], self.capacity):
            batch = [items[position] for position in group]
            for item, reading in zip(batch, self._read_batch(batch), strict=True):
                found[item.section, item.window.own] = reading
        return [
            SectionReading(tuple(found[number, window.own] for window in cut)) for number, cut in enumerate(windows)
        ]

    def _read_batch(self, items: Sequence[Item]) -> list[WindowReading]:
        batch = collate(items, self.device)
        with mixed_precision(self.device):
            hidden = self.network.read(batch)
            logits = self.network.tagger(hidden, batch)
            chars = self.network.relater.project(hidden)
            qualities = self.qualifier.project(hidden) if self.qualifier else hidden[..., :0]
        scores = (logits.float() / self.config.tag_temperature).log_softmax(-1).cpu()  # (batch, characters, tags)
        rows = zip(items, scores, chars, qualities, batch.lengths, strict=True)
        return [
            WindowReading(item.window, tuple(self._names(item, tags[:length])), a[:length].float(), b[:length].float())
            for item, tags, a, b, length in rows
        ]

    def _names(self, item: Item, scores: Tensor) -> list[Marked]:
        tags = self.labels.decode(scores, find_glued(item.text))
        chosen = scores.gather(1, torch.tensor(tags).unsqueeze(1)).squeeze(1)  # (characters,)
        lead, shift = item.window.offset, item.window.start - item.window.offset
        return [
            Marked(start + shift, end + shift, kind, "", score)
            for start, end, kind in self.labels.to_spans(tags)
            if start >= lead and (score := float(chosen[start:end].min().exp())) >= _LEAST
        ]

    @torch.inference_mode()
    def relate(
        self,
        section: Section,
        reading: SectionReading,
        names: Sequence[Marked],
        findings: Sequence[Finding] = (),
        least: float = 0.1,
    ) -> list[Related]:
        """What a section says of its names: for each window and two entities, the relations that are likely enough.

        Args:
            section: what was read.
            reading: what `read` made of it.
            names: in order, none inside another; they need not be those of the reading.
            findings: what rules say of the same names.
            least: relations less likely are left out (0 to 1).
        """
        found = []
        for one in reading.windows:
            inside = names_inside(names, one.window)
            local, shifted, rules = localise(section, names, findings, inside, one.window)
            reach = Reach(self.config.farthest, one.window.own_offset)
            pairs = make_pairs(local, shifted, rules, self.classes, reach)
            if pairs is not None:
                found += self._relate_window(one.chars, shifted, inside, pairs, least)
        return found

    def _relate_window(
        self, chars: Tensor, names: Sequence[Marked], inside: Sequence[int], pairs: PairBatch, least: float
    ) -> list[Related]:
        scores = self.network.relater(chars, pairs.to(self.device)).float().cpu()
        groups = group_pairs(names, pairs)
        logits = pool_pairs(scores, groups, self.classes) / self.config.pair_temperature
        pooled = logits.softmax(-1)  # (groups, classes)
        found = []
        for group, number in (pooled[:, 1:] >= max(least, _BARRED)).nonzero().tolist():
            rows = groups.rows[group]
            turned = [int(self.classes.turned[number + 1]) if groups.flipped[row] else number + 1 for row in rows]
            best = max(range(len(rows)), key=lambda at: float(scores[rows[at], turned[at]] - scores[rows[at], 0]))
            row = rows[best]
            label, forwards = self.classes.read(turned[best])
            ends = inside[int(pairs.first[row])], inside[int(pairs.second[row])]
            subject, obj = ends if forwards else ends[::-1]
            score = float(pooled[group, number + 1])
            found.append(Related(subject, label, obj, score))
        return found

    @torch.inference_mode()
    def qualify(
        self,
        section: Section,
        reading: SectionReading,
        names: Sequence[Marked],
        candidates: Sequence[Candidate],
        questions: Sequence[Question],
    ) -> list[Answer | None]:
        """Status, time and amount of relations; None for those whose names no window holds together.

        Args:
            section: what was read.
            reading: what `read` made of it.
            names: in order, as `relate` takes them.
            candidates: the times and amounts of the section, in order.
            questions: the relations, and what rules make of them.
        """
        answers: list[Answer | None] = [None] * len(questions)
        if self.qualifier is None:
            return answers
        for one in reading.windows:
            made = make_questions(section, one.window, names, candidates, questions, self.classes.labels)
            if made is not None:
                scores = self.qualifier(one.qualities, made.batch.to(self.device))
                for at, answer in zip(made.questions, to_answers(made, *scores), strict=True):
                    answers[at] = answers[at] or answer
        return answers


def _load_qualifier(path: Path, config: ModelConfig) -> Qualifier | None:
    """The qualifier of a file, None where there is none."""
    if not path.is_file():
        return None
    qualifier = create_qualifier(config)
    try:
        qualifier.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    except (SafetensorError, RuntimeError) as error:
        raise ConfigError(f"{path}: does not fit the model: {error}; train it again") from error
    return qualifier


def create_qualifier(config: ModelConfig) -> Qualifier:
    """A qualifier for the network of a configuration, with random weights."""
    return Qualifier(2 * config.encoder["hidden_size"], len(config.relations))


def create_network(config: ModelConfig) -> Network:
    """A network of the form that a configuration says, with random weights."""
    classes = RelationClasses(config.types, config.relations, frozenset(config.symmetric))
    counts = Counts(len(HintTags(config.types)), len(Labels(config.types)), len(config.types), len(classes))
    return Network(create_encoder(config.encoder), counts, config.sizes)


def _config_of(table: dict[str, Any]) -> ModelConfig:  # Any: parsed JSON
    relations = {label: (tuple(ends[0]), tuple(ends[1])) for label, ends in table["relations"].items()}
    lists = {key: tuple(table[key]) for key in ("types", "symmetric", "tasks")}
    return ModelConfig(**{**table, **lists, "relations": relations, "sizes": Sizes(**table["sizes"])})
