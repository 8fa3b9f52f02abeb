"""Smaller systems by symmetry: orbits of scalings by one point each, sign flips by invariants."""
