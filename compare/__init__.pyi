from .torch_network import flat_weights as flat_weights
from .torch_network import to_torch as to_torch
