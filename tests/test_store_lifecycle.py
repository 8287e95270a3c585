"""What happens to a store when its clients, its engine or its server die, share it, or cannot reach it."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from stores import BAIDU, CHATGPT, ERNIE, MICROSOFT, OPENAI, Reopen, Said, Server, dump, report, wipe

from kg.config import Config
from kg.errors import StoreError
from kg.ontology import Ontology
from kg.store import Store, embedded, open_store

HERE = Path(__file__).resolve().parent
INVESTS = Said(MICROSOFT, "INVESTS_IN", OPENAI)
DEVELOPS = Said(OPENAI, "DEVELOPS", CHATGPT)
SAID = [
    [INVESTS, DEVELOPS],
    [INVESTS, Said(BAIDU, "DEVELOPS", ERNIE)],
    [DEVELOPS, Said(ERNIE, "COMPETES_WITH", CHATGPT), Said(MICROSOFT, "USES", CHATGPT)],
]
GRAPHS = [report(name, *said) for name, said in zip(("a.txt", "b.txt", "c.txt"), SAID, strict=True)]
# Writes reports in another process: URL, then a place to die (or `nowhere`), whether reports count as `large` or
# `small`, a folder to meet others in and how many they are, then the numbers of the reports.
WRITER = f"""
import os, signal, sys, time
from pathlib import Path
sys.path.insert(0, {str(HERE)!r})
from test_store_lifecycle import GRAPHS
import kg.store.embedded as embedded
import kg.store.loading as loading
import kg.store.load as load
from kg.config import Config
from kg.ontology import Ontology
from kg.resources import seeds_path
from kg.store import open_store

url, death, size, meeting, guests, *numbers = sys.argv[1:]
embedded.LINGER_SECONDS = 0.0
store = open_store(url, ontology=Ontology.from_toml(seeds_path() / "ontology.toml"), config=Config())

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

if size == "large":
    load.FEW_CHUNKS = 0  # then each of the reports goes in step by step
if death == "before chunks":
    loading._add_batch = die
elif death == "before completion":
    loading._Completion.run = die
elif death == "inside completion":
    loading.sharing.set_facts = die
(Path(meeting) / str(os.getpid())).touch()
while len(list(Path(meeting).iterdir())) < int(guests):
    time.sleep(0.01)
for number in numbers:
    print(store.write(GRAPHS[int(number)], pipeline="1").outcome, flush=True)
store.close()
"""


def start_writer(
    server: Server, meeting: Path, numbers: str, *, death: str = "nowhere", size: str = "large", guests: int = 1
):
    arguments = [server.url, death, size, str(meeting), str(guests), *numbers]
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, *arguments],
        cwd=HERE.parent,
        env=os.environ | {"KG_PASSWORD": server.password or ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(writer: subprocess.Popen) -> list[str]:
    output, errors = writer.communicate(timeout=120)
    assert (writer.returncode, errors) in ((0, ""), (-signal.SIGKILL, ""))
    return output.split()


def fresh_dump(store: Store, *numbers: int) -> list[str]:
    wipe(store)
    for number in numbers:
        store.write(GRAPHS[number], pipeline="1")
    return dump(store)


class TestCrash:
    @pytest.mark.parametrize("death", ["before chunks", "before completion", "inside completion"])
    def test_leaves_nothing_to_see_and_is_withdrawn(
        self, store: Store, server: Server, reopen: Reopen, tmp_path: Path, death: str
    ):
        before = fresh_dump(store, 0)
        assert finish(start_writer(server, tmp_path, "1", death=death)) == []
        assert store.find_document("b.txt").state == "loading"
        assert (store.counts().documents, store.counts().facts) == (1, {"DEVELOPS": 1, "INVESTS_IN": 1})
        assert store.find_entities("百度") == ()
        reopen()
        assert dump(store) == before

    def test_inside_a_small_report_leaves_nothing(self, store: Store, server: Server, tmp_path: Path):
        before = fresh_dump(store, 0)
        assert finish(start_writer(server, tmp_path, "1", death="inside completion", size="small")) == []
        assert store.find_document("b.txt") is None
        assert dump(store) == before

    def test_leaves_the_way_free_for_a_rerun(self, store: Store, server: Server, tmp_path: Path):
        wanted = fresh_dump(store, 0, 1)
        fresh_dump(store, 0)
        finish(start_writer(server, tmp_path, "1", death="before completion"))
        assert store.write(GRAPHS[1], pipeline="1").outcome == "added"
        assert dump(store) == wanted


class TestTwoWriters:
    @pytest.mark.parametrize("size", ["small", "large"])
    def test_of_the_same_reports_converge(self, store: Store, server: Server, tmp_path: Path, size: str):
        wanted = fresh_dump(store, 0, 1, 2)
        wipe(store)
        writers = [start_writer(server, tmp_path, order, size=size, guests=2) for order in ("012", "210")]
        outcomes = [one for writer in writers for one in finish(writer)]
        assert sorted(outcomes) == ["added"] * 3 + ["unchanged"] * 3
        assert dump(store) == wanted

    def test_of_different_reports_count_each_other(self, store: Store, reopen: Reopen):
        said = [*(one for graph in SAID for one in graph)]
        graphs = [report(f"{number}.txt", *said[number % 3 :]) for number in range(12)]
        clients = [reopen() for _ in range(4)]
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda number: clients[number % 4].write(graphs[number], pipeline="1"), range(12)))
        found = dump(store)
        wipe(store)
        for graph in graphs:
            store.write(graph, pipeline="1")
        assert dump(store) == found

    def test_that_make_the_first_of_a_type_at_once_both_succeed(self, store: Store, reopen: Reopen):
        clients = [store, reopen()]

        def create(turn: int) -> None:
            cypher = f"CREATE (n:Entity:First{turn // 2} {{id: $id}})"
            clients[turn % 2]._connection.write(lambda tx: tx.run(cypher, id=str(turn)).consume())

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(create, range(120)))
        assert len(store.cypher("MATCH (n:Entity) RETURN n.id AS id", {})) == 120


def test_what_no_rerun_helps_is_an_error_that_says_its_kind(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kg.store.connection.RERUN_SECONDS", 0.0)
    twice = "UNWIND [1, 2] AS x CREATE (:Entity {id: 'same'})"
    with pytest.raises(StoreError, match=r"ConstraintValidationFailed: Error executing|already exists"):
        store._connection.write(lambda tx: tx.run(twice).consume())


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for_end(pid: int) -> bool:
    deadline = time.monotonic() + 30
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_running(pid)


def engine_of(folder: Path) -> int:
    return int((folder / "engine.lock").read_text())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for a store, whose engine stops at once; what a test leaves there is ended."""
    monkeypatch.setattr(embedded, "LINGER_SECONDS", 0.0)
    yield tmp_path / "own.kg"
    lock = tmp_path / "own.kg" / "engine.lock"
    if lock.exists() and is_running(engine_of(tmp_path / "own.kg")):
        os.kill(engine_of(tmp_path / "own.kg"), signal.SIGKILL)


class TestEngine:
    def test_is_started_once_and_stops_after_the_last(self, ontology: Ontology, folder: Path, tmp_path: Path):
        server, meeting = Server(str(folder), ontology), tmp_path / "meeting"
        meeting.mkdir()
        writers = [start_writer(server, meeting, order, guests=2) for order in ("01", "2")]
        assert [finish(writer) for writer in writers] == [["added", "added"], ["added"]]
        assert wait_for_end(engine_of(folder))
        assert not (folder / "endpoint.json").exists()
        with server.open() as store:
            assert store.counts().documents == 3

    def test_waits_a_little_for_the_next_client(
        self, ontology: Ontology, folder: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(embedded, "LINGER_SECONDS", 2.0)
        server = Server(str(folder), ontology)
        server.open().close()
        engine = engine_of(folder)
        server.open().close()
        assert (engine_of(folder), is_running(engine)) == (engine, True)
        assert wait_for_end(engine)

    def test_ends_with_its_folder_and_spoils_no_new_one(
        self, ontology: Ontology, folder: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(embedded, "LINGER_SECONDS", 60.0)
        server = Server(str(folder), ontology)
        with server.open() as store:
            store.write(GRAPHS[0], pipeline="1")
        engine = engine_of(folder)
        shutil.rmtree(folder)
        with server.open() as store:
            assert store.counts().documents == 0
            assert wait_for_end(engine)
            assert (folder / "endpoint.json").exists()

    def test_stops_when_its_client_is_killed(self, ontology: Ontology, folder: Path, tmp_path: Path):
        writer = start_writer(Server(str(folder), ontology), tmp_path / "nobody", "", guests=99)
        (tmp_path / "nobody").mkdir()
        deadline = time.monotonic() + 60
        while not list((tmp_path / "nobody").iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        engine = engine_of(folder)
        assert is_running(engine)
        writer.kill()
        writer.communicate()
        assert wait_for_end(engine)

    def test_keeps_what_was_written_when_it_is_killed(
        self, ontology: Ontology, folder: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("kg.store.connection.RETRY_SECONDS", 0.5)
        server = Server(str(folder), ontology)
        with server.open() as store:
            store.write(GRAPHS[0], pipeline="1")
            before = dump(store)
            os.kill(engine_of(folder), signal.SIGKILL)
            with pytest.raises(StoreError, match="does not answer"):
                store.counts()
        with server.open() as store:
            assert dump(store) == before

    def test_that_does_not_answer_is_not_started_twice(
        self, ontology: Ontology, folder: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(embedded, "ANSWER_SECONDS", 0.5)
        with Server(str(folder), ontology).open():
            engine = engine_of(folder)
            os.kill(engine, signal.SIGSTOP)
            with pytest.raises(
                StoreError, match=rf"its engine \(process {engine}\) does not answer; wait a little, or"
            ):
                Server(str(folder), ontology).open()
            os.kill(engine, signal.SIGCONT)

    def test_listens_on_loopback_and_keeps_its_secrets(self, embedded_server: Server):
        endpoint = Path(embedded_server.url) / "endpoint.json"
        assert stat.S_IMODE(endpoint.stat().st_mode) == 0o600
        engine = engine_of(Path(embedded_server.url))
        assert set(listening(engine)) == {"127.0.0.1"}
        command = Path(f"/proc/{engine}/cmdline").read_text()
        assert "password" not in command.lower()

    def test_refuses_a_lease_without_its_token(self, embedded_server: Server):
        import json

        port = json.loads((Path(embedded_server.url) / "endpoint.json").read_text())["lease"]
        for message in (b'{"token": "wrong"}', b"nonsense"):
            with socket.create_connection(("127.0.0.1", port), 5) as lease:
                lease.sendall(message)
                assert lease.recv(10) == b""


def listening(pid: int) -> Iterator[str]:
    """Addresses that a process listens on, as IPv4."""
    inodes = {str(one.readlink())[8:-1] for one in Path(f"/proc/{pid}/fd").iterdir()}  # of socket:[123]
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                address = bytes.fromhex(fields[1].partition(":")[0])[-4:]
                yield ".".join(str(byte) for byte in reversed(address))


class TestCannotOpen:
    def opened(self, url: str | Path, ontology: Ontology, password: str | None = None, **changes: object) -> Store:
        return open_store(url, ontology=ontology, config=Config(**changes), password=password)

    def test_a_path_that_is_a_file(self, ontology: Ontology, tmp_path: Path):
        (tmp_path / "file").write_text("x")
        with pytest.raises(StoreError, match="is a file; a store is a folder, choose another path with --store"):
            self.opened(tmp_path / "file", ontology)

    @pytest.mark.parametrize("path", ["/proc/nothing.kg", "/dev/null/x.kg"])
    def test_a_path_that_cannot_be_written(self, ontology: Ontology, path: str):
        with pytest.raises(StoreError, match=r"cannot be written .*; choose another path with --store"):
            self.opened(path, ontology)

    def test_a_folder_of_other_files(self, ontology: Ontology, tmp_path: Path):
        (tmp_path / "report.txt").write_text("x")
        with pytest.raises(StoreError, match="holds other files and no store; choose an empty or a new folder"):
            self.opened(tmp_path, ontology)
        assert [one.name for one in tmp_path.iterdir()] == ["report.txt"]

    def test_a_store_whose_files_are_broken(self, ontology: Ontology, folder: Path):
        with self.opened(folder, ontology):
            pass
        assert wait_for_end(engine_of(folder))
        (folder / "databases" / "kg" / "schema.json").write_text("{broken")
        (folder / "databases" / "kg" / "schema.prev.json").unlink(missing_ok=True)
        with pytest.raises(StoreError, match=r"did not start: .*schema\.json is broken; put back a copy"):
            self.opened(folder, ontology)

    def test_a_neo4j_that_is_down(self, ontology: Ontology):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with pytest.raises(StoreError, match=r"does not answer: .*; is Neo4j running there\?"):
            self.opened(f"bolt://127.0.0.1:{port}", ontology, "secret")

    def test_a_server_that_is_no_neo4j(self, ontology: Ontology, monkeypatch: pytest.MonkeyPatch):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            monkeypatch.setattr("kg.store.connection.CONNECT_SECONDS", 0.3)
            with pytest.raises(StoreError, match="does not answer"):
                self.opened(f"neo4j://127.0.0.1:{silent.getsockname()[1]}", ontology, "secret")

    def test_a_neo4j_without_a_password(self, ontology: Ontology, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.delenv("KG_PASSWORD", raising=False)
        with pytest.raises(StoreError, match="no password; set KG_PASSWORD in the environment"):
            self.opened("neo4j://localhost", ontology)

    @pytest.mark.parametrize("url", ["http://localhost:7474", "neo4j+x://localhost", "neo4j://", "bolt://host:port"])
    def test_a_url_of_something_else(self, ontology: Ontology, url: str):
        with pytest.raises(StoreError) as error:
            self.opened(url, ontology, "secret")
        assert url in str(error.value)
        assert "\n" not in str(error.value)

    @pytest.mark.neo4j
    def test_a_neo4j_that_refuses_the_password(self, ontology: Ontology, neo4j_server: Server):
        with pytest.raises(StoreError, match="refuses user 'neo4j' or the password; check KG_PASSWORD and user"):
            self.opened(neo4j_server.url, ontology, "wrong password")

    @pytest.mark.neo4j
    def test_a_database_that_is_not_there(self, ontology: Ontology, neo4j_server: Server):
        with pytest.raises(StoreError, match="nowhere"):
            self.opened(neo4j_server.url, ontology, neo4j_server.password, database="nowhere")
