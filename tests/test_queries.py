"""The shipped queries: the rules of their dialect, and what each answers on a small landscape."""

import re
from pathlib import Path
from typing import Any

import pytest
from landscape import landscape
from stores import wipe

from kg.ontology import Ontology
from kg.query import Query, load_queries
from kg.resources import queries_path
from kg.store import Store
from kg.table import Table

QUERIES = load_queries(queries_path())

# Query, what it is given, the columns that are checked, and their rows.
ANSWERS: list[tuple[str, dict[str, Any], str, list[tuple[Any, ...]]]] = [
    (
        "applications",
        {"technology": "银汉"},
        "sector support quote report",
        [("传媒", 1, "银汉大模型已用于传媒。", "应用月报")],
    ),
    (
        "best_supported",
        {"limit": 3},
        "subject relation object support publishers",
        [
            ("云图资本", "INVESTS_IN", "北辰智能", 2, ["东湖证券", "南山证券"]),
            ("云图资本", "INVESTS_IN", "星河科技", 2, ["东湖证券", "南山证券"]),
            ("星河科技", "DEVELOPS", "银汉大模型", 2, ["东湖证券", "南山证券"]),
        ],
    ),
    (
        "best_supported",
        {"relation": "DEVELOPS", "status": "planned"},
        "subject object support quote",
        [("星河科技", "扩散模型", 1, "星河科技拟于2024年推出扩散模型。")],
    ),
    (
        "companies_in_sector",
        {"sector": "ai应用"},
        "company segment",
        [("北辰智能", "AI应用"), ("星河科技", "智能客服")],
    ),
    (
        "company_profile",
        {"company": "Galaxy"},
        "relation role other type support",
        [
            ("COMPETES_WITH", "object", "北辰智能", "Company", 1),
            ("DEVELOPS", "subject", "银汉大模型", "Product", 2),
            ("FOUNDED_BY", "subject", "林远", "Person", 1),
            ("INVESTS_IN", "object", "云图资本", "Company", 2),
            ("OPERATES_IN", "subject", "智能客服", "Sector", 1),
            ("PARTNERS_WITH", "subject", "江城大学", "Organization", 1),
            ("SUPPLIES", "object", "海岳芯片", "Company", 1),
            ("SUPPLIES", "subject", "墨言", "Company", 1),
            ("WORKS_FOR", "object", "林远", "Person", 1),
        ],
    ),
    (
        "company_profile",
        {"company": "星河科技", "status": "rumored"},
        "relation other quote",
        [("ACQUIRES", "墨言", "市场传闻星河科技收购墨言。")],
    ),
    ("competitors", {"name": "北辰智能"}, "competitor quote", [("星河科技", "星河科技的对手是北辰智能。")]),
    (
        "conflicts",
        {},
        "subject relation object statuses amounts",
        [
            ("云图资本", "INVESTS_IN", "星河科技", ["asserted"], ["3亿元", "5亿元"]),
            ("星河科技", "PARTNERS_WITH", "江城大学", ["asserted", "negated"], []),
        ],
    ),
    (
        "developers_of_product",
        {"product": "银汉大模型"},
        "developer type support time",
        [("星河科技", "Company", 2, "2023年1月")],
    ),
    (
        "evidence",
        {"first": "江城大学", "second": "galaxy"},
        "relation status quote page report published",
        [
            ("PARTNERS_WITH", "negated", "星河科技与江城大学并无合作。", 1, "公司公告", None),
            ("PARTNERS_WITH", "asserted", "星河科技与江城大学合作。", 1, "应用月报", "2023-06-10"),
        ],
    ),
    (
        "foundations_of_product",
        {"product": "墨言写作"},
        "foundation steps support chain",
        [
            ("银汉大模型", 1, 1, ["墨言写作", "银汉大模型"]),
            ("大模型", 2, 1, ["墨言写作", "银汉大模型", "大模型"]),
            ("Transformer", 3, 1, ["墨言写作", "银汉大模型", "大模型", "Transformer"]),
        ],
    ),
    (
        "in_common",
        {"first": "云图资本", "second": "林远"},
        "common first_relations second_relations",
        [("星河科技", ["INVESTS_IN"], ["FOUNDED_BY", "WORKS_FOR"])],
    ),
    (
        "investors",
        {"company": "星河科技"},
        "investor amount report",
        [("云图资本", "3亿元", "大模型周报"), ("云图资本", "5亿元", "应用月报")],
    ),
    (
        "most_connected",
        {"type": "Company", "limit": 2},
        "name type facts neighbours",
        [("星河科技", "Company", 9, 8), ("北辰智能", "Company", 3, 3)],
    ),
    (
        "neighbours",
        {"name": "智能客服"},
        "direction relation neighbour type",
        [("in", "OPERATES_IN", "星河科技", "Company"), ("out", "PART_OF", "AI应用", "Sector")],
    ),
    (
        "new_in_report",
        {"report": "公司公告"},
        "subject relation object statuses",
        [],
    ),
    (
        "new_in_report",
        {"report": "r2.txt", "limit": 3},
        "subject relation object quote",
        [
            ("北辰智能", "COMPETES_WITH", "星河科技", "星河科技的对手是北辰智能。"),
            ("墨言", "USES", "银汉大模型", "墨言接入了银汉大模型。"),
            ("星河科技", "ACQUIRES", "墨言", "市场传闻星河科技收购墨言。"),
        ],
    ),
    (
        "only_by_publisher",
        {"publisher": "南山证券", "limit": 2},
        "subject relation object",
        [("北辰智能", "COMPETES_WITH", "星河科技"), ("墨言", "USES", "银汉大模型")],
    ),
    (
        "overview",
        {},
        "relation facts subjects objects best_supported",
        [
            ("BASED_ON", 3, 3, 3, "墨言写作 → 银汉大模型"),
            ("DEVELOPS", 2, 1, 2, "星河科技 → 银汉大模型"),
            ("INVESTS_IN", 2, 1, 2, "云图资本 → 北辰智能"),
            ("OPERATES_IN", 2, 2, 2, "北辰智能 → AI应用"),
            ("SUCCESSOR_OF", 2, 2, 2, "银汉2.0 → 银汉大模型"),
            ("SUPPLIES", 2, 2, 2, "星河科技 → 墨言"),
            ("ACQUIRES", 1, 1, 1, "星河科技 → 墨言"),
            ("APPLIED_IN", 1, 1, 1, "银汉大模型 → 传媒"),
            ("COMPETES_WITH", 1, 1, 1, "北辰智能 → 星河科技"),
            ("FOUNDED_BY", 1, 1, 1, "星河科技 → 林远"),
            ("PARTNERS_WITH", 1, 1, 1, "星河科技 → 江城大学"),
            ("PART_OF", 1, 1, 1, "智能客服 → AI应用"),
            ("USES", 1, 1, 1, "墨言 → 银汉大模型"),
            ("WORKS_FOR", 1, 1, 1, "林远 → 星河科技"),
        ],
    ),
    ("partners", {"name": "江城大学"}, "partner support quote", [("星河科技", 1, "星河科技与江城大学合作。")]),
    (
        "path_between",
        {"first": "云图资本", "second": "江城大学"},
        "steps names relations",
        [(2, ["云图资本", "星河科技", "江城大学"], ["INVESTS_IN", "PARTNERS_WITH"])],
    ),
    ("people", {"company": "星河科技"}, "person relation", [("林远", "FOUNDED_BY"), ("林远", "WORKS_FOR")]),
    (
        "planned_and_rumored",
        {},
        "status subject relation object time",
        [
            ("planned", "星河科技", "DEVELOPS", "扩散模型", "2024年"),
            ("rumored", "星河科技", "ACQUIRES", "墨言", None),
        ],
    ),
    ("planned_and_rumored", {"name": "墨言", "statuses": "rumored"}, "subject object", [("星河科技", "墨言")]),
    (
        "portfolio",
        {"investor": "云图资本"},
        "target amount support",
        [("北辰智能", "2亿元", 2), ("星河科技", "3亿元", 1), ("星河科技", "5亿元", 1)],
    ),
    ("products_of_company", {"company": "星河科技"}, "product type support", [("银汉大模型", "Product", 2)]),
    ("sectors", {}, "sector companies names", [("AI应用", 1, ["北辰智能"]), ("智能客服", 1, ["星河科技"])]),
    ("supply_chain", {"company": "星河科技"}, "role other", [("supplier", "海岳芯片"), ("customer", "墨言")]),
    (
        "technology_users",
        {"technology": "银汉大模型"},
        "user relation",
        [("墨言", "USES"), ("墨言写作", "BASED_ON")],
    ),
    ("timeline", {}, "start subject object", [("2023-01-01", "星河科技", "银汉大模型")]),
    (
        "timeline",
        {"name": "galaxy", "status": "planned", "since": "2024-01-01"},
        "start time object",
        [("2024-01-01", "2024年", "扩散模型")],
    ),
    ("timeline", {"since": "2023-02"}, "start", []),
    (
        "top_investors",
        {},
        "investor targets stakes",
        [("云图资本", 2, ["北辰智能 2亿元", "星河科技 3亿元", "星河科技 5亿元"])],
    ),
    (
        "versions",
        {"product": "银汉2.0"},
        "version predecessor",
        [("银汉3.0", "银汉2.0"), ("银汉2.0", "银汉大模型")],
    ),
]


@pytest.fixture(scope="module")
def answering(session_store: Store) -> Store:
    """The small landscape, in each engine in turn."""
    wipe(session_store)
    for graph in landscape():
        session_store.write(graph, pipeline="test")
    return session_store


def ask(store: Store, name: str, given: dict[str, Any]) -> Table:
    return store.run(QUERIES[name], QUERIES[name].bind(given))


@pytest.mark.parametrize(("name", "given", "columns", "rows"), ANSWERS)
def test_query_answers(answering: Store, name: str, given: dict[str, Any], columns: str, rows: list[tuple[Any, ...]]):
    table = ask(answering, name, given)
    assert [tuple(row[column] for column in columns.split()) for row in table] == rows


def test_query_gives_the_columns_of_its_header_even_without_rows(answering: Store):
    for query in QUERIES.values():
        unknown = {one.name: "无此名称" for one in query.parameters if one.required}
        table = ask(answering, query.name, unknown)
        assert table.columns == query.returns, query.name
        assert not (unknown and table.rows), query.name


def test_every_query_has_an_answer_that_is_checked():
    assert {name for name, _, _, rows in ANSWERS if rows} == set(QUERIES)


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
class TestDialect:
    def test_keeps_to_what_both_engines_know(self, query: Query):
        barred = r"\b(SHORTEST\s+\d|SHOW|apoc|gds|db\.schema|exists\(\w+\.|CYPHER|IN\s+TRANSACTIONS|elementId|id\()"
        assert not re.search(barred, query.text, re.IGNORECASE)

    def test_reads_only(self, query: Query):
        assert not re.search(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|LOAD|CALL)\b", query.text)

    def test_names_one_label_a_node(self, query: Query):
        assert not re.search(r"\(\w*:\w+\s*[:&|]", query.text)

    def test_names_only_labels_and_relations_that_are_declared(self, query: Query, ontology: Ontology):
        model = {"Document", "Chunk", "Entity", "Fact", "SUBJECT", "OBJECT", "SUPPORTED_BY", "FROM_DOCUMENT"}
        statuses_aside = re.sub(r"\bstate: 'complete'", "", query.text)
        labels = set(re.findall(r"[(\[]\w*:(\w+)", statuses_aside)) | set(re.findall(r"'([A-Z_]+)'", statuses_aside))
        assert labels <= model | ontology.types.keys() | ontology.relations.keys()

    def test_breaks_ties_by_a_name(self, query: Query):
        order = query.text[query.text.rindex("ORDER BY") :]
        assert any(column in order for column in query.returns if column not in ("support", "facts", "steps"))

    def test_ends_with_the_quote_where_it_has_one(self, query: Query):
        assert "quote" not in query.returns[:-1]

    def test_line_is_not_too_long(self, query: Query):
        assert max(map(len, query.text.splitlines())) <= 120


def test_path_runs_over_every_relation_of_the_ontology(ontology: Ontology):
    between = re.search(r"\[:([\w|\s]+)\*\.\.6\]", QUERIES["path_between"].text)
    assert between
    assert set(re.split(r"[|\s]+", between[1])) == set(ontology.relations)


def test_shipped_folder_is_the_one_in_the_project():
    assert (Path(__file__).resolve().parents[1] / "queries").samefile(queries_path())
