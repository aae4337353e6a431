"""The mutants: one table each in the TOML files of this folder, a file for each chapter of the model."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = Path("src") / "cascadesim"


@dataclass(frozen=True)
class Mutant:
    """In `file` (below src/cascadesim) the text `old`, which occurs once, becomes `new`.

    `rule` is the rule of docs/explanation/model.md that is broken, or several. `found_by` is the test that failed when
    all mutants were last tried, and `likely` are the tests that are asked first; both as paths below tests/.
    """

    name: str
    chapter: str
    bug: str
    found_by: str
    rule: str
    file: str
    old: str
    new: str
    likely: tuple[str, ...]

    def occurs(self, repository: Path) -> int:
        """How often the old text occurs; once, or the mutant has to be written again."""
        return (repository / SOURCE / self.file).read_text(encoding="utf-8").count(self.old)

    def apply(self, repository: Path) -> str:
        """Change the source of this copy; the file as it was is returned."""
        path = repository / SOURCE / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"mutant {self.name}: its old text occurs {text.count(self.old)} times in {self.file}")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")
        return text


def mutants() -> list[Mutant]:
    """Every mutant, by chapter and then in the order of the file."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        for name, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found.append(Mutant(name, path.stem, likely=tuple(row.pop("likely")), **row))
    return found
