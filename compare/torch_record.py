"""A trained network as a torch module, and as a file that torch opens without this package.

What enters is a :class:`solvers.TrainingRecord` or the file that it was saved in; what leaves is a
``torch.nn.Module`` with its weights, or a program of ``torch.export`` for any number of examples.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import torch
from torch import nn

from compare.torch_network import to_torch
from polynet.atomic_file import replaced
from polynet.errors import InputError
from polynet.network import Network
from polynet.network_text import parse_network
from solvers.training.record import TrainingRecord

__all__ = ["save_torch", "torch_module"]


def torch_module(
    record: TrainingRecord | str | PathLike[str],
    network: Network | None = None,
    dtype: torch.dtype = torch.float64,
) -> nn.Sequential:
    """The network of ``record`` with its trained weights, as ``to_torch`` makes it.

    ``record`` is a record or the path of its JSON. ``network`` is needed only where the network
    has no form in text (strides, padding, residual sums). Raises ``InputError`` where it is
    missing, and what ``to_torch`` raises.

    >>> import polynet as pn, solvers
    >>> net = pn.Network([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1)])
    >>> record = solvers.train(net, pn.datasets.xor(), solvers.Coordinatewise(), passes=30)
    >>> module = torch_module(record)
    >>> inputs = torch.tensor([[0.0, 0.0], [1.0, 0.0]], dtype=torch.float64)
    >>> [abs(round(value, 2)) for value in module(inputs).flatten().tolist()]
    [0.0, 1.0]
    """
    if not isinstance(record, TrainingRecord):
        record = TrainingRecord.from_json(Path(record))
    return to_torch(network or _network_of(record), record.weights, dtype)


def save_torch(
    record: TrainingRecord | str | PathLike[str],
    path: str | PathLike[str],
    network: Network | None = None,
    dtype: torch.dtype | str = "float32",
) -> None:
    """Write the trained network to ``path``, for ``torch.export.load(path).module()``.

    The file holds the computation and the weights: opening it takes torch and nothing else. It
    reads examples of the shape that the network was trained on, any number of them, in ``dtype``
    (a torch type or its name). Arguments and errors as of ``torch_module``; ``OSError`` where the
    file cannot be written.
    """
    if not isinstance(record, TrainingRecord):
        record = TrainingRecord.from_json(Path(record))
    dtype = getattr(torch, dtype) if isinstance(dtype, str) else dtype
    module = torch_module(record, network, dtype).eval()
    example = torch.zeros((2, *record.input_shape), dtype=dtype)
    free = ({0: torch.export.Dim("n_examples")},)
    program = torch.export.export(module, (example,), dynamic_shapes=free)
    with replaced(Path(path)) as file:
        torch.export.save(program, file)


def _network_of(record: TrainingRecord) -> Network:
    try:
        return parse_network(record.network)
    except InputError as error:
        raise InputError(
            f"the record names its network {record.network!r}, which cannot be read back "
            f"({error}); give the network itself, as network="
        ) from None
