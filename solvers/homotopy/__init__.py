"""Homotopy continuation: every isolated complex solution, by tracking paths from a known system."""
