"""Tests of what runs the rules: the calendar on SimPy, and what lets Numba compile them."""
