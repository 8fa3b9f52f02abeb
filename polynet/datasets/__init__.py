"""Ready-made datasets: truth tables, teacher networks, and images of digits, clothes and things.

Each function returns a ``polynet.Dataset`` whose ``source`` says where it came from. Nothing
is ever downloaded.
"""

from __future__ import annotations

from polynet.datasets.boolean import parity, xor
from polynet.datasets.cifar_images import cifar100
from polynet.datasets.digit_images import digits
from polynet.datasets.mnist_images import fashion_mnist, mnist
from polynet.datasets.teacher_network import teacher

__all__ = ["cifar100", "digits", "fashion_mnist", "mnist", "parity", "teacher", "xor"]
