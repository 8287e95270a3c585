"""Texts as vectors: what the encoder makes of a whole text, for finding chunks that mean what a question asks."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import torch
from transformers.models.bert.modeling_bert import BertModel

from kg.neural.batching import group_by_length, pad
from kg.neural.device import choose_device
from kg.neural.encoder import Reader, load_encoder, run_encoder

# What the bge models of Chinese were trained to see before a question, and not before a text
# (FlagEmbedding, examples/inference/embedder/README.md).
INSTRUCTION = "为这个句子生成表示以用于检索相关文章："


class Embedder:
    """An encoder that reads whole texts.

    Args:
        reader: its vocabulary.
        encoder: its weights.
        device: where it computes.

    Attributes:
        capacity: tokens of one batch, padding included; it bounds the memory.
    """

    capacity = 8192

    def __init__(self, reader: Reader, encoder: BertModel, device: torch.device) -> None:
        self.device = device
        self._reader = reader
        self._encoder = encoder
        torch.nn.Module.to(encoder, device).train(mode=False)  # its own methods have no right types
        self._longest: int = encoder.config.max_position_embeddings

    @classmethod
    def from_folder(cls, folder: Path, device: str = "auto") -> Self:
        """The embedder of an encoder folder, such as the shipped `bge-small-zh-v1.5`.

        Args:
            folder: holds config.json, model.safetensors and tokenizer.json.
            device: `auto`, or a name of torch.

        Raises:
            ConfigError: the folder is none of an encoder.
        """
        return cls(Reader.from_folder(folder), load_encoder(folder), choose_device(device))

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """A vector of length 1 for each text, in order; of bge-small 512 numbers, the same whatever the others are.

        A text of more than 510 tokens (about as many characters) is read to there.
        """
        found: dict[int, tuple[float, ...]] = {}
        ids = [self._cut(tokens.ids) for tokens in self._reader.read(list(texts))]
        for group in group_by_length([len(one) for one in ids], self.capacity):
            found |= zip(group, self._read([ids[position] for position in group]), strict=True)
        return [found[position] for position in range(len(texts))]

    def embed_question(self, question: str) -> tuple[float, ...]:
        """The vector of a question; it is near to those of texts that answer it."""
        return self.embed([INSTRUCTION + question])[0]

    def _cut(self, ids: list[int]) -> list[int]:
        return ids if len(ids) <= self._longest else [*ids[: self._longest - 1], ids[-1]]

    # No mixed precision: vectors of a GPU and of a CPU stand in one index.
    @torch.inference_mode()
    def _read(self, rows: list[list[int]]) -> Iterator[tuple[float, ...]]:
        ids = pad(rows).to(self.device)  # (batch, tokens)
        mask = pad([[1] * len(row) for row in rows]).to(self.device)  # (batch, tokens)
        hidden = run_encoder(self._encoder, ids, mask)  # (batch, tokens, 2 * width)
        first = hidden[:, 0, hidden.shape[-1] // 2 :]  # (batch, width): of [CLS], in the last layer
        vectors = torch.nn.functional.normalize(first, dim=-1)  # (batch, width)
        return map(tuple, vectors.cpu().tolist())
