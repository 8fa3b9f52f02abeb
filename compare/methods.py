"""The methods by name, and which of them a task is run through when none are named."""

from __future__ import annotations

from collections.abc import Iterable

from compare.baselines.first_order import FirstOrder
from compare.baselines.second_order import SecondOrder
from compare.experiment import Experiment
from compare.method import Method
from compare.polynomial_methods import CriticalPoints, ExactSteps
from compare.task import Task
from polynet.errors import InputError
from solvers.groebner.solver import Groebner
from solvers.homotopy.solver import Homotopy
from solvers.training.blockwise import Blockwise
from solvers.training.coordinatewise import Coordinatewise
from solvers.training.linewise import Linewise

__all__ = ["NAMED_METHODS", "ON_REQUEST", "chosen_methods", "default_methods"]

_SOLVER_SECONDS = 600.0
_OF_METHODS = ("name", "description", "once", "refusal", "run")

NAMED_METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        FirstOrder("sgd"),
        FirstOrder("adam"),
        FirstOrder("adamw"),
        FirstOrder("lbfgs"),
        FirstOrder("sgd", relu=True),
        FirstOrder("adam", relu=True),
        FirstOrder("adamw", relu=True),
        FirstOrder("lbfgs", relu=True),
        SecondOrder("newton-cg"),
        SecondOrder("trust-ncg"),
        SecondOrder("saddle-free-newton"),
        SecondOrder("gauss-newton"),
        SecondOrder("kfac"),
        ExactSteps("coordinatewise", Coordinatewise(), "one weight at a time, exactly"),
        ExactSteps(
            "linewise-gradient",
            Linewise("gradient", lines=1),
            "exact line searches along the gradient",
        ),
        ExactSteps(
            "linewise-cg", Linewise("cg", lines=1), "exact line searches along conjugate gradients"
        ),
        ExactSteps(
            "linewise-lbfgs",
            Linewise("lbfgs", lines=1),
            "exact line searches along L-BFGS directions",
        ),
        ExactSteps(
            "linewise-newton",
            Linewise("newton", lines=1),
            "exact line searches along Newton directions",
        ),
        ExactSteps(
            "linewise-gauss-newton",
            Linewise("gauss-newton", lines=1),
            "exact line searches along Gauss-Newton directions",
        ),
        ExactSteps(
            "blockwise",
            Blockwise(Linewise("gauss-newton", lines=1)),
            "Gauss-Newton lines below, least squares for the last layer",
        ),
        ExactSteps(
            "blockwise-coordinatewise",
            Blockwise(Coordinatewise()),
            "one weight at a time below, least squares for the last layer",
        ),
        CriticalPoints(
            "groebner", Groebner(timeout=_SOLVER_SECONDS), "all critical points, exactly"
        ),
        CriticalPoints(
            "homotopy", Homotopy(seed=0), "all isolated critical points by homotopy continuation"
        ),
    )
}
"""Every method by name: baselines, exact trainers, solvers of the critical equations."""

_SECOND_ORDER = {
    method.name for method in NAMED_METHODS.values() if isinstance(method, SecondOrder)
}
ON_REQUEST = _SECOND_ORDER | {
    "relu-sgd",
    "relu-adamw",
    "linewise-gradient",
    "linewise-cg",
    "homotopy",
}
"""Methods that a task is run through only where they are named."""


def default_methods(task: Task | Experiment) -> tuple[Method, ...]:
    """All named methods that can run on ``task``, without those that are run on request alone.

    Those of an experiment are its own.
    """
    if isinstance(task, Experiment):
        return tuple(map(task.method, task.default))
    return tuple(
        method
        for name, method in NAMED_METHODS.items()
        if name not in ON_REQUEST and method.refusal(task) is None
    )


def chosen_methods(
    task: Task | Experiment, wanted: Iterable[str | Method] | None
) -> tuple[Method, ...]:
    """The methods that are ``wanted``, by name or as objects; None for the default ones.

    Raises ``InputError`` for none at all, for what is no method, for a name that none has, for two
    of one name, and for a method that cannot run on ``task``.
    """
    named = task.method if isinstance(task, Experiment) else _named
    entries = default_methods(task) if wanted is None else _entries(wanted)
    methods = tuple(named(entry) if isinstance(entry, str) else entry for entry in entries)
    names = [method.name for method in methods]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two methods are called {name!r}; records go by name")
        if not name or any(sign in name for sign in "/\\:") or name.startswith("."):
            raise InputError(f"a method is called {name!r}; records go by name, and a file has it")
    for method in methods:
        reason = method.refusal(task)
        if reason is not None:
            raise InputError(f"{method.name} cannot run on {task.name}: {reason}")
    return methods


def _entries(wanted: object) -> tuple[str | Method, ...]:
    """What is ``wanted`` as a tuple of names and methods, with one entry at least."""
    if isinstance(wanted, str) or not isinstance(wanted, Iterable):
        raise InputError(f"methods is {wanted!r}; give a list of methods, or None for the default")
    entries = tuple(wanted)
    if not entries:
        raise InputError("methods is empty; name one at least, or give None for the default ones")
    for entry in entries:
        is_method = not isinstance(entry, type) and all(hasattr(entry, a) for a in _OF_METHODS)
        if not isinstance(entry, str) and not is_method:
            raise InputError(
                f"methods has {entry!r}; give names ('polynet compare list' has them) or objects "
                f"with {', '.join(_OF_METHODS)}"
            )
    return entries


def _named(name: str) -> Method:
    if name not in NAMED_METHODS:
        raise InputError(f"no method is called {name!r}; there are {', '.join(NAMED_METHODS)}")
    return NAMED_METHODS[name]
