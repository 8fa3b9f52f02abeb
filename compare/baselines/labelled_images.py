"""Images with class labels as tensors, which all classifiers here train on and are tested on."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from polynet.dataset import Dataset

__all__ = ["LabelledImages"]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledImages:
    """``inputs`` ``(n, *shape)`` and ``labels`` ``(n,)``, on one device."""

    inputs: Tensor
    labels: Tensor

    @classmethod
    def of(
        cls, data: Dataset, *, dtype: torch.dtype = torch.float32, device: str = "cpu"
    ) -> LabelledImages:
        """The examples of ``data``, whose targets are one-hot or signed classes.

        Raises ``InputError`` for targets that are no classes.
        """
        labels = torch.from_numpy(data.class_labels()).to(device)
        return cls(torch.tensor(data.inputs, dtype=dtype, device=device), labels)

    def __len__(self) -> int:
        return len(self.labels)
