"""Compiling with one optimisation at the end gives what compiling function by function gives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cascadesim.engine.runtime import one_pass
from cascadesim.engine.runtime.one_pass import _CODEGEN, _LIBRARY
from engine.worlds import WITHOUT_COMPILED

pytestmark = pytest.mark.skipif(WITHOUT_COMPILED, reason="of the compiled runtime")

TESTS = Path(__file__).parents[2]
SCRIPT = """
import hashlib, sys
from contextlib import nullcontext
from pathlib import Path
from cascadesim import ScenarioError, load
from cascadesim.engine.runtime import compiled
from cascadesim.scenario.compile import pack
from engine.busy import BUSY
from generate import seeded, to_toml

if sys.argv[1] == "function by function":
    compiled.one_pass = lambda entries: nullcontext()
assert compiled.compile_all()
digest, rows, file = hashlib.sha256(), 0, Path(sys.argv[2])
for text in (*BUSY.values(), *(to_toml(seeded(seed)) for seed in range(200))):
    file.write_text(text, encoding="utf-8")
    try:
        plan = pack(load(file))
    except ScenarioError:
        continue
    tally = compiled.CompiledRuntime(plan).run(1, 0, True)
    last = tally.snapshots[-1]
    numbers = (list(last.levels), list(last.moments), list(last.counts), last.competence, last.states)
    digest.update(repr((tally.log, tally.waits, numbers, tally.taught, tally.after_course)).encode())
    rows += len(tally.log)
print(rows, digest.hexdigest())
"""


def outcome(how: str, folder: Path) -> str:
    """A digest of 200 scenarios by an engine that is compiled in this way, in a cache of its own."""
    environment = {**os.environ, "CASCADESIM_CACHE": str(folder / how), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SCRIPT, how, str(folder / "scenario.toml")]
    done = subprocess.run(command, env=environment, cwd=TESTS, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.campaign
def test_it_makes_no_difference_to_any_number(tmp_path: Path) -> None:
    one, other = (outcome(how, tmp_path) for how in ("one pass", "function by function"))
    assert one == other and int(one.split()[0]) > 50_000


def test_it_is_in_use() -> None:
    """With the versions that the tests are run with; with others compiling takes several times as long."""
    assert one_pass._fits()


def test_numba_is_as_before_afterwards() -> None:
    """Also where compiling fails."""
    names = ("add_llvm_module", "finalize", "get_pointer_to_function")

    def now() -> list[object]:
        return [*(getattr(_LIBRARY, name) for name in names), _CODEGEN.set_env]

    before = now()
    with pytest.raises(ZeroDivisionError), one_pass.one_pass(("nothing",)):
        assert not any(one is other for one, other in zip(before, now(), strict=True))
        raise ZeroDivisionError
    assert now() == before


def test_with_other_insides_of_numba_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_pass, "_INSIDES", ("no_such_method",))
    before = _LIBRARY.finalize
    with one_pass.one_pass(("nothing",)):
        assert _LIBRARY.finalize is before
