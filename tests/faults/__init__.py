"""A sweep among faults: processes killed, disks full, files damaged. `PYTHONPATH=tests python -m faults --help`."""
