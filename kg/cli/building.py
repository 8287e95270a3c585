"""The command that builds a graph from reports."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import kg
from kg.cli.program import (
    ERRORS,
    UNREADABLE,
    ConfigOption,
    Format,
    FormatOption,
    StoreOption,
    app,
    opened_store,
    read_settings,
    show,
)
from kg.terminal import progress

if TYPE_CHECKING:
    from kg.api import BuildSummary
    from kg.reading import Source


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
    refresh: Annotated[bool, typer.Option("--refresh", help="Extract again what another pipeline extracted.")] = False,
    embed: Annotated[bool, typer.Option("--embed", help="Also make them ready for kg find; needs torch.")] = False,
    format: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Put reports into the graph. What is in already is skipped; what cannot be read is named at the end."""
    from kg.pipeline import Descriptions, Pipeline, build_each, find_done
    from kg.reading import find_sources, read_manifest

    settings = read_settings(config, store)
    settings = replace(settings, embeddings=embed or settings.embeddings)
    every = kg.Description(publisher=publisher, published=published.date() if published else None)
    described = Descriptions(every, read_manifest(manifest) if manifest else {})
    if not (paths or manifest):
        raise typer.BadParameter("name reports, folders or URLs, or a --manifest")
    sources = list(find_sources(paths or described.single))
    _name_unused(described.single, sources)
    outcomes = []
    pipeline = Pipeline(settings)
    with opened_store(settings, create=True) as target, progress(ERRORS) as bar:
        done = find_done(sources, target, pipeline, described=described, refresh=refresh)
        _say_where_it_goes_on(done, len(sources), half_in=len(target.withdrawn))
        task = bar.add_task("", total=len(sources))
        each = build_each(sources, target, pipeline, described=described, refresh=refresh)
        for outcome in each:
            outcomes.append(outcome)
            bar.update(task, advance=1, description=Path(outcome.source).name[-40:])
        counts = target.counts()
    summary = kg.BuildSummary(tuple(outcomes))
    _show_build(summary)
    show(counts.to_table(), format)
    if summary.unreadable:
        raise typer.Exit(UNREADABLE)


def _name_unused(described: Iterable[str], sources: "list[Source]") -> None:
    """Say which lines of a manifest describe none of the reports: most often a path is misspelled."""
    for one in sorted(set(described) - {source.id for source in sources}):
        ERRORS.print(f"manifest: {one} is none of these reports", style="yellow", markup=False)


def _say_where_it_goes_on(done: int, of: int, *, half_in: int) -> None:
    """One line where some of the reports are in already, as after a build that was broken off."""
    if half_in or 0 < done < of:
        left = f", {half_in} half in and taken back" if half_in else ""
        ERRORS.print(f"{done} of {of} reports are in already{left}; going on with the rest", markup=False)


def _show_build(summary: "BuildSummary") -> None:
    for outcome in summary.outcomes:
        if outcome.status == "copy":
            ERRORS.print(f"{outcome.source}: has the content of {outcome.detail}; skipped", markup=False)
    for outcome in summary.unreadable:
        ERRORS.print(f"not read: {outcome.detail}", style="yellow", markup=False)
    said = ", ".join(f"{number} {status}" for status, number in sorted(summary.counts.items()))
    number = len(summary.outcomes)
    ERRORS.print(f"{number} report{'' if number == 1 else 's'}: {said}", markup=False)
    if outdated := len(summary.outdated):
        said = f"{outdated} of them extracted by another pipeline; kg build --refresh extracts them again"
        ERRORS.print(said, markup=False)
