from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.amounts import find_amounts, join_amounts, read_amount
from kg.mention import Amount


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("3亿美元", 300_000_000, "USD"),
        ("130亿美元", 13_000_000_000, "USD"),
        ("10亿元人民币", 1_000_000_000, "CNY"),
        ("1,500 万美元", 15_000_000, "USD"),
        ("1亿美金", 100_000_000, "USD"),
        ("500万港元", 5_000_000, "HKD"),
        ("$100M", 100_000_000, "USD"),
        ("US$1.5 billion", 1_500_000_000, "USD"),
        ("约6.5亿欧元", 650_000_000, "EUR"),
        ("不超过8亿元", 800_000_000, "CNY"),
        ("二十亿元", 2_000_000_000, "CNY"),
        ("数千万元", None, "CNY"),
        ("150亿至250亿美元", None, "USD"),
    ],
)
def test_find_amounts_reads_sums(text: str, value: int | None, currency: str):
    (found,) = find_amounts(f"投资{text}。")
    expected = None if value is None else Decimal(value)
    assert found.amount == Amount(text, expected, None, currency)


@pytest.mark.parametrize(
    ("text", "stake"),
    [("收购其49%股权", "49%"), ("持股比例为52.47%", "52.47%"), ("占该公司约10%的股份", "约10%")],
)
def test_find_amounts_reads_stakes(text: str, stake: str):
    (found,) = find_amounts(text)
    assert (found.amount.text, found.amount.unit, found.is_stake) == (stake, "%", True)


@pytest.mark.parametrize(
    "text",
    [
        "1750亿个参数",
        "用户超过1亿",
        "收入同比增长30%",
        "售价20美元",
        "会员每月20美元",
        "99元/月",
        "估值290亿美元",
        "实现营业收入3亿元",
        "市场规模达200亿元",
        "元宇宙",
        "三元锂电池",
        "毛利率为45%",
    ],
)
def test_find_amounts_leaves_prices_rates_and_counts(text: str):
    assert find_amounts(text) == ()


def test_join_amounts_names_sum_and_stake():
    joined = join_amounts(find_amounts("谷歌投资3亿美元，获得约10%股份"))
    assert joined == Amount("3亿美元，约10%", Decimal(300_000_000), None, "USD")


@pytest.mark.parametrize(
    ("cell", "text"),
    [("1.2亿", "1.2亿"), ("约3,000万元（51%）", "约3,000万元"), ("70%", "70%"), ("13亿美元", "13亿美元")],
)
def test_read_amount_reads_cells_of_amount_columns(cell: str, text: str):
    found = read_amount(cell)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("cell", ["", "—", "未披露", "A轮"])
def test_read_amount_finds_none_in_empty_cells(cell: str):
    assert read_amount(cell) is None


@given(st.text(alphabet="约近超数几百千万亿元美港$%股权0123456789,.，至- ", max_size=30))
def test_find_amounts_gives_ordered_ranges_of_the_text(text: str):
    found = find_amounts(text)
    assert all(one.amount.text in text[one.start : one.end] for one in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("近亿元融资", ["近亿元"]),
        ("投了5000万，占8.2%", ["5000万", "8.2%"]),
        ("估值10亿美元", ["10亿美元"]),
        ("数千万级人民币", ["数千万级人民币"]),
    ],
)
def test_find_amounts_finds_more_where_asked(text: str, found: list[str]):
    assert [one.amount.text for one in find_amounts(text, wide=True)] == found
