"""Faults put into either engine on purpose, to see that the comparison of the engines finds them."""
