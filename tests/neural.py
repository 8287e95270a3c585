"""A tiny encoder and tiny lessons for the tests of the neural room; everything is real but the size."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers.models.bert.configuration_bert import BertConfig
from transformers.models.bert.modeling_bert import BertModel

from kg.config import Config
from kg.neural.learning import Noise
from kg.neural.training import Settings
from kg.training import TrainingData, train

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["gpt", "open", "##ai", "chat", "##gpt", "-", "4", "100", "a", "##100"]


QUIET = Noise(words=0.0, hint=0.0, hints=1.0, findings=1.0)  # names and rules must not tell the answer
SETTINGS = Settings(
    epochs=24, patience=24, batch_chars=128, encoder_rate=3e-3, head_rate=5e-3, device="cpu", noise=QUIET
)


def write_tokenizer(folder: Path, text: str) -> None:
    """A WordPiece tokenizer with one token a Han character, as Chinese BERTs have."""
    characters = sorted({char for char in text.lower() if not char.isspace()})
    tokens = dict.fromkeys([*SPECIAL, *WORDS, *characters, *(f"##{char}" for char in characters)])
    tokenizer = Tokenizer(WordPiece({token: number for number, token in enumerate(tokens)}, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=False, strip_accents=False)  # it parts Han characters
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", SPECIAL.index("[CLS]")), ("[SEP]", SPECIAL.index("[SEP]"))]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))


def write_encoder(folder: Path, text: str, width: int = 32) -> Path:
    """A BERT of two layers with random weights, in a Hugging Face folder."""
    write_tokenizer(folder, text)
    size = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size()
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=size, hidden_size=width, num_hidden_layers=2, num_attention_heads=2, intermediate_size=2 * width
    )
    encoder = BertModel(config, add_pooling_layer=False)
    (folder / "config.json").write_text(json.dumps(config.to_dict()), encoding="utf-8")
    save_file(encoder.state_dict(), folder / "model.safetensors")
    return folder


def write_passages(path: Path, number: int = 24) -> Path:
    """Passages of one pattern: firms that develop products, and firms that stand beside products for nothing."""
    firms, products = ["云帆智能", "启元科技", "北辰数据", "沐光网络"], ["观澜", "墨池", "星野", "问渠"]
    rows = []
    for at in range(number):
        firm, product, other = firms[at % 4], products[at // 4 % 4], products[(at // 4 + 1) % 4]
        text = f"{firm}发布了模型{product}。{other}的价格没有变化。"
        entities = [(firm, "Company"), (product, "Product"), (other, "Product")]
        triple = {"subject": firm, "relation": "DEVELOPS", "object": product, "status": "asserted"}
        named = [{"text": name, "type": kind, "canonical": name} for name, kind in entities]
        rows.append({"id": f"p{at}", "text": text, "entities": named, "triples": [triple]})
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def lesson(tmp_path_factory):
    """A folder with passages and an encoder that has their characters."""
    folder = tmp_path_factory.mktemp("lesson")
    passages = write_passages(folder / "passages.jsonl")
    write_encoder(folder / "encoder", passages.read_text(encoding="utf-8"))
    return folder


@pytest.fixture(scope="session")
def trained(lesson, tmp_path_factory):
    out = tmp_path_factory.mktemp("trained")
    data = TrainingData((lesson / "passages.jsonl",), (lesson / "passages.jsonl",))
    figures = train(data, out, start=lesson / "encoder", settings=SETTINGS, config=Config())
    made = json.loads((out / "model.json").read_text(encoding="utf-8"))
    short = made | {"longest": 40, "overlap": 0}  # as long as the passages that it has learned from
    (out / "model.json").write_text(json.dumps(short), encoding="utf-8")
    return out, figures
