"""The flow in plain calls: read → clean → split → extract → resolve → store. Nothing else joins the stages."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.util import find_spec
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kg import __version__
from kg.clean import clean
from kg.config import Config
from kg.errors import ConfigError, ReadError, SeedError
from kg.extraction import Extractor, Recogniser, RuleFiles
from kg.graph import Graph
from kg.lexicon import Lexicon
from kg.mention import Extraction
from kg.ontology import Ontology
from kg.passage import to_given
from kg.reading import Description, Source, read_report, report_from_text
from kg.report import Report, Sentence
from kg.resolve import resolve
from kg.resources import models_path
from kg.split import split
from kg.store import Store, StoredDocument

if TYPE_CHECKING:  # torch is loaded where chunks get embeddings, not before
    from kg.neural.embedding import Embedder

_ENCODER = models_path() / "bge-small-zh-v1.5"
_NOT_THE_MODEL = {".md", ".pt"}  # a card, and the checkpoint of a training
OutcomeStatus = Literal["added", "replaced", "unchanged", "copy", "unreadable"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one report.

    Attributes:
        detail: why it is unreadable, or the document it is a copy of; else empty.
        entities, facts: what the report gives by itself; 0 unless it was added or replaced.
        is_outdated: whether it was left as another pipeline had extracted it.
    """

    source: str
    status: OutcomeStatus
    detail: str = ""
    entities: int = 0
    facts: int = 0
    is_outdated: bool = False


@dataclass(frozen=True, slots=True)
class Descriptions:
    """What the user says of the reports of a build: of all of them, and of single ones by the id of their source."""

    every: Description = field(default_factory=Description)
    single: Mapping[str, Description] = field(default_factory=dict)

    def of(self, source: Source) -> Description:
        """The description of one report; what is said of it alone goes before what is said of all."""
        one = self.single.get(source.id, self.every)
        return replace(
            one, publisher=one.publisher or self.every.publisher, published=one.published or self.every.published
        )


class Pipeline:
    """Reports to graphs, with one ontology, one name list and one extractor; the costly parts load at first use."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def ontology(self) -> Ontology:
        """The ontology of the configuration."""
        return Ontology.from_toml(self.config.ontology)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The name list of the configuration."""
        return Lexicon.from_folder(self.config.names, self.ontology.types)

    @cached_property
    def extractor(self) -> Extractor:
        """The extractor of the configuration."""
        config = self.config
        rules = RuleFiles(config.triggers, config.qualifiers, config.tables)
        return Extractor(self.ontology, self.lexicon, rules=rules, chosen=self.recogniser)

    @cached_property
    def recogniser(self) -> Recogniser:
        """What finds names; `auto` is settled here: the model where torch is there and the ontology has its labels."""
        config = self.config
        kind = config.recogniser
        if kind == "auto":
            known = {*self.ontology.types, *self.ontology.relations}
            ready = find_spec("torch") is not None and _is_model_for(known, Path(config.model))
            kind = "model" if ready else "lexicon"
        return Recogniser(kind, config.model, config.device, config.int8, config.labels)

    @cached_property
    def embedder(self) -> "Embedder":
        """What makes vectors of chunks and questions.

        Raises:
            ConfigError: torch is not installed.
        """
        return _load_embedder(self.config.device)

    @cached_property
    def version(self) -> str:
        """What made a graph: the release, and a hash of the model, ontology, names, rules and settings it used.

        A model that is a folder is known by its files, wherever it lies; another by its name.

        Raises:
            SeedError: one of the files cannot be read.
        """
        config, chosen = self.config, self.recogniser
        digest = hashlib.sha256(f"{config.min_score} {config.chunk_chars}".encode())
        rules = (config.ontology, config.triggers, config.qualifiers, config.tables)
        for path in (*rules, *_files(config.names, "*.tsv")):
            _add_file(digest, path)
        if chosen.kind != "lexicon":
            model = Path(chosen.model)
            name = "" if model.is_dir() else chosen.model
            digest.update(f"{chosen.kind} {name} {chosen.int8}".encode())
            labels = () if chosen.kind == "model" else (chosen.labels,)
            for path in (*labels, *(one for one in _files(model, "**/*") if one.suffix not in _NOT_THE_MODEL)):
                _add_file(digest, path)
        if config.embeddings:
            digest.update(b"embeddings")
            for path in _files(_ENCODER, "*"):
                _add_file(digest, path)
        return f"{__version__}+{digest.hexdigest()[:12]}"

    def prepare(self, report: Report) -> tuple[Report, tuple[Sentence, ...]]:
        """A report cleaned, and its sentences."""
        cleaned = clean(report)
        return cleaned, split(cleaned)

    def extract(self, report: Report) -> tuple[Report, tuple[Sentence, ...], Extraction]:
        """A report cleaned, its sentences, and what is found in them."""
        cleaned, sentences = self.prepare(report)
        return cleaned, sentences, self.extractor.extract(cleaned, sentences)

    def prepare_text(self, text: str, passage_id: str) -> tuple[Report, tuple[Sentence, ...]]:
        """A text that the user holds himself, as a report that is ready to be read."""
        return self.prepare(report_from_text(text, id=passage_id))

    def keep_sure(self, found: Extraction) -> Extraction:
        """What was found without the relations below `Config.min_score`."""
        sure = tuple(relation for relation in found.relations if relation.score >= self.config.min_score)
        return replace(found, relations=sure)

    def resolve(self, report: Report, sentences: Sequence[Sentence], found: Extraction) -> Graph:
        """The graph of one cleaned report; relations that are sure enough are its facts."""
        return resolve(
            report,
            sentences,
            self.keep_sure(found),
            lexicon=self.lexicon,
            ontology=self.ontology,
            chunk_chars=self.config.chunk_chars,
        )

    def graph(self, report: Report) -> Graph:
        """The graph of one report as it was read."""
        graph = self.resolve(*self.extract(report))
        return self._embed(graph) if self.config.embeddings else graph

    def _embed(self, graph: Graph) -> Graph:
        vectors = self.embedder.embed([chunk.text for chunk in graph.chunks])
        chunks = (replace(chunk, embedding=one) for chunk, one in zip(graph.chunks, vectors, strict=True))
        return replace(graph, chunks=tuple(chunks))


def build_each(
    sources: Iterable[Source], store: Store, pipeline: Pipeline, *, described: Descriptions, refresh: bool = False
) -> Iterator[Outcome]:
    """Put reports into an open store, one by one; an outcome each. A report that cannot be read does not stop it.

    Args:
        sources: from `find_sources`.
        store: where the facts go.
        pipeline: what extracts them.
        described: what the user says of these reports.
        refresh: also extract again what another pipeline extracted: an older release, model, ontology or name list.
    """
    for source in sources:
        try:
            report = read_report(source, max_chars=pipeline.config.max_chars, described=described.of(source))
        except ReadError as error:
            yield Outcome(source.location, "unreadable", str(error))
            continue
        yield _add(report, store, pipeline, described=described.of(source), refresh=refresh)


def extract_each(passages: Iterable[tuple[str, str]], pipeline: Pipeline) -> Iterator[tuple[str, Extraction]]:
    """What is found in each (id, text), in order; offsets and surfaces are those of the text as given."""
    prepared, waiting = tee(pipeline.prepare_text(text, passage_id) for passage_id, text in passages)
    for (report, _), extraction in zip(waiting, pipeline.extractor.extract_many(prepared), strict=True):
        yield report.id, to_given(report, pipeline.keep_sure(extraction))


def find_done(
    sources: Iterable[Source], store: Store, pipeline: Pipeline, *, described: Descriptions, refresh: bool = False
) -> int:
    """How many of the reports are in already, by their ids; with `refresh`, as this pipeline extracts them."""
    found = store.find_documents(described.of(source).id or source.id for source in sources)
    return sum(one.state == "complete" and (not refresh or one.pipeline == pipeline.version) for one in found)


def _add(report: Report, store: Store, pipeline: Pipeline, *, described: Description, refresh: bool) -> Outcome:
    stored = store.find_document(report.id)
    is_in = stored is not None and stored.state == "complete"
    if stored and is_in and _is_same(report, stored, described):
        is_outdated = stored.pipeline != pipeline.version
        if not (is_outdated and refresh):
            return Outcome(report.source, "unchanged", is_outdated=is_outdated)
    elif (twin := store.find_content(report.content_hash)) and twin.id != report.id:
        if is_in:
            store.remove(report.id)
        return Outcome(report.source, "copy", twin.id)
    graph = pipeline.graph(report)
    result = store.write(graph, pipeline=pipeline.version)
    return Outcome(report.source, result.outcome, "", len(graph.entities), len(graph.facts))


def _is_same(report: Report, stored: StoredDocument, described: Description) -> bool:
    """Whether a report is in with its content and with all that the user says of it; what a file says is content."""
    said = {
        "title": described.title,
        "publisher": described.publisher,
        "published": described.published and described.published.isoformat(),
    }
    known = all(value is None or value == getattr(stored, key) for key, value in said.items())
    return known and stored.content_hash == report.content_hash


def _is_model_for(labels: Set[str], folder: Path) -> bool:
    """Whether a folder is a model that finds nothing but these types and relations."""
    try:
        table = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder}: is no model: {error}; kg train writes one") from error
    return {*table.get("types", ()), *table.get("relations", ())} <= labels


@cache
def _load_embedder(device: str) -> "Embedder":
    if find_spec("torch") is None:
        raise ConfigError("embeddings need torch; install it with: pip install 'kg-landscape[neural]'")
    from kg.neural.embedding import Embedder

    return Embedder.from_folder(_ENCODER, device)


def _files(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder that are named so, in order; none where there is no folder."""
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def _add_file(digest: "hashlib._Hash", path: Path) -> None:
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}; check the path and its permissions") from error
    digest.update(f"{path.name} {content.hexdigest()}".encode())
