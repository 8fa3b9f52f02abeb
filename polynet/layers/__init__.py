"""Layers in torch's terms; each one's numerics is written once, on series."""

from polynet.layers.convolution import AvgPool2d, Conv2d
from polynet.layers.dense import Dense
from polynet.layers.layer import Layer, ParameterSpec
from polynet.layers.pointwise import Polynomial, Power, Square
from polynet.layers.structure import Flatten, NodeProduct, Residual

__all__ = [
    "AvgPool2d",
    "Conv2d",
    "Dense",
    "Flatten",
    "Layer",
    "NodeProduct",
    "ParameterSpec",
    "Polynomial",
    "Power",
    "Residual",
    "Square",
]
