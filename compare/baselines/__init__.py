"""Baselines: the published experiments, and the first- and second-order methods beside them.

Data, settings and a seed enter; frozen records that write themselves as JSON leave. Nothing here
knows the runner that compares methods.
"""
