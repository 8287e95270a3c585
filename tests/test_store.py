"""The contract of a store, on every engine: what is written is there once, and goes as it came."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import (
    BAIDU,
    CHATGPT,
    ENTITIES,
    ERNIE,
    LARGE_MODEL,
    MICROSOFT,
    OPENAI,
    Reopen,
    Said,
    Server,
    digest,
    dump,
    entity,
    report,
    same_content,
    wipe,
)

from kg.errors import StoreError
from kg.graph import Graph
from kg.mention import Amount, Time
from kg.store import Store

INVESTS = Said(MICROSOFT, "INVESTS_IN", OPENAI)
DEVELOPS = Said(OPENAI, "DEVELOPS", CHATGPT)
ERNIE_BY_BAIDU = Said(BAIDU, "DEVELOPS", ERNIE)
COMPETES = Said(ERNIE, "COMPETES_WITH", CHATGPT)


def one_row(store: Store, text: str) -> dict[str, object]:
    (row,) = store.cypher(text, {})
    return row


def the_fact(store: Store) -> dict[str, object]:
    return one_row(store, "MATCH (f:Fact) RETURN properties(f) AS fact")["fact"]


class TestWrite:
    def test_adds_a_document_with_everything(self, store: Store):
        result = store.write(report("a.txt", INVESTS, DEVELOPS), pipeline="1")
        assert (result.outcome, result.entities, result.new_entities, result.facts, result.new_facts) == (
            "added",
            3,
            3,
            2,
            2,
        )
        counts = store.counts()
        assert (counts.documents, counts.chunks, counts.evidence) == (1, 2, 2)
        assert counts.entities == {"Company": 2, "Product": 1}
        assert counts.facts == {"DEVELOPS": 1, "INVESTS_IN": 1}

    def test_a_second_time_changes_nothing(self, store: Store):
        graph = report("a.txt", INVESTS, DEVELOPS)
        store.write(graph, pipeline="1")
        before = dump(store)
        assert store.write(graph, pipeline="1").outcome == "unchanged"
        assert dump(store) == before

    def test_new_content_replaces_the_old(self, store: Store):
        store.write(report("a.txt", INVESTS, DEVELOPS), pipeline="1")
        assert store.write(report("a.txt", ERNIE_BY_BAIDU), pipeline="1").outcome == "replaced"
        found = dump(store)
        wipe(store)
        store.write(report("a.txt", ERNIE_BY_BAIDU), pipeline="1")
        assert dump(store) == found

    def test_a_new_pipeline_replaces_the_old(self, store: Store):
        graph = report("a.txt", INVESTS)
        store.write(graph, pipeline="1")
        assert store.write(graph, pipeline="2").outcome == "replaced"
        assert store.find_document("a.txt").pipeline == "2"

    def test_a_date_learnt_later_replaces_the_old(self, store: Store):
        store.write(report("a.txt", INVESTS, published=None), pipeline="1")
        assert store.write(report("a.txt", INVESTS, published=date(2024, 1, 2)), pipeline="1").outcome == "replaced"
        assert the_fact(store)["first_seen"] == "2024-01-02"

    def test_the_same_content_under_another_id_is_a_copy(self, store: Store):
        graph = report("a.txt", INVESTS)
        store.write(graph, pipeline="1")
        before = dump(store)
        result = store.write(same_content(graph, "b.txt"), pipeline="1")
        assert (result.outcome, result.original) == ("copy", "a.txt")
        assert dump(store) == before

    def test_a_report_that_becomes_a_copy_loses_its_old_content(self, store: Store):
        graph = report("a.txt", INVESTS)
        store.write(graph, pipeline="1")
        before = dump(store)
        store.write(report("b.txt", ERNIE_BY_BAIDU), pipeline="1")
        assert store.write(same_content(graph, "b.txt"), pipeline="1").outcome == "copy"
        assert dump(store) == before

    def test_takes_one_document_at_a_time(self, store: Store):
        with pytest.raises(StoreError, match="one document, not of 0"):
            store.write(Graph(), pipeline="1")

    def test_a_report_without_facts_is_in_too(self, store: Store):
        store.write(report("empty.txt"), pipeline="1")
        assert [(one.id, one.facts, one.state) for one in store.documents()] == [("empty.txt", 0, "complete")]

    def test_an_attribute_that_cannot_be_a_property_is_refused(self, store: Store):
        odd = entity("甲公司", listed=True, **{"股票代码": "1"})
        with pytest.raises(StoreError, match="attribute '股票代码' cannot be a property"):
            store.write(report("a.txt", Said(odd, "INVESTS_IN", OPENAI)), pipeline="1")
        assert dump(store) == []


class TestRemove:
    def test_takes_exactly_its_share(self, store: Store):
        store.write(report("a.txt", INVESTS), pipeline="1")
        before = dump(store)
        store.write(report("b.txt", INVESTS, DEVELOPS, published=date(2024, 1, 1)), pipeline="1")
        result = store.remove("b.txt")
        assert (result.facts, result.entities) == (1, 1)
        assert dump(store) == before

    def test_of_the_last_leaves_nothing(self, store: Store):
        store.write(report("a.txt", INVESTS), pipeline="1")
        store.remove("a.txt")
        assert dump(store) == []

    def test_of_an_unknown_report_says_so(self, store: Store):
        with pytest.raises(StoreError, match=r"no report 'nowhere\.txt'; `kg reports` lists"):
            store.remove("nowhere.txt")

    def test_of_all_leaves_nothing(self, store: Store):
        store.write(report("b.txt", INVESTS, DEVELOPS), pipeline="1")
        store.write(report("a.txt", INVESTS), pipeline="1")
        gone = [(one.document, one.facts, one.entities) for one in store.remove_all()]
        assert gone == [("a.txt", 0, 0), ("b.txt", 2, 3)]
        assert (dump(store), list(store.remove_all())) == ([], [])

    def test_of_what_is_half_in_leaves_what_is_whole(self, store: Store):
        store.write(report("a.txt", INVESTS), pipeline="1")
        before = dump(store)
        result = store._loader.withdraw("a.txt", only_loading=True)
        assert (result.facts, dump(store)) == (0, before)


class TestAggregates:
    def test_two_documents_share_a_fact(self, store: Store):
        store.write(report("a.txt", INVESTS), pipeline="1")
        store.write(report("b.txt", INVESTS), pipeline="1")
        assert the_fact(store)["support"] == 2
        store.remove("a.txt")
        assert the_fact(store)["support"] == 1

    def test_of_a_fact_are_of_all_its_evidence(self, store: Store):
        time = Time("2023年1月", "2023-01-01", "2023-01-31")
        first = replace(INVESTS, amount=Amount("100亿美元", Decimal(10**10), None, "USD"), time=time, score=0.5)
        second = replace(INVESTS, amount=Amount("10亿美元", Decimal(10**9), None, "USD"), status="planned", score=0.75)
        store.write(report("b.txt", first, published=date(2023, 2, 1)), pipeline="1")
        store.write(report("a.txt", second, publisher=None, published=date(2022, 2, 1)), pipeline="1")
        assert the_fact(store) == {
            "id": digest(("Company:微软", "INVESTS_IN", "Company:OpenAI")),
            "relation": "INVESTS_IN",
            "statuses": ["asserted", "planned"],
            "times": ["2023年1月"],
            "amounts": ["100亿美元", "10亿美元"],
            "publishers": ["远山证券"],
            "confidence": 0.75,
            "support": 2,
            "first_seen": "2022-02-01",
            "last_seen": "2023-02-01",
        }

    def test_of_a_fact_have_no_date_where_no_report_has(self, store: Store):
        store.write(report("a.txt", INVESTS, published=None), pipeline="1")
        assert "first_seen" not in {key for key, value in the_fact(store).items() if value is not None}

    @pytest.mark.parametrize("publisher", ["远山证券", "", None])
    @pytest.mark.parametrize("published", [date(2023, 3, 1), None])
    def test_of_one_report_are_as_if_another_had_come_and_gone(
        self, store: Store, publisher: str | None, published: date | None
    ):
        time = Time("2023年1月", "2023-01-01", "2023-01-31")
        planned = replace(INVESTS, amount=Amount("10亿美元", Decimal(10**9), None, "USD"), status="planned", score=0.75)
        said = (INVESTS, planned, replace(INVESTS, time=time), INVESTS, replace(DEVELOPS, object=OPENAI))
        store.write(report("a.txt", *said, publisher=publisher, published=published), pipeline="1")
        alone = dump(store)
        store.write(report("b.txt", *said), pipeline="1")
        store.remove("b.txt")
        assert dump(store) == alone

    def test_need_evidence_in_a_chunk_of_the_report(self, store: Store):
        graph = report("a.txt", INVESTS, DEVELOPS)
        store.write(replace(graph, chunks=graph.chunks[:1]), pipeline="1")
        assert the_fact(store)["id"] == digest(("Company:微软", "INVESTS_IN", "Company:OpenAI"))

    @pytest.mark.parametrize("status", ["planned", "rumored", "negated"])
    def test_only_an_asserted_fact_is_a_plain_edge(self, store: Store, status: str):
        edges = "MATCH (:Company)-[r:INVESTS_IN]->(:Company) RETURN count(r) AS n"
        store.write(report("a.txt", replace(INVESTS, status=status)), pipeline="1")
        assert one_row(store, edges) == {"n": 0}
        store.write(report("b.txt", INVESTS), pipeline="1")
        assert one_row(store, edges) == {"n": 1}
        store.remove("b.txt")
        assert one_row(store, edges) == {"n": 0}

    def test_the_plain_edge_repeats_its_fact(self, store: Store):
        store.write(report("a.txt", INVESTS), pipeline="1")
        store.write(report("b.txt", INVESTS, published=None), pipeline="1")
        edge = one_row(store, "MATCH ()-[r:INVESTS_IN]->() RETURN properties(r) AS edge")["edge"]
        fact = the_fact(store)
        assert edge.pop("fact_id") == fact["id"]
        assert edge == {key: fact[key] for key in ("statuses", "confidence", "support", "first_seen", "last_seen")}


class TestNames:
    SHORT = Said(entity("墨言科技", kind="Company"), "DEVELOPS", CHATGPT)

    def named(self, *surfaces: str) -> list[Said]:
        return [replace(self.SHORT, surface=surface) for surface in surfaces]

    def test_an_unlisted_entity_has_its_commonest_surface(self, store: Store):
        store.write(report("a.txt", *self.named("墨言")), pipeline="1")
        store.write(report("b.txt", *self.named("墨言科技", "墨言科技", "墨言AI")), pipeline="1")
        (found,) = store.find_entities("墨言科技", limit=1)
        assert (found.name, found.aliases) == ("墨言科技", ("墨言", "墨言AI"))
        store.remove("b.txt")
        (found,) = store.find_entities("墨言", limit=1)
        assert (found.name, found.aliases) == ("墨言", ())

    def test_of_two_as_common_the_first_wins(self, store: Store):
        store.write(report("a.txt", *self.named("墨言科技", "墨言")), pipeline="1")
        assert store.find_entities("墨言", limit=1)[0].name == "墨言"

    def test_a_listed_entity_keeps_its_name(self, store: Store):
        store.write(report("a.txt", replace(INVESTS, surface="巨硬")), pipeline="1")
        (found,) = store.find_entities("微软", limit=1)
        assert (found.name, found.aliases, found.listed) == ("微软", ("MSFT", "Microsoft", "巨硬"), True)
        assert found.attributes == {"ticker": "MSFT"}

    def test_mentions_are_counted_over_documents(self, store: Store):
        store.write(report("a.txt", INVESTS, INVESTS), pipeline="1")
        store.write(report("b.txt", INVESTS), pipeline="1")
        counted = "MATCH (e:Entity {id: 'Company:微软'}) RETURN e.mentions AS mentions, e.documents AS documents"
        assert one_row(store, counted) == {"mentions": 6, "documents": 2}
        store.remove("a.txt")
        assert one_row(store, counted) == {"mentions": 2, "documents": 1}

    def test_versions_stay_apart(self, store: Store):
        versions = [entity(name, kind="Product") for name in ("GPT-4", "GPT-4o", "GPT-4 Turbo", "A100", "A800")]
        store.write(report("a.txt", *(Said(OPENAI, "DEVELOPS", one) for one in versions)), pipeline="1")
        assert store.counts().entities["Product"] == 5
        assert store.find_entities("GPT-4", limit=1)[0].name == "GPT-4"
        assert store.find_entities("gpt4o", limit=1)[0].name == "GPT-4o"


HOSTILE = (
    "`) DETACH DELETE n //",
    "'\"}) RETURN 1; MATCH (n) DELETE n",
    "{props: $x}",
    "空\0字符",
    "\u202e反转\u202c",
    "长" * 10_000,
    "\\u0027 OR 1=1",
)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_a_name(store: Store, name: str):
    store.write(report("a.txt", Said(entity(name), "INVESTS_IN", OPENAI)), pipeline="1")
    before = dump(store)
    store.write(report("a.txt", Said(entity(name), "INVESTS_IN", OPENAI)), pipeline="1")
    assert dump(store) == before
    names = {one["name"] for one in store.cypher("MATCH (e:Company) RETURN e.name AS name", {})}
    assert names == {"OpenAI", name if len(name) < 500 else name[:499] + "…"}
    store.remove("a.txt")
    assert dump(store) == []


SAID = st.builds(
    Said,
    st.sampled_from(ENTITIES[:3]),
    st.sampled_from(["DEVELOPS", "USES"]),
    st.sampled_from(ENTITIES[3:]),
    st.sampled_from(["asserted", "planned"]),
    score=st.sampled_from([0.5, 0.75]),
    surface=st.sampled_from([None, "别名", "又名"]),
)
HISTORIES = {"embedded": 100, "neo4j": 50}  # how many are tried on each engine
NAMES = ("a.txt", "b.txt", "c.txt")


@dataclass(frozen=True)
class Version:
    """What a report says and when; the same sentences are the same content, whatever the report is called."""

    said: tuple[Said, ...]
    month: int | None

    def named(self, name: str) -> Graph:
        published = self.month and date(2023, self.month, 1)
        graph = report(name, *self.said, published=published, publisher=name[:1])
        (document,) = graph.documents
        return replace(graph, documents=(replace(document, content_hash=f"hash of {digest(self.said)}"),))


@dataclass(frozen=True)
class Copy:
    """What a report was when it last came in is written under the name of another."""

    of: str
    name: str


ADDED = st.builds(
    lambda name, said, month: (name, Version(tuple(said), month)),
    st.sampled_from(NAMES),
    st.lists(SAID, min_size=1, max_size=4),
    st.sampled_from([None, 1, 2]),
)
STEP = st.one_of(ADDED, st.builds(Copy, st.sampled_from(NAMES), st.sampled_from(NAMES)), st.sampled_from(NAMES))


def live(store: Store, history: list[tuple[str, Version] | Copy | str]) -> dict[str, Version]:
    """Do to a store what a history says; which version of which report must be left comes out."""
    left: dict[str, Version] = {}
    last: dict[str, Version] = {}
    for step in history:
        if isinstance(step, str):
            if left.pop(step, None):
                store.remove(step)
            continue
        name, version = (step.name, last.get(step.of)) if isinstance(step, Copy) else step
        if version is None:
            continue
        is_copy = any(one.said == version.said for other, one in left.items() if other != name)
        left.pop(name, None)
        if not is_copy:
            left[name] = last[name] = version
        assert (store.write(version.named(name), pipeline="1").outcome == "copy") == is_copy
    return left


def test_any_history_equals_a_fresh_build_of_what_is_left(store: Store, server: Server):
    @settings(max_examples=HISTORIES[server.engine], deadline=None)
    @given(st.lists(STEP, min_size=2, max_size=8))
    def check(history: list[tuple[str, Version] | Copy | str]):
        wipe(store)
        left = live(store, history)
        found = dump(store)
        wipe(store)
        for name in sorted(left):
            store.write(left[name].named(name), pipeline="1")
        assert dump(store) == found

    check()


class TestDocuments:
    def test_are_listed_by_date(self, store: Store):
        store.write(report("b.txt", INVESTS, published=None, publisher=None), pipeline="1")
        store.write(report("a.txt", INVESTS, DEVELOPS, published=date(2023, 3, 1)), pipeline="1")
        store.write(report("c.txt", published=date(2022, 3, 1)), pipeline="1")
        listed = [(one.id, one.published, one.publisher, one.facts) for one in store.documents()]
        assert listed == [
            ("c.txt", "2022-03-01", "远山证券", 0),
            ("a.txt", "2023-03-01", "远山证券", 2),
            ("b.txt", None, None, 1),
        ]

    def test_are_found_by_id_and_by_content(self, store: Store):
        graph = report("a.txt", INVESTS)
        store.write(graph, pipeline="1")
        assert store.find_content(graph.documents[0].content_hash) == store.find_document("a.txt")
        assert store.find_document("b.txt") is None
        assert store.find_documents(["c.txt", "a.txt", "a.txt"]) == (store.find_document("a.txt"),)
        assert store.find_content("other") is None


class TestFindEntities:
    def test_ranks_the_name_before_what_contains_it(self, store: Store):
        longer = entity("百度智能云", kind="Product")
        store.write(report("a.txt", Said(BAIDU, "DEVELOPS", longer), ERNIE_BY_BAIDU), pipeline="1")
        assert [one.name for one in store.find_entities("百度")][:2] == ["百度", "百度智能云"]

    @pytest.mark.parametrize("name", ["百度", "Baidu", "BAIDU", "9888.HK", "Company:百度", " 百度 "])
    def test_finds_by_name_alias_ticker_and_id(self, store: Store, name: str):
        store.write(report("a.txt", ERNIE_BY_BAIDU), pipeline="1")
        assert store.find_entities(name)[0].id == "Company:百度"

    @pytest.mark.parametrize("name", ["", "没有的公司", '"', "AND", "a:b (", "*"])
    def test_of_odd_text_does_not_fail(self, store: Store, name: str):
        store.write(report("a.txt", ERNIE_BY_BAIDU), pipeline="1")
        assert [one for one in store.find_entities(name) if one.name == name] == []

    def test_forgets_names_that_went(self, store: Store):
        store.write(report("a.txt", replace(INVESTS, surface="巨硬公司")), pipeline="1")
        store.write(report("b.txt", INVESTS), pipeline="1")
        assert store.find_entities("巨硬公司")
        store.remove("a.txt")
        assert not [one for one in store.find_entities("巨硬公司") if "巨硬公司" in one.aliases]


class TestSlice:
    def fill(self, store: Store) -> None:
        store.write(report("a.txt", INVESTS, DEVELOPS, COMPETES), pipeline="1")
        store.write(report("b.txt", INVESTS, replace(ERNIE_BY_BAIDU, status="planned")), pipeline="1")

    def test_without_focus_begins_with_the_best_supported(self, store: Store):
        self.fill(store)
        part = store.slice([], limit=2)
        assert {one.id for one in part.entities} == {MICROSOFT.id, OPENAI.id}
        assert [len(fact.evidence) for fact in part.facts] == [2]

    @pytest.mark.parametrize(("hops", "names"), [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])
    def test_reaches_as_far_as_its_hops(self, store: Store, hops: int, names: int):
        self.fill(store)
        assert len(store.slice([MICROSOFT.id], hops=hops).entities) == names

    def test_gives_back_what_was_written(self, store: Store):
        time, amount = Time("2月", None, None), Amount("3.5亿元", Decimal("350000000"), "元", "CNY")
        graph = report("a.txt", replace(INVESTS, time=time, amount=amount), DEVELOPS)
        store.write(graph, pipeline="1")
        part = store.slice([OPENAI.id])
        assert part.documents == graph.documents
        assert part.chunks == graph.chunks
        assert set(part.facts) == set(graph.facts)
        assert sorted(part.appearances, key=repr) == sorted(graph.appearances, key=repr)

    def test_keeps_to_statuses_and_relations(self, store: Store):
        self.fill(store)
        planned = store.slice([], statuses=["planned"])
        assert [fact.relation for fact in planned.facts] == ["DEVELOPS"]
        assert {fact.relation for fact in store.slice([], relations=["INVESTS_IN"]).facts} == {"INVESTS_IN"}

    def test_holds_every_id_it_uses(self, store: Store):
        self.fill(store)
        part = store.slice([BAIDU.id, "Company:unknown"], hops=9)
        entities, chunks = {one.id for one in part.entities}, {one.id for one in part.chunks}
        assert {end for fact in part.facts for end in (fact.subject, fact.object)} <= entities
        assert {one.chunk for fact in part.facts for one in fact.evidence} <= chunks
        assert {one.document for one in part.chunks} == {one.id for one in part.documents}

    def test_is_the_same_every_time(self, store: Store):
        self.fill(store)
        assert store.slice([], limit=3) == store.slice([], limit=3)


def test_a_second_client_sees_what_the_first_wrote(store: Store, reopen: Reopen):
    store.write(report("a.txt", INVESTS, Said(CHATGPT, "BASED_ON", LARGE_MODEL)), pipeline="1")
    assert reopen().counts() == store.counts()
