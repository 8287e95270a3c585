"""Whether a line runs on into the next, and how the two are put together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.clean.fold import HAN
from kg.clean.forms import ends_sentence
from kg.clean.lines import Line
from kg.clean.traced import Traced

_RUNS_ON = re.compile(r"(?:[，、,（(“《—/&+·]|[A-Za-z]-)$")
_CONTINUES = re.compile(r"[，。、；：）》”」』】！？,;)%·]")
_OPENERS = {"（": "）", "(": ")", "“": "”", "《": "》", "「": "」", "【": "】"}
_WIDE = re.compile(f"[{HAN}，。、；：！？（）《》“”‘’「」『』【】…—\u3000-\u303f\uff00-\uffef]")
_WORD_END = re.compile(r"[a-z]{2,}-$")
_KEPT_PREFIX = re.compile(
    r"(?:^|[^A-Za-z])(?:pre|fine|self|multi|zero|few|one|non|end|co|sub|cross|large|open|high|low|deep|real|long|short|"
    r"semi|super|the|to|of|in|text|image|state|art|human|machine|data|auto|inter|intra|post|anti|well|all)-$",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"(?:Q|问)\s?\d{0,2}\s?[:：]")
_TITLE = re.compile(r"\d{1,2}\s?[、.．][^。]*$")
# Two lines of one of these forms stand side by side: labels, rows that begin with a number.
_PARALLEL = (re.compile(r"[^，。：；（(:\s]{2,12}[：:]"), re.compile(r"\d{1,3} [A-Z][a-z]+ "))
_MIN_WRAP = 36  # columns; narrower lines are cells and labels
_MAX_WRAP = 170  # no page has longer lines
_NEAR = 4  # lines on either side that show how wide the text is set


@dataclass(frozen=True, slots=True)
class Setting:
    """How the lines of a report are set.

    Attributes:
        widest: for every line, the widest among its neighbours, in columns.
        spaced: an empty line follows every line, so that it parts no paragraphs.
    """

    widest: tuple[int, ...]
    spaced: bool

    @property
    def gap(self) -> int:
        """Empty lines that may stand inside a paragraph."""
        return 1 if self.spaced else 0


def find_setting(lines: Sequence[Line]) -> Setting:
    """How the lines of a report are set."""
    widths = [line.width if line.width >= _MIN_WRAP and _is_plain(line) else 0 for line in lines]
    widest = tuple(max(widths[max(0, index - _NEAR) : index + _NEAR + 1]) for index in range(len(widths)))
    return Setting(widest, _is_spaced(lines, widest))


def _is_plain(line: Line) -> bool:
    return line.given is None and not line.role.level and not line.role.aside and "\t" not in line.text.text


def _is_spaced(lines: Sequence[Line], widest: tuple[int, ...]) -> bool:
    """Whether most full lines that end in the middle of a sentence have an empty line after them."""
    broken = apart = 0
    for line, after, wide in zip(lines, lines[1:], widest, strict=False):
        plain = _is_plain(line) and _is_plain(after) and not line.role.item and not after.role.item
        if plain and line.width >= max(_MIN_WRAP, 0.85 * wide) and not ends_sentence(line.text.text):
            broken += 1
            apart += after.gap > 0
    full = sum(line.width >= _MIN_WRAP and _is_plain(line) for line in lines)
    return broken >= 3 and apart >= 0.6 * broken and apart >= 0.25 * full


def runs_on(lines: Sequence[Line], number: int, following: int, setting: Setting) -> bool:
    """Whether a line's sentence goes on in a following one, which has no form of its own."""
    line, after = lines[number], lines[following]
    if line.closed or after.closed or not _is_plain(after):
        return False
    text = line.text.text
    gap = after.gap if following == number + 1 else 0  # over furniture, the empty lines are the page's
    if gap > setting.gap:
        return gap <= 3 and _goes_over_pages(line, after)
    if _RUNS_ON.search(text) or _CONTINUES.match(after.text.text):
        return True
    if ends_sentence(text) and not _is_inside(text):
        return False
    if _is_inside(text) and line.width >= 20:
        return True
    if text[-1].islower() and text[-1].isascii() and after.text.text[:1].islower() and after.text.text[:1].isascii():
        return True
    if _QUESTION.match(text):
        return True
    if any(form.match(text) and form.match(after.text.text) for form in _PARALLEL):
        return False
    if _breaks_prose(line, after):
        return True
    widest = setting.widest[number]
    return _is_full(line, widest) or (line.width >= 0.6 * widest >= 30 and _closes(line, after))


def _is_full(line: Line, widest: int) -> bool:
    return _MIN_WRAP <= line.width <= _MAX_WRAP and line.width >= 0.85 * widest


def _breaks_prose(line: Line, after: Line) -> bool:
    """Whether two lines are prose and the first stops in the middle: a stray break, however wide the text is set."""
    text, following = line.text.text, after.text.text
    if after.width <= 6 and re.fullmatch(f"[{HAN}]{{1,2}}[。；，]", following):
        return True  # the last characters of a word
    # A first line with no more than a comma may be a title.
    inside = line.gap == 0 or "。" in text or text.count("、") >= 2
    prose = re.search("[，。；、]", text) and re.search("[，。；]", following) and not _PARALLEL[0].match(following)
    return bool(prose and inside and not _TITLE.match(text)) and line.width >= 40 and text[-1].isalnum()


def _closes(line: Line, after: Line) -> bool:
    """Whether a line is the shorter end of a sentence that an early break parted from its start."""
    text = after.text.text
    return text[-1] in "。！？；" and "：" not in text and after.width <= line.width


def _is_inside(text: str) -> bool:
    """Whether a bracket or quotation is open at the end of a line."""
    tail = text[-120:]
    return any(tail.rfind(opener) > tail.rfind(closer) for opener, closer in _OPENERS.items())


def _goes_over_pages(line: Line, after: Line) -> bool:
    """Whether a page break cut a paragraph in two: the first stops in the middle of prose, the next is prose."""
    text = line.text.text
    if line.width < 60 or after.role.item or after.role.indent:
        return False
    if line.role.item and "。" not in text:
        return False
    stops = re.search(f"[{HAN}A-Za-z0-9，、]$", text) and not ends_sentence(text)
    return bool(stops and re.search("[，。]", text) and re.search("。", after.text.text) and after.width >= 40)


def join(parts: Sequence[Traced]) -> Traced:
    """Lines as one: Chinese without a space, Latin words with one, which stands for the line break."""
    if len(parts) == 1:
        return parts[0]
    texts: list[str] = []
    at: list[int] = []
    for index, part in enumerate(parts):
        kept, glue = (part.text, "") if index + 1 == len(parts) else _glue(part.text, parts[index + 1].text)
        texts += [kept, glue]
        at.extend(part.at[: len(kept)])
        if glue:
            at.append(part.at[-1] + 1)
    return Traced("".join(texts), at)


def _glue(left: str, right: str) -> tuple[str, str]:
    """What is kept of the left line, and what stands between it and the right one."""
    if left.endswith("-") and len(left) > 1 and left[-2].isalnum():
        broken = _WORD_END.search(left) and right[:1].islower() and not _KEPT_PREFIX.search(left)
        return (left[:-1], "") if broken else (left, "")
    if (
        not left
        or not right
        or _WIDE.match(left[-1])
        or _WIDE.match(right[0])
        or left[-1] in "/·"
        or right[0] in "/·,.;:)%"
    ):
        return left, ""
    is_url = re.search(r"(?:https?://|www\.)\S*$", left[-200:]) and re.match(r"[\w/%?&=.#-]*(?:[/%=]|\d)", right)
    return left, "" if is_url else " "
