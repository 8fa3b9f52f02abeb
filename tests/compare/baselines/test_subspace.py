"""The subspace runs and the zoo: sizes, repeatability, records, and that they learn."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from compare.baselines.classifiers import (
    CONVOLUTIONAL,
    FULLY_CONNECTED,
    Architecture,
    fully_connected,
)
from compare.baselines.labelled_images import LabelledImages
from compare.baselines.minibatch import AdamSettings, accuracy, train_by_adam
from compare.baselines.subspace import (
    PUBLISHED,
    SubspaceRecord,
    subspace_model,
    train_in_subspace,
)
from compare.baselines.subspace_lbfgs import lbfgs_in_subspace
from compare.baselines.zoo import POLYNOMIAL_ZOO, ZOO, ZooRecord, train_zoo_model
from polynet import Dataset
from polynet.errors import DataError, InputError
from tests.compare.baselines.image_cases import striped_images

TINY = Architecture("tiny", lambda: fully_connected(8), (0.05, 0.0, 0.3, 0.0))
SHORT = AdamSettings(epochs=6, batch_size=64)


def count(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_the_models_have_the_published_sizes() -> None:
    assert count(FULLY_CONNECTED.build()) == 199_210
    assert count(CONVOLUTIONAL.build()) == 21_840
    assert [count(row.build()) for row in ZOO] == [12_730, 25_450, 3_369, 10_754]
    assert [row.n_parameters for row in ZOO] == [count(row.build()) for row in ZOO]
    assert [row.n_parameters for row in POLYNOMIAL_ZOO] == [row.n_parameters for row in ZOO]
    assert [count(row.build()) for row in POLYNOMIAL_ZOO] == [row.n_parameters for row in ZOO]


@pytest.mark.parametrize("architecture", [FULLY_CONNECTED, CONVOLUTIONAL])
def test_starts_have_the_published_deviations(architecture: object) -> None:
    assert architecture in (FULLY_CONNECTED, CONVOLUTIONAL)
    arch = FULLY_CONNECTED if architecture is FULLY_CONNECTED else CONVOLUTIONAL
    parameters = list(arch.build().parameters())
    start = arch.start(torch.Generator().manual_seed(0))
    parts = torch.split(start, [p.numel() for p in parameters])
    for part, deviation in zip(parts, arch.deviations, strict=True):
        measured = float(part.square().mean().sqrt())
        assert abs(measured - deviation) <= 4 * deviation / len(part) ** 0.5


def test_a_published_run_of_ten_epochs_has_2344_steps() -> None:
    assert AdamSettings().n_steps(60_000) == 2_344
    assert AdamSettings(epochs=100).n_steps(60_000) == 23_438


def test_a_subspace_model_computes_what_its_module_does() -> None:
    model = subspace_model(FULLY_CONNECTED, 4, seed=1)
    other = fully_connected(200, 200)
    torch.nn.utils.vector_to_parameters(model.weights().detach(), other.parameters())
    images = striped_images(5).inputs
    assert torch.allclose(model(images), other(images))
    assert [p.numel() for p in model.parameters() if p.requires_grad] == [4]


@pytest.mark.parametrize("convention", ["orthonormal", "offset", "fastfood"])
def test_a_subspace_learns_stripes(convention: str) -> None:
    train, test = striped_images(640), striped_images(500, seed=1)
    settings = AdamSettings(epochs=12, batch_size=64, rate=0.1)
    record = train_in_subspace(
        TINY,
        train,
        test,
        60,
        convention,  # type: ignore[arg-type]
        settings=settings,
        seed=1,
    )
    assert record.test_accuracy > 0.3
    assert record.n_parameters == TINY.n_parameters == 6_370


def test_all_weights_learn_stripes_at_the_published_rate() -> None:
    record = train_in_subspace(
        FULLY_CONNECTED, striped_images(640), striped_images(300, seed=1), None, settings=SHORT
    )
    assert record.test_accuracy > 0.9
    assert record.history[-1].step == SHORT.n_steps(640) == 61


def test_runs_repeat_and_leave_the_global_generator_alone() -> None:
    train, test = striped_images(200), striped_images(100, seed=1)
    settings = AdamSettings(epochs=1, batch_size=50, test_every=2)
    before = torch.random.get_rng_state()
    runs = [
        train_in_subspace(CONVOLUTIONAL, train, test, 10, settings=settings, seed=seed).history
        for seed in (5, 5, 6)
    ]
    assert torch.equal(torch.random.get_rng_state(), before)
    same, again, other = ([checkpoint[:3] for checkpoint in history] for history in runs)
    assert same == again != other
    assert [step for step, _, _ in same] == [1, 3, 5]
    clock = [checkpoint.seconds for checkpoint in runs[0]]
    assert 0 < clock[0] < clock[1] < clock[2]


def test_accuracy_counts_every_image_once_and_without_dropout() -> None:
    data = striped_images(2_345)
    model = torch.nn.Sequential(torch.nn.Dropout(0.9), torch.nn.Flatten(), _RowReader())
    assert accuracy(model, data) == 1.0
    assert model.training
    half = LabelledImages(data.inputs, torch.where(torch.arange(2_345) < 1_000, data.labels, -1))
    assert accuracy(model, half) == 1_000 / 2_345


class _RowReader(torch.nn.Module):
    def forward(self, flat: torch.Tensor) -> torch.Tensor:
        return flat.view(-1, 28, 28).mean(dim=2)[:, 4:24:2]


def test_lbfgs_goes_below_its_start_and_keeps_adams_subspace() -> None:
    train, test = striped_images(200), striped_images(200, seed=1)
    record = lbfgs_in_subspace(TINY, train, test, 10, steps=30, seed=2)
    model = subspace_model(TINY, 10, seed=2)
    start = torch.nn.functional.cross_entropy(model(train.inputs), train.labels)
    assert record.history[-1].loss < 0.95 * float(start.detach())
    assert record.epochs > 0


def test_zoo_models_learn_stripes() -> None:
    train, test = striped_images(640), striped_images(300, seed=1)
    records = [train_zoo_model(row, train, test, settings=SHORT) for row in (ZOO[0], ZOO[3])]
    assert records[0].test_accuracy > 0.9
    assert records[1].test_accuracy > 0.3
    assert ZooRecord.from_json(records[0].to_json()) == records[0]


def test_records_survive_their_files(tmp_path: Path) -> None:
    train, test = striped_images(100), striped_images(100, seed=1)
    settings = AdamSettings(epochs=1, batch_size=50)
    record = train_in_subspace(FULLY_CONNECTED, train, test, 3, settings=settings)
    record.to_json(tmp_path / "run.json")
    assert SubspaceRecord.from_json(tmp_path / "run.json") == record
    with pytest.raises(DataError, match="polynet-zoo-run"):
        ZooRecord.from_json(tmp_path / "run.json")


def test_a_batch_larger_than_the_set_is_refused() -> None:
    data = striped_images(20)
    with pytest.raises(InputError, match="batch_size is 256"):
        train_by_adam(fully_connected(4), data, data, AdamSettings(), seed=0)


def test_labels_come_from_one_hot_targets() -> None:
    data = Dataset([[0.5], [1.5]], [[0, 1], [1, 0]])
    images = LabelledImages.of(data)
    assert images.labels.tolist() == [1, 0]
    assert images.inputs.dtype == torch.float32


def test_published_figures_are_those_of_seven_dimensions() -> None:
    assert all(set(row) == {3, 10, 30, 100, 300, 1000, None} for row in PUBLISHED.values())
