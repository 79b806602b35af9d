"""What an object takes along when it is pickled, and the way from it to the part that cannot be.

Follows what cloudpickle does: functions and classes that can be imported go by name; those of ``__main__``,
a notebook or another function go by value, with their closure variables, the globals that they use,
defaults and attributes; instances with what ``__reduce_ex__`` says. Used when pickling has failed, and by
`pyrdd.explain_closure`.

    lambda at app.py:12 -> global `helper` (app.py:3) -> attribute `client` -> _thread.lock
"""

from __future__ import annotations

import copyreg
import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType
from typing import Any

from cloudpickle.cloudpickle import _extract_code_globals, _should_pickle_by_reference

from pyrdd.errors.frames import function_name, is_engine, short_name

Dumps = Callable[[Any], bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that ``value`` is pickled along as: a ``kind`` (``global``, ``closure variable``, ...)
    and its name."""

    kind: str
    name: str
    value: Any

    @property
    def label(self) -> str:
        """How a path shows it: ``global `helper` (app.py:3)``."""
        shown = f"{self.kind} `{self.name}`" if self.name else self.kind
        where = location(self.value)
        return f"{shown} ({where})" if where else shown


@dataclass(frozen=True, slots=True)
class Offender:
    """The part that cannot be pickled: the path to it, the root first, and the error that it raises."""

    path: tuple[Part, ...]
    error: Exception

    @property
    def value(self) -> Any:
        """The offending object itself."""
        return self.path[-1].value

    @property
    def root(self) -> str:
        """What the user wrote that holds the object."""
        return describe(self.path[0].value)

    @property
    def holder(self) -> str:
        """The name under which the object is held."""
        return self.path[-1].label if len(self.path) > 1 else self.root

    @property
    def text(self) -> str:
        """The path in one line."""
        labels = [self.root, *(part.label for part in self.path[1:])]
        return " -> ".join([*labels, type_name(self.value)])


# --- names ------------------------------------------------------------------------------------------------


def type_name(value: object) -> str:
    """The type of a value as a message shows it: ``_thread.lock``, ``dict``."""
    cls = type(value)
    return cls.__qualname__ if cls.__module__ in _UNNAMED else f"{cls.__module__}.{cls.__qualname__}"


_UNNAMED = ("builtins", "__main__")


def location(value: object) -> str:
    """``app.py:3`` for a function of the user's, otherwise nothing."""
    code = getattr(_function(value), "__code__", None)
    return f"{short_name(code.co_filename)}:{code.co_firstlineno}" if code is not None else ""


def describe(value: object) -> str:
    """``lambda at app.py:12``, ``parse at app.py:3``, ``a functools.partial``."""
    function = _function(value)
    if function is not None:
        return f"{function_name(function.__code__)} at {location(function)}"
    if isinstance(value, functools.partial):
        return f"functools.partial of {describe(value.func)}"
    return f"class {value.__qualname__}" if isinstance(value, type) else f"a {type_name(value)}"


def _function(value: object) -> FunctionType | None:
    inner = value.__func__ if isinstance(value, MethodType) else value
    return inner if isinstance(inner, FunctionType) else None


def is_users(value: object) -> bool:
    """Whether the value is a callable that the user wrote, not the engine."""
    function = _function(value)
    if function is not None:
        return not is_engine(function.__code__.co_filename)
    if isinstance(value, functools.partial):
        return is_users(value.func)
    return callable(value) and not type(value).__module__.startswith(("pyrdd.", "builtins"))


# --- parts of an object -----------------------------------------------------------------------------------


def parts(value: Any) -> Iterable[Part]:
    """What is pickled as a part of ``value``; nothing for what goes by name, or cannot say."""
    exact = _EXACT_FINDERS.get(type(value))
    if exact is not None:
        return exact(value)
    fitting = (find for types, find in _FINDERS if isinstance(value, types))
    return next(fitting, _of_instance)(value)


def _of_function(function: FunctionType) -> Iterator[Part]:
    if _by_name(function):
        return
    code = function.__code__
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        yield from _of_cell(name, cell)
    for name in _extract_code_globals(code):
        if name in function.__globals__:
            yield Part("global", name, function.__globals__[name])
    positional = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    for name, default in zip(positional[len(positional) - len(defaults) :], defaults, strict=True):
        yield Part("default of", name, default)
    yield from _named("default of", function.__kwdefaults__ or {})
    yield from _named("attribute", function.__dict__)
    yield from _named("annotation of", function.__annotations__)


def _of_cell(name: str, cell: Any) -> Iterator[Part]:
    try:
        yield Part("closure variable", name, cell.cell_contents)
    except ValueError:
        return  # the cell is empty: the variable has no value yet


def _by_name(value: FunctionType | type) -> bool:
    return bool(_should_pickle_by_reference(value))


def _named(kind: str, members: Iterable[Any]) -> Iterator[Part]:
    return (Part(kind, str(name), member) for name, member in dict(members).items())


def _of_method(method: Any) -> Iterator[Part]:
    if not isinstance(method.__self__, (ModuleType, type(None))):
        yield Part("self", "", method.__self__)
    if isinstance(method, MethodType):
        yield Part("function", method.__func__.__name__, method.__func__)


def _of_partial(partial: functools.partial[Any]) -> Iterator[Part]:
    yield Part("function of the partial", "", partial.func)
    yield from (Part(f"argument {i} of the partial", "", value) for i, value in enumerate(partial.args))
    yield from _named("argument of the partial", partial.keywords)


def _of_class(cls: type) -> Iterator[Part]:
    if _by_name(cls):
        return
    yield from (Part("base class", base.__name__, base) for base in cls.__bases__)
    yield from (
        Part("class attribute", name, member)
        for name, member in vars(cls).items()
        if name not in ("__dict__", "__weakref__", "__doc__", "__module__")
    )


def _of_module(module: ModuleType) -> Iterator[Part]:
    return iter(()) if sys.modules.get(module.__name__) is module else _named("attribute", vars(module))


def _of_dict(mapping: dict[Any, Any]) -> Iterator[Part]:
    for key, value in mapping.items():
        yield Part("key", _short(key), key)
        yield Part("value of key", _short(key), value)


def _of_items(items: Iterable[Any]) -> Iterator[Part]:
    return (Part(f"item {i}", "", item) for i, item in enumerate(items))


def _of_property(accessors: property) -> Iterator[Part]:
    pairs = (("getter", accessors.fget), ("setter", accessors.fset), ("deleter", accessors.fdel))
    return (Part(kind, "", function) for kind, function in pairs if function is not None)


def _of_wrapper(wrapper: Any) -> Iterator[Part]:
    yield Part("function", "", wrapper.__func__)


def _of_instance(value: Any) -> Iterator[Part]:
    reduced = _reduced(value)
    if not isinstance(reduced, tuple):
        return
    _, args, state, items, pairs = (*reduced, None, None, None)[:5]
    yield from (_argument(arg) for arg in args or ())
    yield from _of_state(state)
    yield from _of_items(items or ())
    for key, member in pairs or ():
        yield Part("value of key", _short(key), member)


def _argument(arg: Any) -> Part:
    return Part("class", arg.__qualname__, arg) if isinstance(arg, type) else Part("argument", "", arg)


def _reduced(value: Any) -> Any:
    try:
        reducer = copyreg.dispatch_table.get(type(value))
        return reducer(value) if reducer else value.__reduce_ex__(5)
    except Exception:
        return None  # it is itself what cannot be pickled


def _of_state(state: Any) -> Iterator[Part]:
    members = state if isinstance(state, tuple) and len(state) == 2 else (state,)
    for member in members:
        if isinstance(member, dict):
            yield from _named("attribute", member)
        elif member is not None:
            yield Part("state", "", member)


def _short(key: object) -> str:
    text = repr(key)
    return text if len(text) <= 40 else f"{text[:37]}..."


_FINDERS: tuple[tuple[Any, Callable[[Any], Iterable[Part]]], ...] = (
    (FunctionType, _of_function),
    ((MethodType, BuiltinMethodType), _of_method),
    (functools.partial, _of_partial),
    (type, _of_class),
    (ModuleType, _of_module),
    (property, _of_property),
    ((staticmethod, classmethod), _of_wrapper),
)
_EXACT_FINDERS: dict[type, Callable[[Any], Iterable[Part]]] = {
    dict: _of_dict,
    list: _of_items,
    tuple: _of_items,
    set: _of_items,
    frozenset: _of_items,
}


# --- the way to what cannot be pickled --------------------------------------------------------------------


def find_offender(root: Any, error: Exception, dumps: Dumps) -> Offender:
    """The path from ``root``, whose pickling raised ``error``, to the innermost part that cannot be pickled.

    The path starts at the first function of the user's on it, when ``root`` is a structure of the engine's.
    """
    path, seen = [Part("", "", root)], {id(root)}
    failing: tuple[Part, Exception] | None = (path[0], error)
    while failing is not None:
        failing = _first_failing(path[-1].value, dumps, seen)
        if failing is not None:
            path.append(failing[0])
            error = failing[1]
    start = next((i for i, part in enumerate(path) if is_users(part.value)), 0)
    return Offender(tuple(path[start:]), error)


def _first_failing(value: Any, dumps: Dumps, seen: set[int]) -> tuple[Part, Exception] | None:
    for part in parts(value):
        if id(part.value) in seen:
            continue
        seen.add(id(part.value))
        error = failure(part.value, dumps)
        if error is not None:
            return part, error
    return None


def failure(value: Any, dumps: Dumps) -> Exception | None:
    """What pickling the value raises, if anything."""
    try:
        dumps(value)
    except Exception as error:
        return error
    return None
