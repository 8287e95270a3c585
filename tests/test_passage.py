"""Offsets and surfaces of what was found are those of the text as given."""

import pytest

import kg
from kg.clean.traced import Traced, TracedWriter
from kg.errors import ReadError
from kg.mention import Extraction, Mention, Relation
from kg.passage import read_passages, to_given, to_row
from kg.report import Block, Report, Sentence, join_lines

RAW = "微软旗下的Chat-\nGPT 手機版"
CLEAN = "微软旗下的Chat-GPT 手机版"


def report() -> Report:
    writer = TracedWriter()
    writer.add(Traced(CLEAN, [index for index, char in enumerate(RAW) if char != "\n"]))
    _, raw_map = writer.finish()
    block = Block("paragraph", 0, len(CLEAN))
    return Report(
        id="r",
        title="",
        publisher=None,
        published=None,
        source="r",
        content_hash="",
        media_type="text/plain",
        text=CLEAN,
        raw=RAW,
        blocks=(block,),
        raw_map=raw_map,
    )


def mention(text: str, kind: str) -> Mention:
    start = CLEAN.index(text)
    return Mention(start, start + len(text), kind, text, text, 1.0)


def test_to_given_joins_line_breaks_and_keeps_the_given_characters():
    found = Extraction((mention("Chat-GPT", "Product"), mention("手机", "Sector")), ())
    given = to_given(report(), found)
    assert [(one.text, RAW[one.start : one.end]) for one in given.mentions] == [
        ("Chat-GPT", "Chat-\nGPT"),
        ("手機", "手機"),
    ]


def test_to_given_moves_relations_with_their_mentions():
    subject, target = mention("微软", "Company"), mention("Chat-GPT", "Product")
    sentence = Sentence(0, len(CLEAN), Block("paragraph", 0, len(CLEAN)))
    relation = Relation(subject, "DEVELOPS", target, "asserted", None, None, 0.5, sentence, "rules")
    (moved,) = to_given(report(), Extraction((subject, target), (relation,))).relations
    assert (moved.object.start, moved.object.end) == (5, 14)
    assert (moved.sentence.start, moved.sentence.end) == (0, len(RAW))


def test_extracted_times_and_amounts_are_spelled_as_given():
    text = "２０２３年１月，微软向OpenAI投資３億\n美元。"
    (relation,) = kg.extract(text).relations
    assert (relation.time and relation.time.text, relation.amount and relation.amount.text) == (
        "２０２３年１月",
        "３億美元",
    )


@pytest.mark.parametrize(
    "text", ["華為發布了新款手機。", "微软旗下的Chat-\nGPT。", "百度的ＡＩ业务，Ｏｐｅｎ ＡＩ的竞争者。"]
)
def test_extracted_names_are_the_given_characters(text: str):
    mentions = kg.extract(text).mentions
    assert len(mentions) >= 2
    assert [one.text for one in mentions] == [join_lines(text[one.start : one.end]) for one in mentions]


def test_to_row_has_the_fields_of_the_contract():
    row = to_row("p1", Extraction((mention("微软", "Company"),), ()))
    assert row == {
        "id": "p1",
        "entities": [{"text": "微软", "type": "Company", "canonical": "微软", "start": 0, "end": 2, "score": 1.0}],
        "triples": [],
    }


def test_read_passages_names_a_bad_line_and_goes_on(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": 1, "text": "一"}\nnonsense\n\n{"id": 2}\n{"id": 3, "text": "三"}\n', encoding="utf-8")
    problems: list[ReadError] = []
    assert list(read_passages(path, on_error=problems.append)) == [("1", "一"), ("3", "三")]
    assert [str(problem).split(":")[1] for problem in problems] == ["2", "4"]


def test_read_passages_of_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(ReadError, match="cannot be opened"):
        list(read_passages(tmp_path / "none.jsonl", on_error=lambda _: None))
