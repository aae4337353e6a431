"""Many points of a study, run so that nothing that was done is lost or done twice.

`cells` says what there is to do, `workers` (or `cluster`) does it, `store` keeps what was found, `sweep` holds the three
together, `tables` writes what a finished sweep leaves, `doctor` finds what was damaged since.
"""
