"""The additions of docs/extending.md: differences, made in a copy of the source, and what is run there.

    PYTHONPATH=tests python -m docs.additions

prints how many files each touches and writes what is printed in the copies into the page.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from docs.pages import DOCS, ROOT, WITH_CHANGE, Block, blocks_of, run_block, set_up_desk

PAGE = DOCS / "extending.md"


@dataclass(frozen=True)
class Addition:
    """One section of the page: the differences, and the blocks that are run with them."""

    heading: str
    differences: tuple[str, ...]
    uses: tuple[Block, ...]

    @property
    def files(self) -> set[str]:
        """The source files that it touches."""
        return {difference.partition("\n")[0].removeprefix("--- ") for difference in self.differences}


def additions(page: str) -> list[Addition]:
    """Those of the page, in order."""
    found = []
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        blocks = blocks_of(section)
        differences = tuple(block.text for block in blocks if block.language == "diff")
        uses = tuple(block for block in blocks if block.text.startswith(WITH_CHANGE))
        if differences:
            found.append(Addition(section.partition("\n")[0], differences, uses))
    return found


def limits(page: str) -> dict[str, int]:
    """How many files the table at the top of the page says that each takes, by its heading in small letters."""
    rows = re.findall(r"^\| \[[^\]]+\]\(#([\w-]+)\) \| (\d+) \|$", page, flags=re.MULTILINE)
    return {anchor: int(number) for anchor, number in rows}


def apply(difference: str, folder: Path) -> None:
    """Make one difference in the source below `folder`; what it takes away or keeps must stand there exactly once."""
    head, *lines = difference.splitlines()
    path = folder / head.removeprefix("--- ")
    before = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
    after = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
    if not before:
        assert not path.exists(), f"{path} is there already"
        path.write_text(after, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{head}: {text.count(before)} times\n{before}"
    path.write_text(text.replace(before, after), encoding="utf-8")


def run_in_copy(addition: Addition, folder: Path) -> list[str]:
    """What the blocks of an addition print in a copy of the source that has it, on SimPy."""
    copy = folder / "changed"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for difference in addition.differences:
        apply(difference, copy)
    desk = folder / "desk"
    desk.mkdir()
    set_up_desk(desk)
    return [run_block(use, desk, PYTHONPATH=str(copy / "src"), CASCADESIM_ENGINE="simpy") for use in addition.uses]


def main() -> None:
    """Run all of them, and write what they print into the page."""
    for addition in additions(PAGE.read_text(encoding="utf-8")):
        with tempfile.TemporaryDirectory() as folder:
            printed = run_in_copy(addition, Path(folder))
        text = PAGE.read_text(encoding="utf-8")
        for use, output in zip(addition.uses, printed, strict=True):
            text = text.replace(f"{use.text}```\n\n```text\n{use.output}```", f"{use.text}```\n\n```text\n{output}```")
        PAGE.write_text(text, encoding="utf-8")
        print(f"{addition.heading}: {len(addition.files)} files", flush=True)


if __name__ == "__main__":
    main()
