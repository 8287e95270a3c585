"""The commands that ask a graph and draw it."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import kg
from kg.cli.program import (
    ERRORS,
    PARAMETERS_HELP,
    ConfigOption,
    Format,
    FormatOption,
    StoreOption,
    app,
    opened_store,
    read_settings,
    show,
)
from kg.table import Table, cell_text
from kg.terminal import read_parameters

if TYPE_CHECKING:
    from kg.query import Query
    from kg.store import Store


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

    settings = read_settings(config, store)
    folder = queries or settings.queries
    if name is None:
        rows = [(one.name, one.title_zh, one.title, _signature(one)) for one in load_queries(folder).values()]
        return show(Table(("query", "标题", "title", "parameters"), tuple(rows)), format)
    given = read_parameters(parameters or [])
    with opened_store(settings) as opened:
        answer = kg.run_query(name, given, store=opened, queries=folder)
        show(answer, format)
        if not answer.rows:
            _suggest_names(given.values(), opened)


def _signature(query: "Query") -> str:
    """The parameters of a query as they are typed; a required one has no value."""
    return " ".join(one.name if one.required else f"[{one.name}={cell_text(one.default)}]" for one in query.parameters)


def _suggest_names(values: Iterable[object], store: "Store") -> None:
    """Say which names of the graph are like those that a question without an answer was about."""
    for value in values:
        near = store.find_entities(value, limit=3) if isinstance(value, str) else ()
        if near and all(value not in (one.name, *one.aliases) for one in near):
            ERRORS.print(f"no {value} in the graph; near it are {', '.join(one.name for one in near)}", markup=False)


@app.command(epilog="Example: kg cypher 'MATCH (c:Company) RETURN c.name AS name ORDER BY name LIMIT 5'")
def cypher(
    statement: Annotated[str, typer.Argument(help="One Cypher statement that only reads.")],
    parameters: Annotated[list[str] | None, typer.Argument(help=PARAMETERS_HELP)] = None,
    store: StoreOption = None,
    format: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Ask your own question in Cypher; nothing can be written."""
    settings = read_settings(config, store)
    with opened_store(settings) as opened:
        show(opened.cypher(statement, read_parameters(parameters or [])), format)


@app.command(epilog="Example: kg find 谁投资了OpenAI？ --limit 3")
def find(
    question: Annotated[str, typer.Argument(help="As a person asks it, in Chinese.")],
    store: StoreOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 10,
    format: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Find the pieces of reports that mean what a question asks for; build them with --embed."""
    settings = read_settings(config, store)
    with opened_store(settings) as opened:
        found = kg.find_chunks(question, store=opened, limit=limit, config=settings)
    rows = ((round(one.score, 3), one.document.title, one.chunk.page, one.chunk.text) for one in found)
    show(Table(("score", "report", "page", "text"), tuple(rows)), format)


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
    settings = read_settings(config, store)
    selection = kg.Selection(hops, limit, tuple(status or ()), tuple(relation or ()))
    with opened_store(settings) as opened:
        path = kg.draw(opened, out, focus=focus or (), selection=selection, title=title, config=settings)
    ERRORS.print(f"wrote {path}", markup=False)
