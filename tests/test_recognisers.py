"""Recognisers of others: HanLP and Hugging Face, each with a tiny model on disk."""

import json
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="recognisers need torch: pip install -e '.[neural]'")

import torch
from neural import SPECIAL, write_tokenizer
from safetensors.torch import save_file
from transformers import BertConfig, BertForTokenClassification, BertModel

from kg.config import Config
from kg.errors import ConfigError, SeedError
from kg.extraction.recognisers import read_labels
from kg.pipeline import Pipeline
from kg.reading import report_from_text

TEXT = "云帆与王小明见面。"


def mentions_of(config, text=TEXT):
    _, _, found = Pipeline(config).extract(report_from_text(text, id="r"))
    return [(one.text, one.type) for one in found.mentions]


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    """A folder whose model calls 云 and 帆 the begin and inside of an ORG, and all else O, by its weights."""
    folder = tmp_path_factory.mktemp("classifier")
    write_tokenizer(folder, TEXT)
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]"}),
        encoding="utf-8",
    )
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    labels = {0: "O", 1: "B-ORG", 2: "I-ORG"}
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=8, num_hidden_layers=0, num_attention_heads=1, intermediate_size=8,
        id2label=labels, label2id={label: number for number, label in labels.items()},
    )  # fmt: skip
    model = BertForTokenClassification(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.bert.embeddings.LayerNorm.weight.fill_(1)
        words = model.bert.embeddings.word_embeddings.weight
        words[vocabulary["云"], 0] = words[vocabulary["帆"], 1] = 1
        model.classifier.bias.copy_(torch.tensor([1.0, 0.0, 0.0]))
        model.classifier.weight[1, 0] = model.classifier.weight[2, 1] = 5
    config.architectures = ["BertForTokenClassification"]
    (folder / "config.json").write_text(json.dumps(config.to_dict()), encoding="utf-8")
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / "model.safetensors",
              metadata={"format": "pt"})  # fmt: skip
    return folder


def test_hugging_face_folder_finds_names(classifier):
    config = Config(recogniser="transformers", model=str(classifier), device="cpu")
    assert ("云帆", "Company") in mentions_of(config)


def test_longer_name_of_the_list_stays(classifier):
    config = Config(recogniser="transformers", model=str(classifier), device="cpu")
    assert [name for name, _ in mentions_of(config, "百度智能云上线。")] == ["百度智能云"]


def test_label_that_means_nothing_here_gives_no_name(classifier, tmp_path):
    labels = tmp_path / "labels.toml"
    labels.write_text('[labels]\nPER = "Person"\n', encoding="utf-8")
    config = Config(recogniser="transformers", model=str(classifier), device="cpu", labels=labels)
    assert ("云帆", "Company") not in mentions_of(config)


@pytest.mark.parametrize("kind", ["transformers", "model"])
def test_folder_that_is_none_is_named(tmp_path, kind):
    with pytest.raises(ConfigError, match=str(tmp_path / "none")):
        mentions_of(Config(recogniser=kind, model=str(tmp_path / "none")))


def test_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(ConfigError, match="is no model for token classification"):
        mentions_of(Config(recogniser="transformers", model=str(tmp_path)))


def test_lexicon_alone_needs_no_model():
    config = Config(recogniser="lexicon", model="none")
    assert mentions_of(config, "百度发布文心一言。") == [("百度", "Company"), ("文心一言", "Product")]


def test_unknown_recogniser_is_refused():
    with pytest.raises(ConfigError, match="must be one of auto, model, lexicon, hanlp, transformers"):
        replace(Config(), recogniser="bert")


def test_auto_takes_the_list_where_there_are_no_weights(tmp_path):
    assert Pipeline(Config(model=str(tmp_path / "none"))).recogniser.kind == "lexicon"


@pytest.mark.parametrize(
    ("text", "message"),
    [("[labels]\nORG = 1", r"must hold one table \[labels\]"), ("labels = 2", "must hold one table")],
)
def test_bad_label_file_is_named(tmp_path, ontology, text, message):
    path = tmp_path / "labels.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SeedError, match=message):
        read_labels(path, ontology)


def test_shipped_labels_are_types_of_the_ontology(ontology):
    labels = read_labels(Config().labels, ontology)
    assert set(labels.values()) == set(ontology.types)
    assert all(label == label.upper() for label in labels)


@pytest.fixture(scope="module")
def hanlp_folder(tmp_path_factory):
    """A recogniser of HanLP, trained here for a moment."""
    return train_hanlp(tmp_path_factory.mktemp("hanlp"))


@pytest.mark.filterwarnings("ignore")  # HanLP's own
def test_local_folder_of_hanlp_finds_names(hanlp_folder):
    found = mentions_of(Config(recogniser="hanlp", model=str(hanlp_folder)), "沐光发布观澜。")
    assert ("观澜", "Product") in found


@pytest.mark.filterwarnings("ignore")
def test_name_that_is_no_official_model_of_hanlp_is_refused():
    pytest.importorskip("hanlp")
    with pytest.raises(ConfigError, match="neither a folder nor an official model of HanLP"):
        mentions_of(Config(recogniser="hanlp", model="NO_SUCH_MODEL"))


@pytest.mark.filterwarnings("ignore")
def test_official_names_of_hanlp_are_known():
    hanlp = pytest.importorskip("hanlp")
    assert hanlp.pretrained.ALL["MSRA_NER_ELECTRA_SMALL_ZH"].startswith("http")


def train_hanlp(folder):
    """A tiny recogniser as HanLP saves one, trained on one pattern; skips where HanLP is not installed."""
    pytest.importorskip("hanlp", reason="needs HanLP: pip install -e '.[hanlp]'")
    import transformers.optimization

    # HanLP 2.1.5 trains with an optimiser that transformers 5 no longer has; loading and reading need none of it.
    if not hasattr(transformers.optimization, "AdamW"):
        transformers.optimization.AdamW = _AdamW
    from hanlp.components.ner.transformer_ner import TransformerNamedEntityRecognizer

    firms, products = ["云帆", "沐光", "北辰"], ["观澜", "墨池", "星野"]
    lines = [line for firm in firms for product in products for line in _tagged(firm, product)]
    for part in ("train", "dev"):
        (folder / f"{part}.tsv").write_text("\n".join(lines * (6 if part == "train" else 1)) + "\n", encoding="utf-8")
    encoder = _write_hanlp_encoder(folder / "encoder", sorted({line[0] for line in lines if line}))
    TransformerNamedEntityRecognizer().fit(
        str(folder / "train.tsv"), str(folder / "dev.tsv"), str(folder / "model"), transformer=str(encoder), epochs=8,
        batch_size=16, lr=3e-3, transformer_lr=1e-3, crf=False, char_level=True, delimiter_in_entity="",
        max_seq_len=64, seed=1, devices=-1, eval_trn=False,
    )  # fmt: skip
    return folder / "model"


class _AdamW(torch.optim.AdamW):
    def __init__(self, params, no_deprecation_warning=None, correct_bias=None, **settings):
        super().__init__(params, **settings)


def _tagged(firm, product):
    tags = ["B-ORG", "E-ORG", "O", "O", "B-PRODUCT", "E-PRODUCT", "O"]
    return [f"{char}\t{tag}" for char, tag in zip(f"{firm}发布{product}。", tags, strict=True)] + [""]


def _write_hanlp_encoder(folder, characters):
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join([*SPECIAL, *characters]) + "\n", encoding="utf-8")
    settings = {"tokenizer_class": "BertTokenizer", "do_lower_case": False, "model_max_length": 512}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    size = len(SPECIAL) + len(characters)
    config = BertConfig(
        vocab_size=size, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(folder)
    return folder
