"""Judges each public member of PySpark by pyrdd's own code.

    is it there? -> does its body only refuse? -> has it the parameters? -> what do our hands say (`differences`)?

What the code says comes first: a member that is not there, or refuses whatever it is given, is a no, with the
alternative that its own error names. Imports pyrdd's modules; starts no session.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pyrdd.compat.differences import differences, instead_of, is_unseen
from pyrdd.compat.members import Member, members, module_of
from pyrdd.compat.table import YES, Support, absent_packages

_MISSING = object()
_REFUSALS = ("not_implemented", "unsupported")
_STARS: Mapping[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
_BY_POSITION = (".toInternal", ".fromInternal")  # methods that the engine calls


def judge_all() -> dict[str, Support]:
    """The whole table: every listed member, and the packages that are not there, sorted by name."""
    found = {name: judge(member) for name, member in members().items()} | absent_packages()
    return {name: found[name] for name in sorted(found)}


def judge(member: Member) -> Support:
    """What pyrdd supports of a member."""
    try:
        ours = find(member.name)
    except LookupError:
        return YES if is_unseen(member.name) else Support("no", instead_of(member.name))
    refused = instead_of(member.name) or refusal_of(ours)
    if refused:
        return Support("no", refused)
    notes = [difference.note for difference in differences(member.name)] + _lacking(member, ours)
    return Support("partial", " ".join(dict.fromkeys(notes))) if notes else YES


def find(name: str) -> Any:
    """pyrdd's object of PySpark's name, unbound. Raises LookupError if there is none.

    >>> find("pyspark.sql.DataFrame.select").__name__
    'select'
    """
    module = module_of(name)
    found = _import(f"pyrdd{module.removeprefix('pyspark')}")
    for part in name[len(module) + 1 :].split("."):
        found = _attribute(found, part)
    return found


def refusal_of(function: Any) -> str | None:
    """What a function whose body does nothing but refuse says to use instead; None for one that does something."""
    function = inspect.unwrap(getattr(function, "fget", None) or getattr(function, "__func__", None) or function)
    code = getattr(function, "__code__", None)
    return None if code is None else _refusals(code.co_filename).get(code.co_firstlineno)


def missing_parameters(member: Member, ours: Any) -> list[str]:
    """The parameters of PySpark's that pyrdd's function does not have, aside from private ones, and from ``*args``, which
    where it is missing (`InheritableThread`) can be given nothing but None."""
    own = _parameters(ours)
    if own is None or member.parameters is None:
        return []
    return [name for name in member.parameters if not name.startswith("_") and name not in ("*", "*args", *own)]


def _import(module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise LookupError(module) from None


def _attribute(owner: Any, name: str) -> Any:
    found = inspect.getattr_static(owner, name, _MISSING) if inspect.isclass(owner) else getattr(owner, name, _MISSING)
    if found is not _MISSING:
        return found
    if any(name in getattr(kind, "__annotations__", {}) for kind in getattr(owner, "__mro__", ())):
        return None  # an attribute that only instances have
    raise LookupError(name)


def _lacking(member: Member, ours: Any) -> list[str]:
    if member.name.endswith(_BY_POSITION) or (member.kind == "class" and not _is_made_by_programs(member)):
        return []
    missing = missing_parameters(member, ours)
    return [f"Without {', '.join(missing)}."] if missing else []


def _is_made_by_programs(member: Member) -> bool:
    """Whether programs call the class: what a session, a frame or a context hands out is made by these alone."""
    return not any(other.returns in (member.name, f"[{member.name}]") for other in members().values())


def _parameters(function: Any) -> Sequence[str] | None:
    function = getattr(function, "__func__", function)
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # no function, or one of C's
        return None
    return [f"{_STARS.get(parameter.kind, '')}{parameter.name}" for parameter in found]


@cache
def _refusals(file: str) -> Mapping[int, str]:
    """``{first line: alternative}`` of the functions of a file that only raise a refusal."""
    text = Path(file).read_text(encoding="utf-8")
    if not any(f"raise {name}(" in text for name in _REFUSALS):
        return {}
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return {_first_line(node): note for node in functions if (note := _only_refuses(node)) is not None}


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _only_refuses(node: ast.FunctionDef) -> str | None:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    match body:
        case [ast.Raise(exc=ast.Call(func=ast.Name(name), args=[_, ast.Constant(str(alternative))]))]:
            return alternative if name in _REFUSALS else None
    return None
