"""ClosureReport: what a function captures and what that costs, as `pyrdd.explain_closure` shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import Any

from pyrdd.serializers.explain import (
    Dumps,
    Part,
    describe,
    find_offender,
    is_users,
    location,
    parts,
    type_name,
)


@dataclass(frozen=True, slots=True)
class Capture:
    """One captured object. ``name`` is the path to it from the function (``helper.limit`` for a global of a
    global function), ``size`` its bytes once pickled (``None`` when it cannot be), ``problem`` the reason
    then."""

    name: str
    kind: str
    type: str
    size: int | None
    problem: str | None = None

    @property
    def picklable(self) -> bool:
        """Whether it can go to the executors."""
        return self.problem is None

    def __str__(self) -> str:
        return f"{self.kind} `{self.name}` ({self.type}, {readable_size(self.size)})"


@dataclass(frozen=True, slots=True, repr=False)
class ClosureReport:
    """What ``function`` captures. Prints as a table.

    ``size`` is the whole function once pickled (parts that several captures share count once), ``None``
    when it cannot be pickled; ``problem`` is then the path to the reason.
    """

    function: str
    captures: tuple[Capture, ...]
    size: int | None
    problem: str | None = None

    @property
    def picklable(self) -> bool:
        """Whether the function can go to the executors."""
        return self.problem is None

    @property
    def largest(self) -> Capture | None:
        """The capture with the most bytes."""
        return max(self.captures, key=lambda capture: capture.size or 0, default=None)

    def __str__(self) -> str:
        lines = [f"{self.function}: {readable_size(self.size)}", *_table(self.captures)]
        return "\n".join([*lines, f"cannot be pickled: {self.problem}"] if self.problem else lines)

    __repr__ = __str__


def report(function: Any, dumps: Dumps) -> ClosureReport:
    """The report of a function, a method, a partial or any other callable."""
    captures = tuple(_capture(name, part, dumps) for name, part in _captured(function, "", {id(function)}))
    try:
        return ClosureReport(describe(function), captures, len(dumps(function)))
    except Exception as error:
        return ClosureReport(describe(function), captures, None, find_offender(function, error, dumps).text)


def largest_capture(closure: Any, dumps: Dumps) -> Capture | None:
    """The largest object captured by the functions of the user's that ``closure`` holds."""
    reports = (report(function, dumps).largest for function in users_functions(closure))
    return max((found for found in reports if found), key=lambda capture: capture.size or 0, default=None)


def users_functions(value: Any) -> Iterator[Any]:
    """The outermost callables of the user's in a structure of the engine's."""
    pending, seen = [value], {id(value)}
    while pending:
        current = pending.pop()
        if is_users(current):
            yield current
            continue
        for part in parts(current):
            if id(part.value) not in seen:
                seen.add(id(part.value))
                pending.append(part.value)


def _captured(function: Any, prefix: str, seen: set[int]) -> Iterator[tuple[str, Part]]:
    """The captures of a function and of the functions among them, with their paths."""
    for part in parts(function):
        name = f"{prefix}{part.name or part.kind}"
        yield name, part
        if isinstance(part.value, (FunctionType, MethodType)) and id(part.value) not in seen:
            seen.add(id(part.value))
            yield from _captured(part.value, f"{name}.", seen)


def _capture(name: str, part: Part, dumps: Dumps) -> Capture:
    where = location(part.value)
    shown = f"function ({where})" if where else type_name(part.value)
    try:
        return Capture(name, part.kind, shown, len(dumps(part.value)))
    except Exception as error:
        return Capture(name, part.kind, shown, None, f"{type(error).__name__}: {error}")


def readable_size(size: int | None) -> str:
    """``3.2 MiB``; a dash when there is no size.

    >>> readable_size(3_355_443), readable_size(17)
    ('3.2 MiB', '17 B')
    """
    if size is None:
        return "-"
    amount, unit = float(size), "B"
    for larger in ("KiB", "MiB", "GiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def _table(captures: tuple[Capture, ...]) -> list[str]:
    if not captures:
        return ["  captures nothing"]
    head = ("capture", "kind", "type", "size", "")
    rows = [head, *((c.name, c.kind, c.type, readable_size(c.size), _short(c.problem)) for c in captures)]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return ["  " + "  ".join([*map(str.ljust, row, widths), row[4]]).rstrip() for row in rows]


def _short(problem: str | None) -> str:
    return problem.splitlines()[0] if problem else ""
