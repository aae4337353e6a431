"""The pages, their fenced blocks, and the desk at which a reader tries them.

    PYTHONPATH=tests python -m docs.pages [PAGE...]

runs the examples of the pages (all of them, or these) and writes what they print into the `text` blocks after them. So
where a sentence of the program changes, no page is edited line by line. Read the difference before it is kept.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from docs.warm_start import WarmStart

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
WITH_CHANGE = "# with this change\n"
"""With this begins what is run on a copy of the source, changed as the page says (`test_extending.py`)."""
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block; `output` is the text of the `text` block right after it, None if there is none.

    `output_span` is where that text stands in the page.
    """

    language: str
    text: str
    output: str | None
    output_span: tuple[int, int]

    @property
    def is_run(self) -> bool:
        """Whether the tests run it on the source as it is."""
        elsewhere = "-m venv" in self.text or self.text.startswith(("# not run by the tests: ", WITH_CHANGE))
        return self.language in ("bash", "python") and not elsewhere


def blocks_of(text: str) -> list[Block]:
    """The blocks of a page in order."""
    fences = list(FENCE.finditer(text))
    blocks = []
    for fence, after in zip(fences, [*fences[1:], None][: len(fences)], strict=True):
        has_output = after is not None and after[1] == "text" and not text[fence.end() : after.start()].strip()
        span = after.span(2) if after is not None and has_output else (0, 0)
        blocks.append(Block(fence[1], fence[2], after[2] if after is not None and has_output else None, span))
    return blocks


def reader() -> dict[str, str]:
    """The environment of whoever tries a page."""
    return os.environ | {"PYTHONWARNINGS": "error", "NO_COLOR": "1", "MPLBACKEND": "agg"}


def set_up_desk(folder: Path, warm: WarmStart | None = None) -> Path:
    """Make `folder` like the clone, with `cascadesim` and `python` in `.tools`; returns it.

    With `warm` neither of them loads the package again.
    """
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    for name in ("src", "docs", "tests"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "results").mkdir()
    tools = folder / ".tools"
    tools.mkdir()
    python = f'"{sys.executable}"'
    quick = warm.shell if warm else python
    for name, script in (
        ("cascadesim", f'exec {quick} -m cascadesim "$@"'),
        ("python", f'if [ "$1" = -c ]; then exec {quick} "$@"; else exec {python} "$@"; fi'),
    ):
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    return folder


def run_block(block: Block, desk: Path, **variables: str) -> str:
    """What a block prints; an AssertionError with everything that was printed if it fails."""
    paths = os.pathsep.join([str(desk / ".tools"), os.environ["PATH"]])
    environment = reader() | {"PATH": paths} | variables
    python = block.language == "python"
    program = [str(desk / ".tools" / "python"), "-c"] if python else ["bash", "-euo", "pipefail", "-c"]
    done = subprocess.run(
        [*program, block.text], cwd=desk, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def put_example(block: Block, desk: Path) -> Path | None:
    """Write a `toml` block that is a whole file where the blocks after it expect it; None if it is a part of one."""
    places = {
        "schema =": "example.toml",
        "extends =": "scenarios/example.toml",
        "scenario =": "scenarios/studies/example.toml",
    }
    for beginning, place in places.items():
        if block.language == "toml" and block.text.startswith(beginning):
            (desk / place).write_text(block.text, encoding="utf-8")
            return desk / place
    return None


def with_outputs(text: str, desk: Path) -> str:
    """A page with what its examples print now."""
    outputs = []
    for block in blocks_of(text):
        put_example(block, desk)
        if block.is_run:
            printed = run_block(block, desk)
            if block.output is not None:
                outputs.append((block.output_span, printed))
    for (start, end), printed in reversed(outputs):
        text = text[:start] + printed + text[end:]
    return text


def main() -> None:
    """Write what the examples print into the pages that the arguments name, or into all."""
    for page in [Path(name).resolve() for name in sys.argv[1:]] or PAGES:
        with tempfile.TemporaryDirectory() as folder, WarmStart(reader()) as warm:
            before = page.read_text(encoding="utf-8")
            after = with_outputs(before, set_up_desk(Path(folder), warm))
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"{page.relative_to(ROOT)} has changed")


if __name__ == "__main__":
    main()
