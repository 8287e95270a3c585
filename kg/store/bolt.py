"""The store: one class, one set of Cypher, over the official driver; Neo4j and the embedded engine alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any, Self

from neo4j import Driver

from kg.errors import StoreError
from kg.graph import Entity, Graph, Node, Noun
from kg.ontology import Ontology
from kg.store.connection import Access, Connection, planned_columns
from kg.store.copying import read_document
from kg.store.dumping import dump_lines
from kg.store.embedded import Lease
from kg.store.finding import find_entities
from kg.store.guard import refuse_plan, refuse_unsafe
from kg.store.load import Load
from kg.store.loading import Loader
from kg.store.migrating import check_schema, open_schema, read_record, statements_of
from kg.store.results import Counts, FoundChunk, RemoveResult, StoredDocument, WriteResult
from kg.store.rows import Row, bounded_id
from kg.store.slicing import Filters, choose_entities, fetch, read_graph, to_stored
from kg.store.streaming import entity_keys, nodes_of, pages, read_nodes, read_nouns, undisturbed
from kg.store.vectors import nearest_chunks, prepare_vectors
from kg.table import Table

if TYPE_CHECKING:
    from kg.config import Config
    from kg.query import Query

_DOCUMENT = "RETURN properties(d) AS properties ORDER BY d.published, d.id"
_COUNTS = {
    "documents": "MATCH (d:Document) WHERE d.state = 'complete' RETURN count(d) AS n",
    "chunks": "MATCH (c:Chunk)-[:FROM_DOCUMENT]->(d:Document) WHERE d.state = 'complete' RETURN count(c) AS n",
    "evidence": "MATCH (:Fact)-[r:SUPPORTED_BY]->(:Chunk) RETURN count(r) AS n",
}
_BY_TYPE = """
MATCH (e:Entity) UNWIND labels(e) AS label WITH label WHERE label <> 'Entity'
RETURN label, count(*) AS n ORDER BY label
"""
_BY_RELATION = "MATCH (f:Fact) RETURN f.relation AS label, count(*) AS n ORDER BY label"
_REMEMBERED = 1_000  # questions of users that were seen to do no harm


class Store:
    """A graph of documents, entities and facts; open it with `open_store`, close it or use it in a `with`.

    Attributes:
        name: how errors call it.
        withdrawn: ids of the documents that a dead writer had left half-way, and that went when it was opened.
    """

    def __init__(
        self,
        access: Access,
        name: str,
        *,
        ontology: Ontology,
        config: Config,
        lease: Lease | None = None,
        is_fresh: bool = False,
    ) -> None:
        """Connect, make the schema, and withdraw what a dead writer left half-way.

        Args:
            access: of the database.
            name: how errors call the store.
            ontology: the only source of labels.
            config: its `timeout` and `max_rows` bound questions.
            lease: keeps the embedded engine alive while it is open.
            is_fresh: whether nobody else can be writing.

        Raises:
            StoreError: the database does not answer, or refuses the user.
        """
        self.name = name
        self._config = config
        self._harmless: set[str] = set()
        with ExitStack() as held:
            if lease:
                held.callback(lease.close)
            self._connection = Connection(access, name, lease)
            held.callback(self._connection.close)
            self._loader = Loader(self._connection, ontology)
            open_schema(self._connection)
            self.withdrawn = self._loader.withdraw_stale(all_loading=is_fresh)
            self._held = held.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database, at once; all that was written is on the disk already.

        The embedded engine stops some seconds after its last client, so that a next one need not start it again.
        """
        self._held.close()

    def write(self, graph: Graph, *, pipeline: str, keep_copies: bool = False) -> WriteResult:
        """Take in the graph of one document, or see that it is in already.

        A document that is in with other content, other details or from another pipeline is replaced. Content that
        is in under another id is a copy, and skipped. Writing the same again changes nothing.

        Args:
            graph: with one document.
            pipeline: what extracted it, such as a name with a version.
            keep_copies: take a copy in as any other document.

        Raises:
            StoreError: the graph cannot be kept, or the database fails.
        """
        if len(graph.documents) != 1:
            raise StoreError(f"{self.name}: write takes the graph of one document, not of {len(graph.documents)}")
        load = self._loader.prepare(graph, pipeline)
        prepare_vectors(self._connection, graph.chunks)
        while True:
            result = self._write_once(load, keep_copies=keep_copies)
            if result:
                return result

    def _write_once(self, load: Load, *, keep_copies: bool) -> WriteResult | None:
        stored = self._loader.settle(load.id)
        if stored and _is_same(load.document, stored):
            return WriteResult("unchanged", load.id, entities=len(load.entities), facts=len(load.ends))
        original = None if keep_copies else self.find_content(load.document["content_hash"])
        if original and original.id != load.id:
            if stored:
                self._loader.withdraw(load.id)
            return WriteResult("copy", load.id, original=original.id)
        return self._loader.replace(load) if stored else self._loader.add(load)

    def remove(self, document_id: str) -> RemoveResult:
        """Take a document out with exactly its share of the graph.

        Raises:
            StoreError: no such document is in.
        """
        if not self.find_document(document_id):
            raise StoreError(f"{self.name}: no report {document_id!r}; `kg reports` lists what is in")
        return self._loader.withdraw(document_id)

    def remove_all(self) -> Iterator[RemoveResult]:
        """Take every document out, one by one in the order of ids; what each took with it comes out."""
        for document in self.each_document():
            yield self._loader.withdraw(document.id)

    def find_document(self, document_id: str) -> StoredDocument | None:
        """The document of an id, in whatever state."""
        records = self._connection.read(f"MATCH (d:Document {{id: $id}}) {_DOCUMENT}", {"id": document_id})
        return to_stored(records[0]) if records else None

    def find_documents(self, ids: Iterable[str]) -> tuple[StoredDocument, ...]:
        """Those of these documents that are in, in whatever state, in the order of their ids."""
        cypher = f"UNWIND $ids AS id MATCH (d:Document {{id: id}}) {_DOCUMENT}"
        found = map(to_stored, fetch(self._connection, cypher, sorted(set(ids))))
        return tuple(sorted(found, key=lambda one: one.id))

    def find_content(self, content_hash: str) -> StoredDocument | None:
        """The complete document with this content, the first by id where there are several."""
        cypher = f"MATCH (d:Document {{content_hash: $hash}}) WHERE d.state = 'complete' {_DOCUMENT}"
        found = [to_stored(record) for record in self._connection.read(cypher, {"hash": content_hash})]
        return min(found, key=lambda one: one.id, default=None)

    def documents(self) -> tuple[StoredDocument, ...]:
        """All documents, by date of publication (unknown last) and id."""
        found = [to_stored(record) for record in self._connection.read(f"MATCH (d:Document) {_DOCUMENT}")]
        return tuple(sorted(found, key=lambda one: (one.published is None, one.published or "", one.id)))

    def each_document(self) -> Iterator[StoredDocument]:
        """All documents in the order of their ids, page by page."""
        for page in pages(self._connection, nodes_of("Document")):
            yield from map(to_stored, page)

    def document_graph(self, document_id: str) -> Graph:
        """What a document brought: its chunks, its evidence, and the entities that these name."""
        return read_document(self._connection, document_id)

    def read_all(self, kinds: Iterable[type[Noun]]) -> Iterator[Noun]:
        """All documents, chunks and so on, kind by kind and in the order of ids, page by page."""
        return read_nouns(self._connection, kinds)

    def nodes(self) -> Iterator[Node]:
        """Everything as the database keeps it, page by page."""
        return read_nodes(self._connection)

    def entity_keys(self) -> tuple[str, ...]:
        """The properties that entities have, sorted."""
        return entity_keys(self._connection)

    def undisturbed(self) -> AbstractContextManager[None]:
        """A `with` block that raises StoreError where somebody writes to the store meanwhile."""
        return undisturbed(self._connection)

    def run(self, query: Query, parameters: Mapping[str, Any]) -> Table:  # Any: Cypher parameters
        """The answer of a query of the project, with parameters that it has checked.

        Raises:
            QueryError: it fails, or passes the limits of time or rows.
        """
        table = self._ask(query.text, parameters)
        return table if table.columns else Table(query.returns, ())

    def cypher(self, text: str, parameters: Mapping[str, Any]) -> Table:  # Any: Cypher parameters
        """The answer to Cypher that a user wrote; it can read the graph and do nothing else.

        Raises:
            QueryError: it is badly written, would write or reach outside, or passes the limits of time or rows.
        """
        if text not in self._harmless:
            refuse_unsafe(text)
            if not self._connection.access.is_embedded:
                refuse_plan(self._connection.plan(text, parameters, self._config.timeout))
            self._remember(text)
        table = self._ask(text, parameters)
        if table.columns:
            return table
        return Table(tuple(planned_columns(self._connection.plan(text, parameters, self._config.timeout))), ())

    def _remember(self, text: str) -> None:
        """Note that a question does no harm, so that it is not checked again: on a Neo4j each check is a round trip."""
        if len(self._harmless) >= _REMEMBERED:
            self._harmless.clear()
        self._harmless.add(text)

    def _ask(self, text: str, parameters: Mapping[str, Any]) -> Table:  # Any: Cypher parameters
        return Table(*self._connection.ask(text, parameters, self._config.timeout, self._config.max_rows))

    def find_entities(self, name: str, limit: int = 10) -> tuple[Entity, ...]:
        """Entities that a name may mean: of that name, alias, id or ticker first, then similar ones."""
        return find_entities(self._connection, name, limit)

    def find_chunks(self, vector: Sequence[float], limit: int = 10) -> tuple[FoundChunk, ...]:
        """The chunks whose embeddings are nearest to a vector, the nearest first.

        Raises:
            QueryError: no chunk has an embedding, or the vector has other dimensions than they.
        """
        return nearest_chunks(self._connection, vector, limit)

    def slice(
        self,
        focus: Sequence[str],
        *,
        hops: int = 2,
        limit: int = 300,
        statuses: Sequence[str] | None = None,
        relations: Sequence[str] | None = None,
    ) -> Graph:
        """A part of the graph with the evidence of its facts; the same call gives the same part.

        Args:
            focus: entity ids to start from; empty for the best-supported part of the whole graph.
            hops: how far from the focus.
            limit: entities at most; the best-supported facts decide which.
            statuses: a fact needs one of them; None for any.
            relations: a fact needs one of them; None for any.
        """
        filters = Filters(statuses, relations)
        ids = choose_entities(self._connection, [bounded_id(one) for one in focus], hops, limit, filters)
        return read_graph(self._connection, ids, filters)

    def counts(self) -> Counts:
        """How much is in."""
        numbers = {key: self._connection.read(cypher)[0]["n"] for key, cypher in _COUNTS.items()}
        entities, facts = (
            {record["label"]: record["n"] for record in self._connection.read(cypher)}
            for cypher in (_BY_TYPE, _BY_RELATION)
        )
        return Counts(entities=entities, facts=facts, **numbers)

    def check_schema(self) -> tuple[str, ...]:
        """What is wrong with constraints and indexes, a line each with what to do; what was dropped, opening mends."""
        return check_schema(self._connection)

    def schema_statements(self) -> tuple[str, ...]:
        """The statements that make the constraints and indexes of this store in an empty Neo4j."""
        return statements_of(read_record(self._connection))

    def driver(self) -> Driver:
        """A further driver to the database, for programs that want one, such as neo4j-graphrag; close it yourself.

        That of the embedded engine can only read, and serves while this store is open.
        """
        return self._connection.reading_driver()

    def dump(self) -> Iterator[str]:
        """Every node, relationship and property but `ingested_at`, as sorted lines of JSON."""
        return dump_lines(self._connection)


def _is_same(document: Row, stored: Row) -> bool:
    return all(stored.get(key) == value for key, value in document.items())
