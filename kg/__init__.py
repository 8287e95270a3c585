"""Knowledge graphs of industry landscapes, from Chinese reports, with the evidence of every fact.

    import kg
    kg.build(["reports/"], store="landscape.kg")
    with kg.open_store("landscape.kg") as store:
        print(store.cypher("MATCH (c:Company) RETURN c.name AS name ORDER BY name LIMIT 10", {}).to_markdown())
    kg.draw("landscape.kg", "landscape.html", focus=["百度"])

Importing it is cheap: the stages load when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kg.api import (
        BuildSummary,
        Selection,
        build,
        copy,
        draw,
        export,
        extract,
        find_chunks,
        open_store,
        remove,
        run_query,
    )
    from kg.config import Config
    from kg.errors import KgError
    from kg.graph import Chunk, Document, Entity, Evidence, Fact, Graph
    from kg.mention import Amount, Extraction, Mention, Relation, Time
    from kg.pipeline import Outcome
    from kg.reading import Description
    from kg.report import Report, Sentence
    from kg.store import FoundChunk, Store
    from kg.table import Table

# Where each public name lives; `__getattr__` brings it on first use (PEP 562).
_HOMES = {
    "kg.config": ("Config",),
    "kg.errors": ("KgError",),
    "kg.graph": ("Chunk", "Document", "Entity", "Evidence", "Fact", "Graph"),
    "kg.mention": ("Amount", "Extraction", "Mention", "Relation", "Time"),
    "kg.api": (
        *("BuildSummary", "Selection", "build", "copy", "draw", "export", "extract", "find_chunks", "open_store"),
        *("remove", "run_query"),
    ),
    "kg.pipeline": ("Outcome",),
    "kg.reading": ("Description",),
    "kg.report": ("Report", "Sentence"),
    "kg.store": ("FoundChunk", "Store"),
    "kg.table": ("Table",),
}
_MODULES = ("analysis",)
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Amount",
    "BuildSummary",
    "Chunk",
    "Config",
    "Description",
    "Document",
    "Entity",
    "Evidence",
    "Extraction",
    "Fact",
    "FoundChunk",
    "Graph",
    "KgError",
    "Mention",
    "Outcome",
    "Relation",
    "Report",
    "Selection",
    "Sentence",
    "Store",
    "Table",
    "Time",
    "build",
    "copy",
    "draw",
    "export",
    "extract",
    "find_chunks",
    "open_store",
    "remove",
    "run_query",
]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"kg.{name}")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES, *_HOME_OF])
