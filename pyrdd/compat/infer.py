"""Reads one program's syntax tree and says which members of PySpark it uses: light type inference, nothing is run.

A program is read several times: what a reading shows of functions (what they are given and return) and of attributes is
known to the next one. A few do for calls that go through as many functions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pyrdd.compat import values as v
from pyrdd.compat.imports import in_pyspark, is_module, public_name
from pyrdd.compat.members import Member, members
from pyrdd.compat.project import Project
from pyrdd.compat.values import Class, Function, Instance, Many, Method, Module, Named, ObjectOf, Value
from pyrdd.util.frozen import frozen

UNKNOWN = object()
"""The value of an argument that is no literal."""

_GIVEN_A_FRAME = {
    "pyspark.sql.DataFrame.transform",
    "pyspark.sql.streaming.DataStreamWriter.foreachBatch",
}
"""Methods whose function is given a DataFrame first."""

_OF_LISTS = {"list", "List", "Sequence", "Iterable", "Iterator", "Generator"}
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception"}


@frozen
class Use:
    """A member that is used in a line; ``arguments`` are those of a call with their parameters, the values of literals or
    `UNKNOWN`, and ``starred`` those that go into ``*args``."""

    name: str
    line: int
    arguments: tuple[tuple[str, Any], ...] | None = None
    starred: tuple[Any, ...] = ()


@frozen
class MissingImport:
    """An import of what is not there."""

    name: str
    line: int


Found = Use | MissingImport


class Reader:
    """Reads one file: `read` is called again and again, with what was seen before still known."""

    def __init__(self, tree: ast.Module, module: Module, project: Project) -> None:
        self._tree = tree
        self._module = module
        self._project = project
        self._functions: dict[ast.AST, Function] = {}
        self._classes: dict[ast.AST, Class] = {}
        self._scopes: list[dict[str, Value]] = []
        self._inside: list[Function] = []
        self._optional = 0
        self._quiet = 0
        self._found: dict[Found, None] = {}

    def read(self) -> list[Found]:
        """What the file uses, as its lines come."""
        self._found = {}
        self._scopes = [self._module.names]
        self._block(self._tree.body)
        return sorted(self._found, key=lambda found: found.line)

    def _note(self, found: Found) -> None:
        if not self._quiet:
            self._found[found] = None

    # --- statements -----------------------------------------------------------------------------------------

    def _block(self, body: Iterable[ast.stmt], owner: Class | None = None) -> None:
        for node in body:
            self._statement(node, owner)

    def _statement(self, node: ast.stmt, owner: Class | None = None) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node, owner)
            case ast.ClassDef():
                self._class(node)
            case ast.Assign(targets=targets, value=value):
                found = self._value(value)
                for target in targets:
                    self._bind(target, found)
            case ast.AnnAssign(target=target, annotation=annotation, value=value):
                found = self._value(value) if value else None
                self._bind(target, self._annotated(annotation) or found)
            case ast.For(target=target, iter=source) | ast.AsyncFor(target=target, iter=source):
                self._bind(target, v.element_of(self._value(source)))
                self._block([*node.body, *node.orelse])
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    found = self._value(item.context_expr)
                    if item.optional_vars:
                        self._bind(item.optional_vars, found)
                self._block(body)
            case ast.Return(value=value) if value and self._inside:
                self._returned(self._value(value))
            case ast.Try(body=body, handlers=handlers) if any(map(_catches_imports, handlers)):
                with self._optional_imports():
                    self._block(body)
                self._block([*(s for handler in handlers for s in handler.body), *node.orelse, *node.finalbody])
            case ast.If(test=test, body=body, orelse=otherwise) if _is_for_types(test):
                with self._optional_imports():
                    self._block(body)
                self._block(otherwise)
            case _:
                self._parts(node)

    def _parts(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._statement(child)
            elif isinstance(child, ast.expr):
                self._value(child)
            else:
                self._parts(child)

    @contextmanager
    def _optional_imports(self) -> Iterator[None]:
        self._optional += 1
        yield
        self._optional -= 1

    def _bind(self, target: ast.expr, value: Value) -> None:
        match target:
            case ast.Name(name):
                self._scopes[-1][name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self._bind(part, v.element_of(value))
            case ast.Attribute(value=holder, attr=name):
                owner = self._value(holder)
                if isinstance(owner, ObjectOf | Class):
                    of = owner.of if isinstance(owner, ObjectOf) else owner
                    of.attributes[name] = value or of.attributes.get(name)
            case ast.Starred(value=inner):
                self._bind(inner, value)
            case _:
                self._value(target)

    def _returned(self, value: Value) -> None:
        self._inside[-1].returns = value or self._inside[-1].returns

    # --- imports --------------------------------------------------------------------------------------------

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.ImportFrom):
            self._import_from(node)
            return
        for alias in node.names:
            name = in_pyspark(alias.name)
            root = alias.name.partition(".")[0]
            if name is None:
                self._scopes[-1][alias.asname or root] = self._project.find(alias.name if alias.asname else root)
            else:
                self._check(is_module(name), alias.name, name, node.lineno)
                self._scopes[-1][alias.asname or root] = Named(name if alias.asname else "pyspark")

    def _import_from(self, node: ast.ImportFrom) -> None:
        given = None if node.level else node.module
        module = in_pyspark(given) if given else None
        if given is None or module is None:
            self._import_own(node)
            return
        if not is_module(module):
            self._check(False, given, module, node.lineno)
            return
        for alias in node.names:
            if alias.name == "*":
                self._scopes[-1].update(_all_of(module))
            else:
                self._scopes[-1][alias.asname or alias.name] = self._imported(given, module, alias.name, node.lineno)

    def _import_own(self, node: ast.ImportFrom) -> None:
        """An import from another file of the program, if that is scanned too."""
        prefix = f"{node.module}." if node.module else ""
        module = self._project.find(node.module) if node.module else None
        for alias in node.names:
            if alias.name == "*":
                self._scopes[-1].update(module.names if module else {})
            else:
                found = module.names.get(alias.name) if module else None
                self._scopes[-1][alias.asname or alias.name] = found or self._project.find(f"{prefix}{alias.name}")

    def _imported(self, given: str, module: str, name: str, line: int) -> Value:
        public = public_name(module, name)
        if public is None:
            inner = f"{module}.{name}"
            self._check(is_module(inner), f"{given}.{name}", inner, line)
            return Named(inner)
        if public not in members():
            return Named(public)
        self._note(Use(public, line))
        return v.of_member(members()[public])

    def _check(self, there: bool, given: str, name: str, line: int) -> None:
        if not there and not self._optional and not given.startswith("pyrdd"):
            self._note(MissingImport(name, line))

    # --- functions and classes ------------------------------------------------------------------------------

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef, owner: Class | None) -> None:
        decorators = [self._value(decorator) for decorator in node.decorator_list]
        names = {_last_name(decorator) for decorator in node.decorator_list}
        known = self._functions.setdefault(
            node, Function(node, is_method=owner is not None and "staticmethod" not in names)
        )
        if "fixture" in names:
            self._project.fixtures[node.name] = known
        if node.returns:
            known.returns = self._annotated(node.returns) or known.returns
        value: Value = known
        if any(_makes_columns(decorator) for decorator in decorators):
            value = v.ColumnFunction()
        elif "property" in names:
            value = known.returns
        (owner.attributes if owner else self._scopes[-1])[node.name] = value
        self._function(known, owner, "classmethod" in names)

    def _function(self, known: Function, owner: Class | None = None, of_class: bool = False) -> None:
        """Reads a function's body, with its parameters bound to what is known of them."""
        args = known.node.args
        named = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        scope = {arg.arg: self._parameter(known, arg) for arg in named}
        if owner is not None and known.is_method and named:
            scope[named[0].arg] = owner if of_class else ObjectOf(owner)
        for default in (*args.defaults, *args.kw_defaults):
            if default is not None:
                self._value(default)
        self._scopes.append(scope)
        self._inside.append(known)
        if isinstance(known.node, ast.Lambda):
            self._returned(self._value(known.node.body))
        else:
            self._block(known.node.body)
        self._inside.pop()
        self._scopes.pop()

    def _parameter(self, known: Function, arg: ast.arg) -> Value:
        annotated = self._annotated(arg.annotation) if arg.annotation else None
        found = annotated or known.parameters.get(arg.arg)
        if found is None and arg.arg in self._project.fixtures:
            found = self._project.fixtures[arg.arg].returns
        if found is None and arg.annotation is None and arg.arg in v.USUAL:
            found = Instance(v.USUAL[arg.arg])
        return found

    def _class(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *(keyword.value for keyword in node.keywords)):
            self._value(part)
        known = self._classes.setdefault(node, Class())
        known.bases = [base for base in map(self._value, node.bases) if isinstance(base, Class)]
        self._scopes[-1][node.name] = known
        self._scopes.append({})
        self._block(node.body, known)
        known.attributes.update({name: value for name, value in self._scopes.pop().items() if value is not None})

    def _annotated(self, node: ast.expr) -> Value:
        """An object of the class that an annotation names."""
        match node:
            case ast.Constant(value=str(text)):
                try:
                    return self._annotated(ast.parse(text, mode="eval").body)
                except SyntaxError:
                    return None
            case ast.BinOp(left=left, right=right):
                return self._annotated(left) or self._annotated(right)
            case ast.Subscript(value=head, slice=inner):
                name = _last_name(head)
                if name in ("Optional", "Annotated"):
                    return self._annotated(inner)
                if name in _OF_LISTS:
                    found = self._annotated(inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner)
                    return Many(found.kind) if isinstance(found, Instance) else None
                return self._annotated(head)
            case ast.Name() | ast.Attribute():
                match self._quietly(node):
                    case Named(name) if name in members():
                        return Instance(name)
                    case Class() as known:
                        return ObjectOf(known)
        return None

    def _quietly(self, node: ast.expr) -> Value:
        """The value of an expression whose uses do not count."""
        self._quiet += 1
        found = self._value(node)
        self._quiet -= 1
        return found

    # --- expressions ----------------------------------------------------------------------------------------

    def _value(self, node: ast.expr) -> Value:
        match node:
            case ast.Name(name):
                return self._look_up(name)
            case ast.Attribute(value=holder, attr=name):
                return self._attribute(self._value(holder), name, _end_line(node))
            case ast.Call():
                return self._call(node)
            case ast.Subscript(value=holder, slice=index):
                found = self._value(holder)
                self._value(index)
                return v.item_of(found, index)
            case ast.BinOp(left=left, right=right):
                return v.combined([self._value(left), self._value(right)])
            case ast.UnaryOp(operand=operand):
                return v.combined([self._value(operand)])
            case ast.Compare(left=left, comparators=others):
                return v.combined([self._value(part) for part in (left, *others)])
            case ast.BoolOp(values=parts):
                return _first([self._value(part) for part in parts])
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                self._value(test)
                return _first([self._value(body), self._value(otherwise)])
            case ast.NamedExpr(target=target, value=value):
                found = self._value(value)
                self._bind(target, found)
                return found
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return self._several([self._value(part) for part in parts])
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.Lambda():
                known = self._functions.setdefault(node, Function(node))
                self._function(known)
                return known
            case ast.Yield(value=value) if value and self._inside:
                self._returned(self._value(value))
                return None
            case ast.Await(value=value) | ast.Starred(value=value):
                return self._value(value)
        self._parts(node)
        return None

    def _look_up(self, name: str) -> Value:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return Instance(v.USUAL[name]) if name in v.USUAL else None

    def _attribute(self, owner: Value, name: str, line: int) -> Value:
        member = v.member_in(owner, name)
        if member is not None:
            self._note(Use(member.name, line))
            return v.of_member(member)
        match owner:
            case Named(module) if module not in members():
                public = public_name(module, name)
                member = members().get(public or "")
                return v.of_member(member) if member else Named(f"{module}.{name}")
            case Instance(kind) if name.startswith("_j") and name != "_jsparkSession":  # which reads types
                self._note(Use(f"{kind}.{name}", line))
            case Instance("pyspark.sql.DataFrame" | "pyspark.sql.Column") if not name.startswith("_"):
                return Instance(v.COLUMN)
            case ObjectOf(of) | (Class() as of):
                return of.attribute(name) or (Instance(v.USUAL[name]) if name in v.USUAL else None)
            case Module():
                return owner.names.get(name)
        return None

    def _several(self, parts: list[Value]) -> Value:
        first = parts[0] if parts else None
        return Many(first.kind) if isinstance(first, Instance) and all(part == first for part in parts) else None

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        self._scopes.append({})
        for clause in node.generators:
            self._bind(clause.target, v.element_of(self._value(clause.iter)))
            for condition in clause.ifs:
                self._value(condition)
        if isinstance(node, ast.DictComp):
            self._value(node.key)
            found = self._value(node.value)
        else:
            found = self._value(node.elt)
        self._scopes.pop()
        return self._several([found]) if not isinstance(node, ast.DictComp) else None

    # --- calls ----------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Value:
        function = self._value(node.func)
        given = [self._value(arg) for arg in node.args]
        named = {keyword.arg: self._value(keyword.value) for keyword in node.keywords}
        line = _end_line(node.func)
        match function:
            case Method(member):
                self._note_call(member, node, line)
                if member.name in _GIVEN_A_FRAME and given and isinstance(given[0], Function):
                    self._give(given[0], [Instance(v.DATAFRAME)], {})
                return v.result_of(member)
            case Named(name) if name in members():
                self._note_call(members()[name], node, line)
                return Instance(name)
            case v.ColumnFunction():
                return Instance(v.COLUMN)
            case Function():
                self._give(function, given, named)
                return function.returns
            case Class():
                init = function.attribute("__init__")
                if isinstance(init, Function):
                    self._give(init, given, named)
                return ObjectOf(function)
        return None

    def _give(self, function: Function, given: list[Value], named: Mapping[str | None, Value]) -> None:
        """Remembers what a call gives to a function's parameters."""
        shown = dict(zip(function.names, given, strict=False)) | {name: value for name, value in named.items() if name}
        for name, value in shown.items():
            function.parameters[name] = value or function.parameters.get(name)

    def _note_call(self, member: Member, node: ast.Call, line: int) -> None:
        names = [name for name in member.parameters or () if not name.startswith("*")]
        arguments = dict(zip(names, map(_literal, node.args), strict=False))
        arguments |= {keyword.arg: _literal(keyword.value) for keyword in node.keywords if keyword.arg}
        starred = tuple(map(_literal, node.args[len(names) :]))
        self._note(Use(member.name, line, tuple(arguments.items()), starred))


def _first(found: list[Value]) -> Value:
    """The first that is known."""
    return next((value for value in found if value is not None), None)


def _literal(node: ast.expr) -> Any:
    return node.value if isinstance(node, ast.Constant) else UNKNOWN


def _all_of(module: str) -> dict[str, Value]:
    """What ``from module import *`` binds."""
    prefix = f"{module}."
    own = ((name[len(prefix) :], member) for name, member in members().items() if name.startswith(prefix))
    return {name: v.of_member(member) for name, member in own if "." not in name}


def _makes_columns(decorator: Value) -> bool:
    if isinstance(decorator, Method):
        return isinstance(v.result_of(decorator.member), v.ColumnFunction)
    return isinstance(decorator, v.ColumnFunction)


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or _last_name(kind) in _IMPORT_ERRORS for kind in caught)


def _is_for_types(test: ast.expr) -> bool:
    return _last_name(test) == "TYPE_CHECKING"


def _last_name(node: ast.expr) -> str:
    head = node.func if isinstance(node, ast.Call) else node
    return head.attr if isinstance(head, ast.Attribute) else getattr(head, "id", "")


def _end_line(node: ast.expr) -> int:
    """The line of the last name of a chain, which may go over many."""
    return node.end_lineno or node.lineno
