"""Saddle-free Newton steps: |H|^-1 g, so that negative curvature is left and not sought.

A symmetric matrix and a gradient enter, a step leaves. Source: Y. Dauphin et al., Identifying and
attacking the saddle point problem in high-dimensional non-convex optimization, NeurIPS 2014.
"""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor

from polynet.errors import InputError

__all__ = ["DampingOrder", "saddle_free_step"]

DampingOrder = Literal["absolute value first", "damping first"]


def saddle_free_step(
    hessian: Tensor,
    gradient: Tensor,
    *,
    damping: float = 0.1,
    order: DampingOrder = "absolute value first",
) -> Tensor:
    """V diag(1 / (|l| + damping)) V' g for H = V diag(l) V'; subtract it to descend.

    ``hessian`` ``(*batch, n, n)``, ``gradient`` ``(*batch, n)``. No step is then longer than
    |g| / damping. The order ``"damping first"`` is that of the published ``slow_net``, 1 /
    |l + damping|, which has a pole where an eigenvalue is near -damping; it is here to be shown.
    Cost: an eigenvalue decomposition, about 9 n^3.

    >>> saddle_free_step(torch.diag(torch.tensor([1.9, -0.4])), torch.ones(2)).tolist()
    [0.5, 2.0]
    """
    if order not in get_args(DampingOrder):
        raise InputError(
            f"order is {order!r}; it must be one of {', '.join(get_args(DampingOrder))}"
        )
    values, vectors = torch.linalg.eigh(hessian)
    size = values.abs() + damping if order == "absolute value first" else (values + damping).abs()
    turned = (vectors.mT @ gradient[..., None]) / size[..., None]
    step: Tensor = (vectors @ turned)[..., 0]
    return step
