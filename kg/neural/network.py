"""The network: one encoder, a head that tags characters, and a head that relates pairs of names."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers.models.bert.modeling_bert import BertModel

from kg.neural.batching import PLACES, SHAPES, Batch
from kg.neural.encoder import run_encoder
from kg.neural.pairs import FEATURES, PairBatch


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths of the layers above the encoder."""

    tagger: int = 256
    relater: int = 256
    pair: int = 384
    heads: int = 4
    dropout: float = 0.2


class Network(nn.Module):
    """Reads a batch of windows once; both heads work on what comes out.

    Args:
        encoder: a BERT.
        counts: what the heads tell apart.
        sizes: widths of the heads.
    """

    def __init__(self, encoder: BertModel, counts: "Counts", sizes: Sizes) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.hint_input = nn.Embedding(counts.hints, width, padding_idx=0)
        nn.init.zeros_(self.hint_input.weight)  # reading starts as the encoder learned it
        self.norm = nn.LayerNorm(2 * width)
        self.tagger = Tagger(2 * width, counts, sizes)
        self.relater = Relater(2 * width, counts, sizes)

    def read(self, batch: Batch) -> Tensor:
        """(batch, characters, 2 * encoder width): what each character means where it stands."""
        hidden = run_encoder(self.encoder, batch.ids, batch.mask, self.hint_input(batch.token_hints))
        owner = batch.owner.unsqueeze(-1).expand(-1, -1, hidden.shape[-1])  # (batch, characters, 2 * width)
        normed: Tensor = self.norm(hidden.gather(1, owner))
        return normed


@dataclass(frozen=True, slots=True)
class Counts:
    """How many hint tags, tags of characters, types of names and classes of pairs there are."""

    hints: int
    tags: int
    types: int
    classes: int


class Tagger(nn.Module):
    """Scores every tag for every character, from its meaning, its shape and its hint."""

    def __init__(self, width: int, counts: Counts, sizes: Sizes) -> None:
        super().__init__()
        self.project = nn.Linear(width, sizes.tagger)
        self.place = nn.Embedding(PLACES, sizes.tagger)
        self.shape = nn.Embedding(SHAPES, sizes.tagger)
        self.hint = nn.Embedding(counts.hints, sizes.tagger, padding_idx=0)
        self.near = nn.Conv1d(sizes.tagger, sizes.tagger, 3, padding=1)
        self.norm = nn.LayerNorm(sizes.tagger)
        self.score = nn.Linear(sizes.tagger, counts.tags)
        self.dropout = nn.Dropout(sizes.dropout)
        for table in (self.place, self.shape, self.hint):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, hidden: Tensor, batch: Batch) -> Tensor:
        """(batch, characters, tags) logits; rows under padding mean nothing."""
        mixed = self.project(hidden) + self.place(batch.place) + self.shape(batch.shape) + self.hint(batch.hints)
        mixed = nn.functional.gelu(mixed)  # (batch, characters, tagger)
        near = self.near(self.dropout(mixed).transpose(1, 2)).transpose(1, 2)  # (batch, characters, tagger)
        scores: Tensor = self.score(self.dropout(self.norm(mixed + nn.functional.gelu(near))))
        return scores


class Relater(nn.Module):
    """Scores every class for pairs of names of one window: each name is read once, each pair costs little.

    A pair is described by its two names, what stands between them, what the window says where the pair looks
    (attention with the pair as query, as ATLOP's localised context, AAAI 2021, but learned), and its features.
    """

    def __init__(self, width: int, counts: Counts, sizes: Sizes) -> None:
        super().__init__()
        self.heads = sizes.heads
        self.project = nn.Linear(width, sizes.relater)
        self.kind = nn.Embedding(counts.types, sizes.relater)
        self.first = nn.Linear(4 * sizes.relater, sizes.pair)
        self.second = nn.Linear(4 * sizes.relater, sizes.pair)
        self.between = nn.Linear(3 * sizes.relater, sizes.pair)
        tables = [nn.Embedding(size, sizes.pair) for size in FEATURES.values()]
        self.features = nn.ModuleList(tables)
        self.findings = nn.Linear(counts.classes, sizes.pair, bias=False)
        self.query = nn.Linear(sizes.pair, sizes.relater)
        self.key = nn.Linear(sizes.relater, sizes.relater)
        self.value = nn.Linear(sizes.relater, sizes.relater)
        self.context = nn.Linear(sizes.relater, sizes.pair)
        self.norm = nn.LayerNorm(sizes.pair)
        self.middle = nn.Linear(sizes.pair, sizes.pair)
        self.score = nn.Linear(sizes.pair, counts.classes)
        self.dropout = nn.Dropout(sizes.dropout)
        for table in tables:
            nn.init.normal_(table.weight, std=0.05)

    def forward(self, chars: Tensor, pairs: PairBatch) -> Tensor:
        """Score pairs of names of one window.

        Args:
            chars: (characters, relater), `project` of the window as the network read it.
            pairs: its names and their pairs.

        Returns:
            (pairs, classes) logits, barred classes far below the rest.
        """
        sums = torch.cat((chars.new_zeros(1, chars.shape[1]), chars.cumsum(0)))  # (characters + 1, relater)
        names = self._names(chars, sums, pairs)  # (names, 4 * relater)
        base = self.first(names)[pairs.first] + self.second(names)[pairs.second]  # (pairs, pair)
        base = base + self.between(self._between(chars, sums, pairs)) + self.findings(pairs.findings)
        for table, column in zip(self.features, pairs.features.unbind(1), strict=True):
            base = base + table(column)
        base = base + self.context(self._look(chars, base))
        mixed = self.dropout(nn.functional.gelu(self.norm(base)))
        mixed = self.dropout(nn.functional.gelu(self.middle(mixed)) + mixed)  # (pairs, pair)
        scores: Tensor = self.score(mixed).masked_fill(~pairs.allowed, -1e4)
        return scores

    def _names(self, chars: Tensor, sums: Tensor, pairs: PairBatch) -> Tensor:
        start, end = pairs.spans.unbind(1)  # (names,)
        mean = (sums[end] - sums[start]) / (end - start).unsqueeze(1)
        names: Tensor = self.dropout(torch.cat((chars[start], chars[end - 1], mean, self.kind(pairs.types)), 1))
        return names

    def _between(self, chars: Tensor, sums: Tensor, pairs: PairBatch) -> Tensor:
        """Mean of what stands between a pair, and the characters before and after it."""
        low = pairs.spans[pairs.first, 1]
        high = torch.maximum(pairs.spans[pairs.second, 0], low)
        mean = (sums[high] - sums[low]) / (high - low).clamp(min=1).unsqueeze(1)  # (pairs, relater)
        before = chars[(pairs.spans[pairs.first, 0] - 1).clamp(min=0)]
        after = chars[pairs.spans[pairs.second, 1].clamp(max=len(chars) - 1)]
        between: Tensor = self.dropout(torch.cat((mean, before, after), 1))  # (pairs, 3 * relater)
        return between

    def _look(self, chars: Tensor, base: Tensor) -> Tensor:
        """(pairs, relater): what the window says where each pair looks."""
        query, key, value = (self._split(one) for one in (self.query(base), self.key(chars), self.value(chars)))
        seen = nn.functional.scaled_dot_product_attention(query, key, value)  # (heads, pairs, relater / heads)
        return seen.transpose(0, 1).flatten(1)

    def _split(self, rows: Tensor) -> Tensor:
        return rows.view(len(rows), self.heads, -1).transpose(0, 1)  # (heads, rows, relater / heads)
