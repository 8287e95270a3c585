"""`kg build` from one run to the next: broken off and gone on with, with another pipeline, and `kg remove --all`."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import dump, wipe
from typer.testing import CliRunner, Result

import kg
from kg.cli import app
from kg.store import Store

HERE = Path(__file__).resolve().parent
COMPANIES = ("百度", "阿里巴巴", "商汤科技", "科大讯飞", "微软")
# The command line, killed at the moment when the third report would become visible.
DYING = """
import os, signal, sys
from kg.cli import main
from kg.store import load, loading

load.FEW_CHUNKS = 0  # each report goes in step by step, as a large one does
complete, number = loading._Completion.run, 0

def die(self):
    global number
    number += 1
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return complete(self)

loading._Completion.run = die
sys.argv[0] = "kg"
main()
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with kg.open_store(tmp_path_factory.mktemp("build") / "build.kg") as opened:
        yield opened


@pytest.fixture
def store(engine: Store) -> Store:
    """An empty store whose engine stays up, so that each command opens it at once."""
    wipe(engine)
    return engine


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Five reports, and two configurations beside them."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for number, company in enumerate(COMPANIES):
        (folder / f"{number}.md").write_text(f"{company}发布了大模型平台。百度发布了文心一言。\n", encoding="utf-8")
    (tmp_path / "old.toml").write_text('recogniser = "lexicon"\nmin_score = 0.3\n', encoding="utf-8")
    (tmp_path / "new.toml").write_text('recogniser = "lexicon"\n', encoding="utf-8")
    return folder


def build(reports: Path, store: Store, *flags: str, pipeline: str = "new", only: str = "") -> Result:
    settings = ["--store", store.name, "--config", str(reports.parent / f"{pipeline}.toml")]
    return CliRunner().invoke(app, ["build", str(reports / only), *settings, *flags])


def test_goes_on_where_a_killed_one_stopped(store: Store, reports: Path):
    assert build(reports, store).exit_code == 0
    wanted = dump(store)
    wipe(store)
    command = [sys.executable, "-c", DYING, "build", reports, "--store", store.name]
    command += ["--config", reports.parent / "new.toml"]
    done = subprocess.run(command, cwd=HERE.parent, env=os.environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")
    assert sorted(one.state for one in store.documents()) == ["complete", "complete", "loading"]
    again = build(reports, store)
    assert again.exit_code == 0
    first, last = again.stderr.splitlines()
    assert first == "2 of 5 reports are in already, 1 half in and taken back; going on with the rest"
    assert last == "5 reports: 3 added, 2 unchanged"
    assert dump(store) == wanted
    assert build(reports, store).stderr.splitlines() == ["5 reports: 5 unchanged"]


def test_leaves_what_another_pipeline_extracted_and_says_so(store: Store, reports: Path):
    build(reports, store, pipeline="old")
    (reports / "new.md").write_text("微软向OpenAI投资100亿美元。\n", encoding="utf-8")
    before = dump(store)
    told = build(reports, store).stderr.splitlines()
    assert told == [
        "5 of 6 reports are in already; going on with the rest",
        "6 reports: 1 added, 5 unchanged",
        "5 of them extracted by another pipeline; kg build --refresh extracts them again",
    ]
    store.remove((reports / "new.md").as_posix())
    assert dump(store) == before


def test_refresh_redoes_exactly_what_another_pipeline_extracted(store: Store, reports: Path):
    build(reports, store, only="0.md")
    build(reports, store, pipeline="old")
    untouched = store.find_document((reports / "0.md").as_posix())
    told = build(reports, store, "--refresh").stderr.splitlines()
    assert told == [
        "1 of 5 reports are in already; going on with the rest",
        "5 reports: 4 replaced, 1 unchanged",
    ]
    assert store.find_document(untouched.id) == untouched
    assert len({one.pipeline for one in store.documents()}) == 1
    assert build(reports, store, "--refresh").stderr.splitlines() == ["5 reports: 5 unchanged"]


def test_remove_all_leaves_nothing(store: Store, reports: Path):
    build(reports, store)
    done = CliRunner().invoke(app, ["remove", "--all", "--store", store.name])
    assert (done.exit_code, done.stderr.count(": removed, with")) == (0, 5)
    assert dump(store) == []


@pytest.mark.parametrize("given", [[], ["a.md", "--all"]])
def test_remove_needs_names_or_all(given: list[str]):
    assert CliRunner().invoke(app, ["remove", *given]).exit_code == 2
