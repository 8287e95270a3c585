"""Finds every spelling of listed names in a text: one dictionary look-up a character, longest name first."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.lexicon import name_key

# Runs that a folded text keeps, and the signs between digits that name_key keeps too.
_KEPT = re.compile(r"[^\s\-‐-―_·・•.。《》“”\"'‘’「」]+|(?<=\d)[.\-\s](?=\d)")
_LATIN = re.compile(r"[A-Za-z0-9]")
_LATIN_GAP = re.compile(r"[ \t]?[-‐-―_·・•.]?[ \t]?")
_MIXED_GAP = re.compile(r"[ \t]|[-‐-―·・•]")
_HAN_GAP = re.compile(r"[·・•]")


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text as `name_key` folds it: character `i` of `key` was character `starts[i]` of the text."""

    text: str
    key: str
    starts: list[int]


@dataclass(frozen=True, slots=True)
class Hit:
    """Characters `start:end` of a text that spell the name with this key."""

    start: int
    end: int
    key: str


def fold(text: str) -> FoldedText:
    """A text without the signs in which spellings of a name differ."""
    keys: list[str] = []
    starts: list[int] = []
    for kept in _KEPT.finditer(text):
        piece = kept.group()
        keys.append(_fold_sign(piece) if len(piece) == 1 else _fold_run(piece))
        starts.extend(range(kept.start(), kept.end()))
    return FoldedText(text, "".join(keys), starts)


def _fold_sign(sign: str) -> str:
    return "-" if sign in "- \t\n" else _fold_run(sign)


def _fold_run(run: str) -> str:
    folded = run.lower() if run.isascii() else unicodedata.normalize("NFKC", run).casefold()
    # Offsets need one character for one; the rare rest (℃, ß) is kept as it stands.
    return folded if len(folded) == len(run) else run.lower() if len(run.lower()) == len(run) else run


class NameMatcher:
    """All places where listed names stand."""

    def __init__(self, spellings: Iterable[str]) -> None:
        self._keys = {key for key in map(name_key, spellings) if len(key) > 1}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for key in self._keys:
            lengths[key[:2]].add(len(key))
        self._lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}

    def find(self, folded: FoldedText) -> Iterator[Hit]:
        """The longest name that begins at each place, in order; hits may overlap."""
        key, lengths, keys = folded.key, self._lengths, self._keys
        for index in range(len(key) - 1):
            for length in lengths.get(key[index : index + 2], ()):
                candidate = key[index : index + length]
                if candidate in keys and (hit := _to_hit(folded, index, candidate)):
                    yield hit
                    break


def _to_hit(folded: FoldedText, index: int, key: str) -> Hit | None:
    start, end = folded.starts[index], folded.starts[index + len(key) - 1] + 1
    text = folded.text
    if text[start].isascii() and start and is_latin(text[start]) and is_latin(text[start - 1]):
        return None
    if is_latin(text[end - 1]) and end < len(text) and is_latin(text[end]):
        return None
    if end - start != len(key) and not _has_fair_gaps(folded, index, len(key)):
        return None
    return Hit(start, end, key)


def is_latin(sign: str) -> bool:
    """Whether a character is an ASCII letter or digit."""
    return sign.isascii() and sign.isalnum()


def _has_fair_gaps(folded: FoldedText, index: int, length: int) -> bool:
    text, starts = folded.text, folded.starts
    han_gaps = han_pairs = 0
    for left, right in zip(starts[index : index + length - 1], starts[index + 1 : index + length], strict=True):
        latin = is_latin(text[left]) + is_latin(text[right])
        gap = text[left + 1 : right]
        han_pairs += latin == 0
        if not gap:
            continue
        if latin == 0 and gap == " ":
            han_gaps += 1
        elif not (_HAN_GAP, _MIXED_GAP, _LATIN_GAP)[latin].fullmatch(gap):
            return False
    # Letter-spaced names (文 心 一 言) are spaced throughout; else a space parts two words.
    return han_gaps in (0, han_pairs)
