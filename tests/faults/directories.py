"""Looking into an application's directory while it works there."""

from __future__ import annotations

import os
from pathlib import Path


def files_under(directory: str | Path, pattern: str = "*") -> list[Path]:
    """The files below ``directory`` whose name matches, in order. Others may make and remove directories meanwhile,
    which `Path.rglob` does not bear."""
    found = (Path(parent, name) for parent, _, names in os.walk(directory) for name in names)
    return sorted(path for path in found if path.match(pattern))
