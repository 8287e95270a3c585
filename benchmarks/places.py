"""Empty databases to measure on, each started for one benchmark and gone with it; and what processes hold in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neo4j import Driver, GraphDatabase, ManagedTransaction

from kg.config import Config
from kg.ontology import Ontology
from kg.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Place:
    """A database, the store on it, and drivers of its own for its writer and for whoever asks questions.

    Attributes:
        pid: of the engine.
        opened: the store, which has made the constraints; None where a benchmark wants a database without.
    """

    opened: Store | None
    driver: Driver
    reader: Driver
    database: str
    pid: int

    @property
    def store(self) -> Store:
        """The store on it.

        Raises:
            ValueError: it was made without one.
        """
        if self.opened is None:
            raise ValueError("this database has no store")
        return self.opened

    def ask(self, cypher: str, parameters: dict[str, Any]) -> list[list[Any]]:  # Any: Cypher values
        """The values of a question, as one asks it with the driver."""

        def work(tx: ManagedTransaction) -> list[list[Any]]:
            return [record.values() for record in tx.run(cypher, parameters)]

        with self.reader.session(database=self.database) as session:
            return session.execute_read(work)


@contextmanager
def embedded_place(folder: Path, ontology: Ontology) -> Iterator[Place]:
    """A store folder of its own, with its engine."""
    with open_store(folder, ontology=ontology, config=Config()) as store:
        access = store._connection.access  # a driver beside the store's: nobody but a benchmark wants one
        pid = json.loads((folder / "endpoint.json").read_text(encoding="utf-8"))["pid"]
        with (
            GraphDatabase.driver(access.url, auth=access.writer) as driver,
            GraphDatabase.driver(access.url, auth=access.reader) as reader,
        ):
            yield Place(store, driver, reader, access.database, pid)


@contextmanager
def neo4j_place(shared: Path, folder: Path, ontology: Ontology | None, *, apoc: bool = False) -> Iterator[Place]:
    """A server of its own; without an ontology it stays without constraints."""
    program = shared / "neo4j" / "neo4j"
    home, access = _start(program, folder, apoc=apoc)
    try:
        with GraphDatabase.driver(access["uri"], auth=(access["user"], access["password"])) as driver:
            config = Config(user=access["user"])
            if ontology is None:
                yield Place(None, driver, driver, config.database, access["pid"])
                return
            with open_store(access["uri"], ontology=ontology, config=config, password=access["password"]) as store:
                yield Place(store, driver, driver, config.database, access["pid"])
    finally:
        subprocess.run([sys.executable, program, "kill", home], check=True)


def _start(program: Path, folder: Path, *, apoc: bool) -> tuple[Path, dict[str, Any]]:
    """A new server; the drawn password is an option to Neo4j's own tool once in 64 times, so it is tried again."""
    for attempt in range(3):
        home = folder.with_name(f"{folder.name}{attempt}")
        command = [sys.executable, program, "start", home, "--heap", "1g", *(["--apoc"] if apoc else [])]
        started = subprocess.run(command, capture_output=True, text=True, check=False)
        if started.returncode == 0:
            return home, json.loads(started.stdout)
    raise RuntimeError(f"Neo4j did not start: {started.stderr}")


def resident(pid: int) -> tuple[float, float]:
    """MiB that a process holds now, and at its peak."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines())
    now, peak = (int(fields[key].split()[0]) / 1024 for key in ("VmRSS", "VmHWM"))
    return now, peak


def reset_peak() -> None:
    """Let the peak of this process begin again at what it holds now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
