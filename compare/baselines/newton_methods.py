"""Second-order minimisers: the libraries' own where they have them, saddle-free Newton by hand.

A ``FlatLoss`` and a start enter, a ``NewtonRecord`` leaves. Newton-CG and trust regions are those
of pytorch-minimize, Gauss-Newton and K-FAC matrices those of curvlinops.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy as np
import torch
from scipy.sparse.linalg import LinearOperator, cg
from torch import Tensor, nn
from torch.nn.utils import vector_to_parameters

from compare.baselines.flat_loss import FlatLoss
from compare.baselines.newton_record import NewtonRecord, recorded
from compare.baselines.saddle_free import DampingOrder, saddle_free_step
from polynet.errors import PolynetError

__all__ = [
    "gauss_newton",
    "gauss_newton_steps",
    "kfac",
    "kfac_steps",
    "library_steps",
    "minimise_by_library",
    "saddle_free_newton",
    "saddle_free_steps",
]

Visit = Callable[[Tensor], None]
LibraryMethod = Literal["newton-cg", "newton-exact", "trust-ncg", "trust-krylov", "trust-exact"]

_LEAST_STEP = 2.0**-30
_LARGEST_SHIFT = 1e16  # beyond which no step would be seen in float64


def minimise_by_library(
    loss: FlatLoss, start: Tensor, method: LibraryMethod = "trust-ncg", *, steps: int = 100
) -> NewtonRecord:
    """Newton-CG or a trust region of pytorch-minimize, with Hessian-vector products of autograd.

    Raises ``PolynetError`` where the library is not installed.
    """
    return recorded(method, loss, start, partial(library_steps, loss, start, method, steps=steps))


def library_steps(
    loss: FlatLoss,
    start: Tensor,
    method: LibraryMethod,
    visit: Visit,
    *,
    steps: int,
    tolerance: float | None = None,
) -> Tensor:
    """The iterates of :func:`minimise_by_library`, shown to ``visit``; the last one.

    ``tolerance`` is that of the library, on the step or the gradient: None for its own.
    """
    library = _library("torchmin", "pytorch-minimize")
    options = {"max_iter": steps, "tol": tolerance, "callback": lambda x: visit(x)}
    end: Tensor = library.minimize(loss.value, start.clone(), method, **options).x.detach()
    return end


def saddle_free_newton(
    loss: FlatLoss,
    start: Tensor,
    *,
    steps: int = 50,
    rate: float = 1.0,
    damping: float = 1e-3,
    order: DampingOrder = "absolute value first",
    halve: bool = True,
) -> NewtonRecord:
    """theta <- theta - rate |H|^-1 g with the Hessian of all weights together.

    With ``halve`` the step is halved until the loss falls, and the run ends where it does not;
    without, it is taken as it is. Cost of a step: the Hessian and its eigenvalues.
    """
    run = partial(
        saddle_free_steps,
        loss,
        start,
        steps=steps,
        rate=rate,
        damping=damping,
        order=order,
        halve=halve,
    )
    return recorded(f"saddle-free Newton, {order}", loss, start, run)


def saddle_free_steps(
    loss: FlatLoss,
    start: Tensor,
    visit: Visit,
    *,
    steps: int,
    rate: float = 1.0,
    damping: float = 1e-3,
    order: DampingOrder = "absolute value first",
    halve: bool = True,
) -> Tensor:
    """The iterates of :func:`saddle_free_newton`, shown to ``visit``; the last one."""
    theta = start
    for _ in range(steps):
        gradient = loss.gradient(theta)
        step = saddle_free_step(loss.hessian(theta), gradient, damping=damping, order=order)
        moved = _halved(loss, theta, rate * step) if halve else theta - rate * step
        if moved is None:
            break
        theta = moved
        visit(theta)
    return theta


def gauss_newton(
    loss: FlatLoss,
    start: Tensor,
    *,
    steps: int = 50,
    damping: float = 1e-3,
    products: int = 100,
) -> NewtonRecord:
    """Levenberg-Marquardt: (G + 2 P + m I) step = g by conjugate gradients, G that of curvlinops.

    P has the penalties. m starts at ``damping``; it falls threefold after a step that lowers the
    loss and grows threefold after one that does not, which is not taken; where no step lowers it
    the run ends. Raises ``PolynetError`` where the library is not installed. Cost of a step:
    ``products`` products with G at most, each a few passes.
    """
    run = partial(gauss_newton_steps, loss, start, steps=steps, damping=damping, products=products)
    return recorded("Gauss-Newton", loss, start, run)


def gauss_newton_steps(
    loss: FlatLoss,
    start: Tensor,
    visit: Visit,
    *,
    steps: int,
    damping: float = 1e-3,
    products: int = 100,
) -> Tensor:
    """The iterates of :func:`gauss_newton`, shown to ``visit``; the last one."""
    curvlinops = _library("curvlinops", "curvlinops-for-pytorch")
    theta, shift = start, damping
    for _ in range(steps):
        matrix = _at(curvlinops.GGNLinearOperator, loss, theta, check_deterministic=False)
        diagonal = torch.full_like(theta, shift)
        if loss.penalties is not None:
            diagonal = diagonal + 2 * loss.penalties
        step = _solved(matrix, diagonal, loss.gradient(theta), products)
        if float(loss.value(theta - step)) < float(loss.value(theta)):
            theta, shift = theta - step, shift / 3
            visit(theta)
        elif shift > _LARGEST_SHIFT:
            break
        else:
            shift *= 3
    return theta


def kfac(loss: FlatLoss, start: Tensor, *, steps: int = 50, damping: float = 1e-2) -> NewtonRecord:
    """Natural gradient steps with Kronecker-factored curvature, halved until the loss falls.

    The matrix is that of curvlinops. K-FAC knows dense and convolutional layers, of which the
    modules of ``to_torch`` are made; penalties are in the gradient alone.
    Raises ``PolynetError`` where the library is not installed. Cost of a step: two passes, and an
    inverse of a matrix of each layer's width.
    """
    run = partial(kfac_steps, loss, start, steps=steps, damping=damping)
    return recorded("K-FAC", loss, start, run)


def kfac_steps(
    loss: FlatLoss, start: Tensor, visit: Visit, *, steps: int, damping: float = 1e-2
) -> Tensor:
    """The iterates of :func:`kfac`, shown to ``visit``; the last one."""
    curvlinops = _library("curvlinops", "curvlinops-for-pytorch")
    theta = start
    for _ in range(steps):
        matrix = _at(
            curvlinops.KFACLinearOperator,
            loss,
            theta,
            check_deterministic=False,
            fisher_type="type-2",
        )
        inverse = curvlinops.KFACInverseLinearOperator(
            matrix, damping=damping, use_exact_damping=True
        )
        moved = _halved(loss, theta, inverse @ loss.gradient(theta))
        if moved is None:
            break
        theta = moved
        visit(theta)
    return theta


def _at(operator: Any, loss: FlatLoss, theta: Tensor, **options: Any) -> Any:
    """``operator`` of curvlinops for the loss at ``theta``."""
    vector_to_parameters(theta, loss.module.parameters())
    model: nn.Module = loss.module
    data = [(loss.inputs, loss.targets)]
    return operator(model, loss.criterion, list(model.parameters()), data, **options)


def _solved(matrix: Any, diagonal: Tensor, gradient: Tensor, products: int) -> Tensor:
    size = len(gradient)

    def product(vector: Any) -> Any:
        given = torch.from_numpy(np.ascontiguousarray(vector).reshape(-1)).to(gradient)
        return (matrix @ given + diagonal * given).cpu().numpy()

    operator = LinearOperator((size, size), matvec=product, dtype=np.float64)
    solution, _ = cg(operator, gradient.cpu().numpy(), rtol=1e-8, maxiter=products)
    return torch.from_numpy(solution).to(gradient)


def _halved(loss: FlatLoss, theta: Tensor, step: Tensor) -> Tensor | None:
    """``theta`` minus the longest of step, step / 2, step / 4, ... that lowers the loss."""
    before, share = float(loss.value(theta)), 1.0
    while share > _LEAST_STEP:
        moved = theta - share * step
        if float(loss.value(moved)) < before:
            return moved
        share /= 2
    return None


def _library(module: str, package: str) -> Any:
    try:
        with warnings.catch_warnings():
            # torch warns of its own jit, which these libraries still use.
            warnings.simplefilter("ignore", DeprecationWarning)
            return importlib.import_module(module)
    except ImportError as error:
        raise PolynetError(
            f"{package} cannot be imported ({error}); `pip install 'polynet[newton]'`, with a "
            "constraints file that holds torch where it is"
        ) from None
