"""The command `kg`: each command is a thin function over one public call.

stdout is the result, stderr is progress and warnings. Exit codes: 0 done, 1 an error, 2 wrong usage, 3 some
reports could not be read.
"""

import json
import logging
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

import kg
from kg.config import Config
from kg.errors import KgError
from kg.exports import ExportFormat
from kg.table import Table, cell_text
from kg.terminal import progress, read_parameters, show_table

if TYPE_CHECKING:
    from kg.api import BuildSummary
    from kg.query import Query
    from kg.reading import Source
    from kg.store import Store

UNREADABLE = 3

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_errors = Console(stderr=True, soft_wrap=True)


class Format(StrEnum):
    """How a table is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


StoreOption = Annotated[str | None, typer.Option("--store", help="A folder, or a neo4j:// or bolt:// URL.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="A TOML file of settings.", dir_okay=False)]
FormatOption = Annotated[Format, typer.Option("--format", help="How the table is written.")]


PARAMETERS_HELP = "key=text, or key:=JSON for a number, a truth value or a list."


def _say_version(wanted: bool) -> None:  # noqa: FBT001  # typer's callback takes the value alone
    if wanted:
        print(f"kg {kg.__version__}")
        raise typer.Exit


@app.callback(epilog="Example: kg build reports/, then kg query company_profile company=百度")
def kg_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which release this is.")
    ] = False,
) -> None:
    """Knowledge graphs of industry landscapes, from Chinese reports, with the evidence of every fact."""


def _settings(config: Path | None, store: str | None = None) -> Config:
    settings = Config.from_toml(config) if config else Config()
    return replace(settings, store=store) if store else settings


@app.command(epilog="Example: kg build reports/ --store landscape.kg --publisher 国泰君安证券")
def build(
    paths: Annotated[list[str] | None, typer.Argument(help="Files, folders, URLs, or - for standard input.")] = None,
    store: StoreOption = None,
    publisher: Annotated[str | None, typer.Option(help="Who published these reports.")] = None,
    published: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When.")] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(help="A CSV: source,title,publisher,published,id; without paths, its sources are the reports."),
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Extract again what an older version extracted.")] = False,
    format: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Put reports into the graph. What is in already is skipped; what cannot be read is named at the end."""
    from kg.pipeline import Descriptions, Pipeline, build_each
    from kg.reading import find_sources, read_manifest

    settings = _settings(config, store)
    every = kg.Description(publisher=publisher, published=published.date() if published else None)
    described = Descriptions(every, read_manifest(manifest) if manifest else {})
    if not (paths or manifest):
        raise typer.BadParameter("name reports, folders or URLs, or a --manifest")
    sources = list(find_sources(paths or described.single))
    _name_unused(described.single, sources)
    outcomes = []
    with _opened(settings, create=True) as target, progress(_errors) as bar:
        task = bar.add_task("", total=len(sources))
        each = build_each(sources, target, Pipeline(settings), described=described, refresh=refresh)
        for outcome in each:
            outcomes.append(outcome)
            bar.update(task, advance=1, description=Path(outcome.source).name[-40:])
        counts = target.counts()
    summary = kg.BuildSummary(tuple(outcomes))
    _show_build(summary)
    _show(counts.to_table(), format)
    if summary.unreadable:
        raise typer.Exit(UNREADABLE)


def _name_unused(described: Iterable[str], sources: "list[Source]") -> None:
    """Say which lines of a manifest describe none of the reports: most often a path is misspelled."""
    for one in sorted(set(described) - {source.id for source in sources}):
        _errors.print(f"manifest: {one} is none of these reports", style="yellow", markup=False)


def _show_build(summary: "BuildSummary") -> None:
    for outcome in summary.outcomes:
        if outcome.status == "copy":
            _errors.print(f"{outcome.source}: has the content of {outcome.detail}; skipped", markup=False)
    for outcome in summary.unreadable:
        _errors.print(f"not read: {outcome.detail}", style="yellow", markup=False)
    said = ", ".join(f"{number} {status}" for status, number in sorted(summary.counts.items()))
    number = len(summary.outcomes)
    _errors.print(f"{number} report{'' if number == 1 else 's'}: {said}", markup=False)


@app.command(epilog="Example: kg reports --store landscape.kg")
def reports(store: StoreOption = None, format: FormatOption = Format.TABLE, config: ConfigOption = None) -> None:
    """List the reports of a graph."""
    settings = _settings(config, store)
    with _opened(settings) as opened:
        found = opened.documents()
    columns = ("id", "title", "publisher", "published", "facts", "state")
    _show(Table(columns, tuple(tuple(getattr(one, column) for column in columns) for one in found)), format)


@app.command(epilog="Example: kg remove reports/old.pdf --store landscape.kg")
def remove(
    reports: Annotated[list[str], typer.Argument(help="Ids as `kg reports` shows them, or paths or URLs.")],
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Take reports back: exactly what only they said goes with them."""
    from kg.api import find_report

    settings = _settings(config, store)
    with _opened(settings) as opened:
        # All are looked up before one is taken back: a misspelled one must not leave half of the work done.
        for one in [find_report(report, opened) for report in reports]:
            gone = opened.remove(one)
            _errors.print(f"{one}: removed, with {gone.facts} facts and {gone.entities} entities", markup=False)


@app.command(epilog="Example: kg query investors company=OpenAI limit=5 --format markdown")
def query(
    name: Annotated[str | None, typer.Argument(help="A query; without one, all are listed.")] = None,
    parameters: Annotated[list[str] | None, typer.Argument(help=PARAMETERS_HELP)] = None,
    store: StoreOption = None,
    format: FormatOption = Format.TABLE,
    queries: Annotated[Path | None, typer.Option(help="A folder of your own .cypher files.")] = None,
    config: ConfigOption = None,
) -> None:
    """Ask one of the prepared questions, or list them."""
    from kg.query import load_queries

    settings = _settings(config, store)
    folder = queries or settings.queries
    if name is None:
        rows = [(one.name, one.title_zh, one.title, _signature(one)) for one in load_queries(folder).values()]
        return _show(Table(("query", "标题", "title", "parameters"), tuple(rows)), format)
    given = read_parameters(parameters or [])
    with _opened(settings) as opened:
        answer = kg.run_query(name, given, store=opened, queries=folder)
        _show(answer, format)
        if not answer.rows:
            _suggest_names(given.values(), opened)


def _suggest_names(values: Iterable[object], store: "Store") -> None:
    """Say which names of the graph are like those that a question without an answer was about."""
    for value in values:
        near = store.find_entities(value, limit=3) if isinstance(value, str) else ()
        if near and all(value not in (one.name, *one.aliases) for one in near):
            _errors.print(f"no {value} in the graph; near it are {', '.join(one.name for one in near)}", markup=False)


@app.command(epilog="Example: kg cypher 'MATCH (c:Company) RETURN c.name AS name ORDER BY name LIMIT 5'")
def cypher(
    statement: Annotated[str, typer.Argument(help="One Cypher statement that only reads.")],
    parameters: Annotated[list[str] | None, typer.Argument(help=PARAMETERS_HELP)] = None,
    store: StoreOption = None,
    format: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Ask your own question in Cypher; nothing can be written."""
    settings = _settings(config, store)
    with _opened(settings) as opened:
        _show(opened.cypher(statement, read_parameters(parameters or [])), format)


@app.command(epilog="Example: kg draw baidu.html --focus 百度 --hops 2")
def draw(
    out: Annotated[Path, typer.Argument(help="The page to write.", dir_okay=False)],
    store: StoreOption = None,
    focus: Annotated[list[str] | None, typer.Option(help="A name, alias or ticker to draw around.")] = None,
    hops: Annotated[int, typer.Option(min=0, max=6, help="How many facts away from the focus.")] = 2,
    limit: Annotated[int, typer.Option(min=1, help="At most this many entities.")] = 300,
    status: Annotated[list[str] | None, typer.Option(help="Only facts of this status.")] = None,
    relation: Annotated[list[str] | None, typer.Option(help="Only this relation, such as INVESTS_IN.")] = None,
    title: Annotated[str, typer.Option(help="The heading of the page.")] = "",
    config: ConfigOption = None,
) -> None:
    """Write an interactive page that needs no network."""
    settings = _settings(config, store)
    selection = kg.Selection(hops, limit, tuple(status or ()), tuple(relation or ()))
    with _opened(settings) as opened:
        path = kg.draw(opened, out, focus=focus or (), selection=selection, title=title, config=settings)
    _errors.print(f"wrote {path}", markup=False)


@app.command(epilog="Example: kg export landscape.jsonl --format jsonl --store landscape.kg")
def export(
    out: Annotated[Path, typer.Argument(help="The file to write; for csv and neo4j-admin a folder.")],
    format: Annotated[ExportFormat, typer.Option("--format", help="For which programs.")],
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the whole graph for other programs to read."""
    settings = _settings(config, store)
    with _opened(settings) as opened, _errors.status("writing"):
        path = kg.export(opened, out, format=format)
    _errors.print(f"wrote {path}", markup=False)


@app.command(epilog="Example: kg copy landscape.kg neo4j://localhost:7687")
def copy(
    source: Annotated[str, typer.Argument(help="The store to read: a folder or a URL.")],
    target: Annotated[str, typer.Argument(help="The store to fill: an empty one, or one half filled so.")],
    config: ConfigOption = None,
) -> None:
    """Copy the whole graph into another store, of whatever engine; run again, it goes on."""
    from kg.store import copy_each

    from_, to = _settings(config, source), _settings(config, target)
    with _opened(from_) as read, _opened(to, create=True) as filled, progress(_errors) as bar:
        each = bar.track(copy_each(read, filled), total=read.counts().documents, description="reports")
        counts = Counter(result.outcome for result in each)
    _errors.print(", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())), markup=False)


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
    with progress(_errors) as bar, open_rows(out) as sink:
        task = bar.add_task("passages", total=None)
        for passage_id, extraction in extract_each(passages, Pipeline(_settings(config))):
            sink.write(json.dumps(to_row(passage_id, extraction), ensure_ascii=False) + "\n")
            bar.advance(task)
    for problem in problems:
        _errors.print(f"not read: {problem}", style="yellow", markup=False)
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

    _show(score_files(gold, predicted), format)


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

    settings = _settings(config)
    chosen = TASKS if task is Task.BOTH else (task.value,)
    with progress(_errors) as bar:
        line = bar.add_task("training", total=None)

        def show(step: Step) -> None:
            bar.update(line, total=step.steps, completed=step.step, description=f"epoch {step.epoch} {step.loss:.3f}")

        figures = train_model(
            TrainingData(tuple(data), tuple(valid or ()), limit),
            out,
            tasks=chosen,
            start=start,
            settings=Settings(epochs=epochs, patience=patience, rate=rate, seed=seed, device=settings.device),
            config=settings,
            on_step=show,
        )
    rows = [("names", figures.names), ("relations, names given", figures.relations), *figures.by_class.items()]
    _show(Table(("measure", "f1"), tuple(row for row in rows if row[1] is not None)), Format.TABLE)
    _errors.print(f'wrote {out}; use it with model = "{out}" in a --config file', markup=False)


@app.command(epilog="Example: kg doctor --store neo4j://localhost:7687")
def doctor(store: StoreOption = None, format: FormatOption = Format.TABLE, config: ConfigOption = None) -> None:
    """Check what is installed, the seeds, the store and the device; the exit code is 1 where something is wrong."""
    from kg.doctor import examine

    findings = examine(_settings(config, store), connect=store is not None)
    _show(Table(("check", "state", "detail"), tuple((one.check, one.state, one.detail) for one in findings)), format)
    if any(one.state == "wrong" for one in findings):
        raise typer.Exit(1)


def _signature(query: "Query") -> str:
    """The parameters of a query as they are typed; a required one has no value."""
    return " ".join(one.name if one.required else f"[{one.name}={cell_text(one.default)}]" for one in query.parameters)


@contextmanager
def _opened(settings: Config, *, create: bool = False) -> "Iterator[Store]":
    """The store of the settings; a sign on the terminal while its engine starts."""
    with _errors.status("opening the store"):
        store = kg.open_store(settings.store, settings, create=create)
    with store:
        yield store


def _show(table: Table, format: Format) -> None:
    texts = {Format.JSON: table.to_json, Format.CSV: table.to_csv, Format.MARKDOWN: table.to_markdown}
    if format in texts:
        text = texts[format]()
        return print(text, end="" if text.endswith("\n") else "\n")
    show_table(table, Console())
    if not table.rows:
        _errors.print("no rows", markup=False)


def main() -> None:
    """Run the command line; a user's error becomes one line and exit code 1."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("neo4j").setLevel(logging.ERROR)  # the driver warns of each retry; what fails is raised
    try:
        app()
    except KgError as error:
        _errors.print(f"kg: {error}", style="red", markup=False)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)  # `kg query … | head`: the reader has seen enough
