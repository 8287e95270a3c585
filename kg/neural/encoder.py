"""The BERT that reads a window, and the way between its tokens and the characters of the text."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers.models.bert.configuration_bert import BertConfig
from transformers.models.bert.modeling_bert import BertModel

from kg.errors import ConfigError

_LONGEST_TOKEN = 8  # characters; further ones of a token share the last place


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text.

    Attributes:
        ids: of [CLS], the tokens, [SEP].
        owner: for each character the position of its token in `ids`; a blank has that of the token before it.
        place: for each character its place in its token, from 1; 0 for a character that no token holds.
    """

    ids: list[int]
    owner: list[int]
    place: list[int]


class Reader:
    """Cuts a text into the tokens of a vocabulary, one a Han character."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.mask_id: int = tokenizer.token_to_id("[MASK]") or 0

    @classmethod
    def from_folder(cls, folder: Path) -> "Reader":
        """The reader of a model folder with a `tokenizer.json`.

        Raises:
            ConfigError: there is none, or it has no [MASK] as a BERT has.
        """
        path = folder / "tokenizer.json"
        if not path.is_file():
            raise ConfigError(f"{path}: no such file; an encoder folder holds config.json, model.safetensors and it")
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        if tokenizer.token_to_id("[MASK]") is None:
            raise ConfigError(f"{path}: has no token [MASK]; the encoder must be a BERT")
        return cls(tokenizer)

    def read(self, texts: list[str]) -> list[Tokens]:
        """The tokens of each text."""
        lowered = [_lower(text) for text in texts]
        return [
            _align(encoding.ids, encoding.offsets, len(text))
            for text, encoding in zip(texts, self.tokenizer.encode_batch(lowered), strict=True)
        ]


def _lower(text: str) -> str:
    """A text in lower case, of the same length: a few capitals have two small letters and stay."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _align(ids: list[int], offsets: list[tuple[int, int]], length: int) -> Tokens:
    owner, place = [-1] * length, [0] * length
    for position, (start, end) in enumerate(offsets):
        for at in range(start, end):
            owner[at], place[at] = position, min(at - start + 1, _LONGEST_TOKEN)
    last = 0
    for at, position in enumerate(owner):
        last = owner[at] = position if position >= 0 else last
    return Tokens(ids, owner, place)


def create_encoder(config: Mapping[str, Any]) -> BertModel:  # Any: a Hugging Face configuration
    """An encoder of a Hugging Face `config.json`, with random weights."""
    return BertModel(BertConfig(**config), add_pooling_layer=False)


def load_encoder(folder: Path) -> BertModel:
    """The encoder of a Hugging Face folder, in float32, ready to learn or to read.

    Raises:
        ConfigError: the folder is none of a BERT.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "model.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise ConfigError(
            f"{folder}: is no encoder folder: {error}; it holds config.json and model.safetensors"
        ) from error
    if config.get("model_type") != "bert":
        raise ConfigError(f"{folder}: holds a model of type {config.get('model_type')!r}; the encoder must be a BERT")
    encoder = create_encoder(config)
    wanted = encoder.state_dict()
    found = {name.removeprefix("bert."): value.float() for name, value in weights.items()}
    if missing := sorted(wanted.keys() - found.keys() - {"embeddings.position_ids"}):
        raise ConfigError(f"{folder}: model.safetensors lacks {missing[0]} and {len(missing) - 1} more weights")
    encoder.load_state_dict({name: found[name] for name in wanted if name in found}, strict=False)
    return encoder


def run_encoder(encoder: BertModel, ids: Tensor, mask: Tensor, extra: Tensor | None = None) -> Tensor:
    """What the middle and the last layer make of each token.

    Args:
        encoder: a BERT.
        ids: (batch, tokens) int64, 0 pads.
        mask: (batch, tokens) int64, 1 on real tokens.
        extra: (batch, tokens, width) added to the word embeddings, None for nothing.

    Returns:
        (batch, tokens, 2 * width).
    """
    words = encoder.embeddings.word_embeddings(ids)  # (batch, tokens, width)
    embedded = words if extra is None else words + extra
    states = encoder(inputs_embeds=embedded, attention_mask=mask, output_hidden_states=True).hidden_states
    return torch.cat((states[len(states) // 2], states[-1]), -1)  # (batch, tokens, 2 * width)


def freeze_embeddings(encoder: BertModel) -> None:
    """Leave the word embeddings as they are: most of a small model's weights, and too rarely seen to learn here."""
    for parameter in encoder.embeddings.parameters():
        parameter.requires_grad = False


class Int8Linear(nn.Module):
    """A linear layer with int8 weights a row and int8 inputs scaled per batch, for CPUs (torch's dynamic quantisation).

    Written out because torch.ao's own conversion is deprecated and its successor compiles at run time.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach()
        scales = (weight.abs().amax(1) / 127).clamp(min=1e-8).double()  # (out,)
        zeros = torch.zeros(len(weight), dtype=torch.long)
        with warnings.catch_warnings():
            # Deprecated in torch 2.13 without a replacement that runs eagerly (pytorch/pytorch issue 184982).
            warnings.filterwarnings("ignore", "torch.quantize_per_tensor", UserWarning)
            packed = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        self._packed = torch.ops.quantized.linear_prepack(packed, linear.bias.detach())

    def forward(self, inputs: Tensor) -> Tensor:
        """(…, in) float32 to (…, out) float32."""
        out: Tensor = torch.ops.quantized.linear_dynamic(inputs, self._packed, reduce_range=True)
        return out


def quantise(module: nn.Module) -> None:
    """Replace every linear layer below a module by its int8 form, in place."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Int8Linear(child))
        else:
            quantise(child)
