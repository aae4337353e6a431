"""Scenarios at random, for tests and for the comparison of the engines; `whole.py` puts the parts together."""
