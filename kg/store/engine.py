"""The process of the embedded engine: ArcadeDB on loopback for one store folder, until its last lease is gone.

`embedded.py` runs this file with FOLDER, FD and SECONDS. FD is one end of a socket pair: the first lease, and the
way to say that it is ready. A lease is an open socket; the kernel closes it however its holder ends, so no engine
outlives its clients by more than SECONDS, in which the next command finds it running. Nothing of kg is imported
here: that, and the driver with it, would take as long as the JVM.
"""

import fcntl
import json
import os
import secrets
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

WRITER = "root"
READER = "reader"
DATABASE = "kg"
HEAP = "1g"
TOKEN_BYTES = 24
_MESSAGE_BYTES = 4096
_LOOK_SECONDS = 0.5  # between two looks whether the folder is still there

# Users of the readers group can read records and nothing else; this is what keeps user Cypher read-only.
_ALL_RECORDS = ["createRecord", "readRecord", "updateRecord", "deleteRecord"]
_GROUPS = {
    "admin": (["updateSecurity", "updateSchema", "updateDatabaseSettings"], _ALL_RECORDS),
    "readers": ([], ["readRecord"]),
    "*": ([], []),
}
# What Cypher cannot make here: for each kind of index the type of its property, and its form.
# CJKAnalyzer cuts Han text into overlapping pairs, as the `cjk` analyzer of Neo4j does.
_FORMS = {
    "fulltext": ("STRING", 'FULL_TEXT METADATA {{"analyzer": "org.apache.lucene.analysis.cjk.CJKAnalyzer"}}'),
    "vector": ("ARRAY_OF_FLOATS", 'LSM_VECTOR METADATA {{"dimensions": {size:d}, "similarity": "COSINE"}}'),
}
_MAKE = (
    "CREATE VERTEX TYPE `{label}` IF NOT EXISTS",
    "CREATE PROPERTY `{label}`.`{key}` IF NOT EXISTS {type}",
    "CREATE INDEX IF NOT EXISTS ON `{label}` (`{key}`) {form}",
)
_MAKING = threading.Lock()  # IF NOT EXISTS does not hold between two who make the same at once


@dataclass(slots=True)
class Leases:
    """The clients that hold this engine open, and the seconds a command may take for those that say so.

    The engine knows one limit for all commands: the shortest of those that its clients ask for.
    """

    token: str
    database: Any  # of arcadedb_embedded, which has no types
    selector: selectors.DefaultSelector = field(default_factory=selectors.DefaultSelector)
    limits: dict[socket.socket, float | None] = field(default_factory=dict)

    def watch(self, client: socket.socket, *, is_known: bool = False) -> None:
        """Wait for what a client sends, or for its end; a known one is counted in at once."""
        client.setblocking(False)
        self.selector.register(client, selectors.EVENT_READ)
        if is_known:
            self.limits[client] = None

    def hear(self, client: socket.socket) -> None:
        """Take one message of a client: its token, then what it wants; its end or anything else drops it."""
        try:
            message = json.loads(client.recv(_MESSAGE_BYTES) or b"null")
            if client not in self.limits and not secrets.compare_digest(str(message["token"]), self.token):
                raise ValueError
            if "schema" in message:
                # An index over many reports takes minutes, and other clients want to be heard.
                threading.Thread(target=_answer, args=(client, self.database, message["schema"]), daemon=True).start()
                return
            self.limits[client] = float(message["limit"]) if message.get("limit") else None
            self._apply()
            client.sendall(b"ok\n")
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            self.selector.unregister(client)
            client.close()
            if self.limits.pop(client, None):
                self._apply()

    def _apply(self) -> None:
        seconds = min((limit for limit in self.limits.values() if limit), default=0.0)
        self.database._java_db.getConfiguration().setValue("arcadedb.command.timeout", int(seconds * 1000))


def _answer(client: socket.socket, database: Any, wish: dict[str, Any] | None) -> None:  # noqa: ANN401  # no stubs
    """Make the index that a client wishes for, then tell it the settings of all full-text and vector indexes."""
    import jpype  # type: ignore[import-untyped]  # it has no stubs
    from arcadedb_embedded.exceptions import ArcadeDBError

    try:
        if wish:
            type_, form = _FORMS[wish["kind"]]
            with _MAKING:
                for statement in _MAKE:
                    database.command("sql", statement.format(**wish, type=type_, form=form.format(**wish)))
        answer: dict[str, Any] = dict(_settings_of_indexes(database._java_db.getSchema()))
    except (ArcadeDBError, jpype.JException, KeyError) as error:
        answer = {"error": " ".join(str(error).split())[:500]}
    with suppress(OSError):  # it may be gone
        client.sendall(json.dumps(answer).encode() + b"\n")


def _settings_of_indexes(schema: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # a Java object
    """Name and settings, in the words of Neo4j, of each index that has some."""
    for index in schema.getIndexes():
        settings = json.loads(str(index.toJSON()))
        if "analyzer" in settings:
            yield str(index.getName()), settings["analyzer"].rpartition(".")[2].removesuffix("Analyzer").lower()
        elif "dimensions" in settings:
            yield str(index.getName()), f"{settings['dimensions']} {settings['similarityFunction'].lower()}"


def run(folder: Path, first: socket.socket, linger: float) -> None:
    """Own the folder, serve it, and stop `linger` seconds after the last lease is gone."""
    lock = (folder / "engine.lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _send(first, {"error": "another process owns the folder"})
        return
    lock.write(str(os.getpid()))
    lock.flush()
    started = _start_or_say_why_not(folder, first)
    if started is None:
        os._exit(1)  # the JVM may hold threads that never end
    server, database, access = started
    endpoint = folder / "endpoint.json"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        leases = Leases(access["token"], database)
        access["lease"] = listener.getsockname()[1]
        _write_private(endpoint, access)
        leases.watch(first, is_known=True)
        _send(first, {"ready": True})
        _serve(listener, leases, linger, lock)
    if not _is_in_place(lock):
        os._exit(1)  # what it would write on its way out could go into another store of the same path
    endpoint.unlink(missing_ok=True)
    server.stop()


def _serve(listener: socket.socket, leases: Leases, linger: float, lock: IO[str]) -> None:
    """Answer clients until there has been none for `linger` seconds, or the folder has been deleted under us."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener.setblocking(False)
    leases.selector.register(listener, selectors.EVENT_READ)
    end = time.monotonic() + linger
    while not stopping and _is_in_place(lock) and (leases.limits or time.monotonic() < end):
        if leases.limits:
            end = time.monotonic() + linger
        for key, _ in leases.selector.select(timeout=_LOOK_SECONDS):
            if key.fileobj is listener:
                leases.watch(listener.accept()[0])
            else:
                leases.hear(key.fileobj)  # type: ignore[arg-type]  # only sockets are registered


def _is_in_place(lock: IO[str]) -> bool:
    """Whether the folder is still the one that this engine locked."""
    try:
        return os.path.samestat(os.stat(lock.name), os.fstat(lock.fileno()))  # noqa: PTH116  # of an open file
    except FileNotFoundError:
        return False


def _start_or_say_why_not(folder: Path, first: socket.socket) -> tuple[Any, Any, dict[str, Any]] | None:
    from arcadedb_embedded.exceptions import ArcadeDBError

    try:
        _refuse_broken(folder / "databases" / DATABASE / "schema.json")
        return _start(folder)
    except (ArcadeDBError, OSError, ValueError) as error:
        _send(first, {"error": " ".join(str(error).split())[:500]})
        return None


def _refuse_broken(schema: Path) -> None:
    """Stop at a schema that cannot be read: the engine would open the database as an empty one.

    Raises:
        ValueError: it is not JSON.
    """
    if schema.parent.is_dir() and any(schema.parent.glob("*.bucket")):
        try:
            json.loads(schema.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ValueError(f"{schema} is broken; put back a copy of the folder, or build a new store") from error


def _start(folder: Path) -> tuple[Any, Any, dict[str, Any]]:  # Any: Java objects and JSON
    import arcadedb_embedded
    from arcadedb_embedded.jvm import start_jvm

    os.chdir(folder)  # the engine writes its logs below the working directory
    quiet = folder / "logging.properties"
    quiet.write_text("handlers=\n.level=OFF\n", encoding="utf-8")
    # Given as system properties: the server's own configuration does not reach LOAD CSV.
    # -Xrs leaves signals to Python; the JVM's own way out on SIGTERM crashes below JPype.
    forbid = [f"-Darcadedb.opencypher.loadCsv.allow{kind}Urls=false" for kind in ("File", "Remote")]
    start_jvm(heap_size=HEAP, jvm_args=["-Xrs", f"-Djava.util.logging.config.file={quiet}", *forbid])
    port = _free_port()
    access: dict[str, Any] = {
        "uri": f"bolt://127.0.0.1:{port}",
        "pid": os.getpid(),
        "token": secrets.token_urlsafe(TOKEN_BYTES),
        WRITER: secrets.token_urlsafe(TOKEN_BYTES),
        READER: secrets.token_urlsafe(TOKEN_BYTES),
    }
    _write_groups(folder / "config")
    server = arcadedb_embedded.create_server(str(folder), access[WRITER], _settings(port, folder))
    server.start()
    _create_reader(server, access[READER])
    return server, server.create_database(DATABASE), access


def _settings(port: int, folder: Path) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "http_port": _free_port(),
        "bolt_port": port,
        "mode": "development",  # the other mode hides the messages of errors
        "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "txWalFlush": 1,
        "server_logsDirectory": str(folder / "log"),
    }


def _write_groups(config: Path) -> None:
    config.mkdir(exist_ok=True)
    (config / "server-users.jsonl").unlink(missing_ok=True)  # fresh passwords at each start
    groups = {
        name: {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": {"*": {"access": records}}}
        for name, (access, records) in _GROUPS.items()
    }
    text = json.dumps({"databases": {"*": {"groups": groups}}, "version": 2})
    (config / "server-groups.json").write_text(text, encoding="utf-8")


def _create_reader(server: Any, password: str) -> None:  # noqa: ANN401  # the engine has no stubs
    import jpype

    security = server._java_server.getSecurity()
    user = {
        "name": READER,
        "password": str(security.encodePassword(password)),
        "databases": {DATABASE: ["readers"]},
    }
    security.createUser(jpype.JClass("com.arcadedb.serializer.json.JSONObject")(json.dumps(user)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write_private(path: Path, content: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file)
    fresh.replace(path)


def _send(client: socket.socket, message: dict[str, Any]) -> None:
    client.sendall(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    run(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])), float(sys.argv[3]))
