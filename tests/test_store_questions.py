"""Questions a user asks in Cypher: answered in plain values, within limits, and never writing or reaching outside."""

import pytest
from stores import CHATGPT, MICROSOFT, OPENAI, Reopen, Said, report

from kg.errors import QueryError
from kg.query import Query
from kg.store import Store
from kg.store.guard import refuse_unsafe

INVESTS = Said(MICROSOFT, "INVESTS_IN", OPENAI)
SLOW = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE sin(a) * b = 0.5 RETURN count(*) AS n"


class TestAnswers:
    def test_have_the_columns_that_were_asked_for(self, store: Store):
        table = store.cypher("UNWIND $names AS name RETURN name, size(name) AS length", {"names": ["百度", "OpenAI"]})
        assert (table.columns, table.rows) == (("name", "length"), (("百度", 2), ("OpenAI", 6)))

    def test_have_columns_even_without_rows(self, store: Store):
        assert store.cypher("MATCH (f:Fact) RETURN f.id AS id", {}).columns == ("id",)

    def test_of_a_query_are_of_its_statement(self, store: Store):
        store.write(report("a.txt", INVESTS), pipeline="1")
        text = "MATCH (c:Company) WHERE c.name = $name RETURN c.ticker AS ticker"
        query = Query("ticker", "Its ticker", "代码", (), ("ticker",), text)
        assert store.run(query, {"name": "微软"}).rows == (("MSFT",),)
        assert store.run(query, {"name": "无名"}).columns == ("ticker",)

    def test_show_nodes_and_edges_as_maps(self, store: Store):
        store.write(report("a.txt", INVESTS), pipeline="1")
        text = "MATCH p = (a:Company)-[r:INVESTS_IN]->(b) RETURN a AS node, r AS edge, p AS path"
        ((node, edge, path),) = store.cypher(text, {}).rows
        assert (node["labels"], node["name"]) == (["Company", "Entity"], "微软")
        assert (edge["type"], edge["support"]) == ("INVESTS_IN", 1)
        assert [one.get("name", "") for one in path] == ["微软", "", "OpenAI"]

    def test_show_dates_as_text(self, store: Store):
        assert store.cypher("RETURN date('2023-02-01') AS day", {}).rows == (("2023-02-01",),)

    def test_reach_the_full_text_indexes(self, store: Store):
        store.write(report("a.txt", INVESTS), pipeline="1")
        text = (
            "CALL db.index.fulltext.queryNodes($index, $words) YIELD node, score "
            "RETURN node.id AS id, score > 0 AS hit ORDER BY id"
        )
        assert store.cypher(text, {"index": "Chunk[text]", "words": "微软"}).rows == (("a.txt#0", True),)
        assert store.cypher(text, {"index": "Entity[names]", "words": "msft"}).rows == ((MICROSOFT.id, True),)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) WHERE n.name = 'LOAD CSV FROM x' RETURN n",
        'RETURN "CALL apoc.help()" AS text',
        "MATCH (n:Entity) RETURN n.load AS csv // CALL apoc.help()",
        "MATCH (n) WHERE n.support > 1.5 AND (n.id = '\\\\') RETURN n.id AS id;",
        "MATCH (n) CALL (n) { RETURN n.id AS id } RETURN id",
        "MATCH (n) RETURN n.`a.b (c)`, n.`;`, {use: n.use, `\\`: 1} AS m UNION ALL RETURN 1 AS m",
        "RETURN [1, 2, 3][0..2] AS a, [1, 2, 3][0..size('ab')] AS b, 1.5e3 % -2 AS c, 'x' <> $p AS d",
        "MATCH (a) ((x)-[r:USES|DEVELOPS]->(y:!Fact&Entity)){1,3} (b) RETURN *",
        "RETURN 'it\\u0027s' AS text // \\ and 　 and “",
        "CALL db.labels() YIELD label RETURN label",
        "CALL db.labels",
        "RETURN date.truncate('month', date()) AS month",
        "MATCH (c:Company) WHERE EXISTS { (c)-[:USES]->() } RETURN c.name AS name",
        "MATCH (n) WHERE n.x IN ['a'] AND n.y <> (2) RETURN CASE n.x WHEN 1 THEN n.y END AS z",
    ],
)
def test_what_only_reads_passes(text: str):
    refuse_unsafe(text)


@pytest.mark.parametrize("brackets", ["()", "[]", "{}"])
def test_what_is_nested_too_deep_is_refused(brackets: str):
    opening, closing = brackets
    with pytest.raises(QueryError, match="nested more than 100 deep"):
        refuse_unsafe(f"RETURN {opening * 5_000}1{closing * 5_000} AS x")
    refuse_unsafe(f"RETURN {opening * 50}1{closing * 50} AS x")


class TestLimits:
    def test_a_slow_question_is_stopped(self, store: Store, reopen: Reopen):
        with pytest.raises(QueryError, match=r"stopped after 1 s; ask for less, or raise timeout"):
            reopen(timeout=1.0).cypher(SLOW, {})

    def test_too_many_rows_are_an_error(self, store: Store, reopen: Reopen):
        few = reopen(max_rows=10)
        assert len(few.cypher("UNWIND range(1, 10) AS x RETURN x", {})) == 10
        with pytest.raises(QueryError, match="more than 10 rows; add a LIMIT"):
            few.cypher("UNWIND range(1, 11) AS x RETURN x", {})


@pytest.mark.parametrize(
    "text", ["MATCH (n RETURN n", "MATCH (n) RETURN m", "RETURN $missing AS x", "RETURN nothing('x') AS x"]
)
def test_a_mistake_is_one_line(store: Store, text: str):
    with pytest.raises(QueryError) as error:
        store.cypher(text, {})
    assert 10 < len(str(error.value)) < 600
    assert "\n" not in str(error.value)


def test_the_store_is_usable_after_a_mistake(store: Store):
    with pytest.raises(QueryError):
        store.cypher("MATCH (n RETURN n", {})
    store.write(report("a.txt", Said(OPENAI, "DEVELOPS", CHATGPT)), pipeline="1")
    assert store.counts().documents == 1
