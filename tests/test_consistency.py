"""Names of one report: one type each, found at all their places."""

import pytest

from kg.extraction.consistency import make_consistent
from kg.neural.section import Marked


def marked(text, *names):
    """The first places of names in a text, each given as (name, type, score)."""
    return [Marked(text.index(name), text.index(name) + len(name), kind, "", score) for name, kind, score in names]


def read(texts, names):
    found = make_consistent(texts, names)
    return [(text[one.start : one.end], one.type) for text, row in zip(texts, found, strict=True) for one in row]


def test_unsure_type_gives_way_to_that_of_the_other_places():
    texts = ["观澜发布。", "观澜上线。"]
    names = [marked(texts[0], ("观澜", "Product", 0.9)), marked(texts[1], ("观澜", "Company", 0.5))]
    assert read(texts, names) == [("观澜", "Product")] * 2


def test_sure_second_type_stays():
    texts = ["推特裁员。", "在推特上发文。"]
    names = [marked(texts[0], ("推特", "Company", 0.95)), marked(texts[1], ("推特", "Product", 0.9))]
    assert read(texts, names) == [("推特", "Company"), ("推特", "Product")]


def test_name_that_was_passed_over_is_found():
    texts = ["观澜大脑发布。", "随后观澜大脑上线。"]
    assert read(texts, [marked(texts[0], ("观澜大脑", "Product", 0.9)), []]) == [("观澜大脑", "Product")] * 2


@pytest.mark.parametrize("other", ["GPT-4o", "GPT-4.5", "MyGPT-4"])
def test_other_version_is_another_name(other):
    texts = ["GPT-4发布。", f"{other}上线。"]
    assert read(texts, [marked(texts[0], ("GPT-4", "Product", 0.9)), []]) == [("GPT-4", "Product")]


def test_unsure_and_short_names_are_not_spread():
    texts = ["观澜大脑与云。", "观澜大脑与云。"]
    names = marked(texts[0], ("观澜大脑", "Product", 0.5), ("云", "Sector", 0.9))
    assert len(read(texts, [names, []])) == 2


def test_names_do_not_come_to_overlap():
    texts = ["云帆发布。", "云帆智能发布。"]
    names = [marked(texts[0], ("云帆发布", "Product", 0.9)), marked(texts[1], ("云帆智能", "Company", 0.9))]
    (first,), (second,) = make_consistent(texts, names)
    assert (first.type, second.type) == ("Product", "Company")
