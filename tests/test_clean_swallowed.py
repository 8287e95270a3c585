"""What looks like noise or markup and is content: cleaning must not swallow it, nor take forever over it."""

import itertools
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.clean import clean
from kg.reading import report_from_text
from kg.report import Report

BODY = "星河智算在三月推出了面向企业的对话模型云舟，该模型由其研究院自研，参数规模达到百亿级。"


def cleaned(text: str) -> Report:
    return clean(report_from_text(text, media_type="text/markdown"))


def kinds(text: str) -> list[tuple[str, str]]:
    report = cleaned(text)
    return [(block.kind, report.text[block.start : block.end]) for block in report.blocks]


def rows_of(report: Report) -> list[list[str]]:
    (table,) = [block for block in report.blocks if block.kind == "table"]
    return [[report.text[cell.start : cell.end] for cell in row] for row in table.cells]


@pytest.mark.parametrize(
    "line",
    [
        "2015",
        "该视频获得 10万 浏览、3万 收藏、2万 评论，由星河智算发布。",
        "分享经济平台上线了收藏功能，星河智算为它提供云舟。",
        "分享到朋友圈的云舟图片已经超过一亿张，来自星河智算。",
        "北辰邮箱：北辰科技旗下的办公产品，接入了云舟",
    ],
)
def test_content_that_resembles_furniture_stays(line: str) -> None:
    assert kinds(f"{BODY}\n\n{line}\n\n{BODY}")[1][0] != "furniture"


@pytest.mark.parametrize("line", ["12", "- 7 -", "3 评论 520 浏览 41 收藏 8 分钟，编辑的自我介绍。", "邮箱：a@b.cn"])
def test_furniture_still_goes(line: str) -> None:
    assert kinds(f"{BODY}\n\n{line}\n\n{BODY}")[1][0] == "furniture"


def test_code_that_never_ends_hides_nothing() -> None:
    assert kinds(f"```\nprint(1)\n```\n~~~\n{BODY}\n")[-1] == ("paragraph", BODY)


@pytest.mark.parametrize(("rule", "paths"), [("====", ("云舟概况",)), ("---", ("云舟概况",))])
def test_a_line_over_a_rule_is_a_heading(rule: str, paths: tuple[str, ...]) -> None:
    report = cleaned(f"云舟概况\n{rule}\n\n{BODY}\n")
    assert [(block.kind, block.heading_path) for block in report.blocks] == [("heading", ()), ("paragraph", paths)]


def test_a_paragraph_over_a_rule_is_none() -> None:
    assert [kind for kind, _ in kinds(f"{BODY}\n---\n{BODY}\n")] == ["paragraph", "paragraph"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("云舟[^1]已发布。", "云舟已发布。"),
        ("[^1]: 见星河智算年报。", "见星河智算年报。"),
        ("见[云舟][ref]与[观象][]。", "见云舟与观象。"),
        ("见 [1][2] 两处。", "见 [1] 两处。"),
        ("![图][img]云舟已发布。", "云舟已发布。"),
    ],
)
def test_notes_and_links_by_label_leave_their_text(raw: str, expected: str) -> None:
    assert cleaned(raw).text == expected


def test_an_escaped_bar_parts_no_cell() -> None:
    text = "公司 | 产品\n--- | ---\n星河 \\| 智算 | 云舟\n北辰 | 观象\n"
    assert rows_of(cleaned(text))[1] == ["星河 | 智算", "云舟"]


def test_a_title_in_the_first_row_is_a_caption_and_the_next_row_the_header() -> None:
    report = cleaned("表1 公司一览\t\t\n公司\t产品\t领域\n星河智算\t云舟\t客服\n")
    assert rows_of(report)[0] == ["公司", "产品", "领域"]
    assert report.blocks[0].kind == "caption"


def test_an_html_table_without_rows_is_text() -> None:
    assert kinds(f"<table></table>\n{BODY}") == [("paragraph", BODY)]


@pytest.mark.parametrize("line", ["|--|\n", "|a\n", "a b c\n", "<table>\n", "</table><table>一、"])
def test_rows_of_no_table_take_linear_time(line: str) -> None:
    start = time.process_time()
    cleaned(line * 8000)
    assert time.process_time() - start < 5


PIECES = (
    "|a\n | |-|\n a·b·c\n 百··度\n \t \n \r\n \f \u2028 百度 。 ， （ ） “ ![a]( ](b) ][c] [^1] [^1]: [1] "
    "<table> <tr> <td> </table> ** * ` ```\n ~~~\n -·百\n 1.·百\n 1、 图1· 来源： 一、 #·百\n ---\n ===\n >· "
    "<!-- --> &amp; &#0; http://a.b/ 免责声明\n 本报告仅供 目录\n ....3\n 2023\n 7\n"
)
MARKUP = st.lists(st.sampled_from([piece.replace("·", " ") for piece in PIECES.split(" ")]), max_size=40).map("".join)


@settings(deadline=None)
@given(MARKUP)
@example("<!--\n-->```\n百度")
@example("</table><table></table>")
def test_pieces_of_markup_in_any_order_break_nothing(text: str) -> None:
    report = cleaned(text)
    places = [report.raw_map.to_raw(offset) for offset in range(len(report.text))]
    assert all(one < other for one, other in itertools.pairwise(places))
    assert all(one.end <= other.start for one, other in itertools.pairwise(report.blocks))
