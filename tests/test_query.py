"""Queries as files: their header, its checks, and the binding of parameters."""

from pathlib import Path

import pytest

from kg.errors import QueryError
from kg.query import Query, load_queries, load_query

GOOD = """// title: Firms of a city
// 标题: 一座城市的公司
// params: city string required; limit int = 20; kinds list = 甲,乙; since string = null
// returns: firm, share, kind

MATCH (f:Firm {city: $city}) // $not_a_parameter, RETURN nothing
WHERE f.kind IN $kinds AND ($since IS NULL OR f.since >= $since) AND f.note <> 'RETURN $x; {'
RETURN f.name AS firm, reduce(sum = 0, n IN [1, 2] | sum + n) AS share, f.kind AS kind
ORDER BY firm, kind LIMIT $limit;
"""


def write(folder: Path, text: str = GOOD, name: str = "firms") -> Path:
    path = folder / f"{name}.cypher"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def query(tmp_path: Path) -> Query:
    return load_query(write(tmp_path))


def test_header_says_what_a_query_is_takes_and_gives(query: Query):
    assert (query.name, query.title, query.title_zh) == ("firms", "Firms of a city", "一座城市的公司")
    assert [(one.name, one.type, one.required, one.default) for one in query.parameters] == [
        ("city", "string", True, None),
        ("limit", "int", False, 20),
        ("kinds", "list", False, ["甲", "乙"]),
        ("since", "string", False, None),
    ]
    assert query.returns == ("firm", "share", "kind")


def test_text_is_the_statement_without_its_header(query: Query):
    assert query.text.startswith("MATCH (f:Firm")
    assert query.text.endswith("LIMIT $limit;")


def test_query_may_take_nothing(tmp_path: Path):
    text = "// title: t\n// 标题: 题\n// returns: n\nMATCH (n) RETURN count(n) AS n ORDER BY n"
    assert load_query(write(tmp_path, text)).bind({}) == {}


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("// title: Firms of a city\n", ""), 1, "the header lacks title"),
        (("// title:", "// titel:"), 1, "a header line is title, 标题, params or returns"),
        (("// 标题: 一座城市的公司", "// 标题:"), 2, "a header line is"),
        (("limit int = 20", "limit integer = 20"), 3, "cannot read parameter 'limit integer = 20'"),
        (("limit int = 20", "limit int"), 3, "cannot read parameter 'limit int'"),
        (("limit int = 20", "limit int = many"), 3, "the default of limit does not fit: 'many' is not of type int"),
        (("limit int = 20", "city int = 20"), 3, "a parameter is declared twice"),
        (("limit int = 20; ", ""), 3, r"undeclared \['limit'\], unused \[\]"),
        (("LIMIT $limit", "LIMIT 9"), 3, r"undeclared \[\], unused \['limit'\]"),
        (("// returns: firm, share, kind", "// returns: firm, kind, share"), 4, r"the RETURN gives \['firm', 'share'"),
        (("f.kind AS kind", "f.kind"), 4, "column 'f.kind' has no alias"),
        (("ORDER BY firm, kind ", ""), 5, "must end in RETURN … ORDER BY"),
        (("LIMIT $limit;", "LIMIT $limit; MATCH (n) DETACH DELETE n;"), 5, "a query is one statement"),
    ],
)
def test_broken_rule_is_named_with_file_and_line(tmp_path: Path, change: tuple[str, str], line: int, message: str):
    assert change[0] in GOOD
    path = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(QueryError, match=message) as caught:
        load_query(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_order_by_of_a_with_does_not_stand_for_that_of_the_return(tmp_path: Path):
    text = "// title: t\n// 标题: 题\n// returns: n\nMATCH (n) WITH n ORDER BY n.id RETURN n.id AS n"
    with pytest.raises(QueryError, match="must end in RETURN"):
        load_query(write(tmp_path, text))


def test_file_of_another_name_or_encoding_is_refused(tmp_path: Path):
    with pytest.raises(QueryError, match="small letters"):
        load_query(write(tmp_path, name="Firms-Of"))
    (tmp_path / "latin.cypher").write_bytes(GOOD.encode("gbk"))
    with pytest.raises(QueryError, match="cannot read the query"):
        load_query(tmp_path / "latin.cypher")


def test_folder_gives_its_queries_by_name_sorted(tmp_path: Path):
    for name in ("b", "a"):
        write(tmp_path, name=name)
    (tmp_path / "notes.txt").touch()
    assert list(load_queries(tmp_path)) == ["a", "b"]


def test_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(QueryError, match="nowhere: no such folder of queries"):
        load_queries(tmp_path / "nowhere")


def test_bind_reads_text_by_type_and_fills_in_defaults(query: Query):
    assert query.bind({"city": "上海", "limit": "5", "kinds": "丙, 丁"}) == {
        "city": "上海",
        "limit": 5,
        "kinds": ["丙", "丁"],
        "since": None,
    }


def test_bind_keeps_typed_values(query: Query):
    bound = query.bind({"city": "上海", "limit": 5, "kinds": ("丙",), "since": None})
    assert (bound["limit"], bound["kinds"], bound["since"]) == (5, ["丙"], None)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "city must be given"),
        ({"city": None}, "city must be given"),
        ({"city": "上海", "town": "x"}, "unknown parameter town"),
        ({"city": "上海", "limit": "few"}, "limit: 'few' is not of type int"),
        ({"city": "上海", "limit": True}, "limit: True is not of type int"),
        ({"city": 3}, "city: 3 is not of type string"),
    ],
)
def test_bind_refuses_what_does_not_fit_and_says_what_does(query: Query, given: dict[str, object], message: str):
    with pytest.raises(QueryError, match=message) as caught:
        query.bind(given)
    assert "it takes city (string, required), limit (int, default 20)" in str(caught.value)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("False", False)])
def test_bind_reads_truth_values(tmp_path: Path, text: str, value: object):
    source = GOOD.replace("since string = null", "since bool = false")
    assert load_query(write(tmp_path, source)).bind({"city": "上海", "since": text})["since"] is value
    with pytest.raises(QueryError, match="since: 'maybe' is not of type bool"):
        load_query(write(tmp_path, source)).bind({"city": "上海", "since": "maybe"})
