"""Families of solutions and conjugate solutions as records of JSON types, and back.

Polynomials are the text that ``PolynomialSystem.from_strings`` reads, univariate ones lists of
rational coefficients as text, constant term first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq_poly

from polynet.polynomial_system import PolynomialSystem
from polynet.rational import to_fmpq
from solvers.family import SolutionFamily
from solvers.number_text import fraction_of
from solvers.record_format import Record
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["family_in", "family_out", "representation_in", "representation_out"]


def family_out(family: SolutionFamily) -> Record:
    """Dimensions, degree, equations and samples of ``family``."""
    return {
        "dimension": family.dimension,
        "degree": family.degree,
        "irreducible": family.irreducible,
        "real_dimension": family.real_dimension,
        "has_real_points": family.has_real_points,
        "sampled_everywhere": family.sampled_everywhere,
        "variables": list(family.names),
        "generators": [generator.to_string() for generator in family.generators],
        "samples": [representation_out(sample) for sample in family.samples],
    }


def family_in(record: Mapping[str, Any]) -> SolutionFamily:
    """The family from what ``family_out`` made."""
    names, texts = tuple(record["variables"]), record["generators"]
    return SolutionFamily(
        names=names,
        generators=PolynomialSystem.from_strings(texts, names).polynomials if texts else (),
        dimension=record["dimension"],
        degree=record["degree"],
        irreducible=record["irreducible"],
        samples=tuple(representation_in(sample) for sample in record["samples"]),
        real_dimension=record["real_dimension"],
        sampled_everywhere=record.get("sampled_everywhere", False),
    )


def representation_out(points: UnivariateRepresentation) -> Record:
    """The coefficients of the minimal polynomial and of the numerators."""
    return {
        "minimal_polynomial": _coefficients(points.minimal_polynomial),
        "numerators": [_coefficients(numerator) for numerator in points.numerators],
    }


def representation_in(record: Mapping[str, Any]) -> UnivariateRepresentation:
    """The conjugate solutions from what ``representation_out`` made."""
    return UnivariateRepresentation(
        _polynomial(record["minimal_polynomial"]),
        tuple(_polynomial(numerator) for numerator in record["numerators"]),
    )


def _coefficients(polynomial: fmpq_poly) -> list[str]:
    return [str(coefficient) for coefficient in polynomial.coeffs()]


def _polynomial(coefficients: Sequence[str]) -> fmpq_poly:
    return fmpq_poly([to_fmpq(fraction_of(c)) for c in coefficients])
