"""A store read from beginning to end: everything that was written, in the order of ids, page by page."""

from operator import attrgetter

import pytest
from hostile import NAMES, hostile_reports
from stores import BAIDU, ERNIE, Said, dump, report

from kg.errors import StoreError
from kg.graph import NOUNS, Appearance, Chunk, Document, Entity, Noun, StoredFact
from kg.store import Store

REPORTS = hostile_reports()


def of(nouns: list[Noun], kind: type) -> list[Noun]:
    return [one for one in nouns if isinstance(one, kind)]


def by_id(graphs, name: str) -> list:
    return sorted((one for graph in graphs for one in getattr(graph, name)), key=lambda one: one.id)


def write(store: Store) -> list[Noun]:
    for graph in REPORTS:
        store.write(graph, pipeline="1")
    return list(store.read_all(NOUNS))


class TestReading:
    def test_gives_what_was_written_in_the_order_of_ids(self, store: Store):
        nouns = write(store)
        assert of(nouns, Document) == by_id(REPORTS, "documents")
        assert of(nouns, Chunk) == by_id(REPORTS, "chunks")
        facts = [one.fact for one in of(nouns, StoredFact)]
        assert [one.id for one in facts] == sorted({fact.id for graph in REPORTS for fact in graph.facts})
        evidence = [one for graph in REPORTS for fact in graph.facts for one in fact.evidence]
        found = [one for fact in facts for one in fact.evidence]
        assert sorted(found, key=attrgetter("chunk")) == sorted(evidence, key=attrgetter("chunk"))
        entities = [one.id for one in of(nouns, Entity)]
        assert entities == sorted(entities)
        assert len(entities) == len({one.entity for one in of(nouns, Appearance)}) == len(NAMES) + 7

    def test_of_small_pages_gives_the_same(self, store: Store, monkeypatch: pytest.MonkeyPatch):
        nouns, lines = write(store), dump(store)
        monkeypatch.setattr("kg.store.streaming.PAGE", 2)
        monkeypatch.setattr("kg.store.streaming.EDGES", 3)
        assert list(store.read_all(NOUNS)) == nouns
        assert dump(store) == lines

    def test_shows_of_a_fact_what_all_its_evidence_shows(self, store: Store):
        facts = {one.fact.id: one for one in of(write(store), StoredFact)}
        for graph in REPORTS:
            for fact in graph.facts:
                found = facts[fact.id]
                assert found.support == len({one.document for one in found.fact.evidence})
                assert found.confidence == max(one.score for one in found.fact.evidence)
                assert set(found.statuses) == {one.status for one in found.fact.evidence}
        assert {one.first_seen for one in facts.values()} == {None, "2023-03-01"}

    def test_of_a_store_that_is_written_meanwhile_is_an_error(self, store: Store):
        with pytest.raises(StoreError, match="came in or went meanwhile"), store.undisturbed():
            store.write(report("new.txt", Said(BAIDU, "DEVELOPS", ERNIE)), pipeline="1")

    def test_waits_for_no_writer(self, store: Store):
        begin = "CREATE (:Document {id: 'new.txt', state: 'loading'})"
        store._connection.write(lambda tx: tx.run(begin).consume())
        with pytest.raises(StoreError, match=r"'new\.txt' is being written; wait"), store.undisturbed():
            pass
