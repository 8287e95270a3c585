"""Centrality, communities and paths of a graph in memory."""

import pytest

from kg.analysis import central, communities, paths
from kg.errors import QueryError
from kg.graph import Entity, Evidence, Fact, Graph
from kg.mention import Status


def link(
    subject: str, obj: str, relation: str = "PARTNERS_WITH", status: Status = "asserted", document: str = "r1"
) -> Fact:
    evidence = Evidence(document, f"{document}-c", 0, 5, "原文。", status, None, None, 0.9, "rules")
    return Fact(f"{subject}{relation}{obj}", subject, relation, obj, (evidence,))


def graph_of(*facts: Fact, alone: str = "") -> Graph:
    ids = sorted({end for fact in facts for end in (fact.subject, fact.object)} | set(alone))
    return Graph(entities=tuple(Entity(one, "Company", f"{one}公司", (f"{one} Inc",)) for one in ids), facts=facts)


STAR = graph_of(link("甲", "乙"), link("甲", "丙"), link("甲", "丁"), link("丁", "戊"), alone="己")


def test_central_entity_comes_first_with_its_measures():
    first = next(iter(central(STAR)))
    assert (first["name"], first["type"], first["degree"]) == ("甲公司", "Company", 3)
    assert first["betweenness"] == pytest.approx(0.5)


def test_pagerank_sums_to_one_and_knows_entities_without_facts():
    rows = list(central(STAR))
    assert sum(row["pagerank"] for row in rows) == pytest.approx(1)
    assert rows[-1]["name"] == "己公司"
    assert 0 < rows[-1]["pagerank"] < rows[-2]["pagerank"]


def test_pagerank_is_that_of_a_star_solved_by_hand():
    rows = list(central(graph_of(link("甲", "乙"), link("甲", "丙"), link("甲", "丁"))))
    # centre = 0.15/4 + 0.85 * 3 * leaf and leaf = 0.15/4 + 0.85 * centre / 3
    assert rows[0]["pagerank"] == pytest.approx(0.133125 / 0.2775)


def test_central_keeps_to_the_limit():
    assert len(central(STAR, limit=2)) == 2


@pytest.mark.parametrize("status", ["planned", "rumored", "negated"])
def test_facts_that_nothing_asserts_join_nothing(status: Status):
    graph = graph_of(link("甲", "乙", status=status))
    assert [row["degree"] for row in central(graph)] == [0, 0]
    assert len(communities(graph)) == 0


def test_communities_are_the_dense_parts_with_their_hub_first():
    trio = [link(*pair) for pair in ("甲乙", "乙丙", "丙甲", "甲子", "子丙")]
    other = [link(*pair) for pair in ("丁戊", "戊己", "己丁")]
    found = communities(graph_of(*trio, *other, link("丙", "丁", "SUPPLIES"), alone="壬"))
    assert [(row["community"], row["size"]) for row in found] == [(1, 4), (2, 3)]
    assert found.rows[0][2][0] == "丙公司"
    assert found.rows[1][2][0] == "丁公司"


def test_communities_do_not_depend_on_the_order_of_facts():
    facts = [link(*pair) for pair in ("甲乙", "乙丙", "丙丁", "丁戊", "戊甲", "甲丙", "己甲")]
    assert communities(graph_of(*facts)) == communities(graph_of(*facts[::-1]))


def test_paths_are_found_shortest_first_with_their_relations():
    graph = graph_of(
        link("甲", "乙", "INVESTS_IN"), link("丙", "乙"), link("甲", "丁"), link("丁", "戊"), link("戊", "丙")
    )
    found = paths(graph, "甲公司", "丙 inc")
    assert found.rows[0] == (2, ["甲公司", "乙公司", "丙公司"], ["INVESTS_IN", "PARTNERS_WITH"])
    assert [row["steps"] for row in found] == [2, 3]
    assert len(paths(graph, "甲", "丙", limit=1)) == 1


def test_paths_join_the_relations_of_one_pair():
    graph = graph_of(link("甲", "乙", "INVESTS_IN"), link("乙", "甲", "SUPPLIES"))
    assert paths(graph, "甲", "乙").rows == ((1, ["甲公司", "乙公司"], ["INVESTS_IN/SUPPLIES"]),)


def test_paths_between_parts_that_nothing_joins_are_none():
    assert len(paths(STAR, "甲", "己")) == 0


def test_paths_need_two_known_names():
    with pytest.raises(QueryError, match="no entity named '辛'"):
        paths(STAR, "甲", "辛")
    with pytest.raises(QueryError, match="are one entity"):
        paths(STAR, "甲", "甲公司")


def test_empty_graph_gives_empty_tables():
    assert (len(central(Graph())), len(communities(Graph()))) == (0, 0)
