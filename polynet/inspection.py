"""What a loss is, before anything is solved: sizes, degrees, bounds, symmetries, dead weights.

A collected loss enters, an :class:`Inspection` leaves: facts that decide what can be done with
it. Nothing is expanded unless it is small. The next stages are ``critical_system`` and the
solvers.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from polynet.collected_loss import CollectedLoss
from polynet.critical_system import RootBounds, gradient_root_bounds
from polynet.errors import InputError
from polynet.form_choice import FormChoice
from polynet.polynomial_arithmetic import readable_count
from polynet.symmetry import NetworkSymmetry, network_symmetry

__all__ = ["Inspection", "LayerFacts", "MonomialCount", "inspect"]

_EXPAND_LIMIT = 20_000
"""Losses predicted to have at most this many monomials are expanded to count them exactly."""

_DEGREE_WORK = 1_000_000
"""Up to this many terms are walked to find the degree in every single weight of a layer."""

_EXACT_WEIGHTS = 12
"""Up to so many unknowns a critical system is worth giving to an exact solver."""


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """The weights of one layer and the degree of the loss in them.

    ``degree`` is in all of them together, ``weight_degree`` in one of them at most. The loss as a
    function of one weight then has at most ``weight_degree - 1`` critical points.
    """

    name: str
    n_weights: int
    degree: int
    weight_degree: int

    @property
    def critical_points_of_one_weight(self) -> str:
        """How many real critical points there can be when all other weights are fixed.

        Even degree and a loss bounded below: an odd number at most, and none only where the loss
        does not depend on the weight. At degree 2 that is the '0 or 1' of coordinate solving.
        """
        if self.weight_degree == 0:
            return "0"
        if self.weight_degree == 2:
            return "0 or 1"
        return f"0, or 1 to {self.weight_degree - 1}"


@dataclass(frozen=True, slots=True)
class MonomialCount:
    """Monomials of the expanded loss: ``exact``, or an upper bound; and their memory in bytes."""

    count: int
    exact: bool
    n_bytes: int

    def __str__(self) -> str:
        kind = "" if self.exact else "up to "
        noun = "monomial" if self.count == 1 else "monomials"
        return f"{kind}{readable_count(self.count)} {noun}, {_size(self.n_bytes)}"


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """The facts about one loss; ``str`` is a table of them, ``to_dict`` a record.

    ``dead`` names the weights that no example sees (the data term does not depend on them);
    ``least`` is a number that the loss is never below: exact for exact losses.
    """

    network: str
    n_parameters: int
    n_examples: int
    exact: bool
    choice: FormChoice
    data_bytes: int
    degree: int
    layers: tuple[LayerFacts, ...]
    monomials: MonomialCount
    bounds: RootBounds | None
    symmetry: NetworkSymmetry
    penalised: int
    dead: tuple[str, ...]
    least: Any
    feasible: tuple[tuple[str, str], ...]

    @property
    def dead_share(self) -> float:
        """The share of weights that are dead, from 0 to 1."""
        return len(self.dead) / self.n_parameters

    def to_dict(self) -> dict[str, Any]:
        """The facts as plain numbers, strings and lists, ready for JSON."""
        bounds = self.bounds
        return {
            "network": self.network,
            "n_parameters": self.n_parameters,
            "n_examples": self.n_examples,
            "exact": self.exact,
            "form": asdict(self.choice) | {"data_bytes": self.data_bytes},
            "degree": self.degree,
            "layers": [
                asdict(layer) | {"one_weight": layer.critical_points_of_one_weight}
                for layer in self.layers
            ],
            "monomials": asdict(self.monomials),
            "bezout": None if bounds is None else readable_count(bounds.bezout),
            "multihomogeneous_bezout": None
            if bounds is None or bounds.multihomogeneous is None
            else readable_count(bounds.multihomogeneous),
            "symmetry": {
                "discrete": readable_count(self.symmetry.order),
                "dimension": self.symmetry.dimension,
                "complete": self.symmetry.complete,
                "hidden_layers": [str(layer) for layer in self.symmetry.hidden],
            },
            "penalised_weights": self.penalised,
            "dead_weights": list(self.dead),
            "least_loss": str(self.least),
            "feasible": dict(self.feasible),
        }

    def to_json(self) -> str:
        """``to_dict`` as text."""
        return json.dumps(self.to_dict(), indent=2)

    def __str__(self) -> str:
        width = max(len(label) for label, _ in self._rows())
        return "\n".join(f"{label:<{width}}  {text}".rstrip() for label, text in self._rows())

    __repr__ = __str__

    def _rows(self) -> list[tuple[str, str]]:
        numbers = "exact" if self.exact else "float"
        rows = [
            ("network", self.network),
            ("weights", f"{self.n_parameters:,}"),
            ("examples", f"{self.n_examples:,}, {numbers}"),
            ("held as", self._held_as()),
            ("degree", str(self.degree)),
        ]
        rows += [
            (
                f"  layer {layer.name}",
                f"{layer.n_weights:,} weights, degree {layer.degree}; in one weight "
                f"{layer.weight_degree}: {layer.critical_points_of_one_weight} critical points",
            )
            for layer in self.layers
        ]
        rows += [
            ("expanded", str(self.monomials)),
            ("gradient system", "constant loss" if self.bounds is None else str(self.bounds)),
            ("symmetries", self._symmetries()),
        ]
        rows += [("", str(layer)) for layer in self.symmetry.hidden]
        rows += [
            ("dead weights", self._dead()),
            ("least loss", f"at least {self._least()}, whatever the weights"),
            ("what is feasible", ""),
        ]
        return rows + [(f"  {method}", verdict) for method, verdict in self.feasible]

    def _held_as(self) -> str:
        choice = self.choice
        if choice.n_monomials is None:
            return f"samples, {_size(self.data_bytes)}; {choice.reason}"
        return (
            f"moments of {choice.n_monomials:,} input monomials, {_size(self.data_bytes)} "
            f"(samples: {_size(choice.sample_bytes)}); {choice.reason}"
        )

    def _symmetries(self) -> str:
        order = f"{readable_count(self.symmetry.order)} discrete"
        dimension = self.symmetry.dimension
        if dimension and self.penalised == self.n_parameters:
            order += f"; {dimension} continuous ones, which the penalties can break"
        elif dimension:
            order += f"; {dimension} continuous: critical points come in families"
        return order + ("" if self.symmetry.complete else " (structure not searched in full)")

    def _dead(self) -> str:
        if not self.dead:
            return "none"
        shown = ", ".join(self.dead[:4]) + (", ..." if len(self.dead) > 4 else "")
        return f"{len(self.dead):,} of {self.n_parameters:,} ({self.dead_share:.1%}): {shown}"

    def _least(self) -> str:
        return str(self.least) if self.exact else f"{self.least:.6g}"


def inspect(loss: CollectedLoss) -> Inspection:
    """The facts about a collected loss that say what can be done with it.

    Cost: one expansion where at most 20,000 monomials are predicted, two gradients, and a least
    squares solve in the input monomials.

    >>> from polynet import Dense, Network, Square, collect, datasets
    >>> network = Network([Dense(2, 2, bias=False), Square(), Dense(2, 1, bias=False)])
    >>> found = inspect(collect(network, datasets.xor()))
    >>> found.degree, found.monomials.count, found.symmetry.order, found.least
    (6, 24, 8, Fraction(0, 1))
    """
    if not isinstance(loss, CollectedLoss):
        raise InputError(
            f"inspect takes a collected loss, not {type(loss).__name__}; "
            "inspect the loss that collect returned"
        )
    layers = tuple(_layer_facts(loss, name, span) for name, span in loss.network.parameters.layers)
    bounds = _root_bounds(loss, layers)
    symmetry = network_symmetry(loss.network)
    return Inspection(
        network=_network_line(loss),
        n_parameters=loss.n_parameters,
        n_examples=loss.n_examples,
        exact=loss.exact,
        choice=loss.choice,
        data_bytes=loss.form.n_bytes,
        degree=loss.degree,
        layers=layers,
        monomials=_monomials(loss),
        bounds=bounds,
        symmetry=symmetry,
        penalised=int((loss.l2 != 0).sum()),
        dead=_dead_weights(loss),
        least=loss.lower_bound(),
        feasible=tuple(_feasible(loss, layers, bounds)),
    )


def _network_line(loss: CollectedLoss) -> str:
    layers = getattr(loss.network, "layers", None)
    if layers is None:
        return f"built by hand, {loss.n_outputs} outputs"
    return ", ".join(repr(layer) for layer in layers)


def _layer_facts(loss: CollectedLoss, name: str, span: range) -> LayerFacts:
    def degree(positions: range | list[int]) -> int:
        moved = np.zeros(loss.n_parameters, np.bool_)
        moved[list(positions)] = True
        return loss.degree_among(moved)

    return LayerFacts(name, len(span), degree(span), max(degree([w]) for w in _typical(loss, span)))


def _typical(loss: CollectedLoss, span: range) -> list[int]:
    """All weights of a layer, or of a large one so many of each tensor, evenly spread.

    The weights of a tensor enter alike unless they are dead, so a few stand for the others.
    """
    if len(span) * loss.form.program.n_terms <= _DEGREE_WORK:
        return list(span)
    chosen: list[int] = []
    for tensor in loss.network.parameters.tensors:
        if tensor.start in span:
            spread = np.linspace(tensor.start, tensor.slice.stop - 1, min(tensor.size, 9))
            chosen += [round(position) for position in spread.tolist()]
    return chosen


def _root_bounds(loss: CollectedLoss, layers: tuple[LayerFacts, ...]) -> RootBounds | None:
    seen = [layer for layer in layers if layer.degree]
    if not seen:
        return None
    degrees = [layer.degree for layer in seen]
    return gradient_root_bounds(loss.degree, degrees, [layer.n_weights for layer in seen])


def _monomials(loss: CollectedLoss) -> MonomialCount:
    predicted = loss.predict_terms()
    if loss.exact and predicted <= _EXPAND_LIMIT:
        count = loss.expand(max_terms=_EXPAND_LIMIT).n_terms
        return MonomialCount(count, True, count * _bytes_a_term(loss))
    return MonomialCount(predicted, False, predicted * _bytes_a_term(loss))


def _bytes_a_term(loss: CollectedLoss) -> int:
    """A coefficient and an exponent vector packed into words of 64 bits."""
    bits = 1 + loss.degree.bit_length()
    return 8 + 8 * -(-(loss.n_parameters + 1) * bits // 64)


def _dead_weights(loss: CollectedLoss) -> tuple[str, ...]:
    """Weights whose derivative of the data term is exactly 0 at two random points.

    Products with an input that is always zero are exactly zero, in floats too, so no tolerance is
    needed; a weight that is not dead passes by chance with probability 0 (below 1e-9 for exact
    losses, whose random weights are integers).
    """
    rng = np.random.default_rng(0)
    zero: NDArray[np.bool_] = np.ones(loss.n_parameters, np.bool_)
    for _ in range(2):
        if loss.exact:
            integers = rng.integers(-(10**6), 10**6, loss.n_parameters).tolist()
            gradient = loss.form.ring_gradient([fmpq(value) for value in integers])
            zero &= np.array([part == 0 for part in gradient], np.bool_)
        else:
            weights = rng.standard_normal(loss.n_parameters)
            zero &= np.asarray(loss.form.gradient_series((weights,), 1)[0]) == 0
    return tuple(name for name, dead in zip(loss.parameter_names, zero, strict=True) if dead)


def _feasible(
    loss: CollectedLoss, layers: tuple[LayerFacts, ...], bounds: RootBounds | None
) -> list[tuple[str, str]]:
    linear = [layer.name for layer in layers if layer.degree == 2]
    least_squares = f"linear least squares in layer {', '.join(linear)}" if linear else "none"
    return [
        ("all critical points", _all_critical_points(loss, bounds)),
        ("one weight at a time", f"polynomials of degree at most {_most(layers)}"),
        ("one layer at a time", least_squares),
        ("along a line", f"one polynomial of degree {loss.degree}"),
    ]


def _most(layers: tuple[LayerFacts, ...]) -> int:
    return max((layer.weight_degree for layer in layers), default=0)


def _all_critical_points(loss: CollectedLoss, bounds: RootBounds | None) -> str:
    if bounds is None:
        return "every point: the loss is constant"
    if not loss.exact:
        return "not exactly: the data are floats (loss.to_exact() makes them rationals)"
    if loss.n_parameters > _EXACT_WEIGHTS:
        return f"out of reach with {loss.n_parameters:,} unknowns: restrict the loss first"
    return f"by exact elimination; at most {readable_count(bounds.least)} isolated complex ones"


def _size(n_bytes: float) -> str:
    if n_bytes < 1024:
        return f"{n_bytes:.0f} B"
    units = ("KiB", "MiB", "GiB", "TiB")
    power = min(int(np.log2(float(n_bytes)) // 10), len(units))
    return f"{n_bytes / 1024**power:,.1f} {units[power - 1]}"
