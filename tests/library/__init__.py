"""Whole runs against theory: scenario files, the normal code path, and only values that switch things off."""
