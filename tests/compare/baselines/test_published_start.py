"""The published runs number for number: start, subspace, masks, and which random numbers go where.

The expected ones come from a few lines of numpy that draw as the published program says.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np
import pytest
import torch

from compare.baselines.classifiers import CONVOLUTIONAL, FULLY_CONNECTED, Architecture
from compare.baselines.dropout import Dropout, skip_words, words
from compare.baselines.minibatch import AdamSettings, train_by_adam
from compare.baselines.subspace import (
    PUBLISHED,
    SubspaceModel,
    published_settings,
    subspace_model,
    train_in_subspace,
)
from compare.baselines.subspace_lbfgs import lbfgs_in_subspace
from polynet.errors import InputError
from tests.compare.baselines.image_cases import striped_images

FULLY_CONNECTED_TENSORS = {
    "W1": ((784, 200), 0.001),
    "W2": ((200, 200), 0.001),
    "W3": ((200, 10), 0.01),
    "b1": ((200,), 0.0),
    "b2": ((200,), 0.0),
    "b3": ((10,), 0.0),
}
CONVOLUTIONAL_TENSORS = {
    "W1": ((10, 1, 5, 5), 0.01),
    "b1": ((10,), 0.0),
    "W2": ((20, 10, 5, 5), 0.01),
    "b2": ((20,), 0.0),
    "W3": ((320, 50), 0.01),
    "b3": ((50,), 0.0),
    "W4": ((50, 10), 0.01),
    "b4": ((10,), 0.0),
}
Tensors = dict[str, tuple[tuple[int, ...], float]]


def published(tensors: Tensors, dimension: int) -> tuple[np.ndarray, np.ndarray, float]:
    """theta, P and omega_0 by numpy alone, in the order of the published program."""
    np.random.seed(123)  # noqa: NPY002 - as published
    parts = [np.random.randn(prod(shape), 1) * sd for shape, sd in tensors.values()]  # noqa: NPY002
    theta = np.concatenate(parts)
    columns = np.random.randn(len(theta), dimension - 1)  # noqa: NPY002
    basis, _ = np.linalg.qr(np.concatenate([theta, columns], axis=1))
    return theta[:, 0], basis, theta[0, 0] / basis[0, 0]


def ours(model: SubspaceModel, vector: torch.Tensor, tensors: Tensors) -> np.ndarray:
    """A vector of weights of ``model`` in the published order, by the shapes of its tensors."""
    shapes = [tuple(p.shape) for p in model.architecture.parameters()]
    parts = torch.split(vector, [prod(shape) for shape in shapes])
    named = {}
    for k, (part, shape) in enumerate(zip(parts, shapes, strict=True)):
        name = f"{'Wb'[k % 2]}{k // 2 + 1}"
        named[name] = part.view(shape).T if len(shape) == 2 else part.view(shape)
    assert {name: tuple(t.shape) for name, t in named.items()} == {
        name: shape for name, (shape, _) in tensors.items()
    }
    return torch.cat([named[name].reshape(-1) for name in tensors]).numpy()


@pytest.mark.parametrize(
    ("architecture", "tensors"),
    [(FULLY_CONNECTED, FULLY_CONNECTED_TENSORS), (CONVOLUTIONAL, CONVOLUTIONAL_TENSORS)],
)
def test_start_and_subspace_are_the_published_ones(
    architecture: Architecture, tensors: Tensors
) -> None:
    theta, basis, first = published(tensors, 4)
    model = subspace_model(architecture, 4, seed=7, start="published", dtype=torch.float64)
    assert np.array_equal(model.weights.omega.detach().numpy(), [first, 0, 0, 0])
    for k, row in enumerate(torch.eye(4, dtype=torch.float64)):
        assert np.array_equal(ours(model, model.weights.at(row), tensors), basis[:, k])
    at_start = ours(model, model.weights().detach(), tensors)
    np.testing.assert_allclose(at_start, theta, rtol=0, atol=1e-15)
    full = subspace_model(architecture, None, seed=7, start="published", dtype=torch.float64)
    assert np.array_equal(ours(full, full.weights().detach(), tensors), theta)
    assert [p.shape for p in full.parameters() if p.requires_grad] == [theta.shape]


def twister(seed: int) -> np.random.BitGenerator:
    """The Mersenne twister of torch 0.2 after ``manual_seed``, from another library."""
    return np.random.RandomState(seed)._bit_generator


def shuffled(generator: np.random.BitGenerator, n: int) -> list[int]:
    """``randperm`` of torch 0.2: swaps from the front, each by one number."""
    rows = list(range(n))
    for i in range(n - 1):
        j = i + int(generator.random_raw()) % (n - i)
        rows[i], rows[j] = rows[j], rows[i]
    return rows


def test_batches_and_masks_are_those_of_torch_0_2() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(123)
        generator = twister(123)
        assert torch.randperm(600).tolist() == shuffled(generator, 600)
        layer, images = Dropout(6, 1, 1), torch.ones(4, 6, 2, 2)
        masked = layer(images)
        kept = generator.random_raw(24).reshape(4, 6) <= 1 << 31
        assert torch.equal(masked, 2.0 * torch.from_numpy(kept).view(4, 6, 1, 1) * images)
        skip_words(5)
        generator.random_raw(5)
        assert words(2).tolist() == generator.random_raw(2).tolist()
        assert torch.equal(layer.eval()(images), images)


def test_a_run_continues_the_random_numbers_of_those_before() -> None:
    train, test = striped_images(71), striped_images(40, seed=1)
    settings = AdamSettings(epochs=2, batch_size=20, test_every=3, test_batches=2)
    seen: list[list[int]] = []

    class Watched(torch.nn.Sequential):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            data = train if self.training else test
            seen.append([int((data.inputs == x).flatten(1).all(1).nonzero()) for x in inputs])
            return super().forward(inputs)

    def run(earlier_runs: int) -> None:
        model = Watched(torch.nn.Flatten(), torch.nn.Linear(784, 10), Dropout(10))
        chosen = replace(settings, earlier_runs=earlier_runs)
        train_by_adam(model, train, test, chosen, seed=123)

    generator, expected = twister(123), []
    for _ in range(3):
        for step in range(settings.n_steps(71)):
            expected.append(shuffled(generator, 71)[:20])
            generator.random_raw(20 * 10)
            if step % 3 == 0:
                expected += [shuffled(generator, 40)[:20] for _ in range(2)]
        expected.append(list(range(40)))
    run(0)
    run(1)
    run(2)
    assert seen == expected


def test_a_published_start_gives_each_seed_its_own_batches() -> None:
    train, test = striped_images(60), striped_images(40, seed=1)
    settings = AdamSettings(epochs=2, batch_size=20)
    runs = [
        train_in_subspace(
            FULLY_CONNECTED, train, test, 3, settings=settings, seed=seed, start="published"
        )
        for seed in (1, 1, 2)
    ]
    same, again, other = (run.history[-1].loss for run in runs)
    assert same == again != other
    assert {run.start for run in runs} == {"published"}


def test_lbfgs_takes_the_published_start() -> None:
    images = striped_images(20)
    record = lbfgs_in_subspace(FULLY_CONNECTED, images, images, 2, steps=1, start="published")
    assert record.start == "published"


def test_published_settings_say_which_runs_came_before() -> None:
    settings = [published_settings(dimension) for dimension in PUBLISHED["conv"]]
    assert [each.earlier_runs for each in settings] == list(range(7))
    assert {replace(each, earlier_runs=0) for each in settings} == {
        AdamSettings(epochs=10, batch_size=256, rate=3e-3, test_every=100, test_batches=39)
    }
    with pytest.raises(InputError, match="dimension is 5; published are"):
        published_settings(5)


def test_a_published_start_in_another_convention_is_refused() -> None:
    with pytest.raises(InputError, match="'offset'; the published start"):
        subspace_model(FULLY_CONNECTED, 3, "offset", seed=0, start="published")
    with pytest.raises(InputError, match="must be one of seeded, published"):
        subspace_model(FULLY_CONNECTED, 3, seed=0, start="random")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="dimension is 0"):
        subspace_model(FULLY_CONNECTED, 0, seed=0, start="published")
