"""Outside programs that count solutions, to establish what the catalogue says."""
