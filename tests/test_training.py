"""Training: a tiny model learns a pattern, goes on where it stopped, and writes its card."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="the neural room needs torch: pip install -e '.[neural]'")

from neural import SETTINGS  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

from kg.annotated import ExampleMaker, read_annotated  # noqa: E402
from kg.cli import app  # noqa: E402
from kg.config import Config  # noqa: E402
from kg.errors import ConfigError  # noqa: E402
from kg.neural.measuring import measure  # noqa: E402
from kg.neural.model import Model  # noqa: E402
from kg.neural.training import start_model  # noqa: E402
from kg.neural.training import train as train_network  # noqa: E402
from kg.pipeline import Pipeline  # noqa: E402
from kg.training import TrainingData, model_config_of, train  # noqa: E402


def test_a_pattern_is_learned(trained):
    _, figures = trained
    assert figures.names == 100
    assert figures.relations > 90


def test_what_was_learned_is_on_disk(trained, lesson):
    model = Model.from_folder(trained[0], "cpu")
    maker = ExampleMaker(Pipeline(Config(recogniser="lexicon")))
    examples = [one for passage in read_annotated([lesson / "passages.jsonl"]) for one in maker.make(passage)]
    assert measure(model, examples).names == 100


def test_card_tells_data_settings_and_scores(trained):
    card = (trained[0] / "README.md").read_text(encoding="utf-8")
    for part in ("kg train --task both", "passages.jsonl", "24 passages", "seed: 0", "Company", "characters a second"):
        assert part in card


def test_checkpoint_goes_when_the_work_is_done(trained):
    assert sorted(path.name for path in trained[0].iterdir()) == [
        "README.md",
        "model.json",
        "model.safetensors",
        "tokenizer.json",
    ]


def examples_of(lesson):
    maker = ExampleMaker(Pipeline(Config(recogniser="lexicon")))
    return [one for passage in read_annotated([lesson / "passages.jsonl"]) for one in maker.make(passage)]


def fresh(lesson, ontology, tasks=("ner", "re")):
    return start_model(lesson / "encoder", model_config_of(ontology, tasks), SETTINGS)


def test_interrupted_training_goes_on_to_the_same_weights(lesson, ontology, tmp_path):
    examples, settings = examples_of(lesson), replace(SETTINGS, epochs=3)
    whole = train_network(fresh(lesson, ontology), examples, [], settings, out=tmp_path / "whole")

    class CutError(Exception):
        pass

    def stop(step):
        if step.epoch == 3:
            raise CutError

    with pytest.raises(CutError):
        train_network(fresh(lesson, ontology), examples, [], settings, out=tmp_path / "cut", on_step=stop)
    again = train_network(fresh(lesson, ontology), examples, [], settings, out=tmp_path / "cut")
    one, other = whole.model.network.state_dict(), again.model.network.state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_checkpoint_of_another_training_is_refused(lesson, ontology, tmp_path):
    examples, settings = examples_of(lesson), replace(SETTINGS, epochs=1)
    train_network(fresh(lesson, ontology), examples, [], settings, out=tmp_path)
    with pytest.raises(ConfigError, match="belongs to another training"):
        train_network(fresh(lesson, ontology), examples, [], replace(settings, seed=1), out=tmp_path)


def test_training_stops_when_nothing_is_gained(lesson, ontology, tmp_path):
    settings = replace(SETTINGS, epochs=9, patience=2, encoder_rate=0.0, head_rate=0.0)
    examples = examples_of(lesson)[:6]
    run = train_network(fresh(lesson, ontology), examples, examples, settings, out=tmp_path)
    assert len(run.epochs) < 9


@pytest.mark.parametrize(("task", "absent"), [("ner", "DEVELOPS"), ("re", "Company")])
def test_one_task_is_learned_alone(lesson, ontology, tmp_path, task, absent):
    examples = examples_of(lesson)
    settings = replace(SETTINGS, epochs=1)
    run = train_network(fresh(lesson, ontology, (task,)), examples, examples, settings, out=tmp_path)
    assert absent not in run.epochs[0].by_class


def test_nothing_to_learn_from_is_said(lesson, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ConfigError, match="no passages to train on"):
        train(TrainingData((empty,)), tmp_path / "out", start=lesson / "encoder", settings=SETTINGS, config=Config())


def test_command_trains_and_the_model_extracts(lesson, tmp_path):
    out = tmp_path / "model"
    run = CliRunner().invoke(
        app,
        [
            *("train", "--data", str(lesson / "passages.jsonl"), "--start", str(lesson / "encoder")),
            *("--out", str(out), "--epochs", "1"),
        ],
    )
    assert run.exit_code == 0, run.output
    assert "names" in run.output
    config = tmp_path / "kg.toml"
    config.write_text('model = "model"\nrecogniser = "model"\nint8 = false\n', encoding="utf-8")
    done = CliRunner().invoke(app, ["extract", "云帆智能发布了模型观澜。", "--config", str(config)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["id"] == "1"
