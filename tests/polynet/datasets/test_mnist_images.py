"""MNIST and Fashion-MNIST from the real files, and files that do not fit."""

from __future__ import annotations

import gzip
import shutil
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from polynet.dataset import Dataset
from polynet.datasets import fashion_mnist, mnist
from polynet.datasets.mnist_files import MNIST
from polynet.errors import DataError, InputError

TEST_IMAGES, TEST_LABELS = (f"{file.name}.gz" for file in MNIST.test)


def write_idx(path: Path, array: np.ndarray) -> None:
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.astype(np.uint8).tobytes()))


def write_pair(folder: Path, images: np.ndarray, labels: list[int]) -> Path:
    write_idx(folder / TEST_IMAGES, images)
    write_idx(folder / TEST_LABELS, np.array(labels))
    return folder


# The real files


@pytest.mark.backend
@pytest.mark.parametrize(
    ("load", "first", "mean"),
    [(mnist, [5, 0, 4, 1, 9], 0.1306604762738429), (fashion_mnist, [9, 0, 0, 3, 0], 0.2860405969)],
)
def test_all_training_images_are_read(
    load: Callable[..., Dataset], first: list[int], mean: float, image_root: Path
) -> None:
    data = load(image_root)
    assert (data.inputs.shape, data.targets.shape) == ((60_000, 1, 28, 28), (60_000, 10))
    assert data.inputs.dtype == data.targets.dtype == np.float64
    assert (data.inputs.min(), data.inputs.max()) == (0.0, 1.0)
    assert data.inputs.mean() == pytest.approx(mean, abs=1e-9)
    assert data.class_labels()[:5].tolist() == first


@pytest.mark.backend
def test_the_test_set_is_read_by_its_flag(image_root: Path) -> None:
    data = mnist(image_root, train=False)
    assert (len(data), data.name) == (10_000, "mnist test")
    assert data.class_labels()[:5].tolist() == [7, 2, 1, 0, 4]
    assert data.source == f"MNIST test set, {image_root / 'mnist'}"


@pytest.mark.backend
def test_pixels_are_the_grey_values_over_255(image_root: Path) -> None:
    packed = (image_root / "mnist" / TEST_IMAGES).read_bytes()
    grey = np.frombuffer(gzip.decompress(packed), dtype=np.uint8, offset=16)
    pixels = mnist(image_root, train=False, limit=50).inputs
    assert np.array_equal(pixels.ravel() * 255, grey[: 50 * 784])


@pytest.mark.backend
def test_a_limit_keeps_the_first_images(image_root: Path) -> None:
    some = mnist(image_root, False, 30)
    assert some == mnist(image_root, train=False).take(30)
    assert len(mnist(image_root, train=False, limit=10**6)) == 10_000


@pytest.mark.backend
def test_signed_targets_are_minus_1_elsewhere(image_root: Path) -> None:
    one_hot = mnist(image_root, train=False, limit=30)
    signed = mnist(image_root, train=False, limit=30, targets="signed")
    assert np.array_equal(signed.targets, 2 * one_hot.targets - 1)
    assert np.array_equal(signed.class_labels(), one_hot.class_labels())


@pytest.mark.backend
def test_plain_files_give_the_same_data(image_root: Path, tmp_path: Path) -> None:
    for name in (TEST_IMAGES, TEST_LABELS):
        packed = (image_root / "mnist" / name).read_bytes()
        (tmp_path / name.removesuffix(".gz")).write_bytes(gzip.decompress(packed))
    assert mnist(tmp_path, train=False) == mnist(image_root, train=False)


@pytest.mark.backend
def test_loading_sixty_thousand_images_allocates_half_a_gibibyte_at_most(image_root: Path) -> None:
    tracemalloc.start()
    try:
        mnist(image_root)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 0.5 * 2**30


# Real files that are damaged or in the wrong place


@pytest.fixture
def copied(image_root: Path, tmp_path: Path) -> Path:
    """A folder with copies of the two MNIST test files."""
    for name in (TEST_IMAGES, TEST_LABELS):
        shutil.copyfile(image_root / "mnist" / name, tmp_path / name)
    return tmp_path


@pytest.mark.backend
def test_a_truncated_download_is_refused_whatever_the_limit(copied: Path) -> None:
    path = copied / TEST_IMAGES
    path.write_bytes(path.read_bytes()[:1_000_000])
    with pytest.raises(DataError, match=f"{TEST_IMAGES} is truncated: its gzip stream breaks off"):
        mnist(copied, train=False, limit=10)


@pytest.mark.backend
def test_clothes_in_place_of_digits_are_recognised(copied: Path, image_root: Path) -> None:
    shutil.copyfile(image_root / "fashion" / TEST_IMAGES, copied / TEST_IMAGES)
    with pytest.raises(DataError, match="it is t10k-images-idx3-ubyte of Fashion-MNIST"):
        mnist(copied, train=False)
    assert len(mnist(copied, train=False, verify=False)) == 10_000


@pytest.mark.backend
def test_one_changed_pixel_is_noticed(copied: Path) -> None:
    content = bytearray(gzip.decompress((copied / TEST_IMAGES).read_bytes()))
    content[5000] ^= 1
    (copied / TEST_IMAGES).write_bytes(gzip.compress(content, compresslevel=1))
    with pytest.raises(DataError, match=f"MD5 .*, the official one {MNIST.test[0].md5}"):
        mnist(copied, train=False)


@pytest.mark.backend
def test_images_and_labels_in_each_others_place_are_refused(copied: Path) -> None:
    shutil.copyfile(copied / TEST_LABELS, copied / TEST_IMAGES)
    with pytest.raises(DataError, match=r"with 3 axes \(images\): it holds an array with 1 axes"):
        mnist(copied, train=False)


# Small files in the same format


def test_other_data_in_the_same_format_are_read_without_verifying(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, size=(3, 28, 28))
    write_pair(tmp_path, images, [9, 0, 4])
    with pytest.raises(DataError, match="is not t10k-images-idx3-ubyte of MNIST"):
        mnist(tmp_path, train=False)
    data = mnist(tmp_path, train=False, verify=False)
    assert np.array_equal(data.inputs[:, 0], images / 255.0)
    assert data.class_labels().tolist() == [9, 0, 4]
    assert "not verified" in data.source


@pytest.mark.parametrize(
    ("shape", "labels", "message"),
    [
        ((3, 28, 28), [1, 2], "holds 3 images but .* 2 labels: they do not belong together"),
        ((2, 28, 28), [1, 10], "holds the label 10 at position 1; labels must be 0 to 9"),
        ((2, 32, 28), [1, 2], "holds images of 32 x 28 pixels, not 28 x 28"),
        ((0, 28, 28), [], "holds no images"),
    ],
)
def test_files_that_do_not_fit_are_refused(
    tmp_path: Path, shape: tuple[int, ...], labels: list[int], message: str
) -> None:
    write_pair(tmp_path, np.zeros(shape), labels)
    with pytest.raises(DataError, match=message):
        mnist(tmp_path, train=False)


@pytest.mark.parametrize("limit", [0, -5, 1.5, "all"])
def test_a_limit_below_one_is_refused_before_any_file_is_read(limit: int) -> None:
    with pytest.raises(InputError, match="limit must be a whole number at least 1, not"):
        mnist("nowhere", limit=limit)


def test_an_unknown_coding_is_refused_before_any_file_is_read() -> None:
    with pytest.raises(InputError, match='must be "one-hot" or "signed", not'):
        fashion_mnist("nowhere", targets="labels")
