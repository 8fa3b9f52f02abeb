"""Proofs by ball arithmetic that approximate solutions are solutions.

The way through: a ``BallMap`` evaluates equations and Jacobian on balls; ``newton`` refines a
candidate; ``krawczyk`` proves that a box holds exactly one solution; ``isolation`` raises the
precision until that succeeds and the solution is known to be real or not; ``separation`` proves
solutions equal or distinct; ``certificate`` is the result. ``solvers.certify`` runs the stages.
"""
