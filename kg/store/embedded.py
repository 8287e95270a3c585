"""The embedded engine seen by its clients: find the one that serves a folder, or start it; one a folder, ever."""

import fcntl
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kg.errors import StoreError
from kg.store import engine
from kg.store.engine import DATABASE, READER, WRITER

START_SECONDS = 90.0  # for an engine to start, on a slow and busy machine
STOP_SECONDS = 60.0  # for an engine whose last client has gone to write everything down
ANSWER_SECONDS = 10.0  # for a running engine to greet
LINGER_SECONDS = 6.0  # that an engine waits for the next client when the last has gone
_MARK = "start.lock"


@dataclass(slots=True)
class Lease:
    """What keeps an engine alive while it is open: a socket, which the kernel closes when its holder ends."""

    folder: Path
    connection: socket.socket
    seconds: float | None = None

    def limit(self, seconds: float | None) -> None:
        """Have the engine stop commands after so many seconds; None for no limit.

        Raises:
            StoreError: the engine does not answer.
        """
        if seconds != self.seconds:
            if not _tell(self.folder, self.connection, {"limit": seconds}):
                raise self._ended()
            self.seconds = seconds

    def index_settings(self) -> dict[str, str]:
        """Of each full-text index its analyzer, of each vector index its dimensions and similarity, by name.

        Raises:
            StoreError: the engine does not answer.
        """
        return self._ask_schema(None)

    def make_index(self, kind: str, label: str, key: str, size: int) -> None:
        """Make an index that Cypher cannot make, if it is missing; over many reports it takes minutes.

        Args:
            kind: `fulltext` or `vector`.
            label: of the nodes.
            key: their property.
            size: dimensions of a vector.

        Raises:
            StoreError: the engine cannot make it, or has ended.
        """
        timeout = self.connection.gettimeout()
        self.connection.settimeout(None)
        try:
            self._ask_schema({"kind": kind, "label": label, "key": key, "size": size})
        finally:
            self.connection.settimeout(timeout)

    def _ask_schema(self, wish: dict[str, object] | None) -> dict[str, str]:
        answer = _exchange(self.folder, self.connection, {"schema": wish})
        if not answer:
            raise self._ended()
        try:
            settings: dict[str, str] = json.loads(answer)
        except ValueError as error:
            raise StoreError(
                f"{self.folder}: its engine is of another release; end what has it open, then open it again"
            ) from error
        if "error" in settings:
            raise StoreError(f"{self.folder}: {settings['error']}")
        return settings

    def _ended(self) -> StoreError:
        return StoreError(f"{self.folder}: its engine has ended; open the store again")

    def close(self) -> None:
        """Let the engine stop soon, if nobody else takes hold of it."""
        self.connection.close()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an engine listens, who may enter, and the lease that keeps it alive while it is open.

    Attributes:
        is_fresh: whether the engine has just been started, so that nobody else can be writing.
    """

    uri: str
    database: str
    writer: tuple[str, str] = field(repr=False)
    reader: tuple[str, str] = field(repr=False)
    lease: Lease
    is_fresh: bool


def open_endpoint(folder: Path) -> Endpoint:
    """The engine of a folder, started if none runs; the folder is made if missing.

    Raises:
        StoreError: the folder cannot be used, or its engine does not start or answer.
    """
    folder = folder.expanduser().resolve()
    _make_folder(folder)
    with _locked(folder):
        return _join(folder) or _start(folder)


def _make_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder}: is a file; a store is a folder, choose another path with --store")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # In this order: another process may be making the mark just now.
        is_foreign = any(folder.iterdir()) and not (folder / _MARK).exists()
        if not is_foreign:
            (folder / _MARK).touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot be written ({error.strerror}); choose another path with --store, or give access"
        ) from error
    if is_foreign:
        raise StoreError(f"{folder}: holds other files and no store; choose an empty or a new folder with --store")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else looks for the engine of a folder, or starts it, meanwhile."""
    with (folder / _MARK).open("w", encoding="utf-8") as file:
        if not _wait_for_lock(file, START_SECONDS + STOP_SECONDS):
            raise StoreError(f"{folder}: another process has been opening it for minutes; end that process")
        yield


def _wait_for_lock(file: IO[str], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        else:
            return True


def _join(folder: Path) -> Endpoint | None:
    """A lease on the running engine; None once there is none that runs."""
    try:
        access = json.loads((folder / "endpoint.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        access = None
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder}/endpoint.json: cannot be read ({error}); delete it if no engine runs") from error
    lease = _greet(folder, access) if access else None
    if lease:
        return _endpoint(folder, access, lease, is_fresh=False)
    with (folder / "engine.lock").open("a", encoding="utf-8") as lock:
        if not _wait_for_lock(lock, STOP_SECONDS):
            raise _silent(folder)
    return None


def _greet(folder: Path, access: dict[str, str]) -> socket.socket | None:
    try:
        connection = socket.create_connection(("127.0.0.1", int(access["lease"])), ANSWER_SECONDS)
    except OSError:
        return None
    try:
        is_ours = _tell(folder, connection, {"token": access["token"]})
    except StoreError:
        connection.close()
        raise
    if not is_ours:  # it is stopping, or the port belongs to somebody else by now
        connection.close()
        return None
    return connection


def _tell(folder: Path, connection: socket.socket, message: dict[str, object]) -> bool:
    """Send a message to an engine; whether it took it.

    Raises:
        StoreError: it is there, and does not answer.
    """
    return _exchange(folder, connection, message) == "ok\n"


def _exchange(folder: Path, connection: socket.socket, message: dict[str, object]) -> str:
    """The line that an engine answers to a message; nothing where it has ended.

    Raises:
        StoreError: it is there, and does not answer.
    """
    answer = b""
    try:
        connection.sendall(json.dumps(message).encode())
        while not answer.endswith(b"\n") and (part := connection.recv(4096)):
            answer += part
    except TimeoutError as error:
        raise _silent(folder) from error
    except OSError:
        return ""
    return answer.decode() if answer.endswith(b"\n") else ""


def _silent(folder: Path) -> StoreError:
    owner = (folder / "engine.lock").read_text(encoding="utf-8") or "unknown"
    return StoreError(f"{folder}: its engine (process {owner}) does not answer; wait a little, or end that process")


def _start(folder: Path) -> Endpoint:
    connection, theirs = socket.socketpair()
    log = folder / "log" / "engine.log"
    log.parent.mkdir(exist_ok=True)
    with theirs, log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            # -P: the folder of the file must not come first where the engine looks for its packages.
            [sys.executable, "-P", engine.__file__, str(folder), str(theirs.fileno()), str(LINGER_SECONDS)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,  # Ctrl-C at the terminal is for its clients
        )
    answer = _first_answer(connection)
    if answer.get("ready"):
        # It ends when it is not needed; somebody has to take note, or a dead process stays in the table.
        threading.Thread(target=process.wait, daemon=True).start()
        access = json.loads((folder / "endpoint.json").read_text(encoding="utf-8"))
        return _endpoint(folder, access, connection, is_fresh=True)
    connection.close()
    process.kill()
    process.wait()
    reason = answer.get("error") or f"see {log}"
    raise StoreError(f"{folder}: the embedded engine did not start: {reason}")


def _first_answer(connection: socket.socket) -> dict[str, str]:
    connection.settimeout(START_SECONDS)
    try:
        answer: dict[str, str] = json.loads(connection.recv(4096) or b"{}")
    except (OSError, ValueError):
        return {}
    connection.settimeout(ANSWER_SECONDS)
    return answer


def _endpoint(folder: Path, access: dict[str, str], connection: socket.socket, *, is_fresh: bool) -> Endpoint:
    users = {name: (name, access[name]) for name in (WRITER, READER)}
    return Endpoint(access["uri"], DATABASE, users[WRITER], users[READER], Lease(folder, connection), is_fresh)
