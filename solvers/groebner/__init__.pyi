from .ideal import GroebnerBasis as GroebnerBasis
from .ideal import groebner_basis as groebner_basis
from .modular_count import ModularCount as ModularCount
from .modular_count import modular_count as modular_count
from .solver import Groebner as Groebner
