"""The graph in memory."""

from pathlib import Path

import networkx

from kg.graph import Entity, Evidence, Fact, Graph, statuses_of
from kg.mention import Status


def said(document: str, status: Status = "asserted", score: float = 0.5) -> Evidence:
    return Evidence(document, "c1", 0, 3, "原文。", status, None, None, score, "rules")


FACT = Fact("f1", "a", "USES", "b", (said("r1"), said("r1", score=0.8), said("r2", "planned")))
GRAPH = Graph(entities=(Entity("a", "Company", "甲"), Entity("b", "Product", "乙")), facts=(FACT,))


def test_networkx_form_has_entities_with_name_and_type():
    network = GRAPH.to_networkx()
    assert dict(network.nodes(data=True)) == {
        "a": {"name": "甲", "type": "Company"},
        "b": {"name": "乙", "type": "Product"},
    }


def test_networkx_form_has_facts_with_what_their_evidence_adds_up_to():
    [(subject, obj, key, edge)] = GRAPH.to_networkx().edges(keys=True, data=True)
    assert (subject, obj, key, edge["relation"]) == ("a", "b", "f1", "USES")
    assert (edge["support"], edge["confidence"], edge["statuses"]) == (2, 0.8, "asserted;planned")


def test_networkx_form_keeps_two_facts_between_one_pair():
    other = Fact("f2", "a", "DEVELOPS", "b", (said("r1"),))
    assert Graph(entities=GRAPH.entities, facts=(FACT, other)).to_networkx().number_of_edges() == 2


def test_networkx_form_can_be_exported_as_graphml(tmp_path: Path):
    networkx.write_graphml(GRAPH.to_networkx(), tmp_path / "graph.graphml")
    assert networkx.read_graphml(tmp_path / "graph.graphml").nodes["a"]["name"] == "甲"


def test_statuses_are_distinct_and_sorted():
    assert statuses_of((said("r1", "rumored"), said("r2"), said("r3", "rumored"))) == ("asserted", "rumored")


def test_empty_graph_is_an_empty_network():
    assert len(Graph().to_networkx()) == 0
