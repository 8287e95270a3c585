"""The card of a trained model: what it learned from, how, and how well it does; written by the training run."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import torch

from kg.neural.measuring import Figures
from kg.neural.training import Settings, Trained


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was learned from.

    Attributes:
        licence: what stands of it beside the file, empty where nothing does.
    """

    name: str
    passages: int
    digest: str
    licence: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What a training run was given.

    Attributes:
        command: that repeats it.
        start: the folder that it started from.
        chars_per_second: of the finished model, reading and relating, on the machine of the run.
    """

    command: str
    start: str
    sources: Sequence[Source]
    learned: int
    validated: int
    chars_per_second: float


def write_card(
    trained: Trained, settings: Settings, origin: Origin, qualifiers: Mapping[str, float], before: str = ""
) -> str:
    """The card as Markdown.

    Args:
        trained: the model, and how each epoch did.
        settings: of the run.
        origin: what it was given.
        qualifiers: F1 of status, time and amount of given relations.
        before: the card of the model that it started from; it follows the new one.
    """
    model, figures = trained.model, trained.epochs[trained.best - 1] if trained.epochs else Figures()
    parts = [
        f"# Model for {', '.join(model.config.tasks)}",
        f"Written by `kg train` on {datetime.now(UTC):%Y-%m-%d}; torch {torch.__version__}, {platform.machine()}.",
        f"## Made by\n```\n{origin.command}\n```\nIt started from `{origin.start}`. The seed settles the run on one "
        "machine and torch release; another may differ in the last digits.",
        _sources(origin),
        _settings(settings),
        _figures(figures, qualifiers, trained.best, trained.epochs),
        _confusion(figures.confusion),
        f"## Speed\n{origin.chars_per_second:,.0f} characters a second on {model.device}, "
        f"{torch.get_num_threads()} threads.",
    ]
    if before:
        parts.append("---\nThe card of the model that it started from:\n\n" + before.strip())
    return "\n\n".join(part for part in parts if part) + "\n"


def _sources(origin: Origin) -> str:
    rows = [(one.name, one.passages, one.digest, one.licence or "not stated") for one in origin.sources]
    used = f"{origin.learned} passages; {origin.validated} were held back to choose the epoch and fit the scores."
    return f"## Learned from\n{used}\n\n{_table(('file', 'passages', 'SHA-256', 'licence and origin'), rows)}"


def _settings(settings: Settings) -> str:
    table = {**asdict(settings)}
    return "## Settings\n" + "\n".join(f"- {key}: {value}" for key, value in table.items())


def _figures(figures: Figures, qualifiers: Mapping[str, float], best: int, epochs: Sequence[Figures]) -> str:
    if not figures.by_class:
        return ""
    rows = [
        ("names", figures.names),
        ("relations, names given", figures.relations),
        *figures.by_class.items(),
        *((f"{name} of given relations", value) for name, value in qualifiers.items()),
    ]
    shown = [(name, value) for name, value in rows if value is not None]
    curve = ", ".join(f"{one.score:.1f}" for one in epochs)
    return (
        f"## F1 on the passages held back, in percent\nEpoch {best} of {len(epochs)} is kept ({curve}).\n\n"
        + _table(("class", "F1"), shown)
    )


def _confusion(confusion: Mapping[tuple[str, str], int]) -> str:
    if not confusion:
        return ""
    kinds = sorted({kind for pair in confusion for kind in pair})
    rows = [(f"**{gold}**", *(confusion.get((gold, found), 0) for found in kinds)) for gold in kinds]
    return (
        "## Names taken for others\nRows are what was annotated, columns what was found; `-` is no name.\n\n"
        + _table(("", *kinds), rows)
    )


def _table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
