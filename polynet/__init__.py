"""Neural networks with polynomial activations, treated as the polynomials they are.

A network and data go in; out comes the loss as a collected polynomial in the weights, which
can be evaluated, restricted, expanded and inspected. Its critical points are the business of
``solvers``.

>>> import polynet as pn
>>> net = pn.Network([pn.Dense(2, 2, bias=False), pn.Square(), pn.Dense(2, 1, bias=False)])
>>> loss = pn.collect(net, pn.datasets.xor())
>>> loss.n_parameters, loss.degree
(6, 6)

Names are loaded when they are first used: ``__init__.pyi`` lists them.
"""

from __future__ import annotations

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
