"""Any Hugging Face model for token classification, as a recogniser of names."""

from collections.abc import Sequence
from pathlib import Path

from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

from kg.errors import ConfigError
from kg.neural.device import choose_device

_BATCH = 16


class TokenClassifier:
    """Finds names in texts with a folder that `transformers` can load.

    Args:
        folder: holds config.json, weights and a fast tokenizer.
        device: `auto`, or a name of torch.

    Raises:
        ConfigError: the folder holds no model for token classification.
    """

    def __init__(self, folder: Path, device: str = "auto") -> None:
        if not folder.is_dir():
            raise ConfigError(f"{folder}: no such folder; download the model first and name its folder")
        try:
            model = AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True)
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
        except (OSError, ValueError) as error:
            raise ConfigError(f"{folder}: is no model for token classification: {error}") from error
        self._find = pipeline(
            "token-classification",
            model=model,
            tokenizer=tokenizer,
            aggregation_strategy="simple",
            device=choose_device(device),
        )

    def find(self, texts: Sequence[str]) -> list[list[tuple[int, int, str, float]]]:
        """The names of each text: start, end, label, score from 0 to 1."""
        return [
            [(int(one["start"]), int(one["end"]), str(one["entity_group"]), float(one["score"])) for one in found]
            for found in self._find(list(texts), batch_size=_BATCH)
        ]
