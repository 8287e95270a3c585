"""A copied store is like the first one, on every engine, after a break too, and lives on as that one does."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import hostile_reports
from stores import BAIDU, CHATGPT, ERNIE, MICROSOFT, OPENAI, Said, Server, dump, report, same_content, wipe
from typer.testing import CliRunner

import kg
from kg.cli import app
from kg.errors import StoreError
from kg.ontology import Ontology
from kg.store import Store, copy_each

HERE = Path(__file__).resolve().parent
REPORTS = hostile_reports()
DEVELOPS = Said(OPENAI, "DEVELOPS", CHATGPT)
# Copies between the stores of two URLs and dies while the second report goes in.
DYING = f"""
import os, signal, sys
sys.path.insert(0, {str(HERE)!r})
import kg
from kg.store import copy_each, loading

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

with kg.open_store(sys.argv[1]) as source, kg.open_store(sys.argv[2]) as target:
    copied = copy_each(source, target)
    print(next(copied).outcome, flush=True)
    loading._Completion.run = die
    next(copied)
"""


@pytest.fixture(scope="module")
def other_server(ontology: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(str(tmp_path_factory.mktemp("other") / "copy.kg"), ontology)
    with server.open():
        yield server


@pytest.fixture
def other(other_server: Server) -> Iterator[Store]:
    """An empty embedded store beside the one of the session."""
    with other_server.open() as store:
        wipe(store)
        yield store


def fill(store: Store) -> list[str]:
    for number, graph in enumerate(REPORTS):
        store.write(graph, pipeline=f"pipeline {number}")
    return dump(store)


def test_copies_everything(store: Store, other: Store):
    before = fill(store)
    assert kg.copy(store, other) == {"added": 3}
    assert dump(other) == before == dump(store)


def test_copies_everything_back(store: Store, other: Store):
    before = fill(other)
    assert kg.copy(other, store) == {"added": 3}
    assert dump(store) == before


def test_a_second_time_changes_nothing(store: Store, other: Store):
    fill(store)
    kg.copy(store, other)
    before = [one.ingested_at for one in other.documents()]
    assert kg.copy(store, other) == {"unchanged": 3}
    assert [one.ingested_at for one in other.documents()] == before


def test_goes_on_after_a_break(store: Store, other: Store):
    before = fill(store)
    next(copy_each(store, other))
    assert other.counts().documents == 1
    assert kg.copy(store, other) == {"unchanged": 1, "added": 2}
    assert dump(other) == before


def test_goes_on_after_it_was_killed(store: Store, other: Store, server: Server):
    before = fill(store)
    command = [sys.executable, "-c", DYING, server.url, other.name]
    environment = os.environ | {"KG_PASSWORD": server.password or ""}
    done = subprocess.run(command, cwd=HERE.parent, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split(), done.stderr) == (-signal.SIGKILL, ["added"], "")
    assert kg.copy(store, other) == {"unchanged": 1, "added": 2}
    assert dump(other) == before


def test_of_a_report_that_has_changed_replaces_it(store: Store, other: Store):
    store.write(report("a.txt", DEVELOPS), pipeline="1")
    kg.copy(store, other)
    store.write(report("a.txt", Said(BAIDU, "DEVELOPS", ERNIE)), pipeline="1")
    assert kg.copy(store, other) == {"replaced": 1}
    assert dump(other) == dump(store)


def test_lives_on_as_the_first_does(store: Store, other: Store):
    fill(store)
    kg.copy(store, other)
    for one in (store, other):
        one.remove(REPORTS[0].documents[0].id)
        one.write(report("new.txt", Said(MICROSOFT, "INVESTS_IN", OPENAI, surface="巨硬")), pipeline="1")
    assert dump(other) == dump(store)
    assert other.find_entities("巨硬")[0].id == MICROSOFT.id


def test_of_two_reports_of_one_content_both_are_copied(store: Store, other: Store):
    graph = report("a.txt", DEVELOPS)
    store.write(graph, pipeline="1")
    store.write(same_content(graph, "b.txt"), pipeline="1", keep_copies=True)
    assert kg.copy(store, other) == {"added": 2}
    assert dump(other) == dump(store)


def test_into_a_store_of_other_reports_is_refused(store: Store, other: Store):
    fill(store)
    other.write(report("own.txt", DEVELOPS), pipeline="1")
    before = dump(other)
    with pytest.raises(StoreError, match=r"holds 'own\.txt', which .* does not; copy into an empty store"):
        kg.copy(store, other)
    assert dump(other) == before


def test_that_comes_out_otherwise_is_an_error(store: Store, other: Store):
    fill(store)
    kg.copy(store, other)
    other._connection.write(lambda tx: tx.run("MATCH (e:Entity {id: 'Company:百度'}) SET e.x = 1").consume())
    with pytest.raises(StoreError, match=r'is not like .*"x": 1.* in place of .*Run this again, or copy'):
        kg.copy(store, other)


def test_from_a_store_that_is_being_written_is_refused(store: Store, other: Store):
    begin = "CREATE (:Document {id: 'new.txt', state: 'loading'})"
    store._connection.write(lambda tx: tx.run(begin).consume())
    with pytest.raises(StoreError, match=r"'new\.txt' is being written"):
        kg.copy(store, other)


def test_of_nothing_is_nothing(store: Store, other: Store):
    assert kg.copy(store, other) == {}


def test_command_says_what_became_of_the_reports(embedded_server: Server, other: Store):
    with embedded_server.open() as store:
        wipe(store)
        before = fill(store)
    done = CliRunner().invoke(app, ["copy", embedded_server.url, other.name])
    assert (done.exit_code, done.stdout, done.stderr.strip()) == (0, "", "3 added")
    assert dump(other) == before


def test_command_makes_no_store_to_read(tmp_path: Path):
    done = CliRunner().invoke(app, ["copy", str(tmp_path / "no.kg"), str(tmp_path / "new.kg")])
    assert isinstance(done.exception, StoreError)
    assert list(tmp_path.iterdir()) == []
