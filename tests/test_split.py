"""Sentences: where they end, and that they tile the blocks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.clean import clean
from kg.reading import report_from_text
from kg.split import split


def sentences(text: str) -> list[str]:
    report = clean(report_from_text(text))
    return [report.text[one.start : one.end] for one in split(report)]


@pytest.mark.parametrize(
    "expected",
    [
        ["云舟发布了。", "它很快！", "是吗？", "是的"],
        ["参数达3.5亿。", "估值 2.0 版。"],
        ["星河（成立于2015年。总部在上海。）发布云舟。", "股价上涨。"],
        ["他说：“云舟已经发布。观象随后。”", "股价上涨。"],
        ["公司（OpenAI, Inc. 的伙伴）认为 A. Smith 的观点有用。", "见下文。"],
        ["一是成本下降；二是需求上升；三是政策支持。", "因此看好。"],
        ["We train models.", "They work."],
        ["等等……", "后文如下。"],
        ["这是 Yahoo!Japan 的新闻。", "完。"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    joined = "".join(one + (" " if one.isascii() else "") for one in expected)
    assert [one.strip() for one in sentences(joined)] == expected


def test_an_open_bracket_does_not_swallow_the_rest() -> None:
    assert len(sentences("星河（上海发布云舟。" + "股价上涨了很多。" * 40)) == 41


def test_a_row_a_heading_and_an_item_are_sentences_of_their_own() -> None:
    text = "一、公司。产品\n\n| 公司 | 产品 |\n|---|---|\n| 星河。智算 | 云舟 |\n\n- 云舟已发布。观象未发布\n"
    assert sentences(text)[-4:] == ["公司\t产品\n", "星河。智算\t云舟", "云舟已发布。", "观象未发布"]


def test_a_text_without_an_end_is_cut_before_it_grows_too_long() -> None:
    assert max(map(len, sentences("星河智算发布云舟，" * 1000))) <= 2000


@settings(deadline=None)
@given(st.text(alphabet="百度。！？；…，“”（）() .a1\n|#-\t", max_size=200))
def test_sentences_tile_their_blocks_in_order(text: str) -> None:
    report = clean(report_from_text(text))
    found = split(report)
    for block in report.blocks:
        inside = [one for one in found if one.block is block]
        assert [one.start for one in inside] == [block.start, *[one.end for one in inside[:-1]]]
        assert inside[-1].end == block.end
    assert list(found) == sorted(found, key=lambda one: one.start)
