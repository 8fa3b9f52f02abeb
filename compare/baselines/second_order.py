"""Second-order methods: Newton-CG, trust regions, saddle-free Newton, Gauss-Newton and K-FAC.

A trial enters; weights and a curve leave. torch and the libraries are loaded when a method runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

from compare.threads import load_torch
from polynet.errors import InputError

if TYPE_CHECKING:
    from compare.method import MethodRun
    from compare.task import Task, Trial

__all__ = ["SecondOrder", "SecondOrderName"]

SecondOrderName = Literal["newton-cg", "trust-ncg", "saddle-free-newton", "gauss-newton", "kfac"]

_WORDS: dict[SecondOrderName, str] = {
    "newton-cg": "Newton by conjugate gradients, of pytorch-minimize",
    "trust-ncg": "trust region by conjugate gradients, of pytorch-minimize",
    "saddle-free-newton": "Newton steps with |eigenvalues| of the full Hessian",
    "gauss-newton": "Levenberg-Marquardt steps, matrix of curvlinops",
    "kfac": "natural gradient by Kronecker factors, matrix of curvlinops",
}
_LIBRARIES: dict[SecondOrderName, tuple[str, str]] = {
    "newton-cg": ("torchmin", "pytorch-minimize"),
    "trust-ncg": ("torchmin", "pytorch-minimize"),
    "gauss-newton": ("curvlinops", "curvlinops-for-pytorch"),
    "kfac": ("curvlinops", "curvlinops-for-pytorch"),
}
"""Module and package; saddle-free Newton needs none."""

_LARGEST = 1500  # weights whose Hessian takes a second or so with its eigenvalues


@dataclass(frozen=True, slots=True)
class SecondOrder:
    """One second-order method on L, all examples in each step, in float64.

    A pass is one step: the products with the Hessian in it count in seconds alone, and the budget
    is looked at after each step that is taken, so that long ones may go beyond it. Sources:
    Nocedal and Wright, 'Numerical optimization' (2006), chapters 4 and 7; Dauphin and others,
    'Identifying and attacking the saddle point problem' (2014); Martens and Grosse, 'Optimizing
    neural networks with Kronecker-factored approximate curvature' (2015).
    """

    optimizer: SecondOrderName = "newton-cg"
    once: ClassVar[bool] = False
    keeps_network: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.optimizer not in get_args(SecondOrderName):
            raise InputError(
                f"optimizer is {self.optimizer!r}; it must be one of "
                f"{', '.join(get_args(SecondOrderName))}"
            )

    @property
    def name(self) -> str:
        """That of the optimizer."""
        return self.optimizer

    @property
    def description(self) -> str:
        """What it does, and whose it is."""
        return _WORDS[self.optimizer]

    def refusal(self, task: Task) -> str | None:
        """A library that is not installed; a full Hessian of many weights."""
        module, package = _LIBRARIES.get(self.optimizer, ("torch", "torch"))
        if find_spec(module) is None:
            return f"{package} is not installed; `pip install 'polynet[newton]'`"
        size = task.network.n_parameters
        if self.optimizer == "saddle-free-newton" and size > _LARGEST:
            return f"it takes the Hessian of all weights, {size:,} of them; up to {_LARGEST:,} do"
        return None

    def run(self, trial: Trial) -> MethodRun:
        """Step until the budget is spent, or the method ends, or the loss is no number."""
        load_torch()
        from compare.baselines.newton_training import train_by_newton

        return train_by_newton(self, trial)
