"""Orbits of critical points under the symmetries of a network, and members that are missing.

A symmetry of the loss maps critical points to critical points, so a complete set of them is closed
under it. Enters: the loss, its polynomial and a set of complex points. Leaves: the orbits, and the
images that are not in the set. Next stage: ``point_check`` refines and adds those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polynet.polynomial import SparsePolynomial
from polynet.symmetry import SignedPermutation, network_symmetry
from solvers.homotopy.close_points import clusters
from solvers.number_text import counted

__all__ = ["Orbits", "orbits_of", "symmetries", "without_conjugate"]

_CLOSE = 1e-10
_SAME_LOSS = 1e-8

Generators = Sequence[SignedPermutation]


@dataclass(frozen=True, slots=True)
class Orbits:
    """The orbits of a set of points under a group.

    Attributes
    ----------
    symmetries
        What generates the group, in words.
    labels
        The number of the orbit of each point, ``(n_points,)``, by first members.
    n_missing
        How many images of points under generators are not in the set.
    same_loss
        Whether the loss is the same on every orbit, up to rounding.
    """

    symmetries: tuple[str, ...]
    labels: tuple[int, ...]
    n_missing: int = 0
    same_loss: bool = True

    @property
    def n_orbits(self) -> int:
        """How many orbits there are."""
        return len(set(self.labels))

    @property
    def sizes(self) -> dict[int, int]:
        """How many orbits have each number of members, ascending.

        >>> Orbits(("flip",), (0, 1, 1, 2, 2)).sizes
        {1: 1, 2: 2}
        """
        return dict(sorted(Counter(Counter(self.labels).values()).items()))

    @property
    def closed(self) -> bool:
        """Whether every symmetry maps the set to itself, and the loss agrees."""
        return self.n_missing == 0 and self.same_loss

    def __str__(self) -> str:
        sizes = ", ".join(f"{count} of {size}" for size, count in self.sizes.items())
        how_many = counted(len(self.symmetries), "symmetry", "symmetries")
        text = f"{counted(self.n_orbits, 'orbit', 'orbits')} under {how_many} ({sizes} points)"
        if self.n_missing:
            text += f"; {counted(self.n_missing, 'image', 'images')} missing"
        return text if self.same_loss else f"{text}; the loss differs within an orbit"


def symmetries(loss: Any, polynomial: SparsePolynomial) -> tuple[SignedPermutation, ...]:
    """Signed permutations that generate the discrete symmetries known of ``loss``.

    Those of its network that its penalties allow; none for a loss without network. Each is checked
    on ``polynomial``, the expanded loss, in exact arithmetic.
    """
    network, l2 = getattr(loss, "network", None), getattr(loss, "l2", None)
    if network is None or l2 is None or loss.n_parameters != polynomial.n_variables:
        return ()
    found = network_symmetry(network).generators(np.asarray(l2, dtype=object))
    return tuple(g for g in found if _leaves(polynomial, g))


def _leaves(polynomial: SparsePolynomial, generator: SignedPermutation) -> bool:
    """Whether p(g w) = p(w)."""
    exponents = polynomial.exponents
    moved = np.empty_like(exponents)
    # Coordinate i of g w is +-w_{sources_i}, so that w_i^e becomes (+-w_{sources_i})^e.
    moved[:, generator.sources] = exponents
    signs = np.prod(np.where(exponents % 2 == 1, generator.signs, 1), axis=1)
    terms = dict(zip(map(tuple, exponents.tolist()), polynomial.coefficients, strict=True))
    return all(
        terms.get(tuple(row)) == sign * value
        for row, sign, value in zip(
            moved.tolist(), signs.tolist(), polynomial.coefficients, strict=True
        )
    )


def orbits_of(
    points: NDArray[np.complex128],
    generators: Generators,
    *,
    polynomial: SparsePolynomial,
    accuracies: NDArray[np.float64] | None = None,
) -> tuple[Orbits, NDArray[np.complex128], NDArray[np.int64]]:
    """The orbits of ``points`` ``(n_points, n)``, the missing images and whose images they are.

    The images have shape ``(n_missing, n)``. ``accuracies`` ``(n_points,)`` says how far, relative
    to max(1, greatest coordinate), a point may be from the true one; points are matched at 1e-10
    or ten times that. Cost: one sort a generator.

    >>> w = SparsePolynomial.variables(["a", "b"])
    >>> flip = SignedPermutation("flip", np.array([0, 1]), np.array([-1, -1]))
    >>> orbits, missing, sources = orbits_of(
    ...     np.array([[0, 0], [1, 2], [-1, -2], [3, 1]], complex), [flip], polynomial=w[0] * w[1])
    >>> print(orbits)
    3 orbits under 1 symmetry (2 of 1, 1 of 2 points); 1 image missing
    >>> missing.real.tolist(), sources.tolist()
    ([[-3.0, -1.0]], [3])
    """
    n_points = len(points)
    reach = _reach(points, accuracies)
    links: list[tuple[int, int]] = []
    missing: list[NDArray[np.complex128]] = []
    sources: list[int] = []
    for generator in generators:
        images = np.asarray(generator(points), np.complex128)
        found, lost = _matched(points, images, reach)
        links += found
        missing += [images[i] for i in lost]
        sources += lost
    labels = _joined(n_points, links)
    images = np.array(missing, np.complex128).reshape(-1, points.shape[1])
    first = np.sort(np.unique(clusters(images, _CLOSE), return_index=True)[1])
    names = tuple(generator.description for generator in generators)
    same = _same_loss(points, labels, polynomial)
    orbits = Orbits(names, tuple(labels.tolist()), len(first), same)
    return orbits, images[first], np.array(sources, np.int64)[first]


def without_conjugate(
    points: NDArray[np.complex128], accuracies: NDArray[np.float64] | None = None
) -> list[int]:
    """The places of the points ``(n_points, n)`` whose complex conjugates are not among them.

    >>> without_conjugate(np.array([[1j], [-1j], [2.0], [1 + 1j]]))
    [3]
    """
    return _matched(points, points.conj(), _reach(points, accuracies))[1]


def _reach(
    points: NDArray[np.complex128], accuracies: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    reach = np.full(len(points), _CLOSE)
    return reach if accuracies is None else np.maximum(reach, 10 * accuracies)


def _matched(
    points: NDArray[np.complex128], images: NDArray[np.complex128], reach: NDArray[np.float64]
) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs of a point and its image's place among the points, and the points without."""
    n_points = len(points)
    labels = clusters(np.concatenate([points, images]), np.concatenate([reach, reach]))
    members: dict[int, list[int]] = {}
    for place, label in enumerate(labels[:n_points].tolist()):
        members.setdefault(label, []).append(place)
    links, lost = [], []
    for place, label in enumerate(labels[n_points:].tolist()):
        near = members.get(label)
        if not near:
            lost.append(place)
            continue
        # Close points that are not the same: each takes one image.
        distances = [float(np.abs(points[k] - images[place]).max()) for k in near]
        chosen = near.pop(int(np.argmin(distances)))
        links.append((place, chosen))
    return links, lost


def _joined(n_points: int, links: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """Numbers of the connected parts, by first members."""
    parent = list(range(n_points))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in links:
        a, b = root(i), root(j)
        parent[max(a, b)] = min(a, b)
    roots = np.array([root(i) for i in range(n_points)], dtype=np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def _same_loss(
    points: NDArray[np.complex128], labels: NDArray[np.int64], polynomial: SparsePolynomial
) -> bool:
    """Whether the loss agrees with that of the first member of each orbit."""
    if not len(points):
        return True
    values = np.asarray(polynomial.evaluate_many(points), np.complex128)
    first = np.unique(labels, return_index=True)[1]
    reference = values[first[labels]]
    scale = np.maximum(1.0, np.abs(reference)) * np.maximum(1.0, np.abs(points).max(axis=1)) ** 2
    return bool((np.abs(values - reference) <= _SAME_LOSS * scale).all())
