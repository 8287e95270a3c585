"""Tags of characters (BIES of each type, or outside), and the way between tags and names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import torch
from torch import Tensor

OUTSIDE = 0
_PLACES = "BIES"  # begin, inside, end, single
_BARRED = -1e4


@dataclass(frozen=True)
class Labels:
    """The tags of some types: 0 is outside, then B, I, E, S of the first type, and so on.

    Attributes:
        start, stop: (tags,) 0 where a text may begin or end with a tag, far below 0 where not.
        steps, cuts: (tags, tags) the same for a tag after another, anywhere and inside a word.
    """

    types: tuple[str, ...]
    start: Tensor = field(init=False)
    steps: Tensor = field(init=False)
    stop: Tensor = field(init=False)
    cuts: Tensor = field(init=False)

    def __post_init__(self) -> None:
        size = len(self)
        opens = torch.tensor([tag == OUTSIDE or self._place(tag) in "BS" for tag in range(size)])
        closes = torch.tensor([tag == OUTSIDE or self._place(tag) in "ES" for tag in range(size)])
        goes_on = torch.tensor(
            [
                [
                    self._place(a) in "BI" and self._place(b) in "IE" and self._type(a) == self._type(b)
                    for b in range(size)
                ]
                for a in range(size)
            ]
        )
        allowed = goes_on | (closes.unsqueeze(1) & opens.unsqueeze(0))  # (tags, tags)
        outside = torch.arange(size) == OUTSIDE
        uncut = goes_on | (outside.unsqueeze(1) & outside.unsqueeze(0))  # no name ends or begins here
        for name, mask in (("start", opens), ("steps", allowed), ("stop", closes), ("cuts", uncut)):
            object.__setattr__(self, name, torch.where(mask, 0.0, _BARRED))

    def __len__(self) -> int:
        return 1 + len(_PLACES) * len(self.types)

    def _place(self, tag: int) -> str:
        return "O" if tag == OUTSIDE else _PLACES[(tag - 1) % len(_PLACES)]

    def _type(self, tag: int) -> int:
        return (tag - 1) // len(_PLACES)

    def to_tags(self, spans: Sequence[tuple[int, int, str]], length: int) -> list[int]:
        """The tag of each of `length` characters, given names (start, end, type) that do not overlap.

        >>> Labels(("Company",)).to_tags([(1, 3, "Company")], 4)
        [0, 1, 3, 0]
        """
        tags = [OUTSIDE] * length
        for start, end, kind in spans:
            begin = 1 + len(_PLACES) * self.types.index(kind)
            if end - start == 1:
                tags[start] = begin + 3
                continue
            tags[start:end] = [begin, *[begin + 1] * (end - start - 2), begin + 2]
        return tags

    def to_spans(self, tags: Sequence[int]) -> Iterator[tuple[int, int, str]]:
        """The names of a valid sequence of tags, in order.

        >>> list(Labels(("Company",)).to_spans([0, 1, 3, 4]))
        [(1, 3, 'Company'), (3, 4, 'Company')]
        """
        start = 0
        for at, tag in enumerate(tags):
            place = self._place(tag)
            if place in "BS":
                start = at
            if place in "ES":
                yield start, at + 1, self.types[self._type(tag)]

    def decode(self, scores: Tensor, glued: Tensor) -> list[int]:
        """The best valid tags of one text (Viterbi; with barred steps only, no learned transitions).

        Where the best tag of every character gives a valid sequence already, it is the answer: no other can score
        higher. That holds for most windows, and saves the walk.

        Args:
            scores: (length, tags) log-probabilities.
            glued: (length,) bool, whether a character and the one before it are of one word, which no name cuts.
        """
        best = scores.argmax(-1)  # (length,)
        taken = self.steps[best[:-1], best[1:]] + self.cuts[best[:-1], best[1:]] * glued[1:]
        valid = self.start[best[0]] + taken.sum() + self.stop[best[-1]]
        return best.tolist() if valid == 0 else self._walk(scores, glued.tolist())

    def _walk(self, scores: Tensor, glued: Sequence[bool]) -> list[int]:
        total = scores[0] + self.start  # (tags,)
        within = self.steps + self.cuts
        back = []
        for row, is_glued in zip(scores[1:], glued[1:], strict=True):
            reached, came_from = (total.unsqueeze(1) + (within if is_glued else self.steps)).max(0)  # (tags,)
            total = reached + row
            back.append(came_from)
        tag = int((total + self.stop).argmax())
        tags = [tag]
        for came_from in reversed(back):
            tag = int(came_from[tag])
            tags.append(tag)
        return tags[::-1]


def find_glued(text: str) -> Tensor:
    """(length,) bool: whether a character and the one before it are letters, or digits, of one Latin word or number.

    >>> find_glued("用GPT4").tolist()
    [False, False, True, True, False]
    """
    kinds = [1 if char.isascii() and char.isalpha() else 2 if char.isascii() and char.isdigit() else 0 for char in text]
    return torch.tensor([False, *(a == b != 0 for a, b in pairwise(kinds))][: len(text)], dtype=torch.bool)
