"""The published experiments that have names, made from images.

Training and test images enter; an :class:`~compare.experiment.Experiment` leaves, with its methods
and the figures that were published.
"""

from __future__ import annotations

from functools import partial

from compare.baselines.subspace import PUBLISHED, PUBLISHED_LONGER
from compare.baselines.zoo import ZOO
from compare.cifar_methods import cifar_method
from compare.classifier_methods import (
    ARCHITECTURES,
    ZOO_ROWS,
    ModelName,
    subspace_method,
    zoo_method,
)
from compare.experiment import Experiment
from compare.task_facts import Published
from polynet.dataset import Dataset

__all__ = ["cifar_newton", "subspace", "zoo"]

Images = tuple[Dataset, Dataset]

_DIMENSIONS = (3, 10, 30, 100, 300, "full")
_LIKELIHOOD = "mean negative log likelihood of the batches, averaged over the last 100 or so"
_NETWORKS: dict[ModelName, str] = {
    "fc": "784-200-200-10 with ReLU",
    "conv": "10 and 20 filters of 5x5, pooled by maxima, dropout, 50, 10, with ReLU",
}


def subspace(name: str, description: str, images: Images, model: ModelName) -> Experiment:
    """Training in random subspaces of the weights of ``model``, on all of MNIST."""
    architecture = ARCHITECTURES[model]
    n_parameters = architecture.n_parameters
    deviations = ", ".join(f"{deviation:g}" for deviation in architecture.deviations[::2])
    return Experiment(
        name,
        *images,
        method=partial(subspace_method, model),
        default=tuple(f"adam-{dimension}" for dimension in _DIMENSIONS),
        network=_NETWORKS[model],
        n_parameters=n_parameters,
        start=f"normal, standard deviations {deviations} layer by layer, no biases",
        loss=_LIKELIHOOD,
        arithmetic="float32; L-BFGS and critical points float64",
        published=tuple(
            Published(
                (f"adam-{d or 'full'}", f"published-{d or 'full'}"),
                d or n_parameters,
                percent,
                epochs,
            )
            for epochs, figures in ((10, PUBLISHED[model]), (100, PUBLISHED_LONGER.get(model, {})))
            for d, percent in figures.items()
        ),
        description=description,
    )


def zoo(name: str, description: str, images: Images) -> Experiment:
    """The small models, and polynomial networks of the same sizes, on all of MNIST."""
    return Experiment(
        name,
        *images,
        method=zoo_method,
        default=tuple(ZOO_ROWS),
        network="as each is called; with squares: the polynomial network of the same size",
        n_parameters=0,
        start="torch's own for each layer",
        loss=_LIKELIHOOD,
        published=tuple(
            Published((row.name,), row.n_parameters, row.published)
            for row in ZOO
            if row.published is not None
        ),
        description=description,
    )


def cifar_newton(name: str, description: str, images: Images) -> Experiment:
    """The published Newton programs on CIFAR-100, or on a part of it."""
    return Experiment(
        name,
        *images,
        method=cifar_method,
        default=("functional-inverse", "fast_net", "fast_net-224", "slow_net"),
        network="fast_net: 3072-100; slow_net: 50-50-100 behind a random projection of the pixels",
        n_parameters=0,
        start="normal; divided by 3172 for fast_net, by sqrt(50) for slow_net",
        loss="half the squared error of each image, averaged over each batch before its step",
        arithmetic="float64 for all methods",
        batch=None,
        epochs=None,
        description=description,
    )
