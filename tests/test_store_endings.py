"""However the client of an embedded store ends, its engine ends too; and each engine has secrets of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.config import Config
from kg.ontology import Ontology
from kg.store import embedded, open_store

# Opens the store of a folder, says so, and ends as it is told to.
CLIENT = """
import os, signal, sys, time
import kg.store.embedded as embedded
from kg.config import Config
from kg.ontology import Ontology
from kg.resources import seeds_path
from kg.store import open_store

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background ignores it
signal.signal(signal.SIGHUP, signal.SIG_DFL)
embedded.LINGER_SECONDS = 0.0
store = open_store(sys.argv[1], ontology=Ontology.from_toml(seeds_path() / "ontology.toml"), config=Config())
assert store.counts().documents == 0
print("open", flush=True)
exec(sys.argv[2])
"""
ENDINGS = {
    "the end of its script": ("pass", 0),
    "sys.exit": ("sys.exit(7)", 7),
    "an exception": ("raise RuntimeError('on purpose')", 1),
    "os._exit": ("os._exit(9)", 9),
    "a crash": ("os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV),
    "SIGINT": ("os.kill(os.getpid(), signal.SIGINT); time.sleep(60)", -signal.SIGINT),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)", -signal.SIGTERM),
    "SIGHUP": ("os.kill(os.getpid(), signal.SIGHUP); time.sleep(60)", -signal.SIGHUP),
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL); time.sleep(60)", -signal.SIGKILL),
    "the end of a child that it forked": ("os.fork() or os._exit(0); os.wait(); os._exit(0)", 0),
}


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


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for a store, whose engine stops at once; what a test leaves there is ended."""
    monkeypatch.setattr(embedded, "LINGER_SECONDS", 0.0)
    yield tmp_path / "own.kg"
    lock = tmp_path / "own.kg" / "engine.lock"
    if lock.exists() and is_running(int(lock.read_text())):
        os.kill(int(lock.read_text()), signal.SIGKILL)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_engine_ends_with_its_client_at(folder: Path, ending: str):
    way, code = ENDINGS[ending]
    command = [sys.executable, "-c", CLIENT, str(folder), way]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as client:
        output, errors = client.communicate(timeout=120)
    assert (output, client.returncode) == ("open\n", code), errors
    assert wait_for_end(int((folder / "engine.lock").read_text()))
    assert not (folder / "endpoint.json").exists()


def test_each_engine_has_passwords_of_its_own(ontology: Ontology, folder: Path):
    secrets: list[str] = []
    for _ in range(2):
        with open_store(folder, ontology=ontology, config=Config()):
            access = json.loads((folder / "endpoint.json").read_text())
            secrets += [access[key] for key in ("root", "reader", "token")]
        assert wait_for_end(access["pid"])
    assert len(set(secrets)) == 6
    assert min(map(len, secrets)) >= 32


def test_nothing_in_the_folder_is_for_others_to_read_the_secrets_in(ontology: Ontology, folder: Path):
    with open_store(folder, ontology=ontology, config=Config()):
        access = json.loads((folder / "endpoint.json").read_text())
        secrets = [access[key].encode() for key in ("root", "reader", "token")]
        told = [
            path.name
            for path in folder.rglob("*")
            if path.is_file() and any(secret in path.read_bytes() for secret in secrets)
        ]
        environment = Path(f"/proc/{access['pid']}/environ").read_bytes()
        command = Path(f"/proc/{access['pid']}/cmdline").read_bytes()
    assert told == ["endpoint.json"]
    assert not any(secret in environment + command for secret in secrets)
