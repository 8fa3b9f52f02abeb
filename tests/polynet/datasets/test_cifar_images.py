"""CIFAR-100 from pickles and archives: what is read, and what is refused."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polynet as pn


def content(n: int = 3) -> dict[bytes, Any]:
    rng = np.random.default_rng(0)
    return {
        b"data": rng.integers(0, 256, (n, 3072), dtype=np.uint8),
        b"fine_labels": [5, 99, 0][:n],
        b"coarse_labels": [1, 19, 0][:n],
        b"filenames": [b"a"] * n,
    }


def pickled(folder: Path, record: Any, name: str = "train") -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / name
    path.write_bytes(pickle.dumps(record, protocol=2))
    return path


@pytest.mark.parametrize("below", ["", "cifar-100-python", "cifar100"])
def test_a_pickle_is_found_and_read(tmp_path: Path, below: str) -> None:
    record = content()
    pickled(tmp_path / below, record)
    data = pn.datasets.cifar100(tmp_path, verify=False)
    assert data.inputs.shape == (3, 3, 32, 32)
    assert data.class_labels().tolist() == [5, 99, 0]
    assert np.array_equal(np.rint(255 * data.inputs[1]).ravel(), record[b"data"][1])
    coarse = pn.datasets.cifar100(tmp_path, labels="coarse", targets="signed", verify=False)
    assert coarse.targets.shape == (3, 20)
    assert coarse.class_labels().tolist() == [1, 19, 0]
    assert len(pn.datasets.cifar100(tmp_path, limit=2, verify=False)) == 2


def test_an_archive_has_the_same_images_with_channels_last(tmp_path: Path) -> None:
    record = content()
    images = record[b"data"].reshape(-1, 3, 32, 32)
    np.savez(
        tmp_path / "cifar100_subset.npz",
        x_test=images.transpose(0, 2, 3, 1),
        fine_test=np.array(record[b"fine_labels"], np.uint8),
        coarse_test=np.array(record[b"coarse_labels"], np.uint8),
    )
    data = pn.datasets.cifar100(tmp_path, train=False)
    assert np.array_equal(np.rint(255 * data.inputs), images)
    with pytest.raises(pn.DataError, match="no entry 'x_train'"):
        pn.datasets.cifar100(tmp_path)


def test_only_the_official_pickle_passes_verification(tmp_path: Path) -> None:
    pickled(tmp_path, content())
    with pytest.raises(pn.DataError, match=r"not the official train file.*verify=False"):
        pn.datasets.cifar100(tmp_path)


class _Evil:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("should-not-exist"),))


def test_a_pickle_that_asks_to_run_code_is_refused(tmp_path: Path) -> None:
    pickled(tmp_path, {**content(), b"extra": _Evil()})
    with pytest.raises(pn.DataError, match="which data do not need"):
        pn.datasets.cifar100(tmp_path, verify=False)
    assert not Path("should-not-exist").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({b"data": np.zeros((3, 3071), np.uint8)}, "3 x 32 x 32"),
        ({b"data": np.zeros((3, 3072))}, "bytes"),
        ({b"fine_labels": [1, 2]}, "one whole number for each image"),
        ({b"fine_labels": [1, 2, 100]}, "fine labels beyond 0 to 99"),
        ({b"coarse_labels": [1, 2, 20]}, "coarse labels beyond 0 to 19"),
    ],
)
def test_damaged_content_is_refused(tmp_path: Path, change: dict[bytes, Any], message: str) -> None:
    pickled(tmp_path, {**content(), **change})
    with pytest.raises(pn.DataError, match=message):
        pn.datasets.cifar100(tmp_path, verify=False)


def test_what_is_no_pickle_and_what_is_absent_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POLYNET_DATA", raising=False)
    with pytest.raises(pn.DataError, match="no folder was given"):
        pn.datasets.cifar100()
    with pytest.raises(pn.DataError, match="nothing is downloaded"):
        pn.datasets.cifar100(tmp_path)
    (tmp_path / "train").write_bytes(b"not a pickle")
    with pytest.raises(pn.DataError, match="no sound pickle"):
        pn.datasets.cifar100(tmp_path, verify=False)
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(pn.DataError, match=r"no sound \.npz"):
        pn.datasets.cifar100(tmp_path / "broken.npz")
    with pytest.raises(pn.InputError, match="labels must be"):
        pn.datasets.cifar100(tmp_path, labels="medium")  # type: ignore[arg-type]


@pytest.mark.backend
def test_the_real_subset(cifar_root: Path) -> None:
    train, test = pn.datasets.cifar100(cifar_root), pn.datasets.cifar100(cifar_root, train=False)
    assert (len(train), len(test)) == (1_117, 916)
    assert set(test.class_labels().tolist()) <= set(range(100))
