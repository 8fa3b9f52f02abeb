"""The systems of the catalogue and their counts.

Single systems are texts in ``systems/``, with title and source in their heads. Definitions are
those of the collections of Verschelde (PHCpack, ACM TOMS 25, 1999, algorithm 795), of the PoSSo and
FRISCO projects, of Dayton and Zeng (ISSAC 2005) and of Breiding and Timme
(PolynomialTestSystems.jl); decimals are taken for the rationals they are.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from polynet import PolynomialSystem
from tests.catalogue.catalogue_system import CatalogueSystem
from tests.catalogue.families import (
    chandra,
    cyclic,
    eco,
    gauss_legendre,
    katsura,
    kss,
    noon,
    redeco,
    reimer,
    wilkinson,
)
from tests.catalogue.network_systems import linear_network, product_loss, xor_network

__all__ = ["FAMILIES", "LITERATURE", "NETWORKS", "TEXTS"]

TEXTS = Path(__file__).parent / "systems"
_EXACT = ("msolve", "Singular")


def _text(name: str, n_finite: int, n_real: int, **more: Any) -> CatalogueSystem:
    """An entry with its equations, title and citation in ``systems/NAME.txt``."""
    path = TEXTS / f"{name}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    title, *citation = [line.removeprefix("# ") for line in lines if line.startswith("#")]
    return CatalogueSystem(
        name,
        partial(PolynomialSystem.from_file, path),
        n_finite,
        n_real,
        title=title,
        citation=" ".join(citation),
        **more,
    )


LITERATURE: tuple[CatalogueSystem, ...] = (
    _text("assur44", 56, 10),
    _text("bacillus", 44, 12, traits=("scaling",)),
    _text("boon", 8, 8),
    _text("butcher", 5, 3, families=((3, 1),) * 3 + ((2, 1),) * 2),
    _text("butcher8", 5, 3, families=((3, 1),) * 3 + ((2, 1),) * 2),
    _text("camera1s", 20, 16),
    _text("caprasse", 32, 18, multiple=((4, 8),)),
    _text("cassou", 16, 4, traits=("close",)),
    _text("cbms1", 17, 5, multiple=((11, 1),)),
    _text("cbms2", 7, 1, multiple=((8, 1),)),
    _text("chemequ", 16, 4, traits=("scaling",)),
    _text("chemequs", 16, 4),
    _text("chemkin", 40, 4),
    _text("comb3000", 16, 4, traits=("scaling", "close")),
    _text("comb3000s", 16, 4),
    _text("conform1", 16, 0),
    _text(
        "cpdm5",
        163,
        43,
        multiple=((11, 5),),
        note="Gatermann's list has the 157 regular solutions of 158, and none of the singular.",
    ),
    _text("d1", 48, 16),
    _text("decker2", 4, 2, multiple=((4, 1),)),
    _text("des18_3", 46, 6),
    _text("des22_24", 42, 10, traits=("scaling",)),
    _text("dz1", 126, 2, multiple=((131, 1),)),
    _text("dz2", 2, 2, multiple=((16, 2),)),
    _text("filter9", 192, 128, traits=("heavy",)),
    _text("game4two", 9, 3, note="Derangements of 4."),
    _text("game5two", 44, 10, note="Derangements of 5."),
    _text("game6two", 265, 35, traits=("heavy",), note="Derangements of 6."),
    _text("geneig", 10, 10),
    _text("griewank_osborne", 1, 1, multiple=((3, 1),)),
    _text("heart", 4, 2),
    _text("i1", 66, 16, traits=("scaling", "far", "heavy")),
    _text("intro", 18, 4),
    _text(
        "ipp",
        64,
        10,
        traits=("scaling", "far"),
        note="The exact data have 48 solutions and a curve; 16 far ones stand for it at these.",
    ),
    _text("kinema", 40, 8),
    _text("kotsireas", 84, 10),
    _text("ku10", 2, 2),
    _text("lorentz", 11, 3),
    _text("mickey", 4, 2),
    _text("mth191", 18, 12, multiple=((4, 3),)),
    _text("ojika1", 2, 2, multiple=((3, 1),)),
    _text("ojika2", 5, 5, multiple=((2, 3),)),
    _text("ojika3", 2, 2, multiple=((2, 1), (4, 1))),
    _text("pb601es", 18, 6, traits=("scaling",)),
    _text("puma", 16, 16),
    _text("quadfor2", 2, 2),
    _text("quadgrid", 5, 1),
    _text("rabmo", 16, 8, traits=("heavy",)),
    _text("rbpl", 40, 4),
    _text("rbpl24", 40, 24, traits=("scaling",)),
    _text("redcyc5", 16, 12, multiple=((2, 2),), note="The two double ones have zero coordinates."),
    _text("rediff3", 8, 2),
    _text("robspat", 40, 0),
    _text("rose", 132, 18, multiple=((2, 4),)),
    _text("s9_1", 10, 4),
    _text("sendra", 46, 6),
    _text("solotarev", 4, 4, multiple=((2, 2),)),
    _text("sparse5", 160, 0, traits=("heavy",)),
    _text("stewgou40", 40, 40),
    _text("tangents0", 24, 8),
    _text("tangents2", 24, 24),
    _text("trinks", 10, 2),
    _text("utbikker", 36, 10),
    _text("virasoro", 256, 224),
    _text("wood", 9, 3),
    _text("wright", 32, 32),
    _text("y_x_minus_y", 3, 3, multiple=((2, 1),)),
)

_BJORCK = "G. Björck, R. Fröberg, J. Symbolic Comput. 12 (1991) 329-336."
_KATSURA = (
    "S. Katsura, W. Fukuda, S. Inawashiro, N. M. Fujiki, R. Gebauer, Cell Biophys. 11 (1987) "
    "309-319; PoSSo test suite."
)
_NOONBURG = (
    "V. W. Noonburg, SIAM J. Appl. Math. 49 (1989) 1779-1792; K. Gatermann, ISSAC 1990, 112-119."
)
_MORGAN = (
    "A. P. Morgan, Solving Polynomial Systems Using Continuation, Prentice-Hall, 1987, p. 148."
)
_KELLEY = "C. T. Kelley, J. Math. Phys. 21 (1980) 1625-1628; L. Gonzalez-Vega, 1995."
_KSS = (
    "H. Kobayashi, H. Suzuki, Y. Sakai, Math. Comp. 67 (1998) 257-270; B. H. Dayton, Z. Zeng, "
    "ISSAC 2005, 116-123."
)
_GAUSS = "J. Verschelde, K. Gatermann, Adv. Appl. Math. 16 (1995) 95-127, with moments of [-1, 1]."
_WILKINSON = "J. H. Wilkinson, Rounding Errors in Algebraic Processes, 1963."


def _member(
    generator: Any, n: int, n_finite: int, n_real: int, citation: str, **more: Any
) -> CatalogueSystem:
    """An entry of a family in ``families``; its title is the first line of the docstring."""
    title = (generator.__doc__ or "").splitlines()[0]
    name = f"{generator.__name__}{n}"
    built = partial(generator, n)
    return CatalogueSystem(name, built, n_finite, n_real, title=title, citation=citation, **more)


FAMILIES: tuple[CatalogueSystem, ...] = (
    _member(chandra, 4, 8, 8, _KELLEY),
    _member(chandra, 5, 16, 16, _KELLEY),
    _member(chandra, 6, 32, 32, _KELLEY),
    _member(cyclic, 5, 70, 10, _BJORCK),
    _member(cyclic, 6, 156, 24, _BJORCK),
    _member(cyclic, 7, 924, 56, _BJORCK),
    _member(eco, 5, 8, 4, _MORGAN),
    _member(eco, 6, 16, 4, _MORGAN),
    _member(eco, 7, 32, 8, _MORGAN),
    _member(eco, 8, 64, 8, _MORGAN),
    _member(gauss_legendre, 3, 6, 6, _GAUSS),
    _member(gauss_legendre, 4, 24, 24, _GAUSS, traits=("heavy",)),
    _member(katsura, 4, 16, 12, _KATSURA),
    _member(katsura, 5, 32, 16, _KATSURA),
    _member(katsura, 6, 64, 32, _KATSURA),
    _member(katsura, 7, 128, 44, _KATSURA),
    _member(katsura, 8, 256, 84, _KATSURA),
    _member(katsura, 9, 512, 120, _KATSURA, traits=("heavy",)),
    _member(katsura, 10, 1024, 216, _KATSURA, traits=("heavy",)),
    _member(kss, 5, 17, 17, _KSS, multiple=((16, 1),)),
    _member(noon, 3, 21, 7, _NOONBURG),
    _member(noon, 4, 73, 15, _NOONBURG),
    _member(noon, 5, 233, 11, _NOONBURG),
    _member(redeco, 5, 8, 4, _MORGAN),
    _member(redeco, 6, 16, 4, _MORGAN),
    _member(redeco, 7, 32, 8, _MORGAN),
    _member(redeco, 8, 64, 8, _MORGAN),
    _member(reimer, 4, 36, 8, "PoSSo test suite."),
    _member(reimer, 5, 144, 24, "PoSSo test suite."),
    _member(wilkinson, 12, 12, 12, _WILKINSON, traits=("scaling",)),
)

_MEHTA = (
    "D. Mehta, T. Chen, T. Tang, J. D. Hauenstein, arXiv:1810.07716; A. Bharadwaj, S. Hoşten, "
    "arXiv:2301.12651."
)


def _linear(
    widths: tuple[int, ...], n_finite: int, n_real: int, n_examples: int = 1, **more: Any
) -> CatalogueSystem:
    name = "linear_" + "_".join(map(str, widths)) + (f"_m{n_examples}" if n_examples > 1 else "")
    return CatalogueSystem(
        name,
        partial(linear_network, widths, n_examples),
        n_finite,
        n_real,
        title=f"Linear network {'-'.join(map(str, widths))}, {n_examples} example(s), generic l2.",
        citation=_MEHTA,
        **more,
    )


def _xor(name: str, n_finite: int, n_real: int, build: Any, **more: Any) -> CatalogueSystem:
    """An entry of a network on XOR: a hidden layer of linear or square units."""
    citation = "Own; the complex counts are those of every generic l2."
    title = "One hidden layer on XOR, with penalties."
    return CatalogueSystem(name, build, n_finite, n_real, title=title, citation=citation, **more)


def _product(penalties: tuple[str, ...], n_finite: int, n_real: int) -> CatalogueSystem:
    """An entry of a product of weights that is to be 2."""
    build = partial(product_loss, penalties)
    name, title = f"product_{len(penalties)}", "A deep line on one example, with penalties."
    citation = "Own; the smallest deep linear networks, as in arXiv:1810.07716."
    return CatalogueSystem(name, build, n_finite, n_real, title=title, citation=citation)


NETWORKS: tuple[CatalogueSystem, ...] = (
    _product(("0.1", "0.15"), 5, 3),
    _product(("0.1", "0.15", "0.25"), 17, 9),
    _linear((1, 1, 1), 5, 3),
    _linear((2, 1, 2), 9, 3),
    _linear((2, 1, 2), 17, 3, n_examples=2),
    _linear((3, 1, 3), 13, 3),
    _linear((1, 2, 1), 9, 5),
    _linear((2, 2, 2), 33, 5),
    _linear((2, 2, 3), 73, 5, traits=("heavy",)),
    _linear((3, 2, 3), 73, 5, traits=("heavy",)),
    _linear((2, 3, 2), 73, 7, traits=("heavy",)),
    _linear((1, 1, 1, 1), 17, 9),
    _linear((2, 1, 1, 2), 33, 9),
    _linear((1, 2, 2, 1), 129, 1, traits=("heavy",)),
    _linear((1, 1, 1, 1, 1), 49, 1),
    _xor("xor_linear_1", 9, 3, partial(xor_network, 1, square=False)),
    _xor("xor_linear_2", 33, 5, partial(xor_network, 2, square=False)),
    _xor("xor_square_1", 21, 9, partial(xor_network, 1, square=True)),
    _xor("xor_square_2", 385, 49, partial(xor_network, 2, square=True), traits=("heavy",)),
    _xor(
        "xor_square_2_one_l2",
        257,
        49,
        partial(xor_network, 2, square=True, penalties=(Fraction(1, 100),) * 6),
        multiple=((3, 16),),
        traits=("heavy",),
        note="Eight of the triple ones are real.",
    ),
)
