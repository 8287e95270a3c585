"""The one place that chooses where and how tensors are computed."""

from contextlib import AbstractContextManager, nullcontext

import torch

from kg.errors import ConfigError


def choose_device(name: str = "auto") -> torch.device:
    """The device to compute on: `auto` takes CUDA where there is one, else the CPU; any other name is torch's own.

    Raises:
        ConfigError: torch knows no such device, or it is not here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        first = str(error).partition("\n")[0]
        raise ConfigError(f"device {name!r} cannot be used here ({first}); set it to auto, cpu or cuda") from error
    return device


def mixed_precision(device: torch.device) -> AbstractContextManager[object]:
    """bf16 for the products of matrices on CUDA, where it is several times as fast; on a CPU nothing changes."""
    if device.type == "cuda":
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return nullcontext()
