"""The embedded engine seen by its clients: find the one that serves a folder, or start it; one a folder, ever."""

import fcntl
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kg.errors import StoreError
from kg.store import engine
from kg.store.engine import DATABASE, READER, WRITER

START_SECONDS = 90.0  # for an engine to start, on a slow and busy machine
STOP_SECONDS = 60.0  # for an engine whose last client has gone to write everything down
ANSWER_SECONDS = 10.0  # for a running engine to greet
_MARK = "start.lock"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an engine listens, who may enter, and the lease that keeps it alive while it is open.

    Attributes:
        fresh: whether the engine has just been started, so that nobody else can be writing.
    """

    uri: str
    database: str
    writer: tuple[str, str]
    reader: tuple[str, str]
    lease: socket.socket
    fresh: bool


def open_endpoint(folder: Path, timeout: float) -> Endpoint:
    """The engine of a folder, started if none runs; the folder is made if missing.

    Args:
        folder: of the store.
        timeout: seconds that one command of this client may run.

    Raises:
        StoreError: the folder cannot be used, or its engine does not start or answer.
    """
    folder = folder.expanduser().resolve()
    _make_folder(folder)
    with _locked(folder):
        endpoint = _join(folder, timeout)
        return endpoint or _start(folder, timeout)


def _make_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder}: is a file; a store is a folder, choose another path with --store")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_foreign = not (folder / _MARK).exists() and any(folder.iterdir())
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


def _join(folder: Path, timeout: float) -> Endpoint | None:
    """A lease on the running engine; None once there is none that runs."""
    try:
        access = json.loads((folder / "endpoint.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        access = None
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder}/endpoint.json: cannot be read ({error}); delete it if no engine runs") from error
    lease = _greet(folder, access, timeout) if access else None
    if lease:
        return _endpoint(access, lease, fresh=False)
    with (folder / "engine.lock").open("a", encoding="utf-8") as lock:
        if not _wait_for_lock(lock, STOP_SECONDS):
            raise _silent(folder)
    return None


def _greet(folder: Path, access: dict[str, str], timeout: float) -> socket.socket | None:
    try:
        lease = socket.create_connection(("127.0.0.1", int(access["lease"])), ANSWER_SECONDS)
    except OSError:
        return None
    try:
        lease.sendall(json.dumps({"token": access["token"], "timeout": timeout}).encode())
        answer = lease.recv(16)
    except TimeoutError as error:
        lease.close()
        raise _silent(folder) from error
    except OSError:
        answer = b""
    if answer != b"ok\n":  # it is stopping, or the port belongs to somebody else by now
        lease.close()
        return None
    return lease


def _silent(folder: Path) -> StoreError:
    owner = (folder / "engine.lock").read_text(encoding="utf-8") or "unknown"
    return StoreError(f"{folder}: its engine (process {owner}) does not answer; wait a little, or end that process")


def _start(folder: Path, timeout: float) -> Endpoint:
    lease, theirs = socket.socketpair()
    log = folder / "log" / "engine.log"
    log.parent.mkdir(exist_ok=True)
    with theirs, log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            # -P: the folder of the file must not come first where the engine looks for its packages.
            [sys.executable, "-P", engine.__file__, str(folder), str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,  # Ctrl-C at the terminal is for its clients
        )
    answer = _first_answer(lease, timeout)
    if answer.get("ready"):
        # Its end is seen through the lease; saying so keeps Popen from warning about a child that still runs.
        process.returncode = 0
        access = json.loads((folder / "endpoint.json").read_text(encoding="utf-8"))
        return _endpoint(access, lease, fresh=True)
    lease.close()
    process.kill()
    process.wait()
    reason = answer.get("error") or f"see {log}"
    raise StoreError(f"{folder}: the embedded engine did not start: {reason}")


def _first_answer(lease: socket.socket, timeout: float) -> dict[str, str]:
    lease.settimeout(START_SECONDS)
    try:
        lease.sendall(json.dumps({"timeout": timeout}).encode())
        answer: dict[str, str] = json.loads(lease.recv(4096) or b"{}")
    except (OSError, ValueError):
        return {}
    return answer


def _endpoint(access: dict[str, str], lease: socket.socket, *, fresh: bool) -> Endpoint:
    return Endpoint(access["uri"], DATABASE, (WRITER, access[WRITER]), (READER, access[READER]), lease, fresh)
