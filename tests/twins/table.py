"""The faults of `faults.toml`: one mistake, planted in either engine."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = Path("src") / "cascadesim"
ENGINES = ("simpy", "compiled")


@dataclass(frozen=True)
class Fault:
    """In `file` (below src/cascadesim), which is of `engine`, the text `old`, which occurs once, becomes `new`."""

    name: str
    engine: str
    bug: str
    file: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.name} ({self.engine})"

    def occurs(self, repository: Path) -> int:
        """How often the old text occurs; once, or the fault has to be written again."""
        return (repository / SOURCE / self.file).read_text(encoding="utf-8").count(self.old)

    def plant(self, repository: Path) -> str:
        """Change the source of this copy; the file as it was is returned."""
        if self.occurs(repository) != 1:
            raise ValueError(f"{self}: its old text has to occur once in {self.file}; write the fault again")
        path = repository / SOURCE / self.file
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")
        return text


def faults() -> list[Fault]:
    """Every fault in each engine, in the order of the file."""
    rows = tomllib.loads((HERE / "faults.toml").read_text(encoding="utf-8"))
    return [Fault(name, engine, row["bug"], **row[engine]) for engine in ENGINES for name, row in rows.items()]
