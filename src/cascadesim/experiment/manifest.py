"""The recipe beside every result: what was asked, with which versions, so that it can be checked and repeated."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from cascadesim._version import __version__
from cascadesim.engine.backends import AUTO
from cascadesim.errors import MAX_REPLICATIONS, EnvironmentFault, Problem, ScenarioError
from cascadesim.experiment.files import code_version, digest, now
from cascadesim.model.rng import MAX_SEED
from cascadesim.scenario.document import read_bytes
from cascadesim.scenario.load import from_resolved
from cascadesim.scenario.schema import Scenario

MANIFEST = "manifest.json"
MARKER = "cascadesim result folder"
FORMAT = 1
LIBRARIES = ("click", "duckdb", "matplotlib", "numba", "numpy", "pandas", "platformdirs", "pydantic", "scipy", "simpy")
_MAX_BYTES = 64 * 2**20


@dataclass(frozen=True)
class RunRequest:
    """What was asked for: enough to get the same tables again; `engine` is no part of that, both give the same."""

    scenario: Scenario
    seed: int
    replications: int
    events: bool = False
    engine: str = AUTO

    @property
    def hash(self) -> str:
        """Ten hexadecimal digits over the resolved scenario, seed, replications and the version of cascadesim."""
        return recipe_hash(self.scenario.resolved(), self.seed, self.replications, __version__)


def recipe_hash(resolved: dict[str, Any], seed: int, replications: int, version: str) -> str:
    """The beginning of SHA-256 over canonical JSON."""
    return digest({"scenario": resolved, "seed": seed, "replications": replications, "version": version})[:10]


def manifest_text(request: RunRequest, files: Sequence[str], command: Sequence[str]) -> str:
    """The manifest as JSON. The only file that holds a clock time; `files` are all others, relative to the folder."""
    content = {
        "marker": MARKER,
        "format": FORMAT,
        "name": request.scenario.name,
        "hash": request.hash,
        "cascadesim": __version__,
        "code": code_version(),
        "python": platform.python_version(),
        "libraries": _versions(),
        "seed": request.seed,
        "replications": request.replications,
        "events": request.events,
        "command": list(command),
        "time": now().isoformat(timespec="seconds"),
        "files": sorted(files),
        "scenario": request.scenario.resolved(),
    }
    return json.dumps(content, indent=1, allow_nan=False) + "\n"


def comparison_hash(requests: Mapping[str, RunRequest]) -> str:
    """Ten hexadecimal digits over what each of several was called and asked."""
    text = json.dumps([[name, request.hash] for name, request in requests.items()], ensure_ascii=True)
    return sha256(text.encode("ascii")).hexdigest()[:10]


def comparison_text(
    requests: Mapping[str, RunRequest], folders: Mapping[str, str], files: Sequence[str], command: Sequence[str]
) -> str:
    """The manifest of the folder that holds several results to be compared; each has its own, which repeats it."""
    content = {
        "marker": MARKER,
        "format": FORMAT,
        "compares": {name: f"{folder}/{MANIFEST}" for name, folder in folders.items()},
        "hash": comparison_hash(requests),
        "cascadesim": __version__,
        "command": list(command),
        "time": now().isoformat(timespec="seconds"),
        "files": sorted(files),
    }
    return json.dumps(content, indent=1, allow_nan=False) + "\n"


def read_manifest(path: Path) -> dict[str, Any]:
    """The content of a manifest of ours; `EnvironmentFault` where there is none or it is not one."""
    data = read_bytes(path, _MAX_BYTES, "manifest", f"Give the {MANIFEST} of a result folder.")
    try:
        content = json.loads(data) if len(data) <= _MAX_BYTES else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("marker") != MARKER:
        raise EnvironmentFault(
            "is not a manifest of cascadesim.",
            hint=f"Give the {MANIFEST} of a result folder.",
            code="not_a_manifest",
            file=str(path),
        )
    return content


def read_request(path: Path) -> tuple[RunRequest, str]:
    """What a manifest asks for, and the version of cascadesim that wrote it.

    Raises `EnvironmentFault` where the file is no manifest, `ScenarioError` where what it holds is damaged, was edited
    (it no longer agrees with its hash) or cannot be run.
    """
    content = read_manifest(path)
    if "compares" in content:
        raise EnvironmentFault(
            "is the manifest of a comparison, which holds several runs.",
            hint=f"Give the {MANIFEST} of one of the folders beside it.",
            code="comparison",
            file=str(path),
        )
    faults = [
        Problem(f"got {_short(content.get(key))}, needs {needs}.", path=key, file=str(path), code="damaged_manifest")
        for key, (good, needs) in _FIELDS.items()
        if not good(content.get(key))
    ]
    if faults:
        raise ScenarioError(tuple(faults))
    resolved, seed, replications, version = (content[key] for key in ("scenario", "seed", "replications", "cascadesim"))
    try:
        agrees = recipe_hash(resolved, seed, replications, version) == content["hash"]
    except (ValueError, RecursionError):
        agrees = False
    if not agrees:
        message = "scenario, seed, replications and version do not agree with it: the file was edited or damaged."
        raise ScenarioError((Problem(message, path="hash", file=str(path), code="damaged_manifest"),))
    try:
        scenario = from_resolved(resolved, content["name"])
    except ScenarioError as fault:
        named = (replace(problem, file=problem.file or str(path)) for problem in fault.problems)
        raise ScenarioError(tuple(named), fault.warnings) from None
    return RunRequest(scenario, seed, replications, content["events"]), version


def folder_name(scenario_name: str) -> str:
    """The scenario's name as one path component, whoever chose it: letters, digits, dots and dashes."""
    return re.sub(r"[^\w.-]+", "-", scenario_name).strip(".-")[:100] or "scenario"


def _versions() -> dict[str, str]:
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # a bundle may leave the metadata out
            versions[name] = "unknown"
    return versions


def _whole(least: int, most: int) -> tuple[Any, str]:
    def good(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return good, f"a whole number from {least} to {most}"


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255 and value.isprintable()


_FIELDS: dict[str, tuple[Any, str]] = {
    "format": (lambda value: value == FORMAT and not isinstance(value, bool), f"{FORMAT}"),
    "name": (_is_name, "the name of a scenario"),
    "hash": (lambda value: isinstance(value, str), "ten hexadecimal digits"),
    "cascadesim": (lambda value: isinstance(value, str), "a version"),
    "seed": _whole(0, MAX_SEED),
    "replications": _whole(1, MAX_REPLICATIONS),
    "events": (lambda value: isinstance(value, bool), "true or false"),
    "scenario": (lambda value: isinstance(value, dict), "a scenario"),
}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
