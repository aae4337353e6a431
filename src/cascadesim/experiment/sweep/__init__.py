"""Many points of a study, run so that nothing that was done is lost or done twice.

`task_queue` says which tasks there are to do, `tasks` (or `dask_cluster`) does them, `store` keeps what came of them,
`sweep` holds the three together, `results` writes what a finished sweep leaves, `repair` finds what was damaged since.
"""
