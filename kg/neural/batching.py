"""Windows to tensors: one batcher for training and for reading, sorted by length so that little is padded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kg.neural.encoder import Reader, Tokens
from kg.neural.section import Hint, Section, Window

PLACES = 9  # of a character in its token
ASCII = 128
SHAPES = ASCII + 4  # each ASCII character, then Han, full-width, line end, other
RULES = ("list", "form")  # where a hint comes from: the name list, or anything else


@dataclass(frozen=True, slots=True)
class Item:
    """A window that is ready to be read.

    Attributes:
        text: what is read: the lead of the window, then its characters.
        hints: for each character the number of its hint tag, 0 for none.
    """

    section: int
    window: Window
    text: str
    tokens: Tokens
    hints: list[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Several windows; every tensor is int64.

    Attributes:
        lengths: characters of each window.
        ids, mask: (batch, tokens).
        token_hints: (batch, tokens), the hint of a token's first character.
        owner, place, shape, hints: (batch, characters); 0 under padding.
    """

    lengths: list[int]
    ids: Tensor
    mask: Tensor
    token_hints: Tensor
    owner: Tensor
    place: Tensor
    shape: Tensor
    hints: Tensor

    def to(self, device: torch.device) -> "Batch":
        """The same batch on a device."""
        columns = (self.ids, self.mask, self.token_hints, self.owner, self.place, self.shape, self.hints)
        return Batch(self.lengths, *(one.to(device) for one in columns))


@dataclass(frozen=True, slots=True)
class HintTags:
    """Numbers of hints: BIES of each type, once for the name list and once for rules; 0 is none."""

    types: tuple[str, ...]

    def __len__(self) -> int:
        return 1 + 4 * len(self.types) * len(RULES)

    def write(self, hints: Iterable[Hint], window: Window) -> list[int]:
        """The hint of each character that is read; a hint that the window cuts is left out."""
        tags = [0] * (window.offset + window.end - window.start)
        for hint in hints:
            place = window.place(hint.start, hint.end)
            if hint.type not in self.types or place is None:
                continue
            row = self.types.index(hint.type) * len(RULES) + (hint.rule != RULES[0])
            first = 1 + 4 * row
            start, end = place
            middle = [first + 1] * (end - start - 2)
            tags[start:end] = [first + 3] if end - start == 1 else [first, *middle, first + 2]
        return tags


def make_items(
    sections: Sequence[Section], windows: Sequence[Sequence[Window]], reader: Reader, tags: HintTags
) -> list[Item]:
    """Every window of every section, tokenised, in order."""
    flat = [(number, window) for number, cut in enumerate(windows) for window in cut]
    texts = [window.text(sections[number]) for number, window in flat]
    return [
        Item(number, window, text, tokens, tags.write(sections[number].hints, window))
        for (number, window), text, tokens in zip(flat, texts, reader.read(texts), strict=True)
    ]


def group_by_length(lengths: Sequence[int], capacity: int) -> Iterator[list[int]]:
    """Positions in groups of like length, each of at most `capacity` characters with its padding, the longest first.

    >>> list(group_by_length([3, 9, 4], 8))
    [[1], [2, 0]]
    """
    group: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda one: -lengths[one]):
        if group and lengths[group[0]] * (len(group) + 1) > capacity:
            yield group
            group = []
        group.append(position)
    if group:
        yield group


def collate(items: Sequence[Item], device: torch.device) -> Batch:
    """One batch of windows on a device."""
    token_hints = []
    for item in items:
        row = [0] * len(item.tokens.ids)
        for owner, place, hint in zip(item.tokens.owner, item.tokens.place, item.hints, strict=True):
            if place == 1:
                row[owner] = hint
        token_hints.append(row)
    columns = (
        [item.tokens.ids for item in items],
        [[1] * len(item.tokens.ids) for item in items],
        token_hints,
        [item.tokens.owner for item in items],
        [item.tokens.place for item in items],
        [[_shape(char) for char in item.text] for item in items],
        [item.hints for item in items],
    )
    return Batch([len(item.text) for item in items], *map(pad, columns)).to(device)


def pad(rows: Sequence[Sequence[int]], value: int = 0) -> Tensor:
    """Rows of numbers as one (rows, longest) tensor."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (longest - len(row))] for row in rows])


def _shape(char: str) -> int:
    code = ord(char)
    if char == "\n":
        return ASCII + 2
    if code < ASCII:
        return code
    if 0x4E00 <= code <= 0x9FFF:
        return ASCII
    return ASCII + 1 if 0xFF00 <= code <= 0xFFEF or 0x3000 <= code <= 0x303F else ASCII + 3
