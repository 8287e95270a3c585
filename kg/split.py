"""Blocks to sentences that tile them, in order."""

import re
from collections.abc import Iterator

from kg.report import Block, Report, Sentence

# An end, then the brackets and quotes it closes, then white space: all of it belongs to the sentence before.
_END = re.compile(r"(?:[。！？!?]+|…{2,}|\.(?=\s|$))[”’」』）)\]】》\"']*\s*")
_OPENERS = {"（": "）", "(": ")", "“": "”", "「": "」", "『": "』", "《": "》", "【": "】"}
_CLOSERS = {closer: opener for opener, closer in _OPENERS.items()}
_MARK = re.compile(f"[{''.join(map(re.escape, [*_OPENERS, *_CLOSERS]))}]")
_MAX_BRACKET = 200  # characters; a bracket that reaches further was never closed
_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Ltd|Co|Corp|Dr|Mr|Mrs|Ms|St|vs|etc|al|e\.g|i\.e|cf|Fig|No|Vol|pp|Prof|Jr|Sr|approx|U\.S|a\.m|p\.m)"
    r"|\b[A-Z]|(?:^|[\s，。；：])\d{1,2})\.$"
)
_MAX_SENTENCE = 2000  # characters; a longer stretch without an end is cut at a comma or a space


def split(report: Report) -> tuple[Sentence, ...]:
    """The sentences of a clean report; those of a block tile it.

    A heading or caption is one sentence, and so is each row of a table. A clause after `；` stays with its sentence.

    >>> from kg.reading import report_from_text
    >>> text = "百度发布文心一言。（预计3.5版。）OpenAI, Inc. 跟进！"
    >>> [text[one.start : one.end] for one in split(report_from_text(text))]
    ['百度发布文心一言。', '（预计3.5版。）', 'OpenAI, Inc. 跟进！']
    """
    return tuple(
        Sentence(start, end, block) for block in report.blocks for start, end in _split_block(report.text, block)
    )


def _split_block(text: str, block: Block) -> Iterator[tuple[int, int]]:
    if block.kind == "table":
        cuts = [match.end() for match in re.compile("\n").finditer(text, block.start, block.end)]
    elif block.kind in ("heading", "caption"):
        cuts = []
    else:
        cuts = list(_find_cuts(text[block.start : block.end], block.start))
    start = block.start
    for cut in [*cuts, block.end]:
        if cut > start:
            yield from _split_long(text, start, cut)
            start = cut


def _find_cuts(text: str, offset: int) -> Iterator[int]:
    """Offsets after the ends of sentences, without those inside brackets and quotes."""
    inside = _find_insides(text)
    for match in _END.finditer(text):
        if _is_end(text, match) and not (match.start() in inside and match.end() in inside):
            yield offset + match.end()


def _find_insides(text: str) -> "_Ranges":
    """The inner characters of brackets and quotes that close nearby; where one encloses many sentences, none."""
    opened: list[tuple[str, int]] = []
    ranges: list[tuple[int, int]] = []
    for match in _MARK.finditer(text):
        char = match[0]
        if char in _OPENERS:
            opened.append((char, match.start()))
            continue
        while opened and opened[-1][0] != _CLOSERS[char] and any(one == _CLOSERS[char] for one, _ in opened[-4:]):
            opened.pop()
        if opened and opened[-1][0] == _CLOSERS[char]:
            start = opened.pop()[1]
            if match.start() - start <= _MAX_BRACKET:
                ranges.append((start + 1, match.start()))
    return _Ranges(ranges)


class _Ranges:
    """Positions that lie in one of some ranges, both ends included."""

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        self._positions = {position for start, end in ranges for position in range(start, end + 1)}

    def __contains__(self, position: int) -> bool:
        return position in self._positions


def _is_end(text: str, match: re.Match[str]) -> bool:
    if match[0][0] == ".":
        head = text[max(0, match.start() - 12) : match.start() + 1]
        return match.end() == len(text) or _ABBREVIATION.search(head) is None
    # A question mark of a URL, or `Yahoo!` before a Latin word, ends nothing.
    after = text[match.end() : match.end() + 1]
    return not (match[0] in "?!" and after.isascii() and after.isalnum())


def _split_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _MAX_SENTENCE:
        limit = start + _MAX_SENTENCE
        cut = max(text.rfind(char, start + 1, limit) for char in "；，, \t")
        cut = limit if cut < 0 else cut + 1
        yield start, cut
        start = cut
    yield start, end
