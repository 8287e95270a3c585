"""The one place that chooses where tensors live."""

import torch


def choose_device(name: str = "auto") -> torch.device:
    """The device to compute on: `auto` takes CUDA where there is one, else the CPU; any other name is torch's own."""
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
