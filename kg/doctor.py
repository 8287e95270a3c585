"""What `kg doctor` looks at: versions, seeds, the engine, a store, the device."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from kg import __version__
from kg.api import open_store
from kg.config import Config
from kg.errors import KgError
from kg.pipeline import Pipeline
from kg.query import load_queries

_NEEDED = ("spacy", "neo4j", "arcadedb-embedded", "networkx", "pyvis", "pypdfium2", "python-docx", "trafilatura")
_OPTIONAL = ("torch", "transformers", "hanlp", "pandas", "rdflib")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `detail` says what to do where it is wrong.

    >>> Finding("spacy", "wrong", "pip install spacy").state
    'wrong'
    """

    check: str
    state: Literal["ok", "wrong", "absent"]
    detail: str


def examine(config: Config, *, connect: bool) -> tuple[Finding, ...]:
    """Everything that was looked at, in order; never raises a KgError.

    Args:
        config: the settings to check.
        connect: also open the store of the configuration; else a store in a temporary folder is tried.
    """
    return (
        *_packages(),
        _seeds(config),
        _recogniser(config),
        _queries(config),
        _device(config),
        *_store(config, connect=connect),
    )


def _packages() -> Iterator[Finding]:
    yield Finding("kg", "ok", __version__)
    yield Finding("python", "ok", sys.version.split()[0])
    for name in (*_NEEDED, *_OPTIONAL):
        try:
            yield Finding(name, "ok", version(name))
        except PackageNotFoundError:
            optional = name in _OPTIONAL
            yield Finding(name, "absent" if optional else "wrong", "optional" if optional else f"pip install {name}")


def _seeds(config: Config) -> Finding:
    pipeline = Pipeline(config)
    try:
        types, names = len(pipeline.ontology.types), len(pipeline.lexicon.names)
    except KgError as error:
        return Finding("seeds", "wrong", str(error))
    return Finding("seeds", "ok", f"{types} types, {len(pipeline.ontology.relations)} relations, {names} names")


def _recogniser(config: Config) -> Finding:
    pipeline = Pipeline(config)
    chosen = pipeline.recogniser
    try:
        _ = pipeline.extractor
    except KgError as error:
        return Finding("recogniser", "wrong", str(error))
    return Finding("recogniser", "ok", chosen.kind if chosen.kind == "lexicon" else f"{chosen.kind}: {chosen.model}")


def _queries(config: Config) -> Finding:
    try:
        return Finding("queries", "ok", f"{len(load_queries(config.queries))} queries")
    except KgError as error:
        return Finding("queries", "wrong", str(error))


def _device(config: Config) -> Finding:
    if find_spec("torch") is None:
        state: Literal["wrong", "absent"] = "wrong" if config.embeddings else "absent"
        return Finding("device", state, "no torch: rules only, no embeddings; pip install 'kg-landscape[neural]'")
    from kg.neural.device import choose_device

    return Finding("device", "ok", str(choose_device()))


def _store(config: Config, *, connect: bool) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        url = config.store if connect else str(Path(folder) / "doctor.kg")
        try:
            with open_store(url, config, create=not connect) as store:
                counts, differences = store.counts(), store.check_schema()
        except KgError as error:
            yield Finding("store", "wrong", str(error))
            return
    yield Finding("store", "ok", f"{url}: {counts.documents} reports" if connect else "the embedded engine starts")
    yield from (Finding("schema", "wrong", line) for line in differences)
    if not differences:
        yield Finding("schema", "ok", "constraints and indexes are as they should be")
