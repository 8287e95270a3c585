"""Texts as vectors: what the encoder gives, nearness of questions to answers, and a build with them and without."""

import json
import subprocess
import sys
from collections.abc import Iterator
from math import hypot
from pathlib import Path

import pytest
from typer.testing import CliRunner

import kg
from kg.cli import app
from kg.config import Config
from kg.errors import ConfigError
from kg.pipeline import Pipeline
from kg.reading import report_from_text
from kg.store import Store

torch = pytest.importorskip("torch")

TEXTS = ["百度发布了文心一言。", "微软投资了OpenAI。", "GPT-4的价格没有变化，观察人士认为市场仍在增长。", "墨"]
ANSWERS = {
    "谁投资了OpenAI？": "2023年1月，微软宣布向OpenAI追加数十亿美元的投资。",
    "文心一言是哪家公司开发的？": "百度于2023年3月正式推出大语言模型文心一言。",
    "英伟达的芯片为什么紧缺？": "大模型训练需求旺盛，H100供不应求，交货期长达数月。",
    "生成式AI在游戏里怎么用？": "网易与腾讯把AIGC用于角色对话、美术素材与关卡设计。",
}
WITH, WITHOUT = Config(recogniser="lexicon", embeddings=True), Config(recogniser="lexicon")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A tiny encoder with random weights, and the folder it comes from."""
    from neural import write_encoder

    from kg.neural.embedding import INSTRUCTION, Embedder

    folder = write_encoder(tmp_path_factory.mktemp("encoder"), "".join(TEXTS) + INSTRUCTION)
    return Embedder.from_folder(folder, "cpu"), folder


@pytest.fixture(scope="module")
def shipped():
    return Pipeline(Config(device="cpu")).embedder


def close(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one == pytest.approx(other, abs=1e-5)


class TestEmbedder:
    def test_gives_what_the_encoder_has_at_its_first_token(self, tiny):
        from tokenizers import Tokenizer
        from transformers.models.bert.modeling_bert import BertModel

        embedder, folder = tiny
        encoder = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
        ids = torch.tensor([Tokenizer.from_file(str(folder / "tokenizer.json")).encode(TEXTS[0]).ids])
        with torch.inference_mode():
            first = encoder(ids).last_hidden_state[0, 0].tolist()
        length = hypot(*first)
        assert close(embedder.embed([TEXTS[0]])[0], tuple(number / length for number in first))

    def test_gives_vectors_of_length_1_in_order(self, tiny):
        embedder, _ = tiny
        vectors = embedder.embed(TEXTS)
        assert [hypot(*vector) for vector in vectors] == pytest.approx([1.0] * len(TEXTS), abs=1e-5)
        assert all(close(*pair) for pair in zip(embedder.embed(TEXTS[::-1]), vectors[::-1], strict=True))
        assert not close(vectors[0], vectors[1])

    def test_gives_a_text_the_same_vector_beside_any_other(self, tiny, monkeypatch: pytest.MonkeyPatch):
        embedder, _ = tiny
        together = embedder.embed(TEXTS)
        monkeypatch.setattr(embedder, "capacity", 1)
        assert all(close(*pair) for pair in zip(embedder.embed(TEXTS), together, strict=True))

    def test_reads_a_long_text_to_its_last_place(self, tiny):
        embedder, _ = tiny
        full = "百" * 509 + "墨"
        assert close(embedder.embed([full + "墨" * 2000])[0], embedder.embed([full])[0])
        assert not close(embedder.embed([full])[0], embedder.embed(["百" * 510])[0])

    def test_of_nothing_is_nothing(self, tiny):
        embedder, _ = tiny
        assert embedder.embed([]) == []

    def test_of_a_folder_without_an_encoder_says_so(self, tmp_path: Path):
        from kg.neural.embedding import Embedder

        with pytest.raises(ConfigError, match=r"tokenizer\.json: no such file"):
            Embedder.from_folder(tmp_path)


class TestShipped:
    def test_has_512_numbers(self, shipped):
        assert {len(vector) for vector in shipped.embed(TEXTS)} == {512}

    def test_puts_a_question_nearest_to_its_answer(self, shipped):
        vectors = shipped.embed(list(ANSWERS.values()))
        for number, question in enumerate(ANSWERS):
            asked = shipped.embed_question(question)
            cosines = [sum(a * b for a, b in zip(asked, vector, strict=True)) for vector in vectors]
            assert max(range(len(vectors)), key=cosines.__getitem__) == number, question

    def test_reads_a_question_with_the_instruction_of_its_training(self, shipped):
        question = next(iter(ANSWERS))
        told = shipped.embed([f"为这个句子生成表示以用于检索相关文章：{question}"])[0]
        assert close(shipped.embed_question(question), told)
        assert not close(told, shipped.embed([question])[0])


class TestPipeline:
    def test_gives_every_chunk_a_vector_only_where_it_is_told_to(self, shipped):
        report = report_from_text("百度发布了文心一言。\n\n微软投资了OpenAI。", id="a")
        plain, vectors = (Pipeline(config).graph(report).chunks for config in (WITHOUT, WITH))
        assert [chunk.embedding for chunk in plain] == [None] * len(plain)
        wanted = shipped.embed([chunk.text for chunk in plain])
        assert all(close(*pair) for pair in zip((one.embedding for one in vectors), wanted, strict=True))

    def test_without_embeddings_loads_no_encoder(self):
        code = """
import sys
from kg.config import Config
from kg.pipeline import Pipeline
from kg.reading import report_from_text
pipeline = Pipeline(Config(recogniser="lexicon"))
assert pipeline.graph(report_from_text("百度发布了文心一言。", id="a")).chunks and pipeline.version
# spaCy itself brings torch where it is installed.
print([name for name in ("transformers", "tokenizers", "kg.neural.embedding") if name in sys.modules])
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"

    def test_is_another_with_embeddings(self):
        assert Pipeline(WITH).version != Pipeline(WITHOUT).version
        assert Pipeline(WITH).version == Pipeline(WITH).version

    def test_without_torch_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch):
        from kg import pipeline

        pipeline._load_embedder.cache_clear()
        monkeypatch.setattr(pipeline, "find_spec", lambda _: None)
        with pytest.raises(ConfigError, match=r"embeddings need torch; install it with: pip install .*\[neural\]"):
            Pipeline(WITH).graph(report_from_text("百度发布了文心一言。", id="a"))


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Iterator[Store]:
    with kg.open_store(tmp_path_factory.mktemp("embedding") / "own.kg") as opened:
        yield opened


class TestBuild:
    def test_over_a_store_without_embeddings_redoes_reports_only_with_refresh(self, engine: Store, tmp_path: Path):
        for number, answer in enumerate(ANSWERS.values()):
            (tmp_path / f"{number}.txt").write_text(f"{answer}\n", encoding="utf-8")
        assert kg.build(tmp_path, store=engine, config=WITHOUT).counts == {"added": 4}
        assert kg.build(tmp_path, store=engine, config=WITH).counts == {"unchanged": 4}
        assert kg.build(tmp_path, store=engine, config=WITH, refresh=True).counts == {"replaced": 4}
        assert kg.build(tmp_path, store=engine, config=WITH, refresh=True).counts == {"unchanged": 4}
        for question, answer in ANSWERS.items():
            first = kg.find_chunks(question, store=engine, limit=1)[0]
            assert (first.chunk.text, first.chunk.page) == (answer, None)
            assert first.document.source.endswith(".txt")
            assert 0.5 < first.score <= 1

    def test_by_command_makes_reports_ready_for_kg_find(self, engine: Store, tmp_path: Path):
        (tmp_path / "kg.toml").write_text('recogniser = "lexicon"\n', encoding="utf-8")
        (tmp_path / "new.md").write_text("谷歌发布了Bard，与ChatGPT竞争。\n", encoding="utf-8")
        options = ["--store", engine.name, "--config", str(tmp_path / "kg.toml")]
        built = CliRunner().invoke(app, ["build", str(tmp_path / "new.md"), "--embed", *options])
        assert built.exit_code == 0, built.output
        found = CliRunner().invoke(app, ["find", "谷歌做了什么？", "--limit", "1", "--format", "json", *options])
        (row,) = json.loads(found.stdout)
        assert (row["text"], row["report"]) == ("谷歌发布了Bard，与ChatGPT竞争。", "new")
