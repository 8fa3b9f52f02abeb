"""Representatives of integer points modulo a lattice."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest

from solvers.homotopy.lattice import coset_sizes


@pytest.mark.parametrize("seed", range(20))
def test_the_box_has_one_point_of_every_coset(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 4))
    basis = rng.integers(-4, 5, (n, n))
    while round(abs(np.linalg.det(basis))) == 0:
        basis = rng.integers(-4, 5, (n, n))

    sizes = coset_sizes(basis)

    assert prod(sizes) == round(abs(np.linalg.det(basis)))
    points = np.array(list(product(*map(range, sizes))))
    # Two points are in one coset where their difference has integer coordinates in the basis.
    coordinates = np.linalg.solve(basis.astype(float), points.T).T
    shifts = coordinates[:, None, :] - coordinates[None, :, :]
    same = (np.abs(shifts - np.rint(shifts)) < 1e-9).all(axis=2)
    assert (same == np.eye(len(points), dtype=bool)).all()
