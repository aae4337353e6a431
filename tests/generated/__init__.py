"""The parts of a scenario at random; `generate.py` puts them together."""
