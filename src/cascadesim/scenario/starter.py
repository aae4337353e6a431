"""The scenario that `cascadesim init` writes."""

from __future__ import annotations

import os
import tempfile
from importlib import resources
from pathlib import Path

from cascadesim.errors import EnvironmentFault


def starter_text() -> str:
    """The commented starter scenario."""
    return resources.files(__package__).joinpath("starter.toml").read_text(encoding="utf-8")


def write_starter(path: Path) -> None:
    """Write the starter to a new file at `path`, whole or not at all; `EnvironmentFault` where that cannot be."""
    try:
        handle, name = tempfile.mkstemp(prefix=".cascadesim-", suffix=".part", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(starter_text())
            part.chmod(0o666 & ~_umask())
            _link(part, path)
        finally:
            part.unlink(missing_ok=True)
    except FileNotFoundError:
        message = f"cannot write {path}: there is no folder {path.parent}."
        raise EnvironmentFault(message, hint="Make the folder first.", code="no_folder", file=str(path)) from None
    except FileExistsError:
        raise EnvironmentFault(
            f"{path} is there already, and was left as it is.",
            hint="Name another file: cascadesim init other.toml.",
            code="file_exists",
            file=str(path),
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise EnvironmentFault(f"cannot write {path}: {reason}.", code="unwritable", file=str(path)) from None


def _link(part: Path, path: Path) -> None:
    """Give the finished file its name; fails if the name is taken, also by somebody at this very moment."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # no hard links on this disk
        if path.exists() or path.is_symlink():
            raise FileExistsError(str(path)) from None
        part.rename(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
