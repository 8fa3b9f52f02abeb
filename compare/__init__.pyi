from .torch_network import flat_weights as flat_weights
from .torch_network import to_torch as to_torch
from .torch_record import save_torch as save_torch
from .torch_record import torch_module as torch_module
