"""Inputs and targets, exact or float, with where they came from.

Arrays or nested sequences enter; a validated, read-only ``Dataset`` leaves. The next stage is
``collect``, which turns a network and a dataset into a loss polynomial. Ready-made examples
are in ``polynet.datasets``.

Exactness is decided by the numbers themselves. Integers and fractions on both sides make an
exact dataset, one float anywhere makes a float dataset. Nothing in between exists.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.errors import DataError, InputError, ShapeError
from polynet.rational import all_exact, float_array, is_exact, object_array, to_fraction

if TYPE_CHECKING:
    from polynet.rationalisation import Rationalisation

__all__ = ["Dataset"]

_INT64 = np.iinfo(np.int64)
_KINDS_REFUSED = {
    "c": "complex numbers: pass real and imaginary parts as two columns",
    "U": "text: convert it to numbers first",
    "S": "bytes: convert them to numbers first",
    "M": "dates: convert them to numbers first",
    "m": "time differences: convert them to numbers first",
    "V": "records: pass plain columns of numbers",
}


@dataclass(frozen=True, slots=True, init=False, repr=False, eq=False)
class Dataset:
    """Examples of one regression or classification task, validated once and never changed.

    Numbers are exact (Python and numpy integers, booleans, ``Fraction``, rationals of flint,
    sympy and symengine) or floats. Where all are exact, ``exact`` is true, and an array holds
    int64 if every value in it is an integer of 64 bits, else ``Fraction`` objects. Otherwise
    both arrays are float64. Arrays are C-contiguous and read-only; a writable array is copied,
    a read-only one is kept as it is, without using memory twice.

    Raises ``ShapeError`` for ragged or unequal lengths, for examples without a number, and for
    targets of more than two axes; ``DataError`` for no examples at all, for NaN or infinity,
    and for anything that is not a real number.

    Parameters
    ----------
    inputs
        Shape ``(n, *input_shape)``; a sequence of ``n`` plain numbers becomes ``(n, 1)``.
    targets
        Shape ``(n, n_targets)``; a sequence of ``n`` plain numbers becomes ``(n, 1)``.
    name
        A short name that printed results use.
    source
        Where the numbers came from, in one line.
    true_weights
        Weights, shape ``(n_parameters,)``, of a network that gives these targets, where such
        weights are known (``datasets.teacher`` knows them).

    Examples
    --------
    >>> data = Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], name="xor")
    >>> data
    Dataset 'xor': 4 examples, inputs (2,), 1 target, exact
    >>> data.targets.shape
    (4, 1)
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    name: str
    source: str
    true_weights: NDArray[Any] | None

    def __init__(
        self,
        inputs: ArrayLike | Sequence[Any],
        targets: ArrayLike | Sequence[Any],
        name: str = "",
        source: str = "",
        *,
        true_weights: ArrayLike | Sequence[Any] | None = None,
    ) -> None:
        x, y = _numbers(inputs, "inputs"), _numbers(targets, "targets")
        x, y = (part[:, np.newaxis] if part.ndim == 1 else part for part in (x, y))
        _check_shapes(x, y)
        if x.dtype == np.float64 or y.dtype == np.float64:
            x, y = float_array(x), float_array(y)
        set_field = object.__setattr__
        set_field(self, "inputs", _read_only(x))
        set_field(self, "targets", _read_only(y))
        set_field(self, "name", name)
        set_field(self, "source", source)
        if true_weights is not None:
            true_weights = _read_only(_numbers(true_weights, "true_weights"))
        set_field(self, "true_weights", true_weights)

    @property
    def exact(self) -> bool:
        """Whether every number is an exact rational."""
        return self.inputs.dtype != np.float64

    @property
    def n_examples(self) -> int:
        """How many examples there are; the same as ``len``."""
        return int(self.inputs.shape[0])

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one input, without the axis of examples."""
        return tuple(self.inputs.shape[1:])

    @property
    def n_targets(self) -> int:
        """How many target numbers each example has."""
        return int(self.targets.shape[1])

    def __len__(self) -> int:
        return self.n_examples

    def __iter__(self) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        return zip(self.inputs, self.targets, strict=True)

    @overload
    def __getitem__(self, key: int) -> tuple[NDArray[Any], NDArray[Any]]: ...
    @overload
    def __getitem__(self, key: slice | NDArray[Any] | Sequence[int]) -> Dataset: ...
    def __getitem__(
        self, key: int | slice | NDArray[Any] | Sequence[int]
    ) -> Dataset | tuple[NDArray[Any], NDArray[Any]]:
        """One example ``(x, y)`` for an integer; a dataset for a slice, indices or a mask."""
        if isinstance(key, (int, np.integer)):
            return self.inputs[key], self.targets[key]
        rows: Any = key
        return self._with(self.inputs[rows], self.targets[rows], self.source)

    def take(self, n: int) -> Dataset:
        """The first ``n`` examples, sharing memory with this dataset.

        Raises ``InputError`` unless ``1 <= n <= n_examples``.

        >>> len(Dataset([1, 2, 3], [1, 4, 9]).take(2))
        2
        """
        return self[: checked_count(n, "take: number of examples", most=self.n_examples)]

    def split(self, n_train: int, *, seed: int = 0) -> tuple[Dataset, Dataset]:
        """``n_train`` examples drawn without replacement, and the rest, as two datasets.

        The same seed gives the same split. Both parts are copies, in shuffled order, and their
        ``source`` records the draw. Raises ``InputError`` unless ``1 <= n_train < n_examples``.

        >>> train, test = Dataset([1, 2, 3], [1, 4, 9]).split(2, seed=0)
        >>> len(train), len(test)
        (2, 1)
        """
        total = self.n_examples
        n_train = checked_count(n_train, "split: n_train", most=total - 1)
        order = np.random.default_rng(seed).permutation(total)
        parts = []
        for rows, which in ((order[:n_train], "the draw"), (order[n_train:], "the rest")):
            draw = f"{which} of {n_train} from {total} with seed {seed}"
            source = f"{self.source}; {draw}" if self.source else draw
            parts.append(self._with(self.inputs[rows], self.targets[rows], source))
        return parts[0], parts[1]

    def rationalised(self, tolerance: Any) -> tuple[Dataset, Rationalisation]:
        """The examples with the simplest fractions near their numbers, and what was changed.

        The result is exact; each number moves by ``tolerance`` at most. Raises ``InputError`` for
        a tolerance that is not between 0 and 1/2.
        """
        from polynet.rationalisation import rationalised

        values = [*self.inputs.ravel().tolist(), *self.targets.ravel().tolist()]
        simple, report = rationalised(values, tolerance)
        count = self.inputs.size
        x = object_array(simple[:count], self.inputs.shape)
        y = object_array(simple[count:], self.targets.shape)
        return Dataset(x, y, self.name, f"{self.source}; {report}".removeprefix("; ")), report

    def to_float(self) -> Dataset:
        """The same examples with every number rounded to the nearest float64.

        A float dataset returns itself. Raises ``DataError`` where a number is beyond the
        range of floats.
        """
        if not self.exact:
            return self
        weights = None if self.true_weights is None else float_array(self.true_weights)
        x, y = float_array(self.inputs), float_array(self.targets)
        return Dataset(x, y, self.name, self.source, true_weights=weights)

    def flatten(self) -> Dataset:
        """The same examples with each input as one row, shape ``(n, size)``, C order."""
        return self._with(self.inputs.reshape(self.n_examples, -1), self.targets, self.source)

    def class_labels(self) -> NDArray[np.int64]:
        """The class of each example, shape ``(n,)``, read from one-hot or ±1 targets.

        With several targets it is the position of the single 1 among 0s or -1s; with one
        target it is 1 where the target is 1, and 0 where it is 0 or -1. Raises ``InputError``
        where the targets are neither, for instance those of a regression.

        >>> Dataset([5, 6, 7], [[0, 1], [1, 0], [0, 1]]).class_labels()
        array([1, 0, 1])
        """
        hot = np.asarray(self.targets == 1)
        cold_ones = np.asarray(self.targets[~hot])
        marked_once = self.n_targets == 1 or bool((hot.sum(axis=1) == 1).all())
        if not (marked_once and (bool((cold_ones == 0).all()) or bool((cold_ones == -1).all()))):
            raise InputError(
                "class_labels needs one-hot (0 and 1) or signed (-1 and 1) targets with a single 1 "
                f"in each example; the targets of {self} are neither"
            )
        labels = hot[:, 0] if self.n_targets == 1 else hot.argmax(axis=1)
        return labels.astype(np.int64)

    def __eq__(self, other: object) -> bool:
        """Equal examples in equal order, both exact or both float; names do not matter."""
        if not isinstance(other, Dataset):
            return NotImplemented
        return (
            self.exact == other.exact
            and np.array_equal(self.inputs, other.inputs)
            and np.array_equal(self.targets, other.targets)
        )

    def __repr__(self) -> str:
        title = f"Dataset {self.name!r}" if self.name else "Dataset"
        parts = [
            f"{title}: {_counted(self.n_examples, 'example')}",
            f"inputs {self.input_shape}",
            _counted(self.n_targets, "target"),
            "exact" if self.exact else "float",
        ]
        return ", ".join(parts) + (f"; source: {self.source}" if self.source else "")

    def __reduce__(self) -> tuple[Any, ...]:
        # Early releases of Python 3.11 overwrite __setstate__ of frozen classes with slots.
        return _restored, tuple(getattr(self, field.name) for field in fields(self))

    def _with(self, inputs: NDArray[Any], targets: NDArray[Any], source: str) -> Dataset:
        for part in (inputs, targets):
            part.setflags(write=False)
        return Dataset(inputs, targets, self.name, source, true_weights=self.true_weights)


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def checked_count(n: object, label: str, *, most: int | None = None) -> int:
    """``n`` as an int from 1 to ``most`` (None: without limit), or ``InputError``.

    >>> checked_count(3, "limit")
    3
    """
    try:
        count = operator.index(n)  # type: ignore[arg-type]
    except TypeError:
        count = 0
    if count < 1 or (most is not None and count > most):
        allowed = "at least 1" if most is None else f"from 1 to {most:,}"
        if most is not None and most < 1:
            allowed = "at least 1, and there are too few examples for that"
        raise InputError(f"{label} must be a whole number {allowed}, not {n!r}")
    return count


def _check_shapes(inputs: NDArray[Any], targets: NDArray[Any]) -> None:
    """Refuse arrays that are not ``(n, ...)`` and ``(n, k)`` with ``n, k >= 1``."""
    for part, label in ((inputs, "inputs"), (targets, "targets")):
        if part.ndim == 0:
            raise ShapeError(f"{label} is one number, not a sequence with one entry per example")
        if part.shape[0] == 0:
            raise DataError(f"{label} has no examples, shape {part.shape}: at least one is needed")
        if part.size == 0:
            raise ShapeError(f"{label} of shape {part.shape} has no number for an example")
    if inputs.shape[0] != targets.shape[0]:
        raise ShapeError(
            f"{inputs.shape[0]} inputs but {targets.shape[0]} targets: each example needs both "
            f"(inputs {inputs.shape}, targets {targets.shape})"
        )
    if targets.ndim > 2:
        raise ShapeError(
            f"targets have shape {targets.shape}, but at most two axes (n, k) are allowed: "
            "reshape them to one row per example"
        )


def _numbers(values: Any, label: str) -> NDArray[Any]:
    """``values`` as an array of int64, of ``Fraction`` or of finite float64."""
    if np.ma.is_masked(values):
        raise DataError(f"{label} has masked (missing) entries: drop or fill them first")
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        if "inhomogeneous" in str(error):
            raise ShapeError(
                f"{label} is ragged: all rows must have the same length and nesting"
            ) from None
        raise DataError(f"{label} does not convert to an array of numbers: {error}") from None
    if array.dtype.kind in _KINDS_REFUSED:
        raise DataError(f"{label} holds {_KINDS_REFUSED[array.dtype.kind]}")
    if array.dtype.kind == "f":
        # numpy turns a list of ints on both sides of the 64-bit range into floats.
        if hasattr(values, "dtype") or not array.size or np.abs(array).max() < 2.0**63:
            return _finite(array.astype(np.float64, copy=False), label)
        array = np.array(values, dtype=object)
    if array.dtype.kind == "b" or np.can_cast(array.dtype, np.int64):
        return array.astype(np.int64, copy=False)
    return _from_objects(array.astype(object, copy=False), label)


def _from_objects(array: NDArray[np.object_], label: str) -> NDArray[Any]:
    """An array of Python objects as int64, ``Fraction`` or float64, whichever holds them."""
    entries = array.ravel().tolist()
    for position, entry in enumerate(entries):
        if not (is_exact(entry) or isinstance(entry, numbers.Real)):
            where = tuple(int(i) for i in np.unravel_index(position, array.shape))
            raise DataError(
                f"{label}{list(where)} is {entry!r} of type {type(entry).__name__}, not a real "
                "number: use int, Fraction or float, in rows of equal length"
            )
    if not all_exact(entries):
        return _finite(float_array(array), label)
    exact = [to_fraction(entry) for entry in entries]
    if all(f.denominator == 1 and _INT64.min <= f.numerator <= _INT64.max for f in exact):
        return np.array([f.numerator for f in exact], dtype=np.int64).reshape(array.shape)
    fractions = np.empty(len(exact), dtype=object)
    fractions[:] = exact
    return fractions.reshape(array.shape)


def _finite(array: NDArray[np.float64], label: str) -> NDArray[np.float64]:
    # Least and greatest entry carry NaN along and, unlike isfinite, need no second array.
    if array.size and not (math.isfinite(array.min()) and math.isfinite(array.max())):
        where = np.unravel_index(int(np.argmin(np.isfinite(array))), array.shape)
        raise DataError(
            f"{label}{[int(i) for i in where]} is {array[where]}: every number must be finite, "
            "so drop or repair such examples first"
        )
    return array


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """``array`` itself where nobody can write to its memory any more, else a frozen copy."""
    owner: Any = array
    while isinstance(owner, np.ndarray) and not owner.flags.writeable:
        owner = owner.base
    if owner is None and array.flags.c_contiguous:
        return array
    frozen = np.array(array, order="C", copy=True)
    frozen.setflags(write=False)
    return frozen


def _restored(*values: Any) -> Dataset:
    """The data set with these fields; numpy forgets the read-only flag of copies."""
    made = object.__new__(Dataset)
    for field, value in zip(fields(Dataset), values, strict=True):
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
        object.__setattr__(made, field.name, value)
    return made
