"""Reads the public members of PySpark from its sources, without importing it: no JVM, no dependencies, any Python.

    API (modules) -> names of each -> where a name is defined -> members of a class, with parameters and return types

Only names are taken: no documentation, no defaults.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

API = (
    "pyspark",
    "pyspark.sql",
    "pyspark.sql.functions",
    "pyspark.sql.functions.partitioning",
    "pyspark.sql.types",
    "pyspark.sql.streaming",
    "pyspark.sql.streaming.listener",
    "pyspark.sql.streaming.state",
    "pyspark.sql.streaming.stateful_processor",
    "pyspark.sql.conf",
    "pyspark.sql.datasource",
    "pyspark.sql.catalog",
    "pyspark.sql.table_arg",
    "pyspark.sql.tvf",
    "pyspark.sql.udf",
    "pyspark.sql.udtf",
    "pyspark.sql.avro.functions",
    "pyspark.sql.protobuf.functions",
    "pyspark.errors",
    "pyspark.testing",
    "pyspark.logger",
    "pyspark.resource",
    "pyspark.accumulators",
    "pyspark.profiler",
    "pyspark.resultiterable",
    "pyspark.serializers",
    "pyspark.statcounter",
)
"""The modules whose names are public. What several of them export belongs to the first."""

_PATCHED_IN = {("pyspark.RDD", "toDF"): ("pyspark.sql.session", "toDF")}
"""Members that PySpark adds to a class when a session starts, and the function of that module that it adds."""

_ALL_DEFINED = {"pyspark.sql.streaming.listener", "pyspark.sql.streaming.stateful_processor"}
"""Modules whose ``__all__`` leaves out classes that programs get from their methods."""

_OF_PROPERTIES = {"property", "classproperty", "cached_property"}
_LISTS = {"List", "list", "Sequence", "Iterable", "Iterator"}

_Definition = ast.FunctionDef | ast.ClassDef | ast.expr


def read_members(home: Path) -> dict[str, dict[str, Any]]:
    """Every public member below the directory of the package ``pyspark``: ``{dotted name: {kind, parameters, ...}}``,
    sorted by name."""
    found = dict(_Reader(home).members())
    return {name: found[name] for name in sorted(found)}


def version_of(home: Path) -> str:
    """PySpark's version, as its sources tell it."""
    found = [node.value for node in _parse(home / "version.py").body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return str(ast.literal_eval(found[0] or ast.Constant(None)))


class _Module:
    """One module's text: what its top level binds."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.is_package = path.name == "__init__.py"
        self._tree = _parse(path)

    @cached_property
    def defined(self) -> dict[str, _Definition]:
        """Classes, functions and values that are defined here."""
        found: dict[str, _Definition] = {}
        for node in _statements(self._tree.body):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found[node.targets[0].id] = node.value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                found[node.target.id] = node.value
        return found

    @cached_property
    def imported(self) -> dict[str, tuple[str, str]]:
        """``{name: (module, its name there)}`` of what is imported, also inside of functions, for annotations."""
        return {
            alias.asname or alias.name: (self._absolute(node), alias.name)
            for node in ast.walk(self._tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    @cached_property
    def starred(self) -> list[str]:
        """The modules of which everything is imported."""
        return [module for module, name in self.imported.values() if name == "*"]

    @cached_property
    def exported(self) -> list[str]:
        """``__all__``; without it what is defined here, and what a package imports from its own modules."""
        listed = self.defined.get("__all__")
        if isinstance(listed, ast.List | ast.Tuple) and self.name not in _ALL_DEFINED:
            return [
                item.value for item in listed.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)
            ]
        own = [name for name, node in self.defined.items() if not isinstance(node, ast.expr)]
        if self.is_package:
            own += [name for name, (module, _) in self.imported.items() if module.startswith(f"{self.name}.")]
        return [name for name in own if not name.startswith(("_", "JStreaming"))]

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name if self.is_package else self.name.rpartition(".")[0]
        for _ in range(node.level - 1):
            package = package.rpartition(".")[0]
        return f"{package}.{node.module}" if node.module else package


class _Reader:
    def __init__(self, home: Path) -> None:
        self._home = home
        self._modules: dict[str, _Module | None] = {}
        self._public: dict[tuple[str, str], str] = {}
        for module in API:
            for name in self._module_of(module).exported:
                self._public.setdefault(self._definition(module, name), f"{module}.{name}")

    def members(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for (module, name), public in self._public.items():
            node = self._module_of(module).defined.get(name)
            if isinstance(node, ast.ClassDef):
                yield from self._class(public, module, node)
            elif isinstance(node, ast.FunctionDef):
                yield public, self._function(module, node, "function", public)
            elif not name.startswith("__"):
                yield public, {"kind": "attribute"}
        for (owner, name), (module, function) in _PATCHED_IN.items():
            yield f"{owner}.{name}", self._patched(module, function, owner)

    def _patched(self, module: str, function: str, owner: str) -> dict[str, Any]:
        tree = ast.walk(self._module_of(module)._tree)
        node = next(node for node in tree if isinstance(node, ast.FunctionDef) and node.name == function)
        return self._function(module, node, "method", owner)

    # --- where names lead -----------------------------------------------------------------------------------

    def _module_of(self, name: str) -> _Module:
        found = self._find_module(name)
        if found is None:
            raise ModuleNotFoundError(f"{self._home} has no module {name}", name=name)
        return found

    def _find_module(self, name: str) -> _Module | None:
        if name not in self._modules:
            base = self._home.joinpath(*name.split(".")[1:])
            paths = [path for path in (base / "__init__.py", base.with_suffix(".py")) if path.exists()]
            known = name.partition(".")[0] == "pyspark" and paths
            self._modules[name] = _Module(name, paths[0]) if known else None
        return self._modules[name]

    def _definition(self, module: str, name: str) -> tuple[str, str]:
        """Where a name of a module is defined in the end, imports followed."""
        found = self._find_module(module)
        if found is None or name in found.defined:
            return module, name
        if name in found.imported and found.imported[name] != (module, name):
            return self._definition(*found.imported[name])
        for starred in found.starred:
            home = self._definition(starred, name)
            if home[0] != starred or name in self._module_of(starred).defined:
                return home
        return module, name

    # --- what is there --------------------------------------------------------------------------------------

    def _class(self, public: str, module: str, node: ast.ClassDef) -> Iterator[tuple[str, dict[str, Any]]]:
        members = self._class_members(public, module, node)
        constructor = members.pop("__init__", {})
        bases = list(self._public_bases(module, node))
        yield public, _entry("class", parameters=constructor.get("parameters"), bases=bases)
        for name, member in members.items():
            yield f"{public}.{name}", member
        for inner in node.body:
            if isinstance(inner, ast.ClassDef) and not inner.name.startswith("_"):
                yield from self._class(f"{public}.{inner.name}", module, inner)

    def _class_members(self, public: str, module: str, node: ast.ClassDef) -> dict[str, dict[str, Any]]:
        """The members of the class and of its bases that are not public themselves."""
        found: dict[str, dict[str, Any]] = {}
        for base_module, name in self._bases(module, node):
            base = self._module_of(base_module).defined.get(name)
            if (base_module, name) not in self._public and isinstance(base, ast.ClassDef):
                found.update(self._class_members(public, base_module, base))
        for statement in _statements(node.body):
            found.update(self._statement(public, module, statement, found))
        return found

    def _bases(self, module: str, node: ast.ClassDef) -> Iterator[tuple[str, str]]:
        for base in node.bases:
            head = base.value if isinstance(base, ast.Subscript) else base
            if isinstance(head, ast.Name):
                home, name = self._definition(module, head.id)
                found = self._find_module(home)
                if found is not None and name in found.defined:
                    yield home, name

    def _public_bases(self, module: str, node: ast.ClassDef) -> Iterator[str]:
        """The nearest public classes above a class."""
        for home, name in self._bases(module, node):
            base = self._module_of(home).defined[name]
            if (home, name) in self._public:
                yield self._public[home, name]
            elif isinstance(base, ast.ClassDef):
                yield from self._public_bases(home, base)

    def _statement(
        self, public: str, module: str, node: ast.stmt, before: Mapping[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(node, ast.FunctionDef) and (not node.name.startswith("_") or node.name == "__init__"):
            kind = "property" if _OF_PROPERTIES & set(map(_last_name, node.decorator_list)) else "method"
            yield node.name, self._function(module, node, kind, public)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if not node.target.id.startswith("_"):
                returns = self._type(module, node.annotation, public)
                yield node.target.id, _entry("attribute", returns=returns)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and not target.id.startswith("_"):
                    same = before.get(node.value.id) if isinstance(node.value, ast.Name) else None
                    yield target.id, same or {"kind": "attribute"}

    def _function(self, module: str, node: ast.FunctionDef, kind: str, owner: str) -> dict[str, Any]:
        if kind == "property":
            return _entry(kind, returns=self._type(module, node.returns, owner))
        names = _parameters(node.args)
        is_static = "staticmethod" in map(_last_name, node.decorator_list)
        if kind == "method" and not is_static:
            names = names[1:]
        return _entry(kind, parameters=names, returns=self._type(module, node.returns, owner))

    def _type(self, module: str, annotation: ast.expr | None, owner: str) -> str | None:
        """The public class that an annotation names; ``[class]`` for several of it."""
        match annotation:
            case ast.Constant(value=str(text)):
                return self._type(module, ast.parse(text, mode="eval").body, owner)
            case ast.Subscript(value=ast.Name("Optional") | ast.Attribute(attr="Optional"), slice=inner):
                return self._type(module, inner, owner)
            case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in _LISTS:
                found = self._type(module, inner, owner)
                return f"[{found}]" if found else None
            case ast.Subscript(value=value):
                return self._type(module, value, owner)
            case ast.Name("Self"):
                return owner
            case ast.Name(name):
                inner_class = f"{owner.rpartition('.')[0] if owner.endswith(f'.{name}') else owner}.{name}"
                return self._public.get(self._definition(module, name)) or (inner_class if name == "Builder" else None)
            case ast.Attribute(value=ast.Name(name), attr=inner_name):
                outer = self._public.get(self._definition(module, name))
                return f"{outer}.{inner_name}" if outer else None
        return None


def _entry(kind: str, **parts: Any) -> dict[str, Any]:
    """What is recorded of a member: empty parts are left out, but a function's empty list of parameters."""
    return {"kind": kind} | {name: value for name, value in parts.items() if value or (value == [] and name != "bases")}


def _parameters(args: ast.arguments) -> list[str]:
    """Names in order; ``*args`` and ``**kwargs`` with their stars, and ``*`` before parameters by keyword only."""
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    if args.vararg or args.kwonlyargs:
        names.append(f"*{args.vararg.arg}" if args.vararg else "*")
    names += [arg.arg for arg in args.kwonlyargs]
    return names + ([f"**{args.kwarg.arg}"] if args.kwarg else [])


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body, those under ``if`` and ``try`` included: most of these ask for a version or a package."""
    for node in body:
        match node:
            case ast.If(body=then, orelse=otherwise):
                yield from _statements([*otherwise, *then])
            case ast.Try(body=then, orelse=otherwise):
                yield from _statements([*then, *otherwise])
            case _:
                yield node


def _last_name(node: ast.expr) -> str:
    head = node.func if isinstance(node, ast.Call) else node
    return head.attr if isinstance(head, ast.Attribute) else getattr(head, "id", "")


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
