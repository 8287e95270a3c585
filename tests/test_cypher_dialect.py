"""Statements of queries/ and of kg/ keep to what both engines understand and do right (DESIGN §6).

What a text does not show is tested on both engines while they run:
rule 1, batches: test_store_rows.py; what is retried: test_store_lifecycle.py, TestTwoWriters;
rule 2, all labels at once and rows deduplicated: test_store.py, test_any_history_equals_a_fresh_build_of_what_is_left;
rule 3, ids are unique: test_store_lifecycle.py, test_what_no_rerun_helps_is_an_error_that_says_its_kind;
rule 4, labels outside the ontology: test_ontology.py; rule 5, ontologies whose labels clash: test_ontology.py;
rule 6, a CJK analyzer on both: test_store_questions.py, test_reach_the_full_text_indexes;
rule 8, no null and no second type in a list: test_store_hostile.py, test_a_list_holds_one_type_and_no_null;
rule 9, what a question may do, and for how long: test_store_attempts.py and test_store_questions.py, TestLimits.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from dialect import (
    CHECKS,
    MODEL,
    check_anchors,
    check_labels,
    check_pattern_order,
    check_python,
    check_statement,
    find_statements,
)

from kg.ontology import Ontology

ROOT = Path(__file__).resolve().parents[1]
UNIQUE = {"Document", "Chunk", "Entity", "Fact", "_Schema"}
QUERIES = sorted((ROOT / "queries").glob("*.cypher"))
# What neo4j_admin.py writes is a script that a user gives to the tools of Neo4j, and no store ever runs.
SOURCES = [path for path in sorted((ROOT / "kg").rglob("*.py")) if path.name != "neo4j_admin.py"]
# These make indexes, an engine at a time, and look which there are; everything else must not.
SCHEMA = ("schema.py", "engine.py", "checking.py")


def statements() -> Iterator[tuple[str, str]]:
    for path in QUERIES:
        yield path.name, path.read_text(encoding="utf-8")
    for path in SOURCES:
        for one in find_statements(path.read_text(encoding="utf-8")):
            yield f"{path.name}:{one.line}", one.text


STATEMENTS = list(statements())
of_each_statement = pytest.mark.parametrize(("where", "text"), STATEMENTS, ids=[where for where, _ in STATEMENTS])


def test_there_are_statements_to_look_at():
    assert len(QUERIES) >= 10
    assert len(STATEMENTS) - len(QUERIES) >= 40
    assert {"loading.py", "bolt.py", "slicing.py"} <= {where.partition(":")[0] for where, _ in STATEMENTS}


@of_each_statement
def test_a_statement_keeps_to_the_common_dialect(where: str, text: str):
    allowed = {6, 7} if where.startswith(SCHEMA) else set()
    assert [fault for fault in check_statement(text) if fault[0] not in allowed] == []


@of_each_statement
def test_what_is_found_by_its_id_has_a_unique_constraint(where: str, text: str):
    assert list(check_anchors(text, UNIQUE)) == []


@of_each_statement
def test_a_pattern_begins_at_what_is_known(where: str, text: str):
    assert list(check_pattern_order(text)) == []


@of_each_statement
def test_a_statement_names_only_labels_of_the_model_and_ontology(where: str, text: str, ontology: Ontology):
    known = MODEL | UNIQUE | ontology.types.keys() | ontology.relations.keys()
    if not where.startswith("engine.py"):  # it speaks SQL of the embedded engine
        assert list(check_labels(text, known)) == []


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(ROOT)) for path in SOURCES])
def test_code_writes_in_managed_transactions_and_quotes_labels(path: Path):
    assert list(check_python(path.read_text(encoding="utf-8"))) == []


def test_labels_and_types_differ_in_more_than_case(ontology: Ontology):
    names = [*MODEL, *ontology.types, *ontology.relations]
    assert len({name.lower() for name in names}) == len(names)


# The rule that a statement breaks, the statement, what the linter says of it, and a like one that breaks none.
FAULTY = (
    (
        1,
        "MATCH (n) CALL (n) { DELETE n } IN TRANSACTIONS OF 10 ROWS",
        "managed transactions",
        "MATCH (n) CALL (n) { DELETE n } RETURN count(*) AS transactions",
    ),
    (
        1,
        "MATCH (n) CALL (n) { DELETE n } IN 3 CONCURRENT TRANSACTIONS",
        "managed transactions",
        "MATCH (n) WHERE n.state IN $transactions DELETE n",
    ),
    (
        1,
        "USING PERIODIC COMMIT MATCH (n) DELETE n",
        "PERIODIC COMMIT",
        "MATCH (n) WHERE n.name = 'PERIODIC COMMIT' DELETE n",
    ),
    (2, "MATCH (n:Entity) SET n:Company", "in the CREATE", "MATCH (n:Entity) SET n.type = 'Company'"),
    (
        2,
        "MATCH (n:Entity) SET n.a = 1, n:Company",
        "in the CREATE",
        "MATCH (n:Entity) SET n.a = 1, n += {b: 2} WITH n MATCH (n)-[:USES]->(m:Company) RETURN m",
    ),
    (
        2,
        "MERGE (n:Entity {id: $id}) ON CREATE SET n.a = 1, n:`Company`",
        "in the CREATE",
        "MERGE (n:Entity {id: $id}) ON CREATE SET n.a = {b: {c: $d}, e: 1}, n.f = 2",
    ),
    (2, "MATCH (n:Entity) REMOVE n:Company", "no REMOVE", "MATCH (n:Entity) REMOVE n.company"),
    (3, "MERGE (n:Entity:Company {id: $id})", "one label in a MERGE", "CREATE (:Entity:`Company` {id: row.id})"),
    (3, "MERGE (:Entity & Company {id: $id})", "one label in a MERGE", "MERGE (:Entity {id: $id})"),
    (
        3,
        "MATCH (n:Entity:Company {id: $id}) RETURN n",
        "one label where",
        "MATCH (n:Entity {id: $id}) WHERE n:Company SET n += $props",
    ),
    (
        3,
        "MATCH (n:Company {id: $id}) RETURN n",
        "Company is found by its id",
        "MATCH (n:Company {name: $name}) RETURN n",
    ),
    (4, "MATCH (n:$($label)) RETURN n", "not dynamic", "MATCH (n:Entity) WHERE $label IN labels(n) RETURN n"),
    (4, "CREATE (n:$label)", "not dynamic", "CREATE (n:Entity {id: $label})"),
    (5, "MATCH (n:company) RETURN n", "company and Company differ only in case", "MATCH (n:Company) RETURN n"),
    (5, "MATCH ()-[r:OWNS]->() RETURN r", "OWNS is in neither", "MATCH ()-[r:USES|DEVELOPS]->() RETURN r"),
    (
        6,
        "CREATE FULLTEXT INDEX x FOR (n:Chunk) ON EACH [n.text]",
        "schema.py alone",
        "MATCH (n) RETURN n.fulltext AS x",
    ),
    (
        6,
        "CALL db.index.fulltext.listAvailableAnalyzers()",
        "two query procedures",
        "CALL db.index.vector.queryNodes($index, 5, $vector) YIELD node RETURN node",
    ),
    (
        6,
        "CALL db.index.fulltext.queryNodes('names', $words) YIELD node RETURN node",
        "is a parameter",
        "CALL db.index.fulltext.queryNodes($index, $words) YIELD node RETURN node",
    ),
    (
        7,
        "MATCH p = SHORTEST 1 (a)-[*]->(b) RETURN p",
        "shortestPath",
        "MATCH p = shortestPath((a)-[*..5]-(b)) RETURN p;",
    ),
    (
        7,
        "MATCH p = ANY SHORTEST (a)-[]->+(b) RETURN p",
        "shortestPath",
        "MATCH p = (a) ((x)-[]->(y)){1,3} (b) RETURN p",
    ),
    (7, "SHOW INDEXES", "has no SHOW", "MATCH (n) WHERE n.name = 'SHOW' RETURN n.show AS x"),
    (7, "RETURN apoc.text.join(['a'], '') AS x", "plugins", "MATCH (n) WHERE n.name = 'apoc.x' RETURN n.apoc AS x"),
    (7, "CALL `gds`.pageRank.stream('g')", "plugins", "MATCH (n) RETURN n.gds AS x // gds.pageRank"),
    (7, "CALL db.schema.visualization()", "Neo4j's alone", "CALL db.labels() YIELD label RETURN label"),
    (
        7,
        "MATCH (n) WHERE exists(n.name) RETURN n",
        "IS NOT NULL",
        "MATCH (n) WHERE EXISTS { (n)-[:USES]->() } RETURN n",
    ),
    (7, "CYPHER 5 MATCH (n) RETURN n", "CYPHER prefix", "MATCH (n) RETURN n.cypher AS cypher"),
    (7, "MATCH (n) RETURN n; MATCH (m) RETURN m", "one statement", "MATCH (n) WHERE n.name = 'a; b' RETURN n; // end"),
    (8, "MATCH (n) RETURN elementId(n) AS x", "internal ids", "MATCH (n) RETURN n.id AS id // elementId(n)"),
    (8, "MATCH (n) RETURN id(n) AS x", "internal ids", "MATCH (n) RETURN n.id AS id"),
    (9, "LOAD CSV FROM $url AS row RETURN row", "no LOAD CSV", "UNWIND $rows AS row RETURN row.load AS csv"),
    (
        0,
        "MATCH (f:Fact) MATCH (s:Entity)<-[:SUBJECT]-(f) RETURN s.id AS id",
        "begins at the far end",
        "MATCH (f:Fact) MATCH (f)-[:SUBJECT]->(s:Entity) RETURN s.id AS id",
    ),
)
FAULTY_CODE = (
    (
        1,
        "with driver.session() as session:\n    session.run('MATCH (n) DELETE n')",
        "never in autocommit",
        "with driver.session() as session:\n    session.execute_write(lambda tx: tx.run('MATCH (n) DELETE n'))",
    ),
    (1, "driver.execute_query('MATCH (n) RETURN n')", "never in autocommit", "connection.read('MATCH (n) RETURN n')"),
    (
        1,
        "tx = session.begin_transaction()",
        "execute_write",
        "session = driver.session(default_access_mode=READ_ACCESS)\ntx = session.begin_transaction(timeout=seconds)",
    ),
    (
        4,
        "tx.run(f'CREATE (:Entity:{kind} {{id: $id}})')",
        "kind stands for a label",
        "tx.run(f'CREATE (:Entity:{ontology.quote(kind)} {{id: $id}})')",
    ),
    (
        4,
        "tx.run(f'MATCH ()-[r:`{relation}`]->() RETURN r')",
        "relation stands for a label",
        "tx.run(f'MATCH (n) RETURN n.{key} AS value')",
    ),
)


def faults(text: str, ontology: Ontology) -> list[tuple[int, str]]:
    known = MODEL | ontology.types.keys() | ontology.relations.keys()
    found = [*check_statement(text), *check_anchors(text, UNIQUE), *check_pattern_order(text)]
    return [*found, *check_labels(text, known)]


@pytest.mark.parametrize(("rule", "bad", "why", "good"), FAULTY, ids=[bad for _, bad, _, _ in FAULTY])
def test_the_linter_finds_what_breaks_a_rule_and_passes_what_does_not(
    rule: int, bad: str, why: str, good: str, ontology: Ontology
):
    assert [said for number, said in faults(bad, ontology) if number == rule and why in said]
    assert faults(good, ontology) == []


@pytest.mark.parametrize(("rule", "bad", "why", "good"), FAULTY_CODE, ids=[bad for _, bad, _, _ in FAULTY_CODE])
def test_the_linter_of_code_finds_what_breaks_a_rule(rule: int, bad: str, why: str, good: str):
    assert [number for number, said in check_python(bad) if why in said] == [rule]
    assert list(check_python(good)) == []


def test_every_check_has_an_example_and_every_rule_a_check(ontology: Ontology):
    said = {why for _, bad, _, _ in FAULTY for _, why in faults(bad, ontology)}
    assert {check.why for check in CHECKS} <= said
    assert {check.rule for check in CHECKS} | {rule for rule, *_ in (*FAULTY, *FAULTY_CODE)} == set(range(10))


def test_the_unique_constraints_are_those_of_the_schema():
    from kg.store.schema import schema_statements

    made = re.compile(r"CREATE CONSTRAINT .* FOR \(n:(\w+)\) REQUIRE n\.id IS UNIQUE")
    assert {found[1] for found in map(made.match, schema_statements()) if found} == UNIQUE
