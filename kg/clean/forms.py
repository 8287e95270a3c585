"""What a line is by its form alone: a heading, an item, a caption, furniture, or text."""

import re
from dataclasses import dataclass

from kg.clean.fold import HAN
from kg.clean.lines import Line
from kg.report import BlockKind

_NUMERAL = "一二三四五六七八九十"
# Headings by form lie below those of markup (levels 1 to 6), in this order.
_HEADINGS = (
    (10, re.compile(rf"第[{_NUMERAL}\d]{{1,3}}[章节篇部][分]?(?![的，])")),
    (11, re.compile(rf"[{_NUMERAL}]{{1,3}}\s?[、.．]\s?(?=\S)")),
    (12, re.compile(rf"[（(][{_NUMERAL}]{{1,3}}[）)]\s?(?=\S)")),
)
_SECTION = re.compile(r"(\d{1,2})((?:\.\d{1,2}){1,5})\s?[、.．]?\s?(?=\S)")
_NUMBER = re.compile(r"\d{1,2}\s?(?:[、．]|\.(?!\d))\s?(?=\S)")
_ITEM_NUMBER = re.compile(r"(?:[（(]?\d{1,2}[）)]|[①-⑳❶-❿]|[（(]?[a-zA-Z][）)])\s?(?=\S)")
_BULLET = re.compile("(?:[•●○◦◆◇■□▪▫▶►▷➢➤✓✔√❖✦★☆※·∙⚫\uf000-\uf0ff]\ufe0f?\\s*|[-–—*]\\s+|——+\\s*)+(?=\\S)")
_UNIT = re.compile(
    r"\s?(?:(?:百(?!度)|千(?!问))|[亿万倍个元年月日吨人家次项%台颗辆]|[GMBKTkmn](?![A-Za-z])|美元|英寸|[Vv]\d|[xX×])"
)
_CAPTION = re.compile(
    r"(?:图表|附图|附表|图|表|Figure|Fig\.|Table|Exhibit|Chart)\s?\d{1,3}(?:[-.]\d{1,3})?(?:\s?[:：.、|]|\s+(?=\S)|$)"
    r"|(?:资料|数据|图片|信息)?来源\s?[:：]|Source\s?:",
    re.IGNORECASE,
)
_UNTITLED_CAPTION = re.compile(
    r"[^，。；：:]{4,30}(?:示意图|效果图|截图|流程图|架构图|结构图|关系图|走势图|对比图|全景图|一览表?)"
)
_NO_HEADING = re.compile(
    r"^(?:Q|A|问|答|投资者|提问|记者|董秘)\s?\d{0,2}\s?[:：]|[吗呢]？$|^[$(（\\]|^\d{4}\s?[-年/]|[。；;，]|,\s?[一-鿿]|[:：、…-]$|^[\W\d_]+$|https?://|@"
)
_NOTE = re.compile(r"(?<=[。！？])\d{1,2}$")  # the number of a footnote
_TERMINAL = "。！？；!?;…"

_MAX_HEADING = 80  # columns
_MAX_BARE_HEADING = 50


@dataclass(frozen=True, slots=True)
class Form:
    """What a line begins.

    Attributes:
        level: of a heading; smaller is further out.
        mark: characters at its start that are a bullet, not text.
    """

    kind: BlockKind
    level: int = 0
    mark: int = 0


TEXT = Form("paragraph")


def find_form(line: Line, *, continues: bool = False) -> Form:
    """The form of a line; `continues` says that the line before runs on, so that `3.5 亿元` begins no section."""
    text = line.text.text
    bullet = _BULLET.match(text)
    mark = bullet.end() if bullet else 0
    if line.role.level:
        return Form("heading", line.role.level, mark)
    if _CAPTION.match(text) and line.width <= 160 and not _is_sentence(text):
        return Form("caption")
    if _UNTITLED_CAPTION.fullmatch(text) and not line.role.item and not _marked(text):
        return Form("caption")
    if line.role.item or (bullet and not (continues and bullet[0][0] in "-–—·*")):
        return Form("list", mark=mark)
    if level := _heading_level(line, continues=continues):
        return Form("heading", level)
    if _ITEM_NUMBER.match(text) or (_NUMBER.match(text) and not (continues and _is_quantity(text))):
        return Form("list")
    return TEXT


def _marked(text: str) -> bool:
    return _NUMBER.match(text) is not None or any(pattern.match(text) for _, pattern in _HEADINGS)


def _is_sentence(text: str) -> bool:
    return text[-1] in "。；" and not re.match(r"(?:资料|数据)来源", text)


def _is_quantity(text: str) -> bool:
    number = re.match(r"[\d.]+", text)
    return bool(number and _UNIT.match(text, number.end()))


def _heading_level(line: Line, *, continues: bool) -> int:
    text = line.text.text
    if line.width > _MAX_HEADING or "。" in text or text[-1] in "；;，,、":
        return 0
    for level, pattern in _HEADINGS:
        if pattern.match(text):
            return level
    section = _SECTION.match(text)
    if section is None or _is_quantity(text) or re.match(r"[\d.]+\s?[-~～—至/]", text):
        return 0
    dots = section[2].count(".")
    if continues and dots == 1 and not re.match(rf"[\d.]+\s?[{HAN}A-Z、]", text):
        return 0
    return 13 + dots


def is_numbered(line: Line) -> bool:
    """Whether a line begins as `1、…` or `2. …` does: a heading or an item, as its neighbours have it."""
    return _NUMBER.match(line.text.text) is not None


def could_head(line: Line) -> bool:
    """Whether a numbered line is as short as a heading and ends like one."""
    text = line.text.text
    return line.width <= _MAX_HEADING and not re.search(r"[。；;]|[，,：:、]$", text)


def is_bare_heading(line: Line, following: Line | None, *, first: bool) -> bool:
    """Whether a line without any mark heads what follows: short, unfinished, before something longer."""
    text = line.text.text
    if following is None or (line.closed and following.given is None and following.width < 40):
        return False
    limit = _MAX_HEADING if first or line.role.strong else _MAX_BARE_HEADING
    if line.width > limit or line.width < 4 or _NO_HEADING.search(text) or text[-1] in "。；,，":
        return False
    if "\t" in text or not re.search(f"[{HAN}A-Za-z]", text):
        return False
    if line.role.strong:
        return True
    after = following.text.text
    return following.width >= max(40, 1.5 * line.width) and bool(re.search(r"[，。；：,.]", after))


def ends_sentence(text: str) -> bool:
    """Whether a line ends what it says.

    >>> ends_sentence("百度发布文心一言。”"), ends_sentence("我们认为百度")
    (True, False)
    """
    core = _NOTE.sub("", text).rstrip("”’\"'）)》」』 ")
    if not core:
        return True
    if core[-1] in _TERMINAL:
        return True
    return text[-1] in "：:" or (core[-1] == "." and len(core) > 1 and not core[-2].isdigit())
