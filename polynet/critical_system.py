"""The critical system of a loss: all partial derivatives are zero.

Enters: an expanded loss, or only its degrees. Leaves: the gradient equations as a
``PolynomialSystem``, or bounds on how many isolated critical points there can be. Next stage: a
solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from polynet.errors import BudgetError, InputError, ShapeError
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_arithmetic import readable_count
from polynet.polynomial_system import PolynomialSystem
from polynet.root_counts import bezout_number, multihomogeneous_bezout

__all__ = ["RootBounds", "critical_system", "gradient_root_bounds"]

# About a second of work, as inspection waits for it.
_MAX_BITS = 2**27


def critical_system(loss_polynomial: SparsePolynomial) -> PolynomialSystem:
    """The equations dL/dw_j = 0 for every variable w_j of ``loss_polynomial``, in its order.

    A variable that does not occur gives the zero equation: the critical points, if any, then
    come in families. Raises ``InputError`` for a polynomial without variables.

    >>> x, y = SparsePolynomial.variables(["x", "y"])
    >>> print(critical_system((x * y - 1) ** 2 + x**2))
    2 equations in 2 variables (x, y), degrees 3, 3
      2*x*y^2 + 2*x - 2*y = 0
      2*x^2*y - 2*x = 0
    """
    if not loss_polynomial.n_variables:
        raise InputError("a polynomial without variables has no gradient; name at least one")
    return PolynomialSystem(loss_polynomial.gradient())


@dataclass(frozen=True, slots=True, repr=False)
class RootBounds:
    """Upper bounds on the number of isolated complex solutions, with multiplicity.

    ``multihomogeneous`` is for the groups of variables of sizes ``groups``; None where counting
    it was predicted to exceed the budget. Either of the two may be the smaller.
    """

    bezout: int
    multihomogeneous: int | None
    groups: tuple[int, ...]

    @property
    def least(self) -> int:
        """The smaller of the bounds that are known."""
        known = self.bezout if self.multihomogeneous is None else self.multihomogeneous
        return min(self.bezout, known)

    def __str__(self) -> str:
        known = self.multihomogeneous
        second = "over budget" if known is None else readable_count(known)
        sizes = ", ".join(map(str, self.groups))
        return (
            f"Bezout {readable_count(self.bezout)}, multihomogeneous {second} (groups of {sizes})"
        )

    def __repr__(self) -> str:
        # The integers may have more digits than Python prints.
        return f"RootBounds({self})"


def gradient_root_bounds(
    loss_degree: int, group_degrees: Sequence[int], group_sizes: Iterable[int]
) -> RootBounds:
    """Bezout and multihomogeneous Bezout numbers of a gradient system, without expanding.

    For a loss of total degree D and degree d_h in the variables of group h (say, the weights of
    layer h), the equation of a variable in group g has total degree at most D - 1 and degree at
    most d_h - [h = g] in group h. With n_g variables in group g the Bezout number is
    (D - 1)^(sum_g n_g), and ``root_counts.multihomogeneous_bezout`` gives the other.

    Parameters
    ----------
    loss_degree
        D, at least 1.
    group_degrees
        The d_h ``(n_groups,)``, each from 1 to D.
    group_sizes
        The n_g ``(n_groups,)``.

    Raises
    ------
    InputError
        For degrees that no polynomial has. A group of degree 0 does not occur in the loss and
        its equations vanish: leave it out.

    Examples
    --------
    The loss (a b - 1)^2 + a^2 + 2 b^2 has degree 4, and 2 in each of a and b; each equation is
    of degree 3, and (1, 2) or (2, 1): 9, and 1*1 + 2*2 = 5.

    >>> gradient_root_bounds(4, [2, 2], [1, 1])
    RootBounds(Bezout 9, multihomogeneous 5 (groups of 1, 1))
    """
    sizes = tuple(int(size) for size in group_sizes)
    degrees = tuple(int(degree) for degree in group_degrees)
    _check_degrees(int(loss_degree), degrees, sizes)
    rows = [[degree - (h == g) for h, degree in enumerate(degrees)] for g in range(len(degrees))]
    try:
        multihomogeneous = multihomogeneous_bezout(
            rows, sizes, multiplicities=sizes, max_bits=_MAX_BITS
        )
    except BudgetError:
        multihomogeneous = None
    bezout = bezout_number([int(loss_degree) - 1], multiplicities=[sum(sizes)])
    return RootBounds(bezout, multihomogeneous, sizes)


def _check_degrees(total: int, degrees: tuple[int, ...], sizes: tuple[int, ...]) -> None:
    if len(degrees) != len(sizes) or not sizes:
        raise ShapeError(
            f"{len(degrees)} group degrees for {len(sizes)} group sizes; give one of each for "
            "every group, and at least one group"
        )
    for degree in degrees:
        if degree < 1:
            raise InputError(
                f"a group of degree {degree} does not occur in the loss, and its equations "
                "vanish; leave the group out"
            )
    if not max(degrees) <= total <= sum(degrees):
        raise InputError(
            f"no polynomial of degree {total} has the group degrees {degrees}; the total is "
            f"from {max(degrees)} to {sum(degrees)}"
        )
