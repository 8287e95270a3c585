"""A sentence with its names taken out: one sign for each list of names, so that patterns see only grammar.

`百度（BIDU）、腾讯推出“文心一言”等产品` becomes `A推出T等产品`, where A stands for two companies and T for
one product; A and T are the sign of the kind of name (`Triggers.kinds`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Span

_FIRST_SIGN = 0xE000  # private use: no report has these signs
SIGN = "[\ue000-\ue0ff]"
BREAKS = "，,；;。！!？?：:\n"
# A class word may follow each name of a list: 扩散模型架构与某某技术.
_CLASS_WORDS = (
    "架构|技术|模型|系统|平台|工艺|算法|框架|机制|产品|业务|领域|行业|场景|服务|芯片|方案|系列|公司|集团|等|手机|手游|游戏|品牌|赛道|方向|"
    "引擎|软件|工具|设备"
)
_CLASS = f"(?:{_CLASS_WORDS})?"
_LISTED = re.compile(rf"({SIGN}){_CLASS}(?:、|/|和|及|与|或|以及|、和|和)\Z")
_BRACKET = re.compile(r"[（()）]")
_QUOTE = "“”\"‘’'「」『』《》〈〉【】 "


@dataclass(frozen=True, slots=True)
class Group:
    """Names that stand in one list: `A、B和C` is one group of three."""

    names: tuple[Span, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Bracket:
    """Names in a bracket right behind a name; `position` is that of the name's group."""

    owner: Span
    names: tuple[Span, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A sentence as grammar: `text` holds one sign a group, `offsets[i]` is where sign `i` stood in the Doc."""

    text: str
    offsets: tuple[int, ...]
    groups: Mapping[int, Group]
    brackets: tuple[Bracket, ...]

    def clause_start(self, position: int) -> int:
        """Where the clause around a position begins."""
        return max(self.text.rfind(sign, 0, position) for sign in BREAKS) + 1

    def clause_end(self, position: int) -> int:
        """Where the clause around a position ends."""
        ends = (self.text.find(sign, position) for sign in BREAKS)
        return min((end for end in ends if end >= 0), default=len(self.text))


@dataclass(slots=True)
class _Draft:
    """A skeleton in the making."""

    signs: list[str]
    offsets: list[int]
    groups: dict[int, Group]
    brackets: list[Bracket]

    def add(self, sign: str, offset: int) -> None:
        self.signs.append(sign)
        self.offsets.append(offset)

    def add_name(self, sign: str, name: Span) -> None:
        tail = "".join(self.signs[-6:])
        listed = _LISTED.search(tail)
        if listed and listed.group(1) == sign:
            position = len(self.signs) - len(listed.group())
            del self.signs[position + 1 :], self.offsets[position + 1 :]
            self.groups[position] = Group((*self.groups[position].names, name), position)
            return
        self.groups[len(self.signs)] = Group((name,), len(self.signs))
        self.add(sign, name.start_char)


def make_skeleton(text: str, start: int, end: int, names: Sequence[Span], kinds: Mapping[str, int]) -> Skeleton:
    """The skeleton of `text[start:end]`.

    Args:
        text: of the Doc.
        start: of the sentence.
        end: of the sentence.
        names: the names inside, in order and not overlapping.
        kinds: the number of the kind of each type; only names of one kind are one list.
    """
    draft = _Draft([], [], {}, [])
    position, index = start, 0
    while position < end:
        if index < len(names) and names[index].start_char <= position:
            name = names[index]
            draft.add_name(chr(_FIRST_SIGN + kinds.get(name.label_, len(kinds))), name)
            position, index = name.end_char, index + 1
        elif text[position] in "（(" and (close := _find_close(text, position, end)):
            inside = _names_before(names, index, close)
            _add_bracket(draft, inside)
            position, index = close + 1, index + len(inside)
        else:
            if text[position] not in _QUOTE:
                draft.add(text[position], position)
            position += 1
    return Skeleton("".join(draft.signs), tuple(draft.offsets), draft.groups, tuple(draft.brackets))


def _find_close(text: str, position: int, end: int) -> int | None:
    """The bracket that closes the one at a position, None where a further one opens first or it is far off."""
    found = _BRACKET.search(text, position + 1, min(end, position + 80))
    return found.start() if found and found.group() in "）)" else None


def _names_before(names: Sequence[Span], index: int, close: int) -> Sequence[Span]:
    last = index
    while last < len(names) and names[last].end_char <= close:
        last += 1
    return names[index:last]


def _add_bracket(draft: _Draft, names: Sequence[Span]) -> None:
    owner = draft.groups.get(len(draft.signs) - 1)
    if owner and names:
        draft.brackets.append(Bracket(owner.names[-1], tuple(names), len(draft.signs) - 1))
