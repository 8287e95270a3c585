"""Texts that break out of a statement elsewhere are only texts here, wherever a report may hold them."""

from dataclasses import replace

import pytest
from hostile import NAMES, hostile_reports
from stores import BAIDU, OPENAI, Said, dump, entity, report

from kg.errors import StoreError
from kg.graph import Graph
from kg.store import Store
from kg.store.rows import bounded_name

HOSTILE = (
    *NAMES,
    "`",
    "``:Company {id: 'x'}",
    "`) DETACH DELETE n //",
    "'\"}) RETURN 1; MATCH (n) DELETE n",
    "') DETACH DELETE d //",
    "}}{{{props: $x}",
    "$param",
    "$(label)",
    "{}",
    "%s %(name)s {0}",
    "\\",
    "\\'",
    "\\u0027 OR 1=1",
    "\\n\n\r\u2028\u2029\x85\x0b\x0c",
    "\u200f\u200e\u202b\u2066反转\u2069\u061c",
    "\ufeff\u200b\u00ad零宽",
    "\0",
    "null",
    "é" + "\u0301" * 200,
    "𠮷\U0010ffff",
    "; :param x => 1",
    "*) OR names:(x",
    "<script>alert(1)</script>",
)
SURROGATE = "半个\ud83d字"
SURROGATES = (SURROGATE, "长" * 600 + "\udcff")


def hostile_report(text: str, name: str = "a.txt") -> Graph:
    """A report that holds a text wherever the store keeps one."""
    known = entity("星澜智能", text, listed=True, type=text)
    graph = report(name, Said(entity(text), "INVESTS_IN", OPENAI, surface=text), Said(known, "PARTNERS_WITH", BAIDU))
    document = replace(graph.documents[0], title=text, publisher=text, source=text, media_type=text)
    chunks = tuple(replace(chunk, text=text + chunk.text, heading=text) for chunk in graph.chunks)
    facts = tuple(
        replace(fact, evidence=tuple(replace(one, quote=text, extractor=text) for one in fact.evidence))
        for fact in graph.facts
    )
    return replace(graph, documents=(document,), chunks=chunks, facts=facts)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_only_a_text(store: Store, text: str):
    graph = hostile_report(text, name=text[:500])
    store.write(graph, pipeline="1")
    before = dump(store)
    assert store.write(graph, pipeline="1").outcome == "unchanged"
    assert dump(store) == before
    assert store.document_graph(text[:500]).documents == graph.documents
    assert store.document_graph(text[:500]).chunks == graph.chunks
    assert {fact.evidence for fact in store.document_graph(text[:500]).facts} == {one.evidence for one in graph.facts}
    asked = store.cypher("MATCH (e:Entity {name: $name}) RETURN e.name AS name", {"name": bounded_name(text)})
    assert asked.rows == ((bounded_name(text),),)
    store.find_entities(text)
    store.remove(text[:500])
    assert dump(store) == []


@pytest.mark.parametrize("text", SURROGATES, ids=["short", "long"])
@pytest.mark.parametrize("where", ["name", "id"])
def test_half_a_character_is_an_error_of_one_line(store: Store, where: str, text: str):
    graph = hostile_report(text) if where == "name" else report(text, Said(OPENAI, "PARTNERS_WITH", BAIDU))
    with pytest.raises(StoreError) as error:
        store.write(graph, pipeline="1")
    assert "\n" not in str(error.value)
    assert "surrogate" in str(error.value)
    assert dump(store) == []
    assert store.write(report("a.txt", Said(OPENAI, "PARTNERS_WITH", BAIDU)), pipeline="1").outcome == "added"


@pytest.mark.parametrize("ask", ["cypher", "find_entities", "find_document", "slice"])
def test_a_question_with_half_a_character_is_an_error_of_one_line(store: Store, ask: str):
    questions = {
        "cypher": lambda: store.cypher("RETURN $x AS x", {"x": SURROGATE}),
        "find_entities": lambda: store.find_entities(SURROGATE),
        "find_document": lambda: store.find_document(SURROGATE),
        "slice": lambda: store.slice([SURROGATE]),
    }
    with pytest.raises(StoreError, match="surrogates not allowed") as error:
        questions[ask]()
    assert "\n" not in str(error.value)
    assert store.counts().documents == 0


def test_a_list_holds_one_type_and_no_null(store: Store):
    for graph in hostile_reports():
        store.write(graph, pipeline="1")
    holders = [one for node in store.nodes() for one in (node, *node.leaving)]
    lists = [value for one in holders for value in one.properties.values() if isinstance(value, list)]
    assert len(lists) > 100
    assert all(len({type(one) for one in value}) <= 1 and None not in value for value in lists)
