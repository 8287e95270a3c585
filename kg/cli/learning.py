"""The commands that need no graph: extract from passages, score what is found, train a model."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.program import ERRORS, UNREADABLE, ConfigOption, Format, FormatOption, app, read_settings, show
from kg.errors import KgError
from kg.table import Table
from kg.terminal import progress


@app.command(epilog="Example: kg extract 百度发布了文心一言。 or: kg extract --jsonl passages.jsonl --out found.jsonl")
def extract(
    texts: Annotated[list[str] | None, typer.Argument(help="Texts, in place of --jsonl; ids count from 1.")] = None,
    jsonl: Annotated[Path | None, typer.Option(help='Lines of {"id", "text"}; - reads standard input.')] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the lines go; standard output without it.")] = None,
    config: ConfigOption = None,
) -> None:
    """Find names and relations in passages, a line of JSON each, without a graph."""
    from kg.passage import open_rows, read_passages, to_row
    from kg.pipeline import Pipeline, extract_each

    problems: list[KgError] = []
    if (jsonl is None) == (not texts):
        raise typer.BadParameter("give texts, or --jsonl FILE")
    given = ((str(number), text) for number, text in enumerate(texts or (), 1))
    passages = read_passages(jsonl, on_error=problems.append) if jsonl else given
    with progress(ERRORS) as bar, open_rows(out) as sink:
        task = bar.add_task("passages", total=None)
        for passage_id, extraction in extract_each(passages, Pipeline(read_settings(config))):
            sink.write(json.dumps(to_row(passage_id, extraction), ensure_ascii=False) + "\n")
            bar.advance(task)
    for problem in problems:
        ERRORS.print(f"not read: {problem}", style="yellow", markup=False)
    if problems:
        raise typer.Exit(UNREADABLE)


@app.command(epilog="Example: kg score gold.jsonl found.jsonl")
def score(
    gold: Annotated[Path, typer.Argument(help="Annotated passages, JSON Lines.")],
    predicted: Annotated[Path, typer.Argument(help="What was found in them.")],
    format: FormatOption = Format.TABLE,
) -> None:
    """Precision, recall and F1 of found names and relations against annotated ones."""
    from kg.score import score as score_files

    show(score_files(gold, predicted), format)


class Task(StrEnum):
    """What a model learns."""

    NER = "ner"
    RE = "re"
    BOTH = "both"


@app.command(epilog="Example: kg train --task both --data seeds/train --out my-model")
def train(
    data: Annotated[list[Path], typer.Option(help="JSON Lines of annotated passages, or a folder of them.")],
    out: Annotated[Path, typer.Option(help="The model folder to write; an interrupted run goes on there.")],
    task: Annotated[Task, typer.Option(help="Mark names, relate given names, or both with one encoder.")] = Task.BOTH,
    valid: Annotated[list[Path] | None, typer.Option(help="Passages that choose the epoch; else a tenth.")] = None,
    start: Annotated[Path | None, typer.Option(help="An encoder or model folder; else the shipped encoder.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="At most this many.")] = 6,
    patience: Annotated[int, typer.Option(min=1, help="Stop after so many epochs without gain.")] = 3,
    rate: Annotated[float, typer.Option(min=0, help="Scales the learning rates; 0.3 trains a model further.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    limit: Annotated[int, typer.Option(min=0, help="Learn from so many passages only; 0 is all.")] = 0,
    config: ConfigOption = None,
) -> None:
    """Train the tagger and the relation model on annotated passages."""
    from kg.training import TASKS, Settings, Step, TrainingData
    from kg.training import train as train_model

    settings = read_settings(config)
    chosen = TASKS if task is Task.BOTH else (task.value,)
    with progress(ERRORS) as bar:
        line = bar.add_task("training", total=None)

        def advance(step: Step) -> None:
            bar.update(line, total=step.steps, completed=step.step, description=f"epoch {step.epoch} {step.loss:.3f}")

        figures = train_model(
            TrainingData(tuple(data), tuple(valid or ()), limit),
            out,
            tasks=chosen,
            start=start,
            settings=Settings(epochs=epochs, patience=patience, rate=rate, seed=seed, device=settings.device),
            config=settings,
            on_step=advance,
        )
    rows = [("names", figures.names), ("relations, names given", figures.relations), *figures.by_class.items()]
    show(Table(("measure", "f1"), tuple(row for row in rows if row[1] is not None)), Format.TABLE)
    ERRORS.print(f'wrote {out}; use it with model = "{out}" in a --config file', markup=False)
