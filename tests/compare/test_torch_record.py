"""Trained networks in torch: every layer type on real images, and files that torch opens alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import compare
import polynet as pn
import solvers
from polynet import (
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    Network,
    NodeProduct,
    Polynomial,
    Power,
    Residual,
    Square,
)

pytestmark = pytest.mark.backend

IN_TEXT = {
    "squares": Network([Flatten(), Dense(64, 8), Square(), Dense(8, 10)]),
    "powers": Network([Flatten(), Dense(64, 6), Power(3), Dense(6, 10, bias=False)]),
    "fixed polynomial": Network([Flatten(), Dense(64, 6), Polynomial([0, 1, 0.5]), Dense(6, 10)]),
    "trainable polynomial": Network(
        [Flatten(), Dense(64, 6), Polynomial([0, 1, 0.125], trainable=True), Dense(6, 10)]
    ),
    "products": Network([Flatten(), Dense(64, 4), NodeProduct(), Dense(10, 10)]),
    "convolution and pooling": Network(
        [Conv2d(1, 3, 3), Square(), AvgPool2d(2), Flatten(), Dense(27, 10)], input_shape=(1, 8, 8)
    ),
}
NOT_IN_TEXT = {
    "strides and padding": Network(
        [
            Conv2d(1, 2, 3, stride=2, padding=1),
            Square(),
            AvgPool2d(2, stride=1, padding=1),
            Flatten(),
            Dense(50, 10),
        ],
        input_shape=(1, 8, 8),
    ),
    "residual": Network(
        [Flatten(), Dense(64, 6), Residual([Dense(6, 6), Square()]), Dense(6, 10)],
        input_shape=(1, 8, 8),
    ),
}
NETWORKS = IN_TEXT | NOT_IN_TEXT

LOAD = """
import sys
sys.modules.update(polynet=None, solvers=None, compare=None)  # importing them is an error
import numpy as np, torch
for name in sys.argv[2:]:
    inputs = torch.tensor(np.load(sys.argv[1]))
    module = torch.export.load(name).module()
    with torch.no_grad():
        np.save(name + ".npy", module(inputs.to(next(module.parameters()).dtype)).numpy())
"""


@pytest.fixture(scope="module")
def images() -> pn.Dataset:
    return pn.datasets.digits()


def trained(network: Network, data: pn.Dataset) -> solvers.TrainingRecord:
    """A record of one line search on the real images."""
    return solvers.train(network, data.take(300), solvers.Linewise("gradient", lines=2), passes=1)


def outputs(network: Network, record: solvers.TrainingRecord, data: pn.Dataset) -> NDArray:
    return network.with_input_shape(data.input_shape).forward(record.weights, data.inputs)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
def test_a_trained_network_gives_the_same_outputs_in_torch(
    name: str, dtype: str, tolerance: float, images: pn.Dataset
) -> None:
    record = trained(NETWORKS[name], images)
    given = None if name in IN_TEXT else NETWORKS[name]
    module = compare.torch_module(record, given, dtype=getattr(torch, dtype))
    inputs = torch.tensor(images.inputs, dtype=getattr(torch, dtype))
    with torch.no_grad():
        theirs = module(inputs).numpy()
    ours = outputs(NETWORKS[name], record, images)
    assert np.abs(ours).max() > 0.1
    np.testing.assert_allclose(theirs, ours, rtol=0, atol=tolerance)


def test_files_open_without_this_package(tmp_path: Path, images: pn.Dataset) -> None:
    """In a fresh interpreter that cannot import it, on more examples than it was exported with."""
    names, expected = [], []
    for name in ("products", "convolution and pooling", "residual"):
        record = trained(NETWORKS[name], images)
        for dtype in ("float32", "float64"):
            names.append(str(tmp_path / f"{name} {dtype}.pt2"))
            given = None if name in IN_TEXT else NETWORKS[name]
            compare.save_torch(record, names[-1], given, dtype=dtype)
            expected.append(outputs(NETWORKS[name], record, images))
    np.save(tmp_path / "inputs.npy", images.inputs)
    subprocess.run(
        [sys.executable, "-I", "-c", LOAD, str(tmp_path / "inputs.npy"), *names],
        check=True,
        cwd=tmp_path,
    )
    for name, ours in zip(names, expected, strict=True):
        tolerance = 1e-12 if "float64" in name else 1e-5
        np.testing.assert_allclose(np.load(f"{name}.npy"), ours, rtol=0, atol=tolerance)


def test_a_record_in_a_file_is_as_good(tmp_path: Path, images: pn.Dataset) -> None:
    record = trained(IN_TEXT["squares"], images)
    record.to_json(tmp_path / "record.json")
    module = compare.torch_module(tmp_path / "record.json")
    assert np.array_equal(compare.flat_weights(module), record.weights)


def test_a_network_that_has_no_text_is_asked_for(images: pn.Dataset) -> None:
    record = trained(NOT_IN_TEXT["residual"], images)
    with pytest.raises(pn.InputError, match=r"Residual.*network="):
        compare.torch_module(record)


def test_mnist_trained_by_least_squares_is_the_same_in_torch(image_root: Path) -> None:
    data = pn.datasets.mnist(image_root, limit=500)
    network = Network([Conv2d(1, 1, 3, bias=False), Flatten(), Dense(676, 10, bias=False)])
    record = solvers.train(network, data, solvers.Coordinatewise(), passes=1, l2=1.0)
    for dtype, tolerance in ((torch.float64, 1e-12), (torch.float32, 1e-5)):
        module = compare.torch_module(record, dtype=dtype)
        with torch.no_grad():
            theirs = module(torch.tensor(data.inputs, dtype=dtype)).numpy()
        ours = outputs(network, record, data)
        np.testing.assert_allclose(theirs, ours, rtol=0, atol=tolerance)
