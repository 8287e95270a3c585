"""Status, time and amount by a trained model: a tiny one learns which of two times belongs to a fact."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="the neural room needs torch: pip install -e '.[neural]'")

from neural import SETTINGS, write_encoder  # noqa: E402

from kg.annotated import Annotated, ExampleMaker, Triple, read_annotated  # noqa: E402
from kg.config import Config  # noqa: E402
from kg.errors import ConfigError  # noqa: E402
from kg.neural.fitting import FitSettings, fit_qualifier, measure_qualifier  # noqa: E402
from kg.neural.model import Model  # noqa: E402
from kg.neural.qualifying import UNKNOWN, make_questions  # noqa: E402
from kg.neural.section import Candidate, Marked, Question, Section, Unit, Window  # noqa: E402
from kg.pipeline import Pipeline  # noqa: E402
from kg.reading import report_from_text  # noqa: E402
from kg.training import TrainingData, train  # noqa: E402

FIRMS = ["云帆智能", "启元科技", "北辰数据", "沐光网络"]
PRODUCTS = ["观澜", "墨池", "星野", "问渠"]
YEARS = ["2019年", "2021年", "2022年", "2024年"]


def write_lessons(path, number=32):
    """Firms that release products, or mean to, at a time that follows them; another time stands at the end."""
    rows = []
    for at in range(number):
        firm, product, when, other = FIRMS[at % 4], PRODUCTS[at // 4 % 4], YEARS[at % 4], YEARS[(at // 3 + 1) % 4]
        planned = at % 2 == 1
        text = f"{firm}{'拟' if planned else ''}发布模型{product}（{when}），价格在{other}没有变化。"
        rows.append(
            {
                "id": f"q{at}",
                "text": text,
                "entities": [
                    {"text": firm, "type": "Company", "canonical": firm},
                    {"text": product, "type": "Product", "canonical": product},
                ],
                "triples": [
                    {
                        "subject": firm,
                        "relation": "DEVELOPS",
                        "object": product,
                        "status": "planned" if planned else "asserted",
                        "time": when,
                    }
                ],
            }
        )
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def qualified(tmp_path_factory):
    """The folder of a tiny model that learned these lessons, and its figures."""
    folder = tmp_path_factory.mktemp("qualified")
    passages = write_lessons(folder / "passages.jsonl")
    encoder = write_encoder(folder / "encoder", passages.read_text(encoding="utf-8"))
    settings = replace(SETTINGS, epochs=8)
    figures = train(
        TrainingData((passages,), (passages,)), folder / "model", start=encoder, settings=settings, config=Config()
    )
    return folder, figures


@pytest.fixture(scope="module")
def maker():
    return ExampleMaker(Pipeline(Config(recogniser="lexicon")))


def relation_of(folder, text, **changes):
    config = replace(Config(recogniser="model", model=str(folder / "model"), device="cpu", int8=False), **changes)
    found = Pipeline(config).extract(report_from_text(text, id="r"))[2].relations
    return max(found, key=lambda one: one.score)


def test_training_fits_status_and_time(qualified):
    folder, figures = qualified
    assert figures.by_class["status"] > 90
    assert figures.by_class["time"] > 90
    assert "| time of given relations |" in (folder / "model" / "README.md").read_text(encoding="utf-8")


def test_pipeline_takes_status_and_time_from_the_model(qualified):
    found = relation_of(qualified[0], "北辰数据拟发布模型墨池（2022年），价格在2019年没有变化。")
    assert (found.status, found.time.text, found.time.start) == ("planned", "2022年", "2022-01-01")


def test_folder_without_a_qualifier_leaves_it_to_the_rules(qualified, tmp_path):
    model = Model.from_folder(qualified[0] / "model", "cpu")
    model.qualifier = None
    model.save(tmp_path / "model")
    found = relation_of(tmp_path, "北辰数据拟发布模型墨池（2022年），价格在2019年没有变化。")
    assert found.status == "planned"


@pytest.mark.parametrize(("rate", "stays"), [(0.0, True), (0.3, False)])
def test_qualifier_learns_on_where_a_model_is_trained_further(qualified, tmp_path, rate, stays):
    folder, _ = qualified
    passages = folder / "passages.jsonl"
    settings = replace(SETTINGS, epochs=1, rate=rate)
    train(TrainingData((passages,)), tmp_path, start=folder / "model", settings=settings, config=Config())
    one, other = (Model.from_folder(path, "cpu").qualifier.state_dict() for path in (folder / "model", tmp_path))
    assert all(torch.equal(one[name], other[name]) for name in one) == stays
    # one that began anew would share nothing
    assert all(torch.allclose(one[name], other[name], atol=0.2) for name in one)


def test_model_without_a_qualifier_leaves_none_of_another_in_its_folder(qualified, tmp_path):
    model = Model.from_folder(qualified[0] / "model", "cpu")
    model.save(tmp_path)
    model.qualifier = None
    model.save(tmp_path)
    assert Model.from_folder(tmp_path, "cpu").qualifier is None


def test_qualifier_of_another_model_is_refused(qualified, tmp_path):
    Model.from_folder(qualified[0] / "model", "cpu").save(tmp_path)
    table = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    broken = (tmp_path / "qualifier.safetensors").read_bytes()[:-100]
    (tmp_path / "qualifier.safetensors").write_bytes(broken)
    assert table["format"] == 1
    with pytest.raises(ConfigError, match="does not fit the model"):
        Model.from_folder(tmp_path, "cpu")


def test_examples_without_qualifiers_teach_nothing(qualified, lesson, maker):
    model = Model.from_folder(qualified[0] / "model", "cpu")
    model.qualifier = None
    examples = [one for passage in read_annotated([lesson / "passages.jsonl"]) for one in maker.make(passage)]
    assert not fit_qualifier(model, examples, FitSettings(epochs=1))
    assert measure_qualifier(model, examples) == {}


def asked_of(maker, text, **triple):
    named = (("云帆智能", "Company", "云帆智能"), ("观澜", "Product", "观澜"))
    stated = Triple("云帆智能", "DEVELOPS", "观澜", **triple)
    (example,) = maker.make(Annotated("p", text, named, (stated,)))
    (asked,) = example.asked
    texts = [None if one is None else [at_text(example, at) for at in one] for one in asked.right]
    return asked, texts


def at_text(example, at):
    one = example.candidates[at]
    return example.section.text[one.start : one.end]


def test_annotated_time_is_the_candidate_that_reads_so(maker):
    asked, right = asked_of(maker, "2022年云帆智能发布了观澜，2023年涨价。", time="2022年", status="planned")
    assert right == [["2022年"], [], []]
    assert asked.status == "planned"


def test_annotated_sum_and_stake_are_told_apart(maker):
    _, right = asked_of(maker, "云帆智能以3,000万元收购观澜51%的股权。", amount="3,000万元，51%")
    assert right == [[], ["3,000万元"], ["51%"]]


def test_traditional_time_is_found(maker):
    _, right = asked_of(maker, "去年雲帆智能……云帆智能發佈了觀瀾。云帆智能去年12月發佈观澜。", time="去年12月")
    assert right[0] == ["去年12月"]


def test_time_that_is_no_candidate_is_not_known(maker):
    _, right = asked_of(maker, "盛夏时节，云帆智能发布了观澜。", time="盛夏时节")
    assert right == [None, [], []]


def test_choice_of_the_rules_is_told(maker):
    asked, _ = asked_of(maker, "2022年云帆智能发布了观澜。")
    assert len(asked.question.picked) == 1


TEXT = "标题\n甲公司发布乙，2022年涨价。丙在2023年上市。"
SECTION = Section(TEXT, (Unit(0, 3, "heading", 0), Unit(3, 18, "paragraph", 1), Unit(18, len(TEXT), "paragraph", 1)))
NAMES = (Marked(3, 6, "Company", "甲公司"), Marked(8, 9, "Product", "乙"), Marked(18, 19, "Product", "丙"))
CANDIDATES = tuple(Candidate(at, at + 5, "time") for at in (TEXT.index("2022"), TEXT.index("2023")))


def test_questions_count_from_what_is_read():
    window = Window(3, 3, len(TEXT), (0, 3))
    question = Question(0, "DEVELOPS", 1, "planned", (0,))
    made = make_questions(SECTION, window, NAMES, CANDIDATES, [question], ["USES", "DEVELOPS"])
    assert made.batch.ends.tolist() == [[[4, 7], [9, 10]]]  # behind the lead and a line end
    assert made.batch.relation.tolist() == [2]
    assert made.batch.features[0, :, -1].tolist() == [1, 0]
    assert made.batch.features.shape == (1, 2, 7)


def test_question_belongs_to_the_window_that_owns_its_second_name():
    question = Question(0, "DEVELOPS", 1, "asserted")
    assert make_questions(SECTION, Window(3, 18, len(TEXT)), NAMES, CANDIDATES, [question], ["DEVELOPS"]) is None


def test_rules_can_be_hidden():
    question = Question(1, "DEVELOPS", 0, "planned", (0,))
    made = make_questions(SECTION, Window(0, 0, len(TEXT)), NAMES, CANDIDATES, [question], ["DEVELOPS"])
    hidden = made.batch.without_rules()
    assert hidden.status.tolist() == [UNKNOWN]
    assert hidden.features[..., -1].sum() == 0
    assert made.batch.relation.tolist() == [1]
