"""The device of torch that a name stands for."""

from __future__ import annotations

import torch

from polynet.errors import InputError

__all__ = ["to_device"]


def to_device(name: str) -> torch.device:
    """The device called ``name``; ``InputError`` where torch sees none such."""
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise InputError(f"{name!r} is no device of torch: {error}") from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise InputError("torch sees no CUDA device here; use the device 'cpu'")
    return device
