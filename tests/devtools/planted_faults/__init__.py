"""Faults put into either runtime on purpose, to see that the comparison of the engines finds them."""
