"""What `import kg` offers: build, extract, open_store, run_query, draw, export, … A command of `kg` calls each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, overload

from kg.config import Config, read_password
from kg.errors import ConfigError, QueryError, StoreError
from kg.exports import ExportFormat, Stored, write
from kg.graph import Entity, Graph
from kg.lexicon import name_key
from kg.mention import Extraction
from kg.ontology import Ontology
from kg.pipeline import Descriptions, Outcome, Pipeline, build_each, extract_each
from kg.query import find_query
from kg.reading import Description, find_sources, normalise_location, read_manifest
from kg.store import FoundChunk, RemoveResult, Store, copy_each
from kg.store import open_store as open_engine
from kg.table import Table
from kg.view import draw as draw_page


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """The outcome of every report of a build, in order."""

    outcomes: tuple[Outcome, ...]

    @property
    def unreadable(self) -> tuple[Outcome, ...]:
        """The reports that are not in, each with its reason."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "unreadable")

    @property
    def counts(self) -> Mapping[str, int]:
        """How many reports had each outcome."""
        return Counter(outcome.status for outcome in self.outcomes)

    @property
    def outdated(self) -> tuple[Outcome, ...]:
        """The reports that were left as another pipeline had extracted them; `refresh` extracts them again."""
        return tuple(outcome for outcome in self.outcomes if outcome.is_outdated)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of a graph to draw.

    >>> Selection(hops=1, relations=("INVESTS_IN",)).limit
    300

    Attributes:
        hops: how many facts away from the focus.
        limit: at most this many entities, the best supported first.
        statuses, relations: only facts of these; empty for all.
    """

    hops: int = 2
    limit: int = 300
    statuses: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()


def build(
    paths: str | Path | Iterable[str | Path] = (),
    *,
    store: str | Path | Store = "landscape.kg",
    config: Config | None = None,
    described: Description | None = None,
    manifest: str | Path | None = None,
    refresh: bool = False,
) -> BuildSummary:
    """Put reports into a graph store; what became of each comes out. A second call adds nothing.

    Args:
        paths: files, folders, http(s) URLs, or `-` for standard input: one, or several.
        store: a folder for the embedded store, a neo4j:// URL, or an open store.
        config: settings; its own `store` is not looked at.
        described: publisher and date of all these reports, where the user knows better than the files.
        manifest: a CSV with `source,title,publisher,published,id` of single reports; without paths, its sources are
            the reports.
        refresh: also extract again what another pipeline extracted: an older release, model, ontology or name list.

    Raises:
        KgError: the store, the configuration or the manifest cannot be used. Unreadable reports do not raise.

    Example:
        >>> import kg
        >>> summary = kg.build(["seeds/reports"], store="landscape.kg")  # doctest: +SKIP
        >>> summary.counts["added"]  # doctest: +SKIP
        8
    """
    pipeline = Pipeline(config or Config())
    single = read_manifest(manifest) if manifest else {}
    sources = find_sources(_several(paths) or single)
    descriptions = Descriptions(described or Description(), single)
    with _opened(store, pipeline.config, create=True) as target:
        return BuildSummary(tuple(build_each(sources, target, pipeline, described=descriptions, refresh=refresh)))


def open_store(url: str | Path, config: Config | None = None, *, create: bool = True) -> Store:
    """An open store: a folder is the embedded engine's, a neo4j:// or bolt:// URL is a server.

    Close it, or use it in a `with` statement. The password of a server comes from KG_PASSWORD.

    Args:
        url: a folder or a URL.
        config: settings; its own `store` is not looked at.
        create: whether a folder that is not there becomes an empty store.

    Raises:
        StoreError: it cannot be opened; the message says what to do.

    Example:
        >>> import kg
        >>> with kg.open_store("landscape.kg") as store:  # doctest: +SKIP
        ...     print(store.cypher("MATCH (c:Company) RETURN c.name AS name ORDER BY name", {}))
    """
    if not (create or "://" in str(url) or Path(url).expanduser().exists()):
        raise StoreError(f"{url}: no store is there; make it with kg build, or name another with --store")
    settings = config or Config()
    ontology = Ontology.from_toml(settings.ontology)
    return open_engine(url, ontology=ontology, config=settings, password=read_password())


def remove(report: str | Path, *, store: str | Path | Store = "landscape.kg") -> RemoveResult:
    """Take a report back, by its id, path or URL; what went with it comes out.

    Raises:
        StoreError: the store has no such report, or cannot be opened.

    Example:
        >>> import kg
        >>> kg.remove("reports/old.pdf", store="landscape.kg").facts  # doctest: +SKIP
        12
    """
    with _opened(store, Config()) as opened:
        return opened.remove(find_report(str(report), opened))


def find_report(report: str, store: Store) -> str:
    """The id of a report that is in, by its id, path or URL.

    Raises:
        StoreError: the store has no such report.
    """
    location = normalise_location(report)
    for candidate in (report, location):
        if store.find_document(candidate):
            return candidate
    # An id of the user's own: the report is known by where it came from, too.
    for document in store.documents():
        if location == normalise_location(document.source):
            return document.id
    raise StoreError(f"{report}: no such report in the store; `kg reports` lists what is in")


@overload
def extract(  # type: ignore[overload-overlap]  # a str is also an Iterable[str]; the first signature takes it
    text: str, *, names: str | Path | None = None, ontology: str | Path | None = None, config: Config | None = None
) -> Extraction: ...
@overload
def extract(
    text: Iterable[str],
    *,
    names: str | Path | None = None,
    ontology: str | Path | None = None,
    config: Config | None = None,
) -> list[Extraction]: ...
def extract(
    text: str | Iterable[str],
    *,
    names: str | Path | None = None,
    ontology: str | Path | None = None,
    config: Config | None = None,
) -> Extraction | list[Extraction]:
    """The names and relations of a text, or a list of them for many texts.

    Offsets are characters of the text as given, counted from 0. Relations below `Config.min_score` are left out.

    Args:
        text: Chinese text as long as it likes, or several; several are faster together than one by one.
        names: a folder of name lists in place of the shipped ones.
        ontology: an ontology file in place of the shipped one.
        config: all other settings.

    Raises:
        SeedError: the name lists or the ontology cannot be used.

    Example:
        >>> import kg
        >>> found = kg.extract("百度发布了文心一言。")
        >>> [(mention.text, mention.type) for mention in found.mentions]
        [('百度', 'Company'), ('文心一言', 'Product')]
        >>> [(one.subject.canonical, one.relation, one.object.canonical) for one in found.relations]
        [('百度', 'DEVELOPS', '文心一言')]
    """
    settings = config or Config()
    own = Path(names or settings.names), Path(ontology or settings.ontology)
    pipeline = Pipeline(replace(settings, names=own[0], ontology=own[1]))
    texts = [text] if isinstance(text, str) else text
    passages = ((str(index), one) for index, one in enumerate(texts))
    found = [extraction for _, extraction in extract_each(passages, pipeline)]
    return found[0] if isinstance(text, str) else found


def run_query(
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    store: str | Path | Store = "landscape.kg",
    queries: str | Path | None = None,
    config: Config | None = None,
) -> Table:
    """The answer of a shipped query (or of one in your own folder of .cypher files) as a table.

    Args:
        name: the query's; `kg query` lists them with their parameters.
        parameters: their values by name, typed or as text; those with a default may be left out.
        store: a folder, a URL, or an open store.
        queries: a folder in place of the configuration's.
        config: settings; its own `store` is not looked at.

    Raises:
        QueryError: there is no such query, or a parameter is unknown, missing or of another type.
        StoreError: the store cannot be opened.

    Example:
        >>> import kg
        >>> kg.run_query("company_profile", {"company": "百度"}, store="landscape.kg")  # doctest: +SKIP
    """
    settings = config or Config()
    query = find_query(name, Path(queries or settings.queries))
    bound = query.bind(parameters or {})
    with _opened(store, settings) as opened:
        return opened.run(query, bound)


def find_chunks(
    question: str, *, store: str | Path | Store = "landscape.kg", limit: int = 10, config: Config | None = None
) -> tuple[FoundChunk, ...]:
    """The pieces of reports that are nearest to a question in what they mean, the nearest first.

    The reports must have been built with `embeddings = true`.

    Args:
        question: in Chinese, as a person asks it.
        store: a folder, a URL, or an open store.
        limit: at most so many.
        config: settings; its own `store` is not looked at.

    Raises:
        QueryError: no chunk of the store has an embedding.
        ConfigError: torch is not installed.
        StoreError: the store cannot be opened.

    Example:
        >>> import kg
        >>> for found in kg.find_chunks("谁投资了OpenAI？", store="landscape.kg", limit=3):  # doctest: +SKIP
        ...     print(f"{found.score:.2f}", found.document.title, found.chunk.page, found.chunk.text)
    """
    settings = config or Config()
    vector = Pipeline(settings).embedder.embed_question(question)
    with _opened(store, settings) as opened:
        return opened.find_chunks(vector, limit)


def draw(
    store: str | Path | Store,
    out: str | Path,
    *,
    focus: str | Sequence[str] = (),
    selection: Selection | None = None,
    title: str = "",
    config: Config | None = None,
) -> Path:
    """Write a part of a graph as one HTML page that works offline; its path comes out.

    Args:
        store: a folder, a URL, or an open store.
        out: the page to write; one that is there is replaced.
        focus: names, aliases or tickers to draw around; none draws the best supported part of the whole graph.
        selection: how far and how much to draw, which relations and statuses.
        title: what the page is headed; names of the focus where it is empty.
        config: settings; its own `store` is not looked at.

    Raises:
        QueryError: the graph has no entity of a name in `focus`.
        StoreError: the store cannot be opened.

    Example:
        >>> import kg
        >>> kg.draw("landscape.kg", "baidu.html", focus=["百度"])  # doctest: +SKIP
    """
    settings = config or Config()
    with _opened(store, settings) as opened:
        found = [_find_entity(opened, name) for name in _several(focus)]
        graph = select(opened, [entity.id for entity in found], selection or Selection())
    ontology = Ontology.from_toml(settings.ontology)
    heading = title or "、".join(entity.name for entity in found) or "AIGC 产业图谱"
    return draw_page(graph, Path(out), ontology=ontology, title=heading, focus=[entity.id for entity in found])


def select(store: Store, focus: Sequence[str], selection: Selection) -> Graph:
    """The slice of a store that a selection describes, around entities named by their ids."""
    return store.slice(
        focus,
        hops=selection.hops,
        limit=selection.limit,
        statuses=selection.statuses or None,
        relations=selection.relations or None,
    )


def export(
    store: str | Path | Store,
    out: str | Path,
    *,
    format: str = ExportFormat.JSONL,  # noqa: A002  # the option's name on the command line too
    config: Config | None = None,
) -> Path:
    """Write a whole graph in a form that other programs read; its path comes out.

    Args:
        store: a folder, a URL, or an open store; nothing may be written to it meanwhile.
        out: the file to write, for `csv` and `neo4j-admin` a folder; what is there is replaced at the end.
        format: `jsonl`, `csv`, `graphml`, `turtle`, `jsonld` or `neo4j-admin`.
        config: settings; its own `store` is not looked at.

    Raises:
        ConfigError: there is no such format, it needs a package that is not installed, or `out` cannot be written.
        StoreError: the store cannot be opened, or has changed meanwhile.

    Example:
        >>> import kg
        >>> kg.export("landscape.kg", "landscape.graphml", format="graphml")  # doctest: +SKIP
    """
    known = [one.value for one in ExportFormat]
    if format not in known:
        raise ConfigError(f"format {format!r} must be one of {', '.join(known)}")
    with _opened(store, config or Config()) as opened, opened.undisturbed():
        stored = Stored(opened.read_all, opened.nodes, opened.entity_keys, opened.schema_statements())
        return write(stored, Path(out), ExportFormat(format))


def copy(source: str | Path | Store, target: str | Path | Store, *, config: Config | None = None) -> Mapping[str, int]:
    """Copy a whole graph into another store, of whatever engine; how many reports had each outcome comes out.

    Each report goes in entirely or not at all: run it again after a break and it goes on, run it once more and
    nothing changes. At the end both hold the same, or an error says where they differ.

    Args:
        source: a folder, a URL, or an open store; nothing is changed in it.
        target: the same; a folder is made if missing. It must hold no reports that the source does not.
        config: settings, for both; neither is its own `store`.

    Raises:
        StoreError: one cannot be opened, the target holds other reports, or one has changed meanwhile.

    Example:
        >>> import kg
        >>> kg.copy("landscape.kg", "neo4j://localhost:7687")  # doctest: +SKIP
    """
    settings = config or Config()
    with _opened(source, settings) as read, _opened(target, settings, create=True) as filled:
        return Counter(result.outcome for result in copy_each(read, filled))


def _opened(store: str | Path | Store, config: Config, *, create: bool = False) -> AbstractContextManager[Store]:
    """A store for a `with` block: an open one stays open, any other is opened and closed."""
    return nullcontext(store) if isinstance(store, Store) else open_store(store, config, create=create)


def _several(given: str | Path | Iterable[str | Path]) -> list[str]:
    """One text or path is a list of itself; taken letter by letter, its `/` would name every file there is."""
    return [str(given)] if isinstance(given, str | Path) else [str(one) for one in given]


def _find_entity(store: Store, name: str) -> Entity:
    found = store.find_entities(name, limit=5)
    exact = [one for one in found if name_key(name) in {name_key(known) for known in (one.id, one.name, *one.aliases)}]
    tickers = [one for one in found if name in one.attributes.get("ticker", "").split(";")]
    if not (exact or tickers):
        hint = f"; did you mean {' or '.join(one.name for one in found)}?" if found else ""
        raise QueryError(f"the graph has no entity named {name!r}{hint}")
    return (exact or tickers)[0]
