from . import datasets as datasets
from . import errors as errors
from . import layers as layers
from .builder import Builder as Builder
from .collect import collect as collect
from .dataset import Dataset as Dataset
from .errors import BudgetError as BudgetError
from .errors import DataError as DataError
from .errors import InputError as InputError
from .errors import ParseError as ParseError
from .errors import PolynetError as PolynetError
from .errors import ShapeError as ShapeError
from .inspection import inspect as inspect
from .layers import AvgPool2d as AvgPool2d
from .layers import Conv2d as Conv2d
from .layers import Dense as Dense
from .layers import Flatten as Flatten
from .layers import NodeProduct as NodeProduct
from .layers import Polynomial as Polynomial
from .layers import Power as Power
from .layers import Residual as Residual
from .layers import Square as Square
from .network import Network as Network
from .polynomial import SparsePolynomial as SparsePolynomial
from .polynomial_system import PolynomialSystem as PolynomialSystem

__version__: str
