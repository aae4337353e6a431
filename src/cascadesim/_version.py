"""The version of cascadesim, below everything, so that all may import it."""

__version__ = "0.2.0"
