"""Questions a user asks in Cypher: answered in plain values, within limits, and never writing or reaching outside."""

import pytest
from stores import CHATGPT, MICROSOFT, OPENAI, Reopen, Said, dump, report

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


WRITES = (
    "MATCH (n:Entity) SET n.name = 'x' RETURN n",
    "MATCH (n:Entity) REMOVE n.name RETURN n",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n:Fact) WITH n LIMIT 1 DETACH DELETE n RETURN 1 AS one",
    "MATCH (n:Entity) SET n:Sector RETURN n",
    "MATCH (a:Entity), (b:Entity) CREATE (a)-[:USES]->(b)",
    "MATCH (a:Entity) MERGE (a)-[:USES]->(:Entity {id: 'x'})",
    "UNWIND [1] AS x CREATE (:Entity {id: 'y'})",
    "MATCH (a:Entity) CALL (a) { SET a.x = 1 } RETURN a.id AS id",
    "MATCH (a:Entity) FOREACH (x IN [1] | SET a.x = x)",
    "MATCH (a:Entity) CALL (a) { WITH a SET a.x = 1 } IN TRANSACTIONS RETURN 1 AS one",
    "CALL { CREATE (:Whatever) } RETURN 1 AS one",
    "WITH 1 AS x INSERT (:Entity {id: 'z'}) RETURN x",
    "RETURN 'x' AS a UNION MATCH (n) DETACH DELETE n RETURN 'x' AS a",
)
OUTSIDE = (
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "WITH 1 AS x LOAD CSV FROM 'http://localhost/' AS line RETURN line",
    "WITH 1 AS x load /* hidden */ csv FROM 'file:///etc/passwd' AS line RETURN line",
    "CALL { LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line } RETURN line",
    "WITH 1 AS x \\u004cOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "RETURN '\\u0027 AS x LOAD CSV FROM \\u0027file:///etc/passwd' AS line",
    "CALL apoc.load.json('file:///etc/passwd')",
    "CALL `apoc`.`load`.`json`('file:///etc/passwd')",
    "CALL apoc . load . json('x') YIELD value RETURN value",
    "CALL dbms.listConfig()",
    "CALL dbms.listConfig YIELD name RETURN name",
    "OPTIONAL CALL dbms.killQuery('1') YIELD message RETURN message",
    "MATCH (n) CALL db.createLabel('X') RETURN n",
    "CALL algo.pagerank()",
    "RETURN apoc.cypher.runFirstColumnSingle('MATCH (n) DETACH DELETE n', {}) AS x",
    "RETURN `apoc`.util.sleep(1) AS x",
    "CREATE (n:Entity {id: 'x'})",
    "MERGE (n:Entity {id: 'x'})",
    "DROP CONSTRAINT entity_id",
    "CREATE USER eve SET PASSWORD 'eveeveeve'",
    "SHOW USERS",
    "TERMINATE TRANSACTION 'neo4j-transaction-1'",
    "USE system MATCH (n) RETURN n",
    "EXPLAIN MATCH (n) RETURN n",
    "CYPHER runtime=interpreted MATCH (n) RETURN n",
    "MATCH (n) RETURN n; MATCH (m) DETACH DELETE m",
    ":server connect",
    "",
    "// nothing",
)


@pytest.mark.parametrize("text", WRITES)
def test_a_question_cannot_write(store: Store, text: str):
    store.write(report("a.txt", INVESTS), pipeline="1")
    before = dump(store)
    with pytest.raises(QueryError) as refused:
        store.cypher(text, {})
    assert "\n" not in str(refused.value)
    assert dump(store) == before


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_reaches_outside_is_refused_before_it_runs(text: str):
    with pytest.raises(QueryError):
        refuse_unsafe(text)


@pytest.mark.parametrize(
    "text", ["CALL dbms.components()", "WITH 1 AS x LOAD CSV FROM 'file:///etc/hosts' AS l RETURN l"]
)
def test_what_reaches_outside_is_refused_by_the_store(store: Store, text: str):
    with pytest.raises(QueryError, match="is not allowed"):
        store.cypher(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) WHERE n.name = 'LOAD CSV FROM x' RETURN n",
        'RETURN "CALL apoc.help()" AS text',
        "MATCH (n:Entity) RETURN n.load AS csv // CALL apoc.help()",
        "MATCH (n) WHERE n.support > 1.5 AND (n.id = '\\\\') RETURN n.id AS id;",
        "MATCH (n) CALL (n) { RETURN n.id AS id } RETURN id",
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
