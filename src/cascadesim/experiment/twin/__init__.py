"""The SimPy engine beside its compiled twin: one scenario, two engines, and every row and number that differs."""
