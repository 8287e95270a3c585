"""The wheel: what a user installs holds the seeds and the queries, and works from an empty directory."""

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> dict[str, str]:
    """The environment of a process that sees the wheel's content before the checkout."""
    folder = tmp_path_factory.mktemp("site")
    ZipFile(wheel).extractall(folder)
    return {**os.environ, "PYTHONPATH": str(folder)}


@pytest.mark.slow
def test_wheel_holds_seeds_queries_and_page_assets(wheel):
    inside = ZipFile(wheel).namelist()
    for path in ("kg/seeds/ontology.toml", "kg/seeds/names/Company.tsv", "kg/seeds/triggers.toml"):
        assert path in inside
    assert any(name.startswith("kg/queries/") for name in inside)
    assert any(name.startswith("kg/view/") and name.endswith(".js") for name in inside)


@pytest.mark.slow
def test_installed_package_works_from_an_empty_directory(installed, tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": "百度发布了文心一言。"}\n', encoding="utf-8")
    command = [sys.executable, "-m", "kg", "extract", "--jsonl", "in.jsonl"]
    done = subprocess.run(command, cwd=tmp_path, env=installed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [one["text"] for one in json.loads(done.stdout)["entities"]] == ["百度", "文心一言"]


@pytest.mark.slow
def test_installed_package_uses_its_own_seeds(installed, tmp_path):
    code = "from kg.resources import seeds_path; print(seeds_path())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=installed, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().startswith(installed["PYTHONPATH"])
