"""Training by automatic differentiation in torch, on the network of the task."""
