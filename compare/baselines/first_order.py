"""First-order methods of torch: SGD with momentum, Adam, AdamW and L-BFGS with strong Wolfe steps.

A trial enters; weights and a curve leave. torch is loaded when a method runs, not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

from compare.threads import load_torch
from polynet.errors import InputError

if TYPE_CHECKING:
    from compare.method import FloatArray, MethodRun
    from compare.task import Task, Trial

__all__ = ["LEARNING_RATES", "FirstOrder", "OptimizerName"]

OptimizerName = Literal["sgd", "adam", "adamw", "lbfgs"]

LEARNING_RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
"""Among these the rate is chosen where none is given."""

_WORDS: dict[OptimizerName, str] = {
    "sgd": "gradient descent with momentum, of torch",
    "adam": "Adam, of torch",
    "adamw": "Adam with decoupled weight decay, of torch",
    "lbfgs": "L-BFGS with strong Wolfe line searches, of torch",
}


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """One optimizer of torch on L / n, in float64, with torch's defaults but for what is given.

    ``learning_rate``: None tries 0.001, 0.003, 0.01, 0.03 and 0.1 for a tenth of the budget each
    and keeps the one with the least loss; the time for that does not count, so baselines are
    shown at their best. L-BFGS takes 1, and steps by strong Wolfe conditions. ``momentum`` is that
    of SGD. ``batch`` is the number of examples in a step: None for that of the task, 0 for all;
    L-BFGS always takes all. ``relu`` trains the ReLU counterpart of the network from the same
    weights.

    A pass goes once through all examples; each evaluation of a line search is a pass too.
    Sources: Kingma and Ba, 'Adam' (2015); Loshchilov and Hutter, 'Decoupled weight decay
    regularization' (2019); Liu and Nocedal, 'On the limited memory BFGS method' (1989).
    """

    optimizer: OptimizerName = "adam"
    learning_rate: float | None = None
    batch: int | None = None
    momentum: float = 0.9
    relu: bool = False
    once: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.optimizer not in get_args(OptimizerName):
            raise InputError(
                f"optimizer is {self.optimizer!r}; it must be one of "
                f"{', '.join(get_args(OptimizerName))}"
            )
        if self.learning_rate is not None and not self.learning_rate > 0:
            raise InputError(f"learning_rate is {self.learning_rate!r}; it must be positive")
        if self.batch is not None and self.batch < 0:
            raise InputError(f"batch is {self.batch!r}; it is a number of examples, 0 for all")

    @property
    def name(self) -> str:
        """``adam``, or ``relu-adam`` on the ReLU counterpart."""
        return f"relu-{self.optimizer}" if self.relu else self.optimizer

    def refusal(self, task: Task) -> str | None:
        """Networks with products of nodes have no ReLU counterpart."""
        if not self.relu:
            return None
        from compare.baselines.relu_network import has_relu_counterpart

        if has_relu_counterpart(tuple(task.network.layers)):
            return None
        return "products of nodes have no ReLU counterpart"

    @property
    def description(self) -> str:
        """The optimizer, and on what network."""
        return _WORDS[self.optimizer] + (", on the ReLU counterpart" if self.relu else "")

    @property
    def keeps_network(self) -> bool:
        """Whether its weights are weights of the task's own network."""
        return not self.relu

    def examples_in_step(self, task: Task) -> int:
        """How many examples each step takes on ``task``."""
        wanted = task.batch if self.batch is None else self.batch
        if not wanted or self.optimizer == "lbfgs":
            return len(task.data)
        return min(wanted, len(task.data))

    def run(self, trial: Trial) -> MethodRun:
        """Train until the budget is spent, or nothing moves, or the loss is no number."""
        load_torch()
        from compare.baselines.torch_training import train_by_torch

        return train_by_torch(self, trial)

    def ends(
        self, task: Task, starts: FloatArray, settings: Mapping[str, float | str]
    ) -> FloatArray:
        """Where runs from all ``starts`` end, side by side in one batch but for L-BFGS."""
        load_torch()
        from compare.baselines.many_starts import ends_of

        chosen = settings.get("learning rate", self.learning_rate)
        rate = None if chosen is None else float(chosen)
        return ends_of(replace(self, learning_rate=rate), task, starts)
