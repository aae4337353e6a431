"""Scenarios at random, for tests and for the comparison of the engines; `document.py` puts the parts together."""
