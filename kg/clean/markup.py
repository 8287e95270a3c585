"""Markdown and HTML markup in text files: what it says a line is, and the line without it."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.clean.traced import Traced


@dataclass(frozen=True, slots=True)
class Role:
    """What markup says of a line.

    Attributes:
        level: of a heading, 1 to 6; 0 for none.
        item: it begins a list item.
        strong: all of it is set bold.
        aside: it is code, front matter or a field of the page: furniture.
        hidden: it is markup alone.
        indent: spaces before it.
    """

    level: int = 0
    item: bool = False
    strong: bool = False
    aside: bool = False
    hidden: bool = False
    indent: int = 0


_FENCE = re.compile(r"\s{0,8}(```|~~~)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:\s+|(?=[^\s#\d!]))")
_HTML_HEADING = re.compile(r"\s*<h([1-6])\b", re.IGNORECASE)
_ITEM = re.compile(r"(\s*)[-*+]\s+(?:\[[ xX]\]\s+)?")
_QUOTE = re.compile(r"\s{0,3}(?:>\s?)+")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}|\s*\{%.{0,300}%\}\s*|\s*\$\$\s*")
_UNDERLINE = re.compile(r"\s{0,3}(?:={3,}|-{3,})\s*")
_UNDERLINED = re.compile(r"\s{0,3}(?![-*+>#|=\s])[^|。；]{1,60}")
_NOTE = re.compile(r"\s{0,3}\[\^[^\]\s]{1,30}\]:\s*")
_TARGET = re.compile(r"\s{0,3}\[[^\]^]{1,100}\]:\s*<?(?:https?://|\.{0,2}/)\S+")
_FIELD = re.compile(
    r"\s*\*\*(?:Category|Author|Published|Stats|Tags|Original|Source|Date|URL|作者|发布|标签|来源|原文)[:：]?\*\*"
)
_STRONG = re.compile(r"\s*(?:[-*+]\s+)?(?:\*\*|__)(?=\S)[^*]{1,80}(?:\*\*|__)[\s:：]*")
_SPECIAL = re.compile(r"[*_`\[\]<&\\~]")
_TAGS = (
    "p|br|hr|div|span|img|a|b|i|u|s|em|strong|sup|sub|ul|ol|li|td|th|tr|table|thead|tbody|h[1-6]|center|font|details|"
    "summary|code|pre|kbd|html|head|body|blockquote|picture|source|video|iframe|small|big|section|figure|figcaption|"
    "input|button|colgroup|col|nav|svg|path|script|style|link|meta|title"
)
# Quantifiers have bounds so that a line of nothing but openings takes no quadratic time.
_INLINE = re.compile(
    r"(?P<image>!\[[^\]]{0,500}\](?:\([^()]{0,1000}(?:\([^()]{0,200}\)[^()]{0,200})?\)|\[[^\]]{0,100}\]))"
    r"|(?P<link_end>\]\([^()\s]{0,1000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?:\s+[\"'][^\"']{0,300}[\"'])?\))"
    r"|(?P<link_label>\]\[(?!\d{1,3}\])[^\]\[]{0,100}\])"
    r"|(?P<reference>(?<=\S)(?:\[\d{1,3}\])+(?!\()|\[\^[^\]\s]{1,30}\])"
    r"|(?P<open>\[)"
    r"|(?P<close>\])"
    rf"|(?P<tag></?(?:{_TAGS})(?:\s[^<>]{{0,1000}})?/?>|<https?://[^<>\s]{{1,500}}>|<!DOCTYPE[^<>]{{0,200}}>)"
    r"|(?P<entity>&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});)"
    r"|(?P<escape>\\(?=[\\`*_{}\[\]()#+\-.!>~$&]))"
    r"|(?P<mark>\*{2,3}|~~|`+|(?<!\w)__(?=\S)|(?<=\S)__(?!\w))"
    r"|(?P<star_open>(?<!\*)\*(?=[^\s*\d][^*]{0,200}\*(?!\*)))"
    r"|(?P<star_close>(?<=[^\s*])\*(?!\*))",
    re.IGNORECASE,
)
_COMMENT_START = re.compile("<!--")
_BLOCK_TAG = re.compile(r"</?(?:br|p|div|li|td|th|tr|h[1-6])\b", re.IGNORECASE)


def read_markup(rows: list[Traced]) -> Iterator[tuple[Traced, Role]]:
    """Each line without its markup, and its role."""
    rows = list(_without_comments(rows))
    fence = ""
    last = {match[1]: number for number, row in enumerate(rows) if (match := _FENCE.match(row.text))}
    front = _front_matter_length(rows)
    for number, row in enumerate(rows):
        mark = _FENCE.match(row.text)
        if number < front:
            yield row, Role(aside=True, hidden=_RULE.fullmatch(row.text) is not None)
        elif mark and fence in ("", mark[1]):
            fence = "" if fence or number == last[mark[1]] else mark[1]  # code that never ends is none
            yield row, Role(hidden=True)
        elif fence:
            yield row, Role(aside=True)
        elif _is_underlined(rows, number):
            yield remove_inline(row), Role(level=1 if "=" in rows[number + 1].text else 2)
        else:
            yield _read_line(row)


def _is_underlined(rows: list[Traced], number: int) -> bool:
    """Whether a line is a heading because a rule stands right below it, and nothing right above."""
    if number + 1 == len(rows) or not _UNDERLINE.fullmatch(rows[number + 1].text):
        return False
    above = rows[number - 1].text.strip() if number else ""
    return not above and _UNDERLINED.fullmatch(rows[number].text) is not None


def _front_matter_length(rows: list[Traced]) -> int:
    filled = next((number for number, row in enumerate(rows) if row.text.strip()), 0)
    if not rows or rows[filled].text.strip() != "---":
        return 0
    for number, row in enumerate(rows[filled + 1 : filled + 60], filled + 1):
        if row.text.strip() in ("---", "..."):
            return number + 1
        if row.text.strip() and not re.match(r"\s*(?:-\s|#|[\w\-一-鿿]+\s*:)|\s{2,}\S", row.text):
            return 0
    return 0


def _without_comments(rows: list[Traced]) -> Iterator[Traced]:
    """The lines without HTML comments, which may reach over lines; one that never ends hides nothing."""
    last_end = max((number for number, row in enumerate(rows) if "-->" in row.text), default=-1)
    inside = False
    for number, row in enumerate(rows):
        if not inside and "<!--" not in row.text:
            yield row
            continue
        spans: list[tuple[int, int]] = []
        position = 0
        while position < len(row.text):
            start = position if inside else row.text.find("<!--", position)
            if start < 0 or (not inside and number > last_end):
                break
            end = row.text.find("-->", start)
            inside = end < 0 and number < last_end
            if end < 0 and not inside:
                break
            position = len(row.text) if end < 0 else end + 3
            spans.append((start, position))
        yield row.cut(spans)


def _read_line(row: Traced) -> tuple[Traced, Role]:
    text = row.text
    if _RULE.fullmatch(text):
        return row, Role(hidden=True)
    if _FIELD.match(text) or _TARGET.match(text):
        return remove_inline(row), Role(aside=True)
    role = Role(strong=_STRONG.fullmatch(text) is not None, indent=len(text) - len(text.lstrip()))
    if quote := _QUOTE.match(text) or _NOTE.match(text):
        row = row[quote.end() :]
    if heading := _HEADING.match(row.text):
        return remove_inline(row[heading.end() :].strip().strip("#")), replace(role, level=len(heading[1]))
    if heading := _HTML_HEADING.match(row.text):
        return remove_inline(row), replace(role, level=int(heading[1]))
    if item := _ITEM.match(row.text):
        return remove_inline(row[item.end() :]), replace(role, item=True, indent=len(item[1]))
    return remove_inline(row), role


def remove_inline(row: Traced) -> Traced:
    """A line without images, link targets, emphasis, tags and escapes; entities become their character."""
    if not _SPECIAL.search(row.text):
        return row
    cuts: list[tuple[int, int]] = []
    chars = list(row.text)
    opened: list[int] = []
    in_star = False
    for match in _INLINE.finditer(row.text):
        start, end = match.span()
        kind = match.lastgroup
        if kind == "open":
            opened.append(start)
        elif kind in ("close", "link_end", "link_label"):
            begin = opened.pop() if opened else None
            if kind != "close" and begin is not None:
                cuts += [(begin, begin + 1), (start, end)]
        elif kind in ("star_open", "star_close"):
            if kind == "star_open" or in_star:
                cuts.append((start, end))
            in_star = not in_star and kind == "star_open"
        else:
            kept = _replacement(match)
            chars[start] = kept or chars[start]
            cuts.append((start + len(kept), end))
    return Traced("".join(chars), row.at).cut(sorted(cuts))


def _replacement(match: re.Match[str]) -> str:
    """The character that stands for a piece of markup; nothing where it only goes."""
    if match.lastgroup == "entity":
        char = html.unescape(match[0])
        return char if len(char) == 1 and not char.isspace() else " "
    return " " if match.lastgroup == "tag" and _BLOCK_TAG.match(match[0]) else ""
