"""What polynet costs, beside the alternatives: ``python -m tests.benchmarks``.

Every module measures one thing, with all contenders side by side in one run, and says the figure
that was asked for beside the figure that was found. The ordinary test run leaves them out.
"""
