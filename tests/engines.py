"""The engines on which a test is to run: both, unless CASCADESIM_ENGINE names one (as the campaign of mutants does)."""

from __future__ import annotations

import os

from cascadesim.engine.backends import VARIABLE

ENGINES = (os.environ[VARIABLE],) if VARIABLE in os.environ else ("simpy", "compiled")
