"""The program that every command registers with, and what all commands share: their options, their output."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

import kg
from kg.config import Config
from kg.table import Table
from kg.terminal import show_table

if TYPE_CHECKING:
    from kg.store import Store

UNREADABLE = 3  # the exit code where some reports could not be read
ERRORS = Console(stderr=True, soft_wrap=True)
PARAMETERS_HELP = "key=text, or key:=JSON for a number, a truth value or a list."

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How a table is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


StoreOption = Annotated[str | None, typer.Option("--store", help="A folder, or a neo4j:// or bolt:// URL.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="A TOML file of settings.", dir_okay=False)]
FormatOption = Annotated[Format, typer.Option("--format", help="How the table is written.")]


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


def read_settings(config: Path | None, store: str | None = None) -> Config:
    """The settings of a TOML file, or the defaults, with the store that the command names."""
    settings = Config.from_toml(config) if config else Config()
    return replace(settings, store=store) if store else settings


@contextmanager
def opened_store(settings: Config, *, create: bool = False) -> "Iterator[Store]":
    """The store of the settings; a sign on the terminal while its engine starts."""
    with ERRORS.status("opening the store"):
        store = kg.open_store(settings.store, settings, create=create)
    with store:
        yield store


def show(table: Table, format: Format) -> None:
    """Print a table to standard output in the form asked for."""
    texts = {Format.JSON: table.to_json, Format.CSV: table.to_csv, Format.MARKDOWN: table.to_markdown}
    if format in texts:
        text = texts[format]()
        return print(text, end="" if text.endswith("\n") else "\n")
    show_table(table, Console())
    if not table.rows:
        ERRORS.print("no rows", markup=False)
