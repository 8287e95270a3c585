"""Stores for tests: one embedded engine and one Neo4j a session, emptied before each test; and graphs to write."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from shutil import which

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import Neo4jError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from kg.config import Config
from kg.graph import Appearance, Chunk, Document, Entity, Evidence, Fact, Graph
from kg.mention import Amount, Status, Time
from kg.ontology import Ontology
from kg.store import Store, open_store

Reopen = Callable[..., Store]


@dataclass(frozen=True)
class Server:
    """How to open a store that runs for the whole session."""

    url: str
    ontology: Ontology
    password: str | None = None

    @property
    def engine(self) -> str:
        """Which engine it is."""
        return "neo4j" if self.password else "embedded"

    def open(self, **changes: object) -> Store:
        """Another client of it; changes are Config's."""
        return open_store(self.url, ontology=self.ontology, config=Config(**changes), password=self.password)


@pytest.fixture(scope="session")
def embedded_server(ontology: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded engine; a client of its own keeps it up between tests."""
    server = Server(str(tmp_path_factory.mktemp("store") / "landscape.kg"), ontology)
    with server.open():
        yield server


def start_neo4j(
    program: Path, folders: pytest.TempPathFactory, *, prepare: Callable[[str], None] = lambda _: None
) -> tuple[str, dict[str, str]]:
    """The folder and the address of a new server; `prepare` is called with the folder before each start.

    The program draws a password, and one that begins with a hyphen is an option to Neo4j's own tool: one start in 64
    fails for that reason, so a second folder is tried, and a third.
    """
    for _ in range(3):
        home = str(folders.mktemp("neo4j"))
        prepare(home)
        command = [sys.executable, program, "start", home, "--heap", "512m"]
        started = subprocess.run(command, capture_output=True, text=True, check=False)
        if started.returncode == 0:
            access = json.loads(started.stdout)
            wait_until_ready(access)
            return home, access
    pytest.fail(f"Neo4j did not start: {started.stderr}")


@retry(retry=retry_if_exception_type(Neo4jError), stop=stop_after_delay(60), wait=wait_fixed(0.3), reraise=True)
def wait_until_ready(access: dict[str, str]) -> None:
    """A server answers over HTTP a moment before it knows its users."""
    with GraphDatabase.driver(access["uri"], auth=(access["user"], access["password"])) as driver:
        driver.verify_connectivity()


@pytest.fixture(scope="session")
def neo4j_server(ontology: Ontology, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real Neo4j beside the project."""
    program = shared / "neo4j" / "neo4j"
    if not program.exists() or not which("java"):
        pytest.skip("needs the Neo4j of shared/neo4j and Java on the PATH")
    home, access = start_neo4j(program, tmp_path_factory)
    yield Server(access["uri"], ontology, access["password"])
    subprocess.run([sys.executable, program, "kill", home], check=True)


@pytest.fixture(scope="session", params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def server(request: pytest.FixtureRequest) -> Server:
    """Each engine in turn."""
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture(scope="session")
def session_store(server: Server) -> Iterator[Store]:
    """One client for all tests of an engine."""
    with server.open() as opened:
        yield opened


@pytest.fixture
def store(session_store: Store) -> Store:
    """An empty store, of each engine in turn."""
    wipe(session_store)
    return session_store


@pytest.fixture
def reopen(server: Server) -> Iterator[Reopen]:
    """Opens further clients of the same store, closed at the end of the test."""
    with ExitStack() as stack:
        yield lambda **changes: stack.enter_context(server.open(**changes))


def wipe(store: Store) -> None:
    """Delete everything."""
    store._connection.write(lambda tx: tx.run("MATCH (n) DETACH DELETE n").consume())


def dump(store: Store) -> list[str]:
    """Everything that is in."""
    return list(store.dump())


def entity(name: str, *aliases: str, kind: str = "Company", listed: bool = False, **attributes: str) -> Entity:
    """An entity whose id follows from its name."""
    return Entity(f"{kind}:{name}", kind, name, aliases, attributes, listed)


MICROSOFT = entity("微软", "Microsoft", "MSFT", listed=True, ticker="MSFT")
OPENAI = entity("OpenAI", listed=True)
BAIDU = entity("百度", "Baidu", listed=True, ticker="9888.HK")
ERNIE = entity("文心一言", kind="Product")
CHATGPT = entity("ChatGPT", kind="Product")
LARGE_MODEL = entity("大模型", kind="Technology")
ENTITIES = (MICROSOFT, OPENAI, BAIDU, ERNIE, CHATGPT, LARGE_MODEL)


@dataclass(frozen=True)
class Said:
    """One sentence about two entities, and the surface under which it names the subject."""

    subject: Entity
    relation: str
    object: Entity
    status: Status = "asserted"
    time: Time | None = None
    amount: Amount | None = None
    score: float = 0.9
    surface: str | None = None


def digest(value: object) -> str:
    """A short name of a value, the same in every process."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def report(
    name: str, *said: Said, published: date | None = date(2023, 3, 1), publisher: str | None = "远山证券"
) -> Graph:
    """The graph of a report with one sentence and one chunk for each fact; the same facts give the same content."""
    chunks, evidence, appearances = [], {}, []
    for index, one in enumerate(said):
        surface = one.surface or one.subject.name
        text = f"{surface}与{one.object.name}：{one.relation}（{one.status}）。"
        chunk = Chunk(f"{name}#{index}", name, index, text, 100 * index, 100 * index + len(text), index + 1, "产业格局")
        chunks.append(chunk)
        key = (one.subject.id, one.relation, one.object.id)
        evidence.setdefault(key, []).append(
            Evidence(name, chunk.id, chunk.start, chunk.end, text, one.status, one.time, one.amount, one.score, "rules")
        )
        appearances.append(Appearance(one.subject.id, chunk.id, 2, (surface,)))
        appearances.append(Appearance(one.object.id, chunk.id, 1, (one.object.name,)))
    facts = tuple(Fact(digest(key), *key, tuple(found)) for key, found in evidence.items())
    named = {end.id: end for one in said for end in (one.subject, one.object)}
    document = Document(
        name,
        f"报告{name}",
        publisher,
        published,
        name,
        f"hash of {name} {digest(said)}",
        "text/plain",
        1000,
        None,
    )
    return Graph((document,), tuple(chunks), tuple(named.values()), tuple(appearances), facts)


def same_content(graph: Graph, name: str) -> Graph:
    """The same report under another id."""
    other = report(name)
    return replace(
        graph,
        documents=(replace(other.documents[0], content_hash=graph.documents[0].content_hash),),
        chunks=tuple(replace(chunk, id=f"{name}#{chunk.index}", document=name) for chunk in graph.chunks),
        appearances=(),
        facts=(),
    )
