"""Writes what is generated of this package, and its page of the documentation.

    python -m pyrdd.compat.generate --pyspark HOME    members.json, from the sources of an installed PySpark
    python -m pyrdd.compat.generate                   table.json and docs/compatibility.md, from pyrdd's code

``HOME`` is the directory of the package ``pyspark``, or a Python that has it; no JVM is started.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyrdd.compat import members, pyspark_source, table

PAGE = Path(__file__).parents[2] / "docs" / "compatibility.md"

_FIND = "import importlib.util; print(importlib.util.find_spec('pyspark').submodule_search_locations[0])"


def members_text(home: Path) -> str:
    """What members.json has to be by the sources in ``home``: one line for each member."""
    head = {"version": pyspark_source.version_of(home), "modules": list(pyspark_source.API)}
    return _lines(head, "members", pyspark_source.read_members(home).items())


def table_text() -> str:
    """What table.json has to be by pyrdd's code."""
    from pyrdd.compat.judge import judge_all  # imports all of pyrdd, only to write the table

    verdicts = ((name, support.as_json()) for name, support in judge_all().items())
    return _lines({"version": members.pyspark_version()}, "members", verdicts)


def page_text() -> str:
    """What docs/compatibility.md has to be by the table."""
    from pyrdd.compat.page import page  # needs the table, which this command may be about to write

    return page()


def home_of(place: str) -> Path:
    """The directory of the package ``pyspark``: ``place`` itself, or that of a Python."""
    path = Path(place)
    if path.is_dir():
        return path
    found = subprocess.run([place, "-c", _FIND], check=True, capture_output=True, text=True)
    return Path(found.stdout.strip())


def main(argv: Sequence[str] | None = None) -> None:
    """Writes the files."""
    parser = argparse.ArgumentParser("python -m pyrdd.compat.generate", description="Writes the compatibility table.")
    parser.add_argument("--pyspark", metavar="HOME", help="a directory of the package pyspark, or a Python that has it")
    args = parser.parse_args(argv)
    if args.pyspark:
        members.DATA.write_text(members_text(home_of(args.pyspark)), encoding="utf-8")
    table.DATA.write_text(table_text(), encoding="utf-8")
    PAGE.write_text(page_text(), encoding="utf-8")


def _lines(head: Mapping[str, Any], name: str, entries: Iterable[tuple[str, Any]]) -> str:
    """JSON with a line for each entry, so that a change is seen where it is."""
    first = "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
    body = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in entries)
    return f"{{\n{first}{json.dumps(name)}: {{\n{body}\n}}\n}}\n"


if __name__ == "__main__":
    main()
