"""The one place that chooses where and how tensors are computed."""

from contextlib import AbstractContextManager, nullcontext

import torch


def choose_device(name: str = "auto") -> torch.device:
    """The device to compute on: `auto` takes CUDA where there is one, else the CPU; any other name is torch's own."""
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def mixed_precision(device: torch.device) -> AbstractContextManager[object]:
    """bf16 for the products of matrices on CUDA, where it is several times as fast; on a CPU nothing changes."""
    if device.type == "cuda":
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return nullcontext()
