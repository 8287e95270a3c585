"""The command `kg`: each command is a thin function over one public call.

stdout is the result, stderr is progress and warnings. Exit codes: 0 done, 1 an error, 2 wrong usage, 3 some
reports could not be read.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable

import kg
from kg.config import Config
from kg.errors import ConfigError, KgError
from kg.report import join_lines
from kg.table import Table, cell_text

if TYPE_CHECKING:
    from kg.api import BuildSummary
    from kg.query import Query
    from kg.store import Counts

UNREADABLE = 3

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, help=kg.__doc__)
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


def _settings(config: Path | None, store: str | None = None) -> Config:
    settings = Config.from_toml(config) if config else Config()
    return replace(settings, store=store) if store else settings


@app.command(epilog="Example: kg build reports/ --store landscape.kg --publisher 国泰君安证券")
def build(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, http(s) URLs, or - for standard input.")],
    store: StoreOption = None,
    publisher: Annotated[str | None, typer.Option(help="Who published these reports.")] = None,
    published: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="A CSV: source,title,publisher,published,id.")] = None,
    refresh: Annotated[bool, typer.Option(help="Extract again what an older version extracted.")] = False,
    config: ConfigOption = None,
) -> None:
    """Put reports into the graph. What is in already is skipped; what cannot be read is named at the end."""
    from kg.pipeline import Descriptions, Pipeline, build_each
    from kg.reading import find_sources, read_manifest

    settings = _settings(config, store)
    every = kg.Description(publisher=publisher, published=published.date() if published else None)
    described = Descriptions(every, read_manifest(manifest) if manifest else {})
    sources = list(find_sources(paths))
    outcomes = []
    with kg.open_store(settings.store, settings) as target, _progress() as progress:
        task = progress.add_task("", total=len(sources))
        each = build_each(sources, target, Pipeline(settings), described=described, refresh=refresh)
        for outcome in each:
            outcomes.append(outcome)
            progress.update(task, advance=1, description=Path(outcome.source).name[-40:])
        counts = target.counts()
    summary = kg.BuildSummary(tuple(outcomes))
    _show_build(summary)
    _show(_counts_table(counts), Format.TABLE)
    if summary.unreadable:
        raise typer.Exit(UNREADABLE)


def _show_build(summary: "BuildSummary") -> None:
    for outcome in summary.outcomes:
        if outcome.status == "copy":
            _errors.print(f"{outcome.source}: has the content of {outcome.detail}; skipped", markup=False)
    for outcome in summary.unreadable:
        _errors.print(f"not read: {outcome.detail}", style="yellow", markup=False)
    said = ", ".join(f"{number} {status}" for status, number in sorted(summary.counts.items()))
    _errors.print(f"{len(summary.outcomes)} reports: {said}", markup=False)


def _counts_table(counts: "Counts") -> Table:
    """What the whole store holds now."""
    totals = (("reports", "", counts.documents), ("evidence", "", counts.evidence))
    entities = (("entities", label, number) for label, number in counts.entities.items())
    facts = (("facts", label, number) for label, number in counts.facts.items())
    return Table(("in the store", "kind", "number"), (*totals, *entities, *facts))


@app.command(epilog="Example: kg reports --store landscape.kg")
def reports(store: StoreOption = None, format: FormatOption = Format.TABLE, config: ConfigOption = None) -> None:
    """List the reports of a graph."""
    settings = _settings(config, store)
    with kg.open_store(settings.store, settings) as opened:
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
    from kg.api import remove as remove_report

    settings = _settings(config, store)
    with kg.open_store(settings.store, settings) as opened:
        for one in reports:
            gone = remove_report(one, store=opened)
            _errors.print(f"{one}: removed, with {gone.facts} facts and {gone.entities} entities", markup=False)


@app.command(epilog="Example: kg query investors company=OpenAI limit=5 --format markdown")
def query(
    name: Annotated[str | None, typer.Argument(help="A query; without one, all are listed.")] = None,
    parameters: Annotated[list[str] | None, typer.Argument(help="key=value …")] = None,
    store: StoreOption = None,
    format: FormatOption = Format.TABLE,
    queries: Annotated[Path | None, typer.Option(help="A folder of your own .cypher files.")] = None,
    config: ConfigOption = None,
) -> None:
    """Ask one of the prepared questions, or list them."""
    from kg.query import load_queries
    from kg.resources import queries_path

    folder = queries or queries_path()
    if name is None:
        rows = [(one.name, one.title_zh, one.title, _signature(one)) for one in load_queries(folder).values()]
        return _show(Table(("query", "标题", "title", "parameters"), tuple(rows)), format)
    settings = _settings(config, store)
    with kg.open_store(settings.store, settings) as opened:
        return _show(kg.run_query(name, _pairs(parameters or []), store=opened, queries=folder), format)


@app.command(epilog="Example: kg cypher 'MATCH (c:Company) RETURN c.name AS name ORDER BY name LIMIT 5'")
def cypher(
    statement: Annotated[str, typer.Argument(help="One Cypher statement that only reads.")],
    parameters: Annotated[list[str] | None, typer.Argument(help="key=value …")] = None,
    store: StoreOption = None,
    format: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Ask your own question in Cypher; nothing can be written."""
    settings = _settings(config, store)
    with kg.open_store(settings.store, settings) as opened:
        _show(opened.cypher(statement, _pairs(parameters or [])), format)


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
    path = kg.draw(settings.store, out, focus=focus or (), selection=selection, title=title, config=settings)
    _errors.print(f"wrote {path}", markup=False)


@app.command(epilog="Example: kg extract --jsonl passages.jsonl --out found.jsonl")
def extract(
    jsonl: Annotated[Path, typer.Option("--jsonl", help='Lines of {"id", "text"}; - reads standard input.')],
    out: Annotated[Path | None, typer.Option("--out", help="Where the lines go; standard output without it.")] = None,
    config: ConfigOption = None,
) -> None:
    """Find names and relations in passages, a line of JSON each, without a graph."""
    from kg.passage import read_passages, to_row
    from kg.pipeline import Pipeline, extract_each

    problems: list[KgError] = []
    passages = read_passages(jsonl, on_error=problems.append)
    with _progress() as progress, _sink(out) as sink:
        task = progress.add_task("passages", total=None)
        for passage_id, extraction in extract_each(passages, Pipeline(_settings(config))):
            sink.write(json.dumps(to_row(passage_id, extraction), ensure_ascii=False) + "\n")
            progress.advance(task)
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


@app.command(epilog="Example: kg doctor --store neo4j://localhost:7687")
def doctor(store: StoreOption = None, config: ConfigOption = None) -> None:
    """Check what is installed, the seeds, the store and the device; the exit code is 1 where something is wrong."""
    from kg.doctor import examine

    findings = examine(_settings(config, store), connect=store is not None)
    _show(
        Table(("check", "state", "detail"), tuple((one.check, one.state, one.detail) for one in findings)), Format.TABLE
    )
    if any(one.state == "wrong" for one in findings):
        raise typer.Exit(1)


@contextmanager
def _sink(out: Path | None) -> Iterator[TextIO]:
    """Where result lines go: standard output, or a file that is closed at the end."""
    if out is None:
        yield sys.stdout
        return
    try:
        file = out.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}; name another file with --out") from error
    with file:
        yield file


def _signature(query: "Query") -> str:
    """The parameters of a query as they are typed; a required one has no value."""
    return " ".join(one.name if one.required else f"[{one.name}={cell_text(one.default)}]" for one in query.parameters)


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = dict(one.partition("=")[::2] for one in given)
    if bad := [one for one in given if "=" not in one]:
        raise ConfigError(f"{bad[0]!r}: parameters are written key=value")
    return pairs


def _show(table: Table, format: Format) -> None:
    texts = {Format.JSON: table.to_json, Format.CSV: table.to_csv, Format.MARKDOWN: table.to_markdown}
    if format in texts:
        text = texts[format]()
        return print(text, end="" if text.endswith("\n") else "\n")
    rich = RichTable(*table.columns, show_lines=False)
    for row in table.rows:
        rich.add_row(*(_plain(value) for value in row))
    # A pipe has no width of its own: wide enough that no cell is folded away.
    Console(width=None if sys.stdout.isatty() else 200).print(rich)


def _plain(value: object) -> str:
    from rich.markup import escape

    return escape(join_lines(cell_text(value)))


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_errors, transient=True) as progress:
        yield progress


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
