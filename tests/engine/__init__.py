"""Part tests of the engine: tiny programmes from scenario files, with logs worked out by hand."""
