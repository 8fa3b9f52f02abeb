"""Small sets of images with classes that can be learnt, of the shape of MNIST or of CIFAR."""

from __future__ import annotations

import numpy as np
import torch

from compare.baselines.labelled_images import LabelledImages
from polynet import Dataset


def striped_images(n: int, seed: int = 0) -> LabelledImages:
    """Noise with a bright row that says the class: row 2 k + 4 for class k."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(10, (n,), generator=generator)
    images = 0.3 * torch.rand(n, 1, 28, 28, generator=generator)
    images[torch.arange(n), 0, 2 * labels + 4] = 1.0
    return LabelledImages(images, labels)


def striped_dataset(n: int, seed: int = 0) -> Dataset:
    """The same as a data set, with one-hot targets."""
    images = striped_images(n, seed)
    return Dataset(images.inputs.double().numpy(), np.eye(10)[images.labels.numpy()])


def coloured_noise(n: int, seed: int = 0) -> Dataset:
    """Pixels ``(n, 3, 4, 4)`` of five classes that cannot be told apart."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 5, n)
    return Dataset(rng.random((n, 3, 4, 4)), np.eye(5)[labels])
