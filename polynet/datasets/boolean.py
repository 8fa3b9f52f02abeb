"""Truth tables as exact datasets: XOR and the parity of n bits."""

from __future__ import annotations

import numpy as np

from polynet.dataset import Dataset, checked_count

__all__ = ["parity", "xor"]

_MOST_BITS = 20


def xor() -> Dataset:
    """The four rows 00, 01, 10, 11 of exclusive or, with targets 0, 1, 1, 0; exact.

    No affine function comes nearer to it than a summed squared error of 1 (the constant 1/2),
    and no linear function without a constant comes nearer than 4/3.

    >>> xor().inputs.tolist(), xor().targets.ravel().tolist()
    ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    """
    table = parity(2)
    return Dataset(table.inputs, table.targets, "xor", "truth table of exclusive or")


def parity(n_bits: int) -> Dataset:
    """All ``2**n_bits`` rows of bits with target 1 where the number of ones is odd; exact.

    Rows count upwards in binary, first bit most significant: inputs ``(2**n_bits, n_bits)``,
    targets ``(2**n_bits, 1)``. ``parity(2)`` is ``xor()``. Raises ``InputError`` unless
    ``1 <= n_bits <= 20``.

    >>> parity(3).targets.ravel().tolist()
    [0, 1, 1, 0, 1, 0, 0, 1]
    """
    n_bits = checked_count(n_bits, "parity: n_bits", most=_MOST_BITS)
    rows = np.arange(2**n_bits, dtype=np.int64)
    bits = rows[:, np.newaxis] >> np.arange(n_bits - 1, -1, -1) & 1
    odd = bits.sum(axis=1) % 2
    return Dataset(bits, odd, f"parity({n_bits})", f"truth table of the parity of {n_bits} bits")
