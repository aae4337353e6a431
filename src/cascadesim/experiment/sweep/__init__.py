"""Many points of a study, run so that nothing that was done is lost or done twice.

`agenda` says which cells there are to do, `workers` (or `cluster`) does them, `store` keeps what was found, `run` holds
the three together, `results` writes what a finished sweep leaves, `health` finds what was damaged since.
"""
