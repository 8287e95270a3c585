from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.times import find_times, read_time

PUBLISHED = date(2023, 5, 10)


def spans(text: str, published: date | None = PUBLISHED) -> list[tuple[str, str | None, str | None]]:
    return [(one.time.text, one.time.start, one.time.end) for one in find_times(text, published)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2023年1月", "2023-01-01", "2023-01-31"),
        ("2024 年 2 月", "2024-02-01", "2024-02-29"),
        ("2023年2月7日", "2023-02-07", "2023-02-07"),
        ("2023-02-07", "2023-02-07", "2023-02-07"),
        ("2023/2/7", "2023-02-07", "2023-02-07"),
        ("2023.02", "2023-02-01", "2023-02-28"),
        ("二〇二五年七月四日", "2025-07-04", "2025-07-04"),
        ("22年2月", "2022-02-01", "2022-02-28"),
        ("2021年", "2021-01-01", "2021-12-31"),
        ("2025年前", "2025-01-01", "2025-12-31"),
        ("2022H1", "2022-01-01", "2022-06-30"),
        ("2023年下半年", "2023-07-01", "2023-12-31"),
        ("2023年一季度", "2023-01-01", "2023-03-31"),
        ("2024年Q3", "2024-07-01", "2024-09-30"),
        ("1Q23", "2023-01-01", "2023-03-31"),
        ("23Q1", "2023-01-01", "2023-03-31"),
        ("2022年1-6月", "2022-01-01", "2022-06-30"),
        ("2020-2025年", "2020-01-01", "2025-12-31"),
        ("2019年底", "2019-10-01", "2019-12-31"),
        ("2023年4月初", "2023-04-01", "2023-04-10"),
        ("“十四五”期间", "2021-01-01", "2025-12-31"),
    ],
)
def test_find_times_reads_what_fixes_its_year(text: str, start: str, end: str):
    assert spans(f"公司{text}宣布", published=None) == [(text, start, end)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2月7日", "2023-02-07", "2023-02-07"),
        ("今年", "2023-01-01", "2023-12-31"),
        ("去年11月", "2022-11-01", "2022-11-30"),
        ("明年一季度", "2024-01-01", "2024-03-31"),
        ("上半年", "2023-01-01", "2023-06-30"),
        ("年底", "2023-10-01", "2023-12-31"),
        ("年内", "2023-01-01", "2023-12-31"),
        ("12月", "2022-12-01", "2022-12-31"),  # the nearest December, not the one seven months ahead
    ],
)
def test_find_times_takes_the_year_from_the_report(text: str, start: str, end: str):
    assert spans(f"公司{text}宣布") == [(text, start, end)]
    assert spans(f"公司{text}宣布", published=None) == [(text, None, None)]


def test_find_times_takes_the_year_from_the_text_first():
    assert spans("2021年9月成立，同年10月获投，次年3月再获投")[1:] == [
        ("同年10月", "2021-10-01", "2021-10-31"),
        ("次年3月", "2022-03-01", "2022-03-31"),
    ]


@pytest.mark.parametrize("text", ["近日", "未来两年"])
def test_find_times_leaves_vague_times_without_dates(text: str):
    assert spans(f"公司{text}宣布") == [(text, None, None)]


@pytest.mark.parametrize(
    "text",
    [
        "GPT-4、GPT-3.5",
        "Claude 2.1",
        "二十一世纪",
        "12个月",
        "3.5倍",
        "2023.1亿元",
        "今日头条",
        "四季酒店",
        "iOS 18中",
        "H100",
    ],
)
def test_find_times_finds_none_in_numbers_and_names(text: str):
    assert spans(text) == []


def test_find_times_drops_days_that_do_not_exist():
    assert spans("2023年2月30日") == [("2023年2月30日", None, None)]


@pytest.mark.parametrize(
    ("cell", "start"), [("2015", "2015-01-01"), ("3/14", "2023-03-14"), ("预计2024年Q1", "2024-01-01")]
)
def test_read_time_reads_cells_of_date_columns(cell: str, start: str):
    found = read_time(cell, PUBLISHED)
    assert found is not None
    assert found.start == start


@pytest.mark.parametrize("cell", ["", "—", "未披露", "1.5"])
def test_read_time_finds_none_in_empty_cells(cell: str):
    assert read_time(cell, PUBLISHED) is None


@given(st.text(alphabet="年月日上下半初底末季度QqHh今去明同次前后0123456789-~至/. 第一二三四十五期间", max_size=30))
def test_find_times_gives_ordered_ranges_of_the_text(text: str):
    found = find_times(text, PUBLISHED)
    assert all(text[one.start : one.end] == one.time.text for one in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert all(one.time.start <= one.time.end for one in found if one.time.start and one.time.end)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("成立于2019，现有员工百人", [("2019", "2019-01-01")]),
        ("6/28发布", [("6/28", "2023-06-28")]),
        ("去年夏天开源", [("去年夏天", "2022-06-01")]),
        ("上个月签约，下季度交付", [("上个月", "2023-02-01"), ("下季度", "2023-04-01")]),
        ("上周收购", [("上周", None)]),
        ("7日宣布", [("7日", "2023-03-07")]),
        ("7日线上的2020亿元和2020个", []),
    ],
)
def test_find_times_finds_more_where_asked(text: str, found: list[tuple[str, str | None]]):
    wide = find_times(text, date(2023, 3, 10), wide=True)
    assert [(one.time.text, one.time.start) for one in wide] == found


def test_months_away_cross_the_year():
    (before,) = find_times("上月发布", date(2023, 1, 10), wide=True)
    (after,) = find_times("下季度发布", date(2023, 11, 10), wide=True)
    assert (before.time.start, after.time.start) == ("2022-12-01", "2024-01-01")
