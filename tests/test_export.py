"""Exports of a whole store: each form read back by another program gives what is in, whatever names are called."""

import csv
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from urllib.parse import unquote

import networkx
import pytest
from hostile import LISTED, NAMELESS, hostile_reports
from stores import BAIDU, ERNIE, Said, Server, dump, report, start_neo4j
from typer.testing import CliRunner

import kg
from kg.cli import app
from kg.errors import ConfigError, StoreError
from kg.exports import ExportFormat
from kg.exports.graphml import from_graphml
from kg.graph import NOUNS, Appearance, Chunk, Document, Entity, Evidence, Fact, Noun, StoredFact
from kg.mention import Amount, Time
from kg.ontology import Ontology
from kg.store import Store

FORMATS = [one.value for one in ExportFormat]
REPORTS = hostile_reports()


@pytest.fixture(scope="module")
def filled(ontology: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of the hostile reports, beside that of the session, which other tests empty."""
    with Server(str(tmp_path_factory.mktemp("filled") / "filled.kg"), ontology).open() as store:
        for graph in REPORTS:
            store.write(graph, pipeline='1 "x"')
        yield store


@pytest.fixture(scope="module")
def nouns(filled: Store) -> list[Noun]:
    return list(filled.read_all(NOUNS))


def of(nouns: list[Noun], kind: type) -> list[Noun]:
    return [one for one in nouns if isinstance(one, kind)]


@pytest.mark.parametrize("form", FORMATS)
class TestEveryFormat:
    def test_of_the_same_store_is_the_same(self, filled: Store, tmp_path: Path, form: str):
        first, second = (kg.export(filled, tmp_path / name, format=form) for name in ("first", "second"))
        assert content(first) == content(second)
        assert sorted(one.name for one in tmp_path.iterdir()) == ["first", "second"]

    def test_of_an_empty_store_can_be_written(self, store: Store, tmp_path: Path, form: str):
        assert kg.export(store, tmp_path / "new" / "out", format=form).exists()


def content(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else sorted(path.iterdir())
    return {one.name if path.is_dir() else "": one.read_bytes() for one in files}


class TestFailure:
    def test_leaves_what_was_there(self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        store.write(report("a.txt", Said(BAIDU, "DEVELOPS", ERNIE)), pipeline="1")
        out = kg.export(store, tmp_path / "out.jsonl")
        before = out.read_bytes()
        monkeypatch.setattr("kg.exports.jsonl.to_json", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            kg.export(store, out)
        assert (out.read_bytes(), len(list(tmp_path.iterdir()))) == (before, 1)

    def test_of_an_unknown_format_names_the_known(self, tmp_path: Path):
        with pytest.raises(ConfigError, match="format 'xml' must be one of jsonl, csv, graphml"):
            kg.export("nowhere.kg", tmp_path / "x", format="xml")

    @pytest.mark.parametrize(("form", "kind"), [("csv", "a folder and is a file"), ("jsonl", "a file and is a folder")])
    def test_of_the_wrong_kind_of_path(self, filled: Store, tmp_path: Path, form: str, kind: str):
        out = tmp_path / "out"
        out.touch() if form == "csv" else out.mkdir()
        with pytest.raises(ConfigError, match=kind):
            kg.export(filled, out, format=form)

    def test_of_a_path_that_cannot_be_written(self, filled: Store):
        with pytest.raises(ConfigError, match=r"/proc/none/x: cannot be written: .*; name another path"):
            kg.export(filled, "/proc/none/x")

    def test_without_rdflib_says_how_to_install_it(self, filled: Store, tmp_path: Path, monkeypatch):
        for name in [one for one in sys.modules if one.startswith("kg.exports.")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "rdflib", None)
        with pytest.raises(ConfigError, match=r"turtle needs rdflib; install it with: pip install .*\[rdf\]"):
            kg.export(filled, tmp_path / "x.ttl", format="turtle")


class TestJsonLines:
    def test_give_back_every_noun(self, filled: Store, nouns: list[Noun], tmp_path: Path):
        text = kg.export(filled, tmp_path / "out.jsonl", format="jsonl").read_text(encoding="utf-8")
        assert [self.to_noun(json.loads(line)) for line in text.splitlines()] == nouns

    def to_noun(self, row: dict) -> Noun:
        kind = {"document": Document, "chunk": Chunk, "entity": Entity, "appearance": Appearance, "fact": StoredFact}
        noun = kind[row.pop("kind")]
        row = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        if noun is Document:
            row["published"] = row["published"] and date.fromisoformat(row["published"])
        if noun is StoredFact:
            ends = [row.pop(key) for key in ("id", "subject", "relation", "object")]
            row["fact"] = Fact(*ends, tuple(map(self.to_evidence, row.pop("evidence"))))
        return noun(**row)

    def to_evidence(self, row: dict) -> Evidence:
        time, amount = row["time"], row["amount"]
        if amount and amount["value"] is not None:
            amount["value"] = Decimal(repr(amount["value"])).normalize()
        return Evidence(**{**row, "time": time and Time(**time), "amount": amount and Amount(**amount)})


@pytest.fixture(scope="module")
def tables(filled: Store, tmp_path_factory) -> dict[str, list[dict[str, str]]]:
    folder = kg.export(filled, tmp_path_factory.mktemp("csv") / "out", format="csv")
    before = csv.field_size_limit(10**7)
    try:
        return {one.stem: list(csv.DictReader(read_lines(one))) for one in folder.iterdir()}
    finally:
        csv.field_size_limit(before)  # it holds for the whole process


def read_lines(path: Path) -> StringIO:
    """A file for the csv module, with its line ends as they are."""
    return StringIO(path.read_bytes().decode("utf-8"), newline="")


class TestCsv:
    def test_has_a_file_a_kind(self, tables):
        assert sorted(tables) == ["appearances", "chunks", "documents", "entities", "evidence", "facts"]

    def test_gives_back_documents_and_chunks(self, tables, nouns: list[Noun]):
        for one, row in zip(of(nouns, Document), tables["documents"], strict=True):
            assert row == {key: self.cell(getattr(one, key)) for key in row}
        for one, row in zip(of(nouns, Chunk), tables["chunks"], strict=True):
            assert row == {key: self.cell(getattr(one, key)) for key in row}

    def cell(self, value: object) -> str:
        return "" if value is None else str(value)

    def test_gives_back_entities_and_where_they_are_named(self, tables, nouns: list[Noun]):
        found = [
            Entity(
                row["id"], row["type"], row["name"], tuple(json.loads(row["aliases"])), json.loads(row["attributes"]),
                row["listed"] == "true",
            )
            for row in tables["entities"]
        ]  # fmt: skip
        assert found == of(nouns, Entity)
        named = [
            Appearance(row["entity"], row["chunk"], int(row["count"]), tuple(json.loads(row["surfaces"])))
            for row in tables["appearances"]
        ]
        assert named == of(nouns, Appearance)

    def test_gives_back_facts(self, tables, nouns: list[Noun]):
        lists = ("statuses", "times", "amounts", "publishers")
        for one, row in zip(of(nouns, StoredFact), tables["facts"], strict=True):
            fact = one.fact
            assert [row.pop(key) for key in ("id", "subject", "relation", "object")] == [
                fact.id, fact.subject, fact.relation, fact.object,
            ]  # fmt: skip
            assert [tuple(json.loads(row.pop(key))) for key in lists] == [getattr(one, key) for key in lists]
            assert row == {key: self.cell(getattr(one, key)) for key in row}

    def test_gives_back_evidence(self, tables, nouns: list[Noun]):
        said = [(one.fact.id, evidence) for one in of(nouns, StoredFact) for evidence in one.fact.evidence]
        assert [(row["fact"], self.to_evidence(row)) for row in tables["evidence"]] == said

    def to_evidence(self, row: dict[str, str]) -> Evidence:
        null = {key: value or None for key, value in row.items()}
        value = null["amount_value"] and Decimal(null["amount_value"]).normalize()
        time = Time(row["time"], null["time_start"], null["time_end"]) if row["time"] else None
        amount = Amount(row["amount"], value, null["amount_unit"], null["amount_currency"]) if row["amount"] else None
        place = row["document"], row["chunk"], int(row["start"]), int(row["end"])
        return Evidence(*place, row["quote"], row["status"], time, amount, float(row["score"]), row["extractor"])


class TestGraphml:
    def test_gives_back_names_and_facts(self, filled: Store, nouns: list[Noun], tmp_path: Path):
        path = kg.export(filled, tmp_path / "out.graphml", format="graphml")
        network = networkx.read_graphml(path, node_type=from_graphml, edge_key_type=from_graphml, force_multigraph=True)
        entities = {one.id: one for one in of(nouns, Entity)}
        assert set(network) == entities.keys()
        for one, data in network.nodes(data=True):
            assert (data["type"], from_graphml(data["name"])) == (entities[one].type, entities[one].name)
            assert tuple(json.loads(from_graphml(data["aliases"]))) == entities[one].aliases
        assert from_graphml(network.nodes[LISTED.id]["attribute_ticker"]) == LISTED.attributes["ticker"]
        assert from_graphml(network.nodes[LISTED.id]["attribute_type"]) == LISTED.attributes["type"]
        facts = {one.fact.id: one for one in of(nouns, StoredFact)}
        edges = {key: (subject, data, obj) for subject, obj, key, data in network.edges(keys=True, data=True)}
        assert edges.keys() == facts.keys()
        for one, (subject, data, obj) in edges.items():
            fact = facts[one].fact
            assert (subject, data.pop("relation"), obj) == (fact.subject, fact.relation, fact.object)
            assert data.pop("statuses").split(";") == list(facts[one].statuses)
            assert data == {key: value for key in SCALARS if (value := getattr(facts[one], key)) is not None}


SCALARS = ("support", "confidence", "first_seen", "last_seen")


@pytest.fixture(scope="module")
def said(filled: Store, tmp_path_factory) -> dict[tuple[str, str], list[str]]:
    """Subject and predicate → objects, as Oxigraph reads the Turtle."""
    path = kg.export(filled, tmp_path_factory.mktemp("rdf") / "out.ttl", format="turtle")
    said: dict[tuple[str, str], list[str]] = {}
    for subject, predicate, obj in triples(path, "turtle"):
        said.setdefault((subject.value, predicate.value), []).append(obj.value)
    return said


class TestRdf:
    SCHEMA = "https://schema.org/"
    TERM = "urn:kg-landscape:term:"
    RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

    def test_of_one_thing_alone_is_json_ld_too(self, store: Store, tmp_path: Path):
        store.write(report("a.txt"), pipeline="1")
        turtle, jsonld = (kg.export(store, tmp_path / form, format=form) for form in ("turtle", "jsonld"))
        assert len(triples(turtle, "turtle")) == 9
        assert triples(turtle, "turtle") == triples(jsonld, "jsonld")

    def test_as_json_ld_is_the_same_graph(self, filled: Store, tmp_path: Path):
        turtle = kg.export(filled, tmp_path / "out.ttl", format="turtle")
        jsonld = kg.export(filled, tmp_path / "out.jsonld", format="jsonld")
        assert triples(turtle, "turtle") == triples(jsonld, "jsonld")

    def test_names_only_percent_encoded_things(self, said):
        things = {subject for subject, _ in said}
        assert {one for one in things if not re.fullmatch(r"urn:kg-landscape:\w+(:[\w.~%-]+)+", one, re.ASCII)} == set()

    def test_gives_back_entities(self, said, nouns: list[Noun]):
        found = {
            subject for (subject, predicate) in said if predicate == self.SCHEMA + "name" and ":entity:" in subject
        }
        entities = {one.id: one for one in of(nouns, Entity)}
        assert {unquote(one.rpartition(":")[2]) for one in found} == entities.keys()
        for iri in found:
            one = entities[unquote(iri.rpartition(":")[2])]
            assert said[iri, self.SCHEMA + "name"] == [one.name]
            assert sorted(said.get((iri, self.SCHEMA + "alternateName"), [])) == sorted(one.aliases)
            assert self.TERM + one.type in said[iri, self.RDF + "type"]
            for key, value in one.attributes.items():
                assert said[iri, f"urn:kg-landscape:attribute:{key}"] == [value]

    def test_gives_back_facts_as_statements_with_evidence(self, said, nouns: list[Noun]):
        for one in of(nouns, StoredFact):
            fact, iri = one.fact, f"urn:kg-landscape:fact:{one.fact.id}"
            subject, obj = said[iri, self.RDF + "subject"][0], said[iri, self.RDF + "object"][0]
            assert said[subject, self.SCHEMA + "identifier"] == [fact.subject]
            assert said[obj, self.SCHEMA + "identifier"] == [fact.object]
            assert said[iri, self.RDF + "predicate"] == [self.TERM + fact.relation]
            assert (obj in said.get((subject, self.TERM + fact.relation), [])) == ("asserted" in one.statuses)
            for number, evidence in enumerate(fact.evidence, 1):
                assert self.evidence(said, f"urn:kg-landscape:evidence:{fact.id}:{number}") == (
                    evidence.quote, evidence.status, Decimal(repr(evidence.score)),
                    evidence.time and evidence.time.text, evidence.amount and evidence.amount.value,
                )  # fmt: skip

    def evidence(self, said, iri: str) -> tuple:
        time, amount = said.get((iri, self.TERM + "time")), said.get((iri, self.TERM + "amountValue"))
        return (
            said[iri, self.SCHEMA + "text"][0],
            said[iri, self.TERM + "status"][0],
            Decimal(said[iri, self.TERM + "confidence"][0]),
            time and time[0],
            amount and Decimal(amount[0]),
        )

    def test_gives_back_reports_and_their_text(self, said, nouns: list[Noun]):
        chunks = {one.id: one.text for one in of(nouns, Chunk)}
        texts = [objects for (subject, predicate), objects in said.items()
                 if ":chunk:" in subject and predicate == self.SCHEMA + "text"]  # fmt: skip
        assert sorted(one for (one,) in texts) == sorted(chunks.values())
        titles = [objects for (subject, predicate), objects in said.items()
                  if ":document:" in subject and predicate == self.SCHEMA + "name"]  # fmt: skip
        assert sorted(one for (one,) in titles) == sorted(one.title for one in of(nouns, Document))

    def test_says_with_schema_org_what_it_has_a_term_for(self, said):
        openai, company = "urn:kg-landscape:entity:Company%3AOpenAI", "urn:kg-landscape:entity:Company%3A"
        assert company + "%E5%BE%AE%E8%BD%AF" in said[openai, self.SCHEMA + "funder"]
        assert self.SCHEMA + "Organization" in said[openai, self.RDF + "type"]


def triples(path: Path, form: str) -> set:
    import pyoxigraph

    kind = {"turtle": pyoxigraph.RdfFormat.TURTLE, "jsonld": pyoxigraph.RdfFormat.JSON_LD}[form]
    return {(one.subject, one.predicate, one.object) for one in pyoxigraph.parse(path=str(path), format=kind)}


@pytest.fixture(scope="module")
def folder(filled: Store, tmp_path_factory) -> Path:
    return kg.export(filled, tmp_path_factory.mktemp("neo4j") / "out", format="neo4j-admin")


class TestNeo4jAdmin:
    def command(self, folder: Path) -> list[str]:
        (line,) = re.findall(r"^neo4j-admin .*", (folder / "README.txt").read_text(encoding="utf-8"), re.MULTILINE)
        return shlex.split(line)

    def test_names_every_file_and_no_other(self, folder: Path):
        named = {word.partition("=")[2] for word in self.command(folder) if word.endswith(".csv")}
        assert named | {"README.txt", "schema.cypher"} == {one.name for one in folder.iterdir()}

    def test_has_typed_columns_and_a_cell_for_each(self, folder: Path, nouns: list[Noun]):
        rows = list(csv.reader(read_lines(folder / "entity.csv")))
        assert rows[0][:4] == ["id:ID(Entity)", ":LABEL", "name:string", "aliases:string[]"]
        assert {"ticker:string", "type:string"} <= set(rows[0])
        assert {len(row) for row in rows} == {len(rows[0])}
        assert [(row[0], row[1], row[2]) for row in rows[1:]] == [
            (one.id, f"{one.type}\x1fEntity" if one.type < "Entity" else f"Entity\x1f{one.type}", one.name)
            for one in of(nouns, Entity)
        ]

    def test_sets_by_statement_what_a_list_cannot_hold(self, folder: Path):
        statements = (folder / "schema.cypher").read_text(encoding="utf-8")
        assert f'MATCH (n:Entity {{id: {json.dumps(NAMELESS.id)}}}) SET n.`aliases` = [""];\n' in statements
        assert f"MATCH (n:Entity {{id: {json.dumps(LISTED.id)}}}) SET n.`listed_aliases` = [" in statements
        assert statements.isascii()

    @pytest.mark.neo4j
    def test_imported_is_the_same_graph(
        self, folder: Path, filled: Store, shared: Path, ontology: Ontology, tmp_path_factory
    ):
        program = shared / "neo4j" / "neo4j"
        words = self.command(folder)[1:]

        def fill(home: str) -> None:
            done = subprocess.run(
                [sys.executable, program, "admin", home, *words],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr

        home, access = start_neo4j(program, tmp_path_factory, prepare=fill)
        try:
            run_statements(access, (folder / "schema.cypher").read_text(encoding="utf-8"))
            with Server(access["uri"], ontology, access["password"]).open() as imported:
                assert dump(imported) == dump(filled)
                assert imported.check_schema() == ()
                (chunk, *_) = of(REPORTS[1].chunks, Chunk)
                assert imported.find_chunks(chunk.embedding, limit=1)[0].chunk == chunk
        finally:
            subprocess.run([sys.executable, program, "kill", home], check=True)


def run_statements(access: dict[str, str], text: str) -> None:
    """What cypher-shell does with a file; then all constraints and indexes of a store are there."""
    from neo4j import GraphDatabase

    auth = access["user"], access["password"]
    with GraphDatabase.driver(access["uri"], auth=auth) as driver, driver.session() as session:
        for statement in text.split(";\n")[:-1]:
            session.run(statement).consume()
        assert len(session.run("SHOW CONSTRAINTS").data()) == 5
        assert len(session.run("SHOW FULLTEXT INDEXES").data()) == 2
        assert len(session.run("SHOW VECTOR INDEXES").data()) == 1


class TestCommand:
    @pytest.mark.parametrize("form", FORMATS)
    def test_writes_and_says_where(self, filled: Store, tmp_path: Path, form: str):
        done = CliRunner().invoke(app, ["export", str(tmp_path / "out"), "--format", form, "--store", filled.name])
        assert (done.exit_code, done.stdout) == (0, "")
        assert f"wrote {tmp_path / 'out'}" in done.stderr.replace("\n", "")
        assert content(tmp_path / "out") == content(kg.export(filled, tmp_path / "other", format=form))

    def test_makes_no_store(self, tmp_path: Path):
        done = CliRunner().invoke(app, ["export", "x", "--format", "csv", "--store", str(tmp_path / "no.kg")])
        assert isinstance(done.exception, StoreError)
        assert list(tmp_path.iterdir()) == []


def test_a_store_by_its_path_is_opened_and_closed(filled: Store, tmp_path: Path):
    out = kg.export(filled.name, tmp_path / "out.jsonl")
    assert out.read_text(encoding="utf-8").startswith('{"kind": "document"')
