"""The command line: results on stdout, one line for an error, the exit codes of the contract."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg import cli

REPORT = """# 大模型周报

2023年3月16日，百度正式发布了文心一言。

微软向OpenAI投资100亿美元。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("reports")
    (path / "weekly.md").write_text(REPORT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def store(folder, tmp_path_factory) -> Iterator[str]:
    """A built store whose engine stays up, so that each command opens it at once."""
    path = str(tmp_path_factory.mktemp("store") / "cli.kg")
    with kg.open_store(path) as opened:
        kg.build([folder], store=opened)
        yield path


@pytest.fixture
def run(monkeypatch, capsys):
    """Run `kg` with arguments: (exit code, stdout, stderr)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["kg", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_build_again_says_unchanged_and_changes_nothing(run, folder, store):
    with kg.open_store(store) as opened:
        before = list(opened.dump())
    code, _, err = run("build", folder, "--store", store)
    with kg.open_store(store) as opened:
        assert list(opened.dump()) == before
    assert (code, "1 unchanged" in err) == (0, True)


def test_query_prints_json(run, store):
    code, out, _ = run("query", "company_profile", "company=百度", "--store", store, "--format", "json")
    assert code == 0
    assert any("文心一言" in row.values() for row in json.loads(out))


def test_query_without_a_name_lists_them(run):
    code, out, _ = run("query", "--format", "json")
    assert code == 0
    assert len(json.loads(out)) >= 10


def test_query_of_an_unknown_name_says_what_there_is(run, store):
    code, out, err = run("query", "company_profil", "--store", store)
    assert (code, out) == (1, "")
    assert "company_profile" in err


def test_cypher_prints_a_table(run, store):
    code, out, _ = run("cypher", "MATCH (d:Document) RETURN count(d) AS reports", "--store", store, "--format", "csv")
    assert (code, out.split()) == (0, ["reports", "1"])


def test_cypher_that_writes_is_refused(run, store):
    code, _, err = run("cypher", "CREATE (n:Entity {id: 'x'}) RETURN n", "--store", store)
    assert (code, err.count("\n")) == (1, 1)


def test_reports_lists_what_is_in(run, folder, store):
    code, out, _ = run("reports", "--store", store, "--format", "json")
    (row,) = json.loads(out)
    assert (code, row["id"], row["title"]) == (0, (folder / "weekly.md").as_posix(), "大模型周报")


def test_remove_of_an_unknown_report_says_how_to_list_them(run, store):
    code, _, err = run("remove", "nowhere.md", "--store", store)
    assert (code, "kg reports" in err) == (1, True)


def test_remove_by_path_takes_back_all_of_a_report(run, store, tmp_path):
    report = tmp_path / "new.md"
    report.write_text("商汤科技发布了日日新。\n", encoding="utf-8")
    with kg.open_store(store) as opened:
        before = list(opened.dump())
        assert run("build", report, "--store", store)[0] == 0
        assert list(opened.dump()) != before
        assert run("remove", report, "--store", store)[0] == 0
        assert list(opened.dump()) == before


def test_remove_looks_all_up_before_it_takes_one_back(run, folder, store):
    code, _, err = run("remove", folder / "weekly.md", "nowhere.md", "--store", store)
    with kg.open_store(store) as opened:
        assert (code, "nowhere.md" in err, len(opened.documents())) == (1, True, 1)


def test_manifest_alone_names_the_reports_and_their_ids(run, store, tmp_path):
    (tmp_path / "a.md").write_text("商汤科技发布了日日新。\n", encoding="utf-8")
    manifest = tmp_path / "list.csv"
    manifest.write_text("source,publisher,id\na.md,远山证券,r-1\n", encoding="utf-8")
    assert run("build", "--manifest", manifest, "--store", store)[0] == 0
    code, _, err = run("remove", tmp_path / "a.md", "--store", store)
    assert (code, err.startswith("r-1: removed")) == (0, True)


def test_manifest_line_of_no_report_is_named(run, folder, store, tmp_path):
    manifest = tmp_path / "list.csv"
    manifest.write_text("source,publisher\nmisspelt.md,远山证券\n", encoding="utf-8")
    code, _, err = run("build", folder, "--manifest", manifest, "--store", store)
    assert (code, f"{tmp_path / 'misspelt.md'} is none of these reports" in err) == (0, True)


def test_draw_writes_a_page(run, store, tmp_path):
    out = tmp_path / "page.html"
    code, _, _ = run("draw", out, "--store", store, "--focus", "百度")
    assert code == 0
    assert "文心一言" in out.read_text(encoding="utf-8")


def test_draw_around_an_unknown_name_is_one_line(run, store, tmp_path):
    code, _, err = run("draw", tmp_path / "page.html", "--store", store, "--focus", "无此公司")
    assert (code, err.count("\n"), "无此公司" in err) == (1, 1, True)


def test_extract_writes_a_line_a_passage_in_order(run, tmp_path):
    given = tmp_path / "in.jsonl"
    given.write_text('{"id": "b", "text": "百度发布了文心一言。"}\n{"id": "a", "text": "无"}\n', encoding="utf-8")
    code, _, _ = run("extract", "--jsonl", given, "--out", tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (code, [row["id"] for row in rows]) == (0, ["b", "a"])
    assert rows[0]["triples"][0]["relation"] == "DEVELOPS"


def test_extract_takes_texts_as_they_are(run):
    code, out, _ = run("extract", "百度发布了文心一言。", "无")
    assert (code, [json.loads(line)["id"] for line in out.splitlines()]) == (0, ["1", "2"])


def test_extract_skips_a_bad_line_and_says_so(run, tmp_path):
    given = tmp_path / "in.jsonl"
    given.write_text('oops\n{"id": "a", "text": "无"}\n', encoding="utf-8")
    code, out, err = run("extract", "--jsonl", given)
    assert (code, json.loads(out)["id"], f"{given}:1" in err) == (3, "a", True)


def test_unreadable_reports_are_named_and_the_rest_goes_in(run, store, tmp_path):
    (tmp_path / "good.md").write_text("商汤科技推出了日日新。\n", encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    (tmp_path / "fake.docx").write_bytes(b"not a zip")
    code, _, err = run("build", tmp_path, tmp_path / "none.txt", "--store", store)
    run("remove", tmp_path / "good.md", "--store", store)
    assert (code, "1 added" in err, "5 unreadable" in err) == (3, True, True)
    for name in ("empty.txt", "binary.txt", "cut.pdf", "fake.docx", "none.txt"):
        assert f"not read: {tmp_path / name}" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("url", "said"),
    [("/proc/none/x.kg", "/proc/none/x.kg"), ("bolt://127.0.0.1:{port}", "does not answer|cannot be reached|refused")],
)
def test_a_store_that_cannot_be_opened_is_one_line(run, monkeypatch, url, said):
    import re

    monkeypatch.setenv("KG_PASSWORD", "wrong-password")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = url.format(port=free.getsockname()[1])
    code, out, err = run("reports", "--store", url)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert re.search(said, err)


@pytest.mark.parametrize("command", [["reports"], ["query", "overview"], ["draw", "x.html"], ["remove", "x"]])
def test_asking_makes_no_store(run, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(*command, "--store", "nowhere.kg")
    assert (code, "no store is there" in err, list(tmp_path.iterdir())) == (1, True, [])


def test_typed_parameter_reaches_cypher(run, store):
    statement = "MATCH (c:Company) RETURN c.name AS name ORDER BY name LIMIT $most"
    code, out, _ = run("cypher", statement, "most:=1", "--store", store, "--format", "csv")
    assert (code, len(out.split())) == (0, 2)


def test_piped_table_has_every_cell_whole(run, store):
    statement = "RETURN $text AS text"
    long = "很长的一句话" * 50
    _, out, _ = run("cypher", statement, f"text={long}", "--store", store)
    assert long in out


def test_no_rows_are_said_on_stderr(run, store):
    code, out, err = run("query", "company_profile", "company=无此公司", "--store", store, "--format", "table")
    assert (code, "relation" in out, "no rows" in err) == (0, True, True)


def test_parameters_must_be_pairs(run, store):
    code, _, err = run("query", "company_profile", "百度", "--store", store)
    assert (code, "key=value" in err) == (1, True)


def test_config_with_an_unknown_key_is_one_line(run, tmp_path):
    path = tmp_path / "kg.toml"
    path.write_text("stroe = 'x'", encoding="utf-8")
    code, _, err = run("reports", "--config", path)
    assert (code, "stroe" in err, err.count("\n")) == (1, True, 1)


def test_help_and_version(run):
    assert "build" in run("-h")[1]
    assert "Example: kg query" in run("query", "-h")[1]
    assert run("--version") == (0, f"kg {kg.__version__}\n", "")


def test_wrong_usage_exits_with_2(run):
    assert run("build")[0] == 2
    assert run("extract")[0] == 2
    assert run("nonsense")[0] == 2


def test_score_prints_figures(run, tmp_path):
    row = {"id": "a", "entities": [{"text": "百度", "type": "Company"}], "triples": []}
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    code, out, _ = run("score", path, path)
    assert (code, "100" in out) == (0, True)


def test_doctor_finds_everything_in_order(run):
    code, out, _ = run("doctor")
    assert (code, "wrong" in out) == (0, False)
