"""What is shipped: one version everywhere, pinned tools, a licence, and nothing that only works on one machine."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import cascadesim

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
UNPINNED = {"bench"}  # other people's simulators, to be measured as they are now; no test and no result needs them
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {_normal(line.split("==")[0]): line.split("==")[1] for line in lines}


def _named(requirements: list[str]) -> set[str]:
    names = {_normal(re.split(r"[<>=!~ \[;]", requirement)[0]) for requirement in requirements}
    return names - {"cascadesim"}


def test_version_is_the_same_everywhere() -> None:
    version = PROJECT["project"]["version"]
    assert cascadesim.__version__ == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_constraints_are_exact_versions_and_nothing_else() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_constraints_pin_whatever_pip_may_install() -> None:
    asked = _named(PROJECT["project"]["dependencies"]) | _named(PROJECT["build-system"]["requires"])
    for extra, wanted in PROJECT["project"]["optional-dependencies"].items():
        if extra not in UNPINNED:
            asked |= _named(wanted)
    pins, seen = _pins(), set[str]()
    while asked - seen:
        name = (asked - seen).pop()
        seen.add(name)
        assert name in pins, f"constraints.txt does not pin {name}"
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # ruff, mypy and the build tool are not where the tests run
        asked |= _named([need for need in needs if ";" not in need])


def test_changelog_lists_numbers_that_changed() -> None:
    assert "\n## Numbers that changed\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_licence_and_citation_name_no_person() -> None:
    assert "Copyright (c) The cascadesim authors" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    for key in ("family-names", "given-names", "doi", "repository", "url"):
        assert f"{key}:" not in citation


@pytest.mark.parametrize("venv", [".venv", ".venv-test"])
def test_readme_has_each_command_once_for_each_system(venv: str) -> None:
    """`.ci/run` takes the test command from the README, so there has to be exactly one; each is one line."""
    unix = re.findall(rf"^python3 -m venv {re.escape(venv)} .*$", README, flags=re.MULTILINE)
    windows = re.findall(rf'^cmd /c "py -m venv {re.escape(venv)} .*"$', README, flags=re.MULTILINE)
    assert len(unix) == len(windows) == 1
    steps = unix[0].split(" && ")
    assert steps[0] == f"python3 -m venv {venv}"
    assert all(step.startswith(f"{venv}/bin/") for step in steps[1:])
    assert len(windows[0].split(" && ")) == len(steps)


def test_readme_commands_do_the_same_on_windows() -> None:
    """Slashes, folders and quotes apart, the words of both lines are the same."""
    for venv in (".venv", ".venv-test"):
        (unix,) = re.findall(rf"^python3 -m venv {re.escape(venv)} .*$", README, flags=re.MULTILINE)
        (windows,) = re.findall(rf'^cmd /c "(py -m venv {re.escape(venv)} .*)"$', README, flags=re.MULTILINE)
        translated = unix.replace("python3 ", "py ").replace("/bin/", "/Scripts/").replace('"', "").replace("/", "\\")
        assert windows == translated


def test_package_data_is_declared() -> None:
    """Everything in the package that is not Python matches a declared pattern, so that an installed copy has it."""
    package = ROOT / "src" / "cascadesim"
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["cascadesim"]
    declared = {path for pattern in patterns for path in package.glob(pattern)}
    data = {p for p in package.rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}}
    assert data <= declared


def test_every_folder_with_modules_is_a_package() -> None:
    package = ROOT / "src" / "cascadesim"
    folders = {module.parent for module in package.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_public_names_are_all_there() -> None:
    assert sorted(cascadesim.__all__) == sorted(set(cascadesim.__all__))
    for name in cascadesim.__all__:
        assert getattr(cascadesim, name) is not None


def test_the_lowest_versions_are_those_that_are_declared() -> None:
    """What `constraints-lowest.txt` installs is what `pyproject.toml` allows."""
    lines = (ROOT / "constraints-lowest.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    declared = dict(each.split(">=") for each in PROJECT["project"]["dependencies"])
    assert pinned.keys() == declared.keys()
    for name, lowest in declared.items():
        parts = pinned[name].split(".")
        assert ".".join(parts[: lowest.count(".") + 1]) == lowest and not any(map(int, parts[lowest.count(".") + 1 :]))
