from .basis import groebner_basis as groebner_basis
from .solver import Groebner as Groebner
