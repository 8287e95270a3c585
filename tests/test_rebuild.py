"""The command that makes the shipped model, on few passages and from a tiny encoder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the neural room needs torch: pip install -e '.[neural]'")

from kg.neural.model import Model

COMMAND = Path(__file__).resolve().parents[1] / "benchmarks" / "rebuild.py"


def rebuild(lesson, folder, *more):
    given = ("--work", folder / "work", "--out", folder / "model", "--start", lesson / "encoder")
    limits = ("--limit", "2", "--epochs", "1")
    run = subprocess.run(
        [sys.executable, COMMAND, *given, *limits, *more], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_project_alone_gives_a_model_and_a_second_run_learns_nothing_again(lesson, tmp_path):
    assert "F1 on the held-back tenth" in rebuild(lesson, tmp_path)
    model = Model.from_folder(tmp_path / "model", "cpu")
    assert model.qualifier is not None
    assert "kg train --task both" in (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    weights = (tmp_path / "model" / "model.safetensors").read_bytes()
    assert rebuild(lesson, tmp_path) == ""
    assert (tmp_path / "model" / "model.safetensors").read_bytes() == weights


def test_no_gold_passage_is_learned(lesson, shared, tmp_path):
    rebuild(lesson, tmp_path, "--shared", shared)
    made = [path.read_text(encoding="utf-8").splitlines() for path in sorted((tmp_path / "work").glob("*.jsonl"))]
    ids = {json.loads(line)["id"] for lines in made for line in lines}
    with (shared / "gold" / "dev.jsonl").open(encoding="utf-8") as gold:
        assert not ids & {json.loads(line)["id"] for line in gold}
    assert "nt-001" in ids
