"""The pictures of studies: one table of kinds, each a file."""
