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
    limits = ("--limit", "2", "--epochs", "1", "--further", "1", "--replay", "4")
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


def test_gold_passages_are_learned_last_and_only_then(lesson, shared, tmp_path):
    rebuild(lesson, tmp_path, "--shared", shared)
    learned = (tmp_path / "work" / "learned.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {json.loads(line)["id"] for line in (tmp_path / "work" / "gold.jsonl").read_text("utf-8").splitlines()}
    assert len(gold) == 2
    assert not gold & {json.loads(line)["id"] for line in learned}
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert card.index("gold.jsonl") < card.index("The card of the model that it started from")
