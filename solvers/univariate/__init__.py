"""Polynomials in one unknown: every real critical point, what it is, and the least of them.

Coefficients enter, constant term first. ``critical_points`` answers exactly for exact ones and in
floats otherwise; ``batch`` does many float polynomials at once, ``kernels`` inside of compiled
training steps.
"""
