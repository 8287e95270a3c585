"""Writers, engines and servers that are killed at any point: what was acknowledged is in, and nothing is half in.

Each test works off the same series of writes and removals in a process of its own, kills somebody, and holds the store
against fresh builds, line by line of their dumps: it is as after the last acknowledged step, or as after the next one,
which may have happened though nobody was told. Worked off once more from the beginning, the series ends where an
undisturbed one does.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import which

import pytest
from series import finish, flaws, fresh_dump, left, mixed, start, take
from stores import Reopen, Server, dump, start_neo4j, wait_until_ready, wipe

from kg.ontology import Ontology
from kg.store import Store, embedded

CLIENT_KILLS = 12  # on each engine
ENGINE_KILLS = 6  # of the embedded engine
SERVER_KILLS = 4  # of the Neo4j server
SEED = 3
STEPS = mixed(SEED)
LAST = 9  # acknowledgements, at most, before a kill: a writer must not be done before it is hit
LONGEST = 0.08  # seconds from an acknowledgement to the kill: some steps take as long

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Killed:
    """How many steps were acknowledged, how the writer ended, and its last words."""

    acknowledged: int
    code: int
    errors: str


@pytest.fixture(scope="session")
def states(embedded_server: Server) -> list[list[str]]:
    """What is in after no step, one step and so on: fresh builds of what is left, the same on each engine."""
    with embedded_server.open() as store:
        return [fresh_dump(store, list(left(STEPS[:number]).values())) for number in range(len(STEPS) + 1)]


def kill_at(number: int, server: Server, folder: Path, kill: Callable[[subprocess.Popen], object]) -> Killed:
    """Let a writer begin, and kill it or what it writes to after some acknowledgements and a delay."""
    random = Random(number)
    writer = start(server, "mixed", SEED, folder, retry=0.5)
    while not list(folder.iterdir()) and writer.poll() is None:  # until it has opened the store
        time.sleep(0.001)
    heard = 0
    for _ in range(random.randrange(LAST)):
        heard += bool(writer.stdout.readline())
    time.sleep(random.uniform(0, LONGEST))
    kill(writer)
    rest, errors = finish(writer)
    return Killed(heard + len(rest), writer.returncode, errors)


def settled(store: Store) -> list[str]:
    """What is in; a commit that was on its way when its writer died may still arrive."""
    before, after = dump(store), dump(store)
    while before != after:
        before, after = after, dump(store)
    return after


def check(store: Store, states: list[list[str]], killed: Killed) -> None:
    """Hold a store against what it must be; `pytest -rP` shows what it was."""
    found = settled(store)
    assert flaws(store) == {}
    at_once, further = states[killed.acknowledged : killed.acknowledged + 2]
    assert found in (at_once, further)
    is_further = found == further != at_once
    print(f"{killed.acknowledged} acknowledged, {int(is_further)} more, {len(store.withdrawn)} half in withdrawn")
    for step in STEPS:
        take(step, store)
    assert (dump(store), flaws(store)) == (states[-1], {})


@pytest.mark.parametrize("number", range(CLIENT_KILLS))
def test_a_killed_client(
    store: Store,
    server: Server,
    reopen: Reopen,
    states: list[list[str]],
    tmp_path: Path,
    number: int,
):
    wipe(store)  # `states` may just have been made here
    killed = kill_at(number, server, tmp_path, lambda writer: writer.kill())
    assert (killed.code, killed.errors) == (-signal.SIGKILL, "")
    opened = reopen()
    check(opened, states, killed)


def test_a_killed_embedded_engine(
    ontology: Ontology,
    states: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(embedded, "LINGER_SECONDS", 0.0)
    folder = tmp_path / "own.kg"
    server = Server(str(folder), ontology)
    store = server.open()
    for number in range(ENGINE_KILLS):
        pid = json.loads((folder / "endpoint.json").read_text())["pid"]
        meeting = tmp_path / f"meeting {number}"
        meeting.mkdir()
        killed = kill_at(number, server, meeting, lambda _, pid=pid: os.kill(pid, signal.SIGKILL))
        store.close()
        store = server.open()
        assert (killed.code, killed.errors.count("\n")) == (1, 1), killed.errors
        assert "open the store again" in killed.errors
        check(store, states, killed)
        wipe(store)
    store.close()


@pytest.mark.neo4j
def test_a_killed_neo4j_server(
    ontology: Ontology,
    shared: Path,
    states: list[list[str]],
    tmp_path_factory: pytest.TempPathFactory,
):
    program = shared / "neo4j" / "neo4j"
    if not program.exists() or not which("java"):
        pytest.skip("needs the Neo4j of shared/neo4j and Java on the PATH")
    home, access = start_neo4j(program, tmp_path_factory)

    def run(verb: str, *more: str) -> str:
        return subprocess.run([sys.executable, program, verb, home, *more], check=True, capture_output=True).stdout

    try:
        for number in range(SERVER_KILLS):
            server = Server(access["uri"], ontology, access["password"])
            meeting = tmp_path_factory.mktemp("meeting")
            killed = kill_at(number, server, meeting, lambda _: run("kill"))
            assert (killed.code, killed.errors.count("\n")) == (1, 1), killed.errors
            assert "does not answer" in killed.errors
            access = json.loads(run("start", "--heap", "512m"))
            wait_until_ready(access)
            with Server(access["uri"], ontology, access["password"]).open() as store:
                check(store, states, killed)
                wipe(store)
    finally:
        run("kill")
