"""The commands that look after a graph: what is in, taking back, other formats, another engine, the check-up."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

import kg
from kg.cli.program import (
    ERRORS,
    ConfigOption,
    Format,
    FormatOption,
    StoreOption,
    app,
    opened_store,
    read_settings,
    show,
)
from kg.exports import ExportFormat
from kg.table import Table
from kg.terminal import progress


@app.command(epilog="Example: kg reports --store landscape.kg")
def reports(store: StoreOption = None, format: FormatOption = Format.TABLE, config: ConfigOption = None) -> None:
    """List the reports of a graph."""
    settings = read_settings(config, store)
    with opened_store(settings) as opened:
        found = opened.documents()
    columns = ("id", "title", "publisher", "published", "facts", "state")
    show(Table(columns, tuple(tuple(getattr(one, column) for column in columns) for one in found)), format)


@app.command(epilog="Example: kg remove reports/old.pdf --store landscape.kg")
def remove(
    reports: Annotated[list[str] | None, typer.Argument(help="Ids as `kg reports` shows them, paths or URLs.")] = None,
    store: StoreOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Take back every report, in place of named ones.")] = False,
    config: ConfigOption = None,
) -> None:
    """Take reports back: exactly what only they said goes with them."""
    from kg.api import find_report

    if everything == bool(reports):
        raise typer.BadParameter("name reports, or take back --all of them")
    with opened_store(read_settings(config, store)) as opened:
        # All are looked up before one is taken back: a misspelled one must not leave half of the work done.
        named = [find_report(report, opened) for report in reports or ()]
        for gone in opened.remove_all() if everything else map(opened.remove, named):
            said = f"{gone.document}: removed, with {gone.facts} facts and {gone.entities} entities"
            ERRORS.print(said, markup=False)


@app.command(epilog="Example: kg export landscape.jsonl --format jsonl --store landscape.kg")
def export(
    out: Annotated[Path, typer.Argument(help="The file to write; for csv and neo4j-admin a folder.")],
    format: Annotated[ExportFormat, typer.Option("--format", help="For which programs.")],
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the whole graph for other programs to read."""
    settings = read_settings(config, store)
    with opened_store(settings) as opened, ERRORS.status("writing"):
        path = kg.export(opened, out, format=format)
    ERRORS.print(f"wrote {path}", markup=False)


@app.command(epilog="Example: kg copy landscape.kg neo4j://localhost:7687")
def copy(
    source: Annotated[str, typer.Argument(help="The store to read: a folder or a URL.")],
    target: Annotated[str, typer.Argument(help="The store to fill: an empty one, or one half filled so.")],
    config: ConfigOption = None,
) -> None:
    """Copy the whole graph into another store, of whatever engine; run again, it goes on."""
    from kg.store import copy_each

    from_, to = read_settings(config, source), read_settings(config, target)
    with opened_store(from_) as read, opened_store(to, create=True) as filled, progress(ERRORS) as bar:
        each = bar.track(copy_each(read, filled), total=read.counts().documents, description="reports")
        counts = Counter(result.outcome for result in each)
    ERRORS.print(", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())), markup=False)


@app.command(epilog="Example: kg doctor --store neo4j://localhost:7687")
def doctor(store: StoreOption = None, format: FormatOption = Format.TABLE, config: ConfigOption = None) -> None:
    """Check what is installed, the seeds, the store and the device; the exit code is 1 where something is wrong."""
    from kg.doctor import examine

    findings = examine(read_settings(config, store), connect=store is not None)
    show(Table(("check", "state", "detail"), tuple((one.check, one.state, one.detail) for one in findings)), format)
    if any(one.state == "wrong" for one in findings):
        raise typer.Exit(1)
