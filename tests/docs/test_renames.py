"""The changelog has every new name of `renames.toml` beside the old one."""

from __future__ import annotations

import re
import tomllib

import pytest

from docs.pages import ROOT

RENAMES = tomllib.loads((ROOT / "src/cascadesim/scenario/renames.toml").read_text(encoding="utf-8"))
PAIRS = [
    (old, new)
    for table in RENAMES.values()
    for path, name in table.items()
    for old, new in (name.items() if isinstance(name, dict) else [(path.rpartition(".")[2], name)])
]


@pytest.mark.parametrize(("old", "new"), sorted(set(PAIRS)))
def test_a_rename_is_in_the_changelog(old: str, new: str) -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [\w ]+ \| (.+) \| (.+) \|$", changelog, flags=re.MULTILINE)

    def has(name: str, words: str) -> bool:
        return re.search(rf"(?<![\w-]){re.escape(name)}\b", words) is not None

    assert [row for row in rows if has(old, row[0]) and has(new, row[1])]
