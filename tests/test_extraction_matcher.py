"""Spellings of listed names, tokens, versions and word edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from kg.extraction.edges import left_edge, legal_edge, right_edge
from kg.extraction.matcher import NameMatcher, fold
from kg.extraction.tokenizer import MixedTokenizer
from kg.extraction.versions import version_end

NAMES = ["ChatGPT", "OpenAI", "GPT-4", "GPT-3", "DALL·E 2", "文心一言", "百度", "Llama 2"]


def spellings(text):
    return [text[hit.start : hit.end] for hit in NameMatcher(NAMES).find(fold(text))]


@pytest.mark.parametrize(
    "text", ["Chat-GPT", "Chat GPT", "chatgpt", "Open AI", "DALL-E 2", "DALL·E2", "文 心 一 言", "ＣｈａｔＧＰＴ"]
)
def test_find_takes_every_spelling_of_a_name(text):
    assert spellings(f"关于{text}的说明") == [text]


@pytest.mark.parametrize("text", ["GPT-4o", "XGPT-4", "GPT-40", "百。度", "百\n度", "Llama 27", "OpenAIs"])
def test_find_refuses_other_names(text):
    assert spellings(text) == []


def test_find_prefers_the_longest_name():
    assert next(NameMatcher(["百度", "百度智能云"]).find(fold("百度智能云"))).key == "百度智能云"


def test_find_does_not_join_two_words_at_one_space():
    assert spellings("文心 一言") == []


@given(st.text(alphabet="GPT4o3.- 。百度\n·ß℃", max_size=30))
def test_fold_maps_every_character_back(text):
    folded = fold(text)
    assert len(folded.key) == len(folded.starts)
    assert folded.starts == sorted(set(folded.starts))


@given(st.text(alphabet="aZ9. \n\t百度，　-", max_size=40))
def test_tokens_joined_are_the_text(text):
    assert MixedTokenizer(Vocab())(text).text == text


def test_tokenizer_keeps_words_and_numbers_whole():
    assert [token.text for token in MixedTokenizer(Vocab())("V100GPU训练3.5亿")] == [
        "V",
        "100",
        "GPU",
        "训",
        "练",
        "3.5",
        "亿",
    ]


@pytest.mark.parametrize(
    ("text", "name", "whole"),
    [
        ("GPT-4.7发布", "GPT-4", "GPT-4.7"),
        ("Qwen3-32B-Instruct模型", "Qwen3", "Qwen3-32B-Instruct"),
        ("GPT-4 Turbo上线", "GPT-4", "GPT-4 Turbo"),
        ("文心大模型 5.0发布", "文心大模型", "文心大模型 5.0"),
        ("Llama 2-7B", "Llama 2", "Llama 2-7B"),
        ("ChatGPT 3月上线", "ChatGPT", "ChatGPT"),
        ("ChatGPT 2023", "ChatGPT", "ChatGPT"),
        ("GPT-like模型", "GPT", "GPT"),
        ("文心一言 3家", "文心一言", "文心一言"),
    ],
)
def test_version_end_takes_what_makes_another_name(text, name, whole):
    assert text[: version_end(text, len(name))] == whole


def test_edges_stop_at_words_that_are_no_part_of_names():
    text = "公司拟收购晶络光子的股份"
    end = text.index("的")
    assert text[left_edge(text, end, 6) : end] == "晶络光子"
    assert right_edge(text, text.index("晶"), 6) == end
    assert left_edge("一二三四五六七八九十", 10, 4) is None


def test_legal_edge_keeps_a_place_in_brackets():
    text = "拟收购星桥投资（江苏）有限公司"
    end = text.index("有限公司")
    assert text[legal_edge(text, end) : end] == "星桥投资（江苏）"
