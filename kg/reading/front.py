"""Title, publisher and date as the first page of a report prints them; None where it does not."""

import re
from dataclasses import dataclass
from datetime import date

from kg.reading.contents import Contents
from kg.reading.description import find_date

_PAGE_CHARS = 3000  # about one page
_TOP_LINES = 40
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_DAY = r"(?:19|20)\d{2}\s*(?:年|[-/.])\s*\d{1,2}\s*(?:月|[-/.])\s*\d{1,2}\s*日?"
_DATE_LINE = re.compile(
    rf"(?:\S{{0,8}}(?:发布|日期|时间|Date)\S{{0,4}}\s*[:：]?\s*)?({_DAY})(?:\s+\d{{1,2}}:\d{{2}}.*)?"
)
_LABELLED = re.compile(rf"(?:发布日期|发布时间|报告日期|日期|发布于)\s*[:：]?\s*({_DAY})")
_FIRM = r"[A-Za-z一-鿿]{2,12}(?:证券(?:股份)?(?:有限(?:责任)?公司)?(?:研究[所院部])?|研究[所院]|咨询|智库|资本|基金)"
_PUBLISHER_LINE = re.compile(rf"(?:发布机构|机构|来源|出品)\s*[:：]\s*({_FIRM})|({_FIRM})")

_TAIL_CHARS = 10_000
_OWNER = re.compile(
    rf"本报告(?:的)?版权(?:仅)?归[“\"]?({_FIRM})[”\"]?所有|(?:本报告仅供)?({_FIRM})（以下简称[：:]?[“\"]?(?:本)?公司[”\"]?）"
)


@dataclass(frozen=True, slots=True)
class Front:
    """What a report says of itself."""

    title: str | None
    publisher: str | None
    published: date | None


def find_front(contents: Contents) -> Front:
    """The metadata of a file, filled up from the text of its first page."""
    lines = [" ".join(_TAG.sub(" ", line).split()) for line in contents.text[:_PAGE_CHARS].splitlines()]
    lines = [line.strip("#*> ") for line in lines if line.strip("#*> ") and line[0] != "|"][:_TOP_LINES]
    return Front(
        contents.title or _find_title(lines),
        contents.publisher or _find_publisher(lines) or _find_owner(contents.text),
        _find_day(contents, lines),
    )


def _find_day(contents: Contents, lines: list[str]) -> date | None:
    """The day of the metadata; that of a PDF is the day it was made, and gives way to one that is printed."""
    printed = _find_published(lines)
    if contents.media_type == "application/pdf":
        return printed or contents.published
    return contents.published or printed


def _find_title(lines: list[str]) -> str | None:
    for line, after in zip(lines[:8], [*lines[1:9], ""], strict=False):
        # Lines with marks inside, and long ones before others as long, are prose that the page breaks.
        broken = _width(line) > 50 and 50 < _width(after) < 100
        title = 6 <= len(line) <= 50 and _width(line) <= 64 and not broken and not re.search("[。，；]", line)
        if title and line[-1] not in "：,;:、" and not find_date(line) and not _is_publisher(line):
            return line
    return None


def _width(line: str) -> int:
    return len(line.encode("gb18030", "replace"))


def _is_publisher(line: str) -> bool:
    return _PUBLISHER_LINE.fullmatch(line) is not None


def _find_publisher(lines: list[str]) -> str | None:
    for line in lines:
        if match := _PUBLISHER_LINE.fullmatch(line):
            return match[1] or match[2]
    return None


def _find_owner(text: str) -> str | None:
    """The firm whose disclaimer, near the end, says that the report is its own."""
    match = _OWNER.search(text, max(0, len(text) - _TAIL_CHARS))
    return (match[1] or match[2]) if match else None


def _find_published(lines: list[str]) -> date | None:
    for line in lines:
        match = _DATE_LINE.fullmatch(line) or _LABELLED.search(line)
        if match and (day := find_date(match[1])):
            return day
    return None
