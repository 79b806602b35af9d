"""Writes docs/compatibility.md: a section for each module, what differs of it in a table, what is there in lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyrdd.compat.members import members, module_of, modules, pyspark_version
from pyrdd.compat.table import Support, absent_packages, summary, table

_HEAD = """\
# Compatibility

Every public member of PySpark {version}'s core and SQL modules: {yes} are there, {partial} partly, {no} not. A member is
there (yes) if it has PySpark's parameters and gives PySpark's answers; what differs of the others, or what to use
instead, is said here. This page is generated from the code (`python -m pyrdd.compat.generate`), and a test keeps it true.

`pyrdd compat` prints the same table, and `pyrdd compat app.py tests/` says what of a program would not work, before it runs:

```
app.py:3: no       pyspark.ml: Use scikit-learn inside of applyInPandas or mapInPandas.
app.py:16: no       pyspark.sql.DataFrame.plot: Use toPandas().plot.
app.py:21: partial  pyspark.sql.DataFrame.explain: Shows pyrdd's plans: the words are Spark's where the thing is the same.
2 no, 1 partial; 58 other members in use are there
```

The scan infers types: it follows sessions, DataFrames, columns and RDDs through assignments, functions, fixtures and
annotations, and reads the SQL texts. What it cannot infer it does not report.
"""

_ROWS = "| member | | |\n|---|---|---|\n"


def page() -> str:
    """The text of the page."""
    head = _HEAD.format(version=pyspark_version(), **summary())
    return "\n".join([head, _absent(), *map(_section, modules())])


def _absent() -> str:
    rows = "".join(_row(name, support) for name, support in sorted(absent_packages().items()))
    return f"## Packages that are not there\n\n{_ROWS}{rows}"


def _section(module: str) -> str:
    own = {name: support for name, support in table().items() if name in members() and module_of(name) == module}
    rest = {name: support for name, support in own.items() if support.level != "yes"}
    rows = "".join(_row(name[len(module) + 1 :], support) for name, support in rest.items())
    differing = [f"{_ROWS}{rows}"] if rest else []
    fine = "".join(_lists(module, [name for name in own if name not in rest]))
    return "\n".join([f"## {module}\n", *differing, *([fine] if fine else [])])


def _lists(module: str, names: Sequence[str]) -> Iterator[str]:
    """A line for the functions of a module, and one for the members of each class."""
    for owner, inner in _by_owner(module, names).items():
        shown = ", ".join(f"`{name}`" for name in inner)
        about = f"**{owner}**" if owner else "Functions and classes"
        yield f"- {about}, {len(inner)} there: {shown}\n"


def _by_owner(module: str, names: Sequence[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {"": []}
    for name in names:
        owner, _, last = name[len(module) + 1 :].rpartition(".")
        found.setdefault(owner, []).append(last)
    return {owner: inner for owner, inner in found.items() if inner}


def _row(name: str, support: Support) -> str:
    return f"| `{name}` | {support.level} | {support.note} |\n"
