"""The network and the model around it: pairs, pooling, reading, saving; on a tiny random encoder."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="the neural room needs torch: pip install -e '.[neural]'")

from neural import write_encoder  # noqa: E402

from kg.errors import ConfigError  # noqa: E402
from kg.neural.batching import HintTags, collate, make_items  # noqa: E402
from kg.neural.encoder import Reader, load_encoder, run_encoder  # noqa: E402
from kg.neural.model import Model, ModelConfig  # noqa: E402
from kg.neural.pairs import Reach, RelationClasses, make_pairs  # noqa: E402
from kg.neural.pooling import Groups, group_pairs, pool_pairs  # noqa: E402
from kg.neural.section import Finding, Marked, Section, Unit, Window  # noqa: E402
from kg.neural.training import Settings, start_model  # noqa: E402

TEXT = "云帆智能发布了ChatGPT-4。启元科技使用它，OpenAI A100 也在。"
ENDS = {
    "DEVELOPS": (("Company",), ("Product",)),
    "COMPETES_WITH": (("Company", "Product"), ("Company", "Product")),
}
CONFIG = ModelConfig(("Company", "Product"), ENDS, ("COMPETES_WITH",), {}, longest=24, overlap=8)
CLASSES = RelationClasses(CONFIG.types, ENDS, frozenset(CONFIG.symmetric))
NAMES = [Marked(0, 4, "Company", "云帆"), Marked(7, 16, "Product", "chatgpt-4"), Marked(17, 21, "Company", "启元")]


def section(text=TEXT, ends=(17, None)):
    units, start = [], 0
    for end in ends:
        end = len(text) if end is None else end
        units.append(Unit(start, end, "paragraph", 0))
        start = end
    return Section(text, tuple(units))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("encoder"), TEXT)


@pytest.fixture(scope="module")
def model(encoder):
    return start_model(encoder, CONFIG, Settings(device="cpu"))


def test_every_character_finds_its_token(encoder):
    reader = Reader.from_folder(encoder)
    (tokens,) = reader.read(["云ChatGPT 4"])
    words = [reader.tokenizer.id_to_token(number) for number in tokens.ids]
    assert words == ["[CLS]", "云", "chat", "##gpt", "4", "[SEP]"]
    assert tokens.owner == [1, 2, 2, 2, 2, 3, 3, 3, 3, 4]
    assert tokens.place == [1, 1, 2, 3, 4, 1, 2, 3, 0, 1]


def test_capital_with_two_small_letters_keeps_the_offsets(encoder):
    (tokens,) = Reader.from_folder(encoder).read(["İ云"])
    assert len(tokens.owner) == 2


def test_padding_changes_nothing(encoder):
    loaded = load_encoder(encoder).eval()
    ids = torch.tensor([[2, 20, 21, 3]])
    with torch.inference_mode():
        alone = run_encoder(loaded, ids, torch.ones_like(ids))
        padded = torch.nn.functional.pad(ids, (0, 3))
        both = run_encoder(loaded, padded, torch.tensor([[1, 1, 1, 1, 0, 0, 0]]))
    assert torch.allclose(alone, both[:, :4], atol=1e-5)


def test_batch_has_the_shapes_it_says(model):
    items = make_items([section()], [[Window(0, 0, 17), Window(9, 17, 40)]], model.reader, HintTags(CONFIG.types))
    batch = collate(items, torch.device("cpu"))
    assert batch.owner.shape == batch.place.shape == batch.shape.shape == batch.hints.shape == (2, 31)
    assert batch.ids.shape == batch.mask.shape == batch.token_hints.shape
    hidden = model.network.read(batch)
    assert hidden.shape == (2, 31, 64)
    assert model.network.tagger(hidden, batch).shape == (2, 31, len(model.labels))


def test_pairs_are_those_that_types_allow():
    pairs = make_pairs(section(), NAMES, [], CLASSES, Reach(100))
    assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]
    forwards, backwards = CLASSES.number("DEVELOPS", forwards=True), CLASSES.number("DEVELOPS", forwards=False)
    assert pairs.allowed[:, forwards].tolist() == [True, False, False]
    assert pairs.allowed[:, backwards].tolist() == [False, False, True]
    assert pairs.allowed[:, 0].all()


@pytest.mark.parametrize(("reach", "number"), [(Reach(100), 3), (Reach(3), 2), (Reach(100, own=17), 2), (Reach(0), 0)])
def test_pairs_are_those_within_reach(reach, number):
    pairs = make_pairs(section(), NAMES, [], CLASSES, reach)
    assert (0 if pairs is None else len(pairs.first)) == number


def test_finding_of_a_rule_stands_in_its_direction():
    pairs = make_pairs(section(), NAMES, [Finding(2, "DEVELOPS", 1, 0.7)], CLASSES, Reach(100))
    assert pairs.findings[2, CLASSES.number("DEVELOPS", forwards=False)] == pytest.approx(0.7)
    assert pairs.findings.sum() == pytest.approx(0.7)


def test_name_has_no_pair_with_its_own_entity():
    twice = [NAMES[0], replace(NAMES[2], entity="云帆")]
    assert make_pairs(section(), twice, [], CLASSES, Reach(100)) is None


@pytest.mark.parametrize("number", [1, 2, 3])
def test_turning_a_class_twice_gives_it_back(number):
    turned = int(CLASSES.turned[number])
    assert int(CLASSES.turned[turned]) == number
    label, forwards = CLASSES.read(number)
    assert (turned == number) == (label in CONFIG.symmetric)
    assert label in CONFIG.symmetric or CLASSES.number(label, forwards=forwards) == number


def test_pooling_takes_the_pair_that_says_most_whichever_way_it_stands():
    scores = torch.tensor([[0.0, 5.0, -9.0, -9.0, -9.0], [0.0, -9.0, -9.0, -1.0, -9.0]])
    groups = Groups([("a", "b")], [[0, 1]], [False, True])
    (pooled,) = pool_pairs(scores, groups, CLASSES)
    assert pooled[0] == 0
    assert int(pooled.argmax()) == CLASSES.number("DEVELOPS", forwards=True)
    assert pooled[1] == pytest.approx(torch.logsumexp(torch.tensor([5.0, -1.0]), 0).item())


def test_pairs_are_grouped_by_the_entities_they_join():
    names = [NAMES[0], NAMES[1], replace(NAMES[0], start=18, end=22)]
    pairs = make_pairs(section(), names, [], CLASSES, Reach(100))
    groups = group_pairs(names, pairs)
    assert groups.keys == [("chatgpt-4", "云帆")]
    assert groups.rows == [[0, 1]]
    assert groups.flipped == [True, False]


def test_reading_does_not_hang_on_what_is_read_beside(model):
    alone = model.read([section()])[0]
    beside = model.read([section("云" * 200, (200,)), section(), section("发布。", (3,))])[1]
    assert [(one.start, one.end, one.type) for one in alone.names] == [
        (one.start, one.end, one.type) for one in beside.names
    ]
    for a, b in zip(alone.windows, beside.windows, strict=True):
        assert torch.allclose(a.chars, b.chars, atol=1e-4)


def test_names_are_in_order_and_each_belongs_to_one_window(model):
    for text in (TEXT, TEXT * 5):
        reading = model.read([section(text, (17, None))])[0]
        names = reading.names
        assert names == sorted(names, key=lambda one: one.start)
        assert len({one.start for one in names}) == len(names)
        assert all(0 < one.score <= 1 for one in names)


def test_relations_are_likely_enough_and_allowed(model):
    text = section()
    found = model.relate(text, model.read([text])[0], NAMES, least=0.0)
    assert found
    for one in found:
        ends = NAMES[one.subject].type, NAMES[one.object].type
        assert model.classes.relations[one.relation][0].count(ends[0])
        assert model.classes.relations[one.relation][1].count(ends[1])
    assert not model.relate(text, model.read([text])[0], NAMES, least=1.0)


def test_no_text_gives_nothing(model):
    assert model.read([]) == []
    empty = Section("", ())
    assert model.read([empty])[0].names == []
    assert model.relate(empty, model.read([empty])[0], []) == []


def test_saved_model_reads_the_same(model, tmp_path):
    model.save(tmp_path)
    again = Model.from_folder(tmp_path, "cpu")
    assert again.config == replace(model.config, encoder=again.config.encoder)
    a, b = model.read([section()])[0], again.read([section()])[0]
    for one, other in zip(a.windows, b.windows, strict=True):
        assert torch.allclose(one.chars, other.chars, atol=0.02)  # weights are kept in float16


def test_int8_reads_nearly_the_same(model, tmp_path):
    model.save(tmp_path)
    exact, fast = (Model.from_folder(tmp_path, "cpu", int8=int8).read([section()])[0] for int8 in (False, True))
    a, b = (torch.cat([one.chars for one in reading.windows]) for reading in (exact, fast))
    assert torch.nn.functional.cosine_similarity(a, b).mean() > 0.98
    assert not torch.equal(a, b)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "model.json").unlink(), "is no model"),
        (lambda folder: (folder / "model.json").write_text("{", encoding="utf-8"), "is no model"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x"), "is no model"),
        (lambda folder: change_json(folder, format=99), "was written by another release"),
        (lambda folder: change_json(folder, types=["Company", "Product", "Person"]), "does not fit"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "no such file"),
    ],
)
def test_broken_folder_is_named(model, tmp_path, change, message):
    model.save(tmp_path)
    change(tmp_path)
    with pytest.raises(ConfigError, match=message) as caught:
        Model.from_folder(tmp_path, "cpu")
    assert str(tmp_path) in str(caught.value)


def change_json(folder, **values):
    table = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.json").write_text(json.dumps({**table, **values}), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "config.json").unlink(), "is no encoder folder"),
        (
            lambda folder: (folder / "config.json").write_text('{"model_type": "gpt2"}', encoding="utf-8"),
            "must be a BERT",
        ),
        (lambda folder: (folder / "tokenizer.json").unlink(), "no such file"),
    ],
)
def test_broken_encoder_is_named(tmp_path, change, message):
    folder = write_encoder(tmp_path / "encoder", TEXT)
    change(folder)
    with pytest.raises(ConfigError, match=message):
        start_model(folder, CONFIG, Settings(device="cpu"))


def test_ontology_that_lacks_a_label_of_the_model_is_refused(model, ontology):
    odd = Model(replace(model.config, types=("Planet", "Product")), model.reader, model.network, model.device)
    with pytest.raises(ConfigError, match="Planet"):
        odd.check_ontology(ontology)
    model.check_ontology(ontology)
