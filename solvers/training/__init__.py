"""Training by exact polynomial steps: no learning rate anywhere.

A network, data and a method enter ``train``; a ``TrainingRecord`` leaves. ``coordinatewise`` moves
one weight at a time to the least point of its polynomial, ``linewise`` goes to the least point on
whole lines, ``planewise`` and ``subspacewise`` on planes and small subspaces, ``blockwise`` solves
the last layer by least squares and trains those below by either.
"""
