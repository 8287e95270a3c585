"""A listed name with a version, size or letter behind it is another name: GPT-4.7 is not GPT-4."""

import re

_NOT_VERSION = r"(?!(?:19|20)\d\d(?!\d))"  # a year
_COUNTED = r"(?![A-Za-z0-9]|\s?[年月日亿万千百%％倍家个款名次季元折项条人位只台套种点])"
_VARIANT = (
    "Turbo|Pro|Plus|Max|Mini|mini|Lite|Ultra|Flash|Instruct|Chat|chat|Base|base|Vision|VL|Coder|Math|Preview|Nano|Air|"
    "Opus|Sonnet|Haiku|Small|Medium|Large|XL|High|Thinking|Omni|Audio|Code|Next|Titan|Speed|Character|Long|Realtime"
)
_NUMBER = re.compile(
    rf"(?:[- ]?[vV]?{_NOT_VERSION}\d+(?:\.\d+)*|(?<=\d)(?:\.\d+)+)"
    rf"[A-Za-z]{{0,3}}{_COUNTED}"
)
_MORE = re.compile(
    rf"(?:[- ](?:{_VARIANT})(?![A-Za-z])"
    rf"|-[A-Za-z0-9]+(?:\.\d+)*(?![A-Za-z0-9年月日])|[- ]\d+(?:\.\d+)?[BbM](?![A-Za-z0-9]))+"
)
_NOT_MORE = re.compile(r"-(?:based|like|style|powered|driven|native|enabled|ready)")


def version_end(text: str, end: int) -> int:
    """Where the name that ends at `end` really ends, with the version behind it; `end` where none does.

    >>> version_end("通义千问Qwen3-32B-Instruct模型", 9)
    22
    """
    last = end
    number = _NUMBER.match(text, end)
    # A Han name takes only 4.0, not 4: 文心4.0, but 阿里云 3 ….
    if (
        number
        and (text[end - 1].isascii() or "." in number.group())
        and not (text[end - 1].isdigit() and text[end] == " ")
    ):
        last = number.end()
    if text[last - 1].isascii() and not _NOT_MORE.match(text, last):
        more = _MORE.match(text, last)
        last = more.end() if more else last
    return last


def is_cut_number(text: str, end: int) -> bool:
    """Whether a name that ends here would cut a number in two: GPT-3 in GPT-3.5."""
    return text[end - 1].isdigit() and text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit()
