"""Text and Markdown files: the text is the file's own, one block; the cleaning finds what is in it."""

import re

from kg.reading.contents import Contents
from kg.reading.description import find_date
from kg.report import Block

_FRONT = re.compile(r"\s*---\s*\n(.*?)\n(?:---|\.\.\.)\s*(?:\n|$)", re.DOTALL)
_FIELD = re.compile(r"^(?:\*\*)?([A-Za-z_]+|[一-鿿]{2,4})\s*(?:\*\*)?\s*[:：]\s*(?:\*\*)?\s*(\S.*?)\s*$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(\S.*?)\s*#*\s*$", re.MULTILINE)
_TITLE = ("title", "标题")
_PUBLISHER = ("publisher", "source", "site", "sitename", "organization", "发布机构", "机构", "来源")
_PUBLISHED = ("published", "date", "publish_date", "发布日期", "发布时间", "日期")


def read_plain(text: str, media_type: str) -> Contents:
    """The contents of a text; front matter, or lines as `**Published:** 2023-04-04` near its top, are metadata."""
    stripped = text.strip()
    start = text.find(stripped) if stripped else 0
    blocks = (Block("paragraph", start, start + len(stripped)),) if stripped else ()
    found = _find_fields(text)
    title = _first(found, _TITLE)
    heading = _HEADING.search(text)
    if title is None and heading is not None:
        title = re.sub(r"[*_`\\]|\[\^[^\]]*\]", "", heading[1])
    published = next((day for name in _PUBLISHED if (day := find_date(found.get(name, "")[:11].strip("T ")))), None)
    return Contents(text, media_type, blocks, title, _first(found, _PUBLISHER), published)


def _find_fields(text: str) -> dict[str, str]:
    front = _FRONT.match(text)
    head = front[1] if front else "\n".join(line for line in text[:2000].splitlines()[:20] if line.startswith("**"))
    return {match[1].lower(): match[2].strip("\"'* ") for match in _FIELD.finditer(head)}


def _first(found: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((found[name] for name in names if found.get(name)), None)
