"""What cleaning makes of the noise of real reports, and that every character keeps its way back."""

import itertools
import time
import unicodedata
from pathlib import Path

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.clean import clean
from kg.reading import find_sources, read_report, report_from_text
from kg.report import Block, Report

BODY = "星河智算在三月推出了面向企业的对话模型云舟，该模型由其研究院自研，参数规模达到百亿级。"


def cleaned(text: str, media_type: str = "text/plain") -> Report:
    return clean(report_from_text(text, media_type=media_type))


def kinds(text: str) -> list[tuple[str, str]]:
    report = cleaned(text)
    return [(block.kind, report.text[block.start : block.end]) for block in report.blocks]


def block_of(report: Report, text: str) -> Block:
    return next(block for block in report.blocks if report.text[block.start : block.end] == text)


def wrap(gap: str) -> str:
    lines = [
        "星河智算的对话模型云舟已经在多家银行的智能客服系统里投入使用,公司预计",
        "年内还将发布第二代版本,并且会把名为 Cloud-Boat 的接口开放给合作伙伴使",
        "用,其底层是由研究院自研的百亿参数模型。与上一代产品相比,新版本回答更",
        "全面,可以多角度全方位进行阐述。",
    ]
    return gap.join(lines)


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n", " \n\n"])
def test_broken_lines_are_joined_whatever_lies_between(gap: str) -> None:
    report = cleaned(wrap(gap) + gap + wrap(gap))
    assert [block.kind for block in report.blocks] == ["paragraph", "paragraph"]
    assert "公司预计年内还将发布第二代版本，并且会把名为 Cloud-Boat 的接口开放给合作伙伴使用" in report.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("企业正在部署名为 Cloud-\nBoat 的模型。", "企业正在部署名为 Cloud-Boat 的模型。"),
        ("We train large language\nmodels on text.", "We train large language models on text."),
        ("We study infor-\nmation retrieval here.", "We study information retrieval here."),
        ("它由星河智算（Galaxy\nCompute）研发。", "它由星河智算（Galaxy Compute）研发。"),
        ("推荐关注星河智算、\n北辰科技。", "推荐关注星河智算、北辰科技。"),
    ],
)
def test_how_two_lines_are_put_together(text: str, expected: str) -> None:
    assert cleaned(text).text == expected


def test_paragraphs_headings_and_items_are_not_joined() -> None:
    text = f"一、行业现状\n{BODY}\n二、主要公司\n1）AI 服务器：星河智算、北辰科技\n2）光模块：青松通信\n{BODY}"
    assert kinds(text) == [
        ("heading", "一、行业现状"),
        ("paragraph", BODY),
        ("heading", "二、主要公司"),
        ("list", "1）AI 服务器：星河智算、北辰科技"),
        ("list", "2）光模块：青松通信"),
        ("paragraph", BODY),
    ]


def test_a_quantity_at_the_start_of_a_line_is_no_section() -> None:
    text = f"{BODY[:36]}融资规模达到了\n3.5 亿元，{BODY}\n"
    assert [block.kind for block in cleaned(text).blocks] == ["paragraph"]


def test_heading_paths_follow_the_numbering() -> None:
    text = f"一、市场\n1.1 规模\n{BODY}\n1.1.1 国内\n{BODY}\n二、公司\n（一）云厂商\n{BODY}\n"
    report = cleaned(text)
    paths = [block.heading_path for block in report.blocks if block.kind == "paragraph"]
    assert paths == [("一、市场", "1.1 规模"), ("一、市场", "1.1 规模", "1.1.1 国内"), ("二、公司", "（一）云厂商")]


def test_a_bare_short_line_heads_the_text_below_but_a_lead_in_does_not() -> None:
    text = f"投资建议\n{BODY}\n风险提示：政策监管风险；技术落地不及预期，需求恢复偏慢。\n"
    assert [kind for kind, _ in kinds(text)] == ["heading", "paragraph", "paragraph"]


def test_markdown_loses_its_markup_and_keeps_its_text() -> None:
    text = (
        "## **市场**\n\n- [云舟](http://a.cn/b(c))：*新*模型\n"
        "  1\\. 见![图](x.png)此处 &amp; <b>彼处</b>`v2`\n> 引文说明在此。\n"
    )
    report = cleaned(text, "text/markdown")
    assert report.text == "市场\n云舟：新模型\n1. 见此处 & 彼处v2\n引文说明在此。"
    assert report.quote(3, 5) == "云舟"


def test_front_matter_comments_and_code_are_no_text_of_the_report() -> None:
    text = f"---\ntitle: 云舟\n---\n<!-- 草稿\n未完 -->\n{BODY}\n```python\nprint(1)\n```\n"
    assert [(kind, text) for kind, text in kinds(text) if kind != "furniture"] == [("paragraph", BODY)]


@pytest.mark.parametrize(
    "text",
    [
        "公司名称\t产品\t领域\n星河智算\t云舟\t客服\n北辰科技\t观象\t图像\n",
        "公司名称 | 产品 | 领域\n星河智算 | 云舟 | 客服\n北辰科技 | 观象 | 图像\n",
        "| 公司名称 | 产品 | 领域 |\n|---|:--:|---|\n| 星河智算 | 云舟 | 客服 |\n| 北辰科技 | 观象 | 图像 |\n",
        "公司名称    产品    领域\n星河智算    云舟    客服\n北辰科技    观象    图像\n",
    ],
)
def test_tables_in_text_have_cells(text: str) -> None:
    report = cleaned(BODY + "\n\n" + text)
    table = report.blocks[-1]
    rows = [[report.text[cell.start : cell.end] for cell in row] for row in table.cells]
    assert rows == [["公司名称", "产品", "领域"], ["星河智算", "云舟", "客服"], ["北辰科技", "观象", "图像"]]
    assert report.text[table.start : table.end].count("\n") == 2


def test_an_html_table_in_markdown_has_cells_without_tags() -> None:
    text = (
        f"{BODY}\n<table><tr><th>公司</th><th>产品</th></tr>\n<tr>\n<td> <a href='x'>星河<b>智算</b></a>\n</td>"
        f"<td></td></tr></table>\n{BODY}"
    )
    report = cleaned(text, "text/markdown")
    assert [block.kind for block in report.blocks] == ["paragraph", "table", "paragraph"]
    rows = [[report.text[cell.start : cell.end] for cell in row] for row in report.blocks[1].cells]
    assert rows == [["公司", "产品"], ["星河智算", ""]]


def test_columns_that_one_space_parts_are_a_table_when_every_row_has_them() -> None:
    report = cleaned("排名 毕业高校 人数\n1 星河大学 14\n2 [美]北辰大学 10\n3 青松学院 7\n")
    assert [len(row) for row in report.blocks[0].cells] == [3, 3, 3, 3]


def test_a_long_heading_keeps_its_last_words() -> None:
    head = "3.2 为什么说星河智算的对话模型云舟标志着基础模型发展"
    assert kinds(f"{BODY}\n{head}\n时代的开始\n{BODY}")[1] == ("heading", head + "时代的开始")


def test_an_empty_cell_keeps_its_place() -> None:
    report = cleaned("\t公司\t产品\n国内\t星河智算\t云舟\n\t北辰科技\t观象\n")
    rows = [[report.text[cell.start : cell.end] for cell in row] for row in report.blocks[0].cells]
    assert rows[2] == ["", "北辰科技", "观象"]


@pytest.mark.parametrize(
    "text", ["图1：星河智算的产品矩阵", "表 2：云舟与同类模型的比较", "图表3 市场规模", "资料来源：公司公告，海岳证券"]
)
def test_captions(text: str) -> None:
    assert kinds(f"{BODY}\n\n{text}\n\n{BODY}")[1][0] == "caption"


@pytest.mark.parametrize(
    "line",
    [
        "请务必阅读正文之后的免责条款部分",
        "- 12 -",
        "第 3 页 共 20 页",
        "3.1 对话模型的商业化 ................ 14",
        "首页 > 资讯 > 人工智能",
        "520 浏览 41 收藏 3 评论",
        "https://example.com/report/12",
        "扫描下方二维码关注",
    ],
)
def test_furniture_lines(line: str) -> None:
    assert kinds(f"{BODY}\n\n{line}\n\n{BODY}")[1][0] == "furniture"


def test_furniture_inside_a_paragraph_does_not_part_it() -> None:
    lines = wrap("\n").split("\n")
    text = "\n".join([*lines[:2], "请务必阅读正文之后的免责条款", "7", *lines[2:]])
    report = cleaned(text)
    assert len(report.blocks) == 1
    assert "给合作伙伴使用，其底层" in report.text


def test_what_every_page_repeats_is_furniture() -> None:
    pages = [f"海岳观察 对话模型\n{number}、{BODY}\n{BODY}\n内部交流\n{number}" for number in "一二三四"]
    found = [text for kind, text in kinds("\f".join(pages)) if kind == "furniture"]
    assert found.count("海岳观察 对话模型") == found.count("内部交流") == 4


def test_a_disclaimer_is_furniture_to_its_end() -> None:
    text = (
        f"投资建议\n\n{BODY}\n\n免责声明\n\n本报告仅供海岳证券的客户使用。\n\n评级说明\n\n"
        f"增持：相对同期指数涨幅在 5% 以上\n\n# 附录：公司介绍\n\n{BODY}\n"
    )
    assert [kind for kind, _ in kinds(text)] == ["heading", "paragraph", *["furniture"] * 4, "heading", "paragraph"]


def test_contents_pages_are_furniture() -> None:
    text = f"目 录\n1. 市场概况 ........ 3\n2. 云舟与观象 ........ 8\n\n{BODY}\n"
    assert [kind for kind, _ in kinds(text)] == ["furniture"] * 3 + ["paragraph"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人 类 反 馈 强 化 学 习 训 练 该 模 型。", "人类反馈强化学习训练该模型。"),
        (
            "分析与创作能力都 依赖海量的高质量数据，成本 正在下降。",
            "分析与创作能力都依赖海量的高质量数据，成本正在下降。",
        ),
        ("关注：星河智算 北辰科技 青松通信 海岳软件。", "关注：星河智算 北辰科技 青松通信 海岳软件。"),
        ("Cloud Boat 与云舟 2.0 的比较 ，见下文。", "Cloud Boat 与云舟 2.0 的比较，见下文。"),
    ],
)
def test_spaces_of_layout_go_and_those_that_part_stay(text: str, expected: str) -> None:
    assert cleaned(text).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("機器學習與軟體", "机器学习与软体"),
        ("ＧＰＴ－４　Ｔｕｒｂｏ", "GPT-4 Turbo"),
        ("⼈⼯智能，１００％", "人工智能，100%"),
        ("模型(云舟),增长11,295次:好", "模型（云舟），增长11,295次：好"),
        ("OpenAI, Inc. (US): ok", "OpenAI, Inc. (US): ok"),
    ],
)
def test_spellings_are_folded_and_quotes_stay_raw(raw: str, expected: str) -> None:
    report = cleaned(raw)
    assert report.text == expected
    assert report.quote(0, len(expected)) == raw


SIMPLIFY = opencc.OpenCC("t2s")
NOISE = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "百度云舟發與ＧＰ４，。：；（）()[]*#|-_`<>&!\\ \t\n\n\n.1234、一二图表目录“”—…\f\r\u3000\u200bé"
        ),
        st.characters(codec="utf-8"),
    ),
    max_size=300,
)


def is_fold(raw: str, char: str) -> bool:
    """Whether a raw character may have become a clean one."""
    wide = unicodedata.normalize("NFKC", raw)
    marks = dict(zip(",:;!?().", "，：；！？（）。", strict=True))
    simple = SIMPLIFY.convert(wide)
    space = char in " \t\n" and (raw.isspace() or raw in "|<&￾" or not raw.isprintable())
    return char in {raw, wide, simple, marks.get(wide)} or space


@settings(deadline=None)  # the machine is shared; hostile text has its own test of time
@given(NOISE)
def test_every_character_has_its_raw_one_in_rising_order(text: str) -> None:
    report = cleaned(text)
    places = [report.raw_map.to_raw(offset) for offset in range(len(report.text))]
    assert all(one < other for one, other in itertools.pairwise(places))
    for char, place in zip(report.text, places, strict=True):
        ends_line = char in " \n\t"  # stands for the break, or the markup, between two pieces
        assert ends_line or is_fold(text[place], char) or text[place] == "&"


@settings(deadline=None)  # the machine is shared; hostile text has its own test of time
@given(NOISE)
def test_blocks_are_in_order_and_only_breaks_lie_between(text: str) -> None:
    report = cleaned(text)
    end = 0
    for block in report.blocks:
        assert end <= block.start < block.end
        assert report.text[end : block.start].strip() == ""
        assert all(block.start <= cell.start <= cell.end <= block.end for row in block.cells for cell in row)
        end = block.end
    assert end == len(report.text)


@settings(deadline=None)  # the machine is shared; hostile text has its own test of time
@given(NOISE)
def test_cleaning_is_deterministic(text: str) -> None:
    assert cleaned(text) == cleaned(text)


@pytest.mark.parametrize(
    "text", ["![a](" * 40_000, "百 " * 100_000, "a|b\n" * 20_000, "<!--\n" * 10_000, "（“" * 50_000]
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    start = time.process_time()
    cleaned(text)
    assert time.process_time() - start < 10


def test_seeds_keep_their_stories_whole(shared: Path) -> None:
    for source in find_sources([shared / "seeds"]):
        report = clean(read_report(source, max_chars=10**6))
        furniture = sum(block.end - block.start for block in report.blocks if block.kind == "furniture")
        assert furniture < len(report.text) / 2
        assert sum(block.kind == "paragraph" for block in report.blocks) >= 5
