"""Embeddings in a store: they come in with chunks, are found by their directions, and go with them; on every engine."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from stores import BAIDU, CHATGPT, ERNIE, OPENAI, Reopen, Said, Server, dump, report
from vectors import DIMENSIONS, direction, with_embeddings

import kg
from kg.errors import QueryError, StoreError
from kg.graph import Chunk
from kg.ontology import Ontology
from kg.store import Store, embedded
from kg.store.migrating import read_record

PLAIN = report("a.txt", Said(OPENAI, "DEVELOPS", CHATGPT), Said(BAIDU, "DEVELOPS", ERNIE))
GRAPH = with_embeddings(PLAIN)
OTHER = with_embeddings(report("b.txt", Said(ERNIE, "COMPETES_WITH", CHATGPT)))
LOADING = """
CREATE (d:Document {id: 'new.txt', state: 'loading'})
WITH d UNWIND range(1, $many) AS n
CREATE (c:Chunk {id: 'new#' + toString(n), embedding: $vector}) CREATE (c)-[:FROM_DOCUMENT]->(d)
"""


def dimensions(store: Store) -> int | None:
    return read_record(store._connection).dimensions


def between(one: tuple[float, ...], other: tuple[float, ...], share: float) -> tuple[float, ...]:
    return tuple(share * a + (1 - share) * b for a, b in zip(one, other, strict=True))


class TestFindChunks:
    def test_gives_the_nearest_first_with_report_page_and_score(self, store: Store):
        store.write(GRAPH, pipeline="1")
        store.write(OTHER, pipeline="1")
        near, far = GRAPH.chunks[1], OTHER.chunks[0]
        first, second, third = store.find_chunks(between(near.embedding, far.embedding, 0.8))
        assert (first.chunk, first.document) == (near, GRAPH.documents[0])
        assert (second.chunk, second.document) == (far, OTHER.documents[0])
        assert third.chunk == GRAPH.chunks[0]
        assert first.chunk.page == 2

    def test_scores_by_the_cosine(self, store: Store):
        store.write(GRAPH, pipeline="1")
        near, far = GRAPH.chunks
        found = store.find_chunks(near.embedding)
        cosine = sum(a * b for a, b in zip(near.embedding, far.embedding, strict=True))
        # Neo4j keeps a byte for each number.
        assert [one.score for one in found] == pytest.approx([1.0, (1 + cosine) / 2], abs=2e-3)

    def test_gives_at_most_so_many(self, store: Store):
        store.write(GRAPH, pipeline="1")
        assert len(store.find_chunks(direction("x"), limit=1)) == 1

    def test_does_not_see_what_is_coming_in(self, store: Store):
        store.write(GRAPH, pipeline="1")
        nearest = list(GRAPH.chunks[0].embedding)
        store._connection.write(lambda tx: tx.run(LOADING, many=30, vector=nearest).consume())
        assert [one.chunk for one in store.find_chunks(nearest, limit=2)] == list(GRAPH.chunks)

    def test_does_not_see_what_has_gone(self, store: Store):
        store.write(GRAPH, pipeline="1")
        store.write(OTHER, pipeline="1")
        store.remove("a.txt")
        assert [one.chunk for one in store.find_chunks(GRAPH.chunks[0].embedding)] == list(OTHER.chunks)
        store.remove("b.txt")
        assert store.find_chunks(GRAPH.chunks[0].embedding) == ()

    def test_finds_among_those_that_have_an_embedding(self, store: Store):
        store.write(PLAIN, pipeline="1")
        store.write(OTHER, pipeline="1")
        assert [one.chunk for one in store.find_chunks(direction("x"))] == list(OTHER.chunks)

    def test_where_there_are_none_says_how_to_make_them(self, store: Store):
        store.write(PLAIN, pipeline="1")
        with pytest.raises(QueryError, match="no chunk has an embedding; build with kg build --embed"):
            store.find_chunks(direction("x"))

    def test_by_a_vector_of_other_dimensions_is_refused(self, store: Store):
        store.write(GRAPH, pipeline="1")
        with pytest.raises(QueryError, match="its embeddings have 512 dimensions, the vector has 2"):
            store.find_chunks((1.0, 0.0))


class TestWriting:
    def test_makes_the_index_with_the_first(self, store: Store):
        store._connection.run("DROP INDEX `Chunk[embedding]` IF EXISTS")
        store.write(PLAIN, pipeline="1")
        assert dimensions(store) is None
        store.write(OTHER, pipeline="1")
        assert (dimensions(store), store.check_schema()) == (DIMENSIONS, ())

    def test_gives_back_what_was_written(self, store: Store):
        store.write(GRAPH, pipeline="1")
        assert store.document_graph("a.txt").chunks == GRAPH.chunks
        assert list(store.read_all([Chunk])) == sorted(GRAPH.chunks, key=lambda one: one.id)
        assert all("embedding" in line for line in dump(store) if '"labels": ["Chunk"]' in line)

    def test_leaves_them_out_of_a_slice(self, store: Store):
        store.write(GRAPH, pipeline="1")
        assert store.slice([BAIDU.id]).chunks == (PLAIN.chunks[1],)

    def test_with_another_pipeline_replaces_chunks_without(self, store: Store):
        store.write(PLAIN, pipeline="1")
        assert store.write(GRAPH, pipeline="1 with embeddings").outcome == "replaced"
        assert len(store.find_chunks(direction("x"))) == 2
        store.write(PLAIN, pipeline="1")
        assert store.find_chunks(direction("x")) == ()

    def test_rounds_to_single_precision_on_both_engines(self, store: Store):
        third = tuple(1 / 3 for _ in range(DIMENSIONS))
        chunks = tuple(replace(chunk, embedding=third) for chunk in PLAIN.chunks)
        store.write(replace(PLAIN, chunks=chunks), pipeline="1")
        assert {one.embedding[0] for one in store.document_graph("a.txt").chunks} == {0.3333333432674408}

    def test_of_other_dimensions_is_refused(self, store: Store):
        store.write(GRAPH, pipeline="1")
        before = dump(store)
        chunks = tuple(replace(chunk, embedding=(0.6, 0.8)) for chunk in OTHER.chunks)
        with pytest.raises(StoreError, match="embeddings of 2 dimensions, and the store's have 512; write them into a"):
            store.write(replace(OTHER, chunks=chunks), pipeline="1")
        assert dump(store) == before

    def test_of_several_dimensions_is_refused(self, store: Store):
        one, two = GRAPH.chunks
        with pytest.raises(StoreError, match="embeddings of 2, 512 dimensions; all must have the same"):
            store.write(replace(GRAPH, chunks=(one, replace(two, embedding=(0.6, 0.8)))), pipeline="1")
        assert dump(store) == []


def test_a_dropped_index_is_made_again_over_what_is_in(store: Store, reopen: Reopen, caplog):
    store.write(GRAPH, pipeline="1")
    store._connection.run("DROP INDEX `Chunk[embedding]`")
    opened = reopen()
    assert caplog.messages == [f"{opened.name}: made again what something had dropped: Chunk[embedding]"]
    assert opened.find_chunks(GRAPH.chunks[1].embedding, limit=1)[0].chunk == GRAPH.chunks[1]


def test_jsonl_holds_an_embedding_only_where_there_is_one(store: Store, tmp_path: Path):
    store.write(PLAIN, pipeline="1")
    store.write(OTHER, pipeline="1")
    lines = kg.export(store, tmp_path / "out.jsonl", format="jsonl").read_text(encoding="utf-8").splitlines()
    chunks = [line for line in lines if '"kind": "chunk"' in line]
    assert ['"embedding": [' in line for line in chunks] == ["b.txt" in line for line in chunks]
    assert sum("embedding" in line for line in lines) == 1


@pytest.fixture
def own(ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A store whose engine a test may kill."""
    monkeypatch.setattr(embedded, "LINGER_SECONDS", 0.0)
    return Server(str(tmp_path / "own.kg"), ontology)


def test_a_killed_engine_has_lost_none(own: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kg.store.connection.RETRY_SECONDS", 0.5)
    with own.open() as store:
        store.write(GRAPH, pipeline="1")
        os.kill(int((Path(own.url) / "engine.lock").read_text()), signal.SIGKILL)
    with own.open() as store:
        assert store.check_schema() == ()
        assert [one.chunk for one in store.find_chunks(GRAPH.chunks[1].embedding)] == [GRAPH.chunks[1], GRAPH.chunks[0]]
