"""Where the files are looked for, and what the error says where they are not."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from polynet.datasets.mnist_files import (
    FASHION_MNIST,
    MNIST,
    ImageSet,
    check_content,
    find_files,
)
from polynet.errors import DataError


@pytest.fixture(autouse=True)
def no_data_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLYNET_DATA", raising=False)


def fill(folder: Path, suffix: str = ".gz") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for file in MNIST.train:
        (folder / f"{file.name}{suffix}").touch()
    return folder


@pytest.mark.backend
@pytest.mark.parametrize("image_set", [MNIST, FASHION_MNIST])
def test_the_sizes_and_md5s_are_those_of_the_real_files(
    image_set: ImageSet, image_root: Path
) -> None:
    for file in (*image_set.train, *image_set.test):
        packed = (image_root / image_set.folder / f"{file.name}.gz").read_bytes()
        plain = gzip.decompress(packed)
        assert (len(packed), hashlib.md5(packed).hexdigest()) == (file.gzip_size, file.gzip_md5)
        assert (len(plain), hashlib.md5(plain).hexdigest()) == (file.size, file.md5)


@pytest.mark.parametrize("suffix", [".gz", ""])
@pytest.mark.parametrize("subfolder", [".", "mnist"])
def test_files_are_found_in_the_folder_and_its_subfolder(
    tmp_path: Path, suffix: str, subfolder: str
) -> None:
    folder = fill(tmp_path / subfolder, suffix)
    names = [path.name for path in find_files(MNIST, MNIST.train, tmp_path)]
    assert names == [f"{file.name}{suffix}" for file in MNIST.train]
    assert find_files(MNIST, MNIST.train, str(tmp_path))[0].parent.samefile(folder)


def test_the_folder_itself_comes_before_its_subfolder(tmp_path: Path) -> None:
    fill(tmp_path / "mnist")
    fill(tmp_path)
    assert find_files(MNIST, MNIST.train, tmp_path)[0].parent == tmp_path


def test_the_environment_names_the_folder_unless_an_argument_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, passed = fill(tmp_path / "named"), fill(tmp_path / "passed")
    monkeypatch.setenv("POLYNET_DATA", str(named))
    assert find_files(MNIST, MNIST.train, None)[0].parent == named
    assert find_files(MNIST, MNIST.train, passed)[0].parent == passed


def test_absent_files_are_listed_with_sizes_and_md5s(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        find_files(MNIST, MNIST.train, tmp_path)
    message = str(refusal.value)
    assert f"not found together in {tmp_path} or {tmp_path / 'mnist'}" in message
    assert "Pass their folder as root or set POLYNET_DATA" in message
    for file in MNIST.train:
        gzipped = f"{file.name}.gz ({file.gzip_size:,} bytes, MD5 {file.gzip_md5})"
        unpacked = f"{file.name} ({file.size:,} bytes, MD5 {file.md5})"
        assert gzipped in message
        assert unpacked in message
    assert MNIST.test[0].name not in message


def test_one_file_of_two_is_not_enough(tmp_path: Path) -> None:
    (fill(tmp_path) / f"{MNIST.train[1].name}.gz").unlink()
    with pytest.raises(DataError, match="not found together in"):
        find_files(MNIST, MNIST.train, tmp_path)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the folder .*nowhere does not exist"):
        find_files(MNIST, MNIST.train, tmp_path / "nowhere")


@pytest.mark.parametrize("value", [None, ""])
def test_without_any_folder_the_error_says_so(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv("POLYNET_DATA", value)
    with pytest.raises(DataError, match="Fashion-MNIST files are missing: no folder was given"):
        find_files(FASHION_MNIST, FASHION_MNIST.test, None)


def test_content_of_another_file_is_recognised() -> None:
    path, images = Path("x"), MNIST.train[0]
    check_content(MNIST, images, path, images.md5)
    with pytest.raises(DataError, match="it is train-images-idx3-ubyte of Fashion-MNIST"):
        check_content(MNIST, images, path, FASHION_MNIST.train[0].md5)
    with pytest.raises(DataError, match=r"has MD5 0123, the official one 6bbc.*verify=False"):
        check_content(MNIST, images, path, "0123")
