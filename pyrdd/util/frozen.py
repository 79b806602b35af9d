"""frozen: small immutable classes that cost next to nothing until they are used.

`dataclasses.dataclass` writes and compiles half a dozen functions for each class, a millisecond a class: creating the
engine's classes was half of the time that importing it took. Of these only ``__init__`` is compiled, when the first
instance is made; the rest is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")

_DEFAULTS = "__frozen_defaults__"


class _Factory:
    """A default that is made anew for each instance."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], T]) -> T:
    """The default of a field that each instance gets a new one of, such as ``field(default_factory=dict)``."""
    return _Factory(default_factory)  # type: ignore[return-value]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """The class with slots for its annotated fields, a constructor, equality, hash and representation by their values,
    and immutable, like ``dataclass(frozen=True, slots=True)``. It pickles as a call of itself.

    A field without a default may not follow one with a default.

    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(1, 0), replace(Point(1), y=2)
    (Point(x=1, y=0), True, Point(x=1, y=2))
    """
    own = [name for name, kind in cls.__annotations__.items() if not str(kind).startswith(("ClassVar", "typing.Cl"))]
    inherited = {name: None for base in reversed(cls.__mro__[1:]) for name in base.__dict__.get("__match_args__", ())}
    space = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    defaults = {**getattr(cls, _DEFAULTS, {}), **{name: space.pop(name) for name in own if name in space}}
    for name, method in _METHODS.items():
        space.setdefault(name, method)
    space["__slots__"] = tuple(name for name in own if name not in inherited)
    space["__match_args__"] = tuple(dict.fromkeys([*inherited, *own]))
    space[_DEFAULTS] = defaults
    kind: Any = type(cls)  # a Protocol's or an ABC's is a class of its own
    made: type[T] = kind(cls.__name__, cls.__bases__, space)
    return made


def replace(old: T, **changes: Any) -> T:
    """A copy of an instance with other values in some fields."""
    values = {name: getattr(old, name) for name in _names(old)}
    return type(old)(**{**values, **changes})


def is_frozen(kind: object) -> bool:
    """Whether ``kind`` is a class made by `frozen`."""
    return isinstance(kind, type) and hasattr(kind, _DEFAULTS)


# --- the methods ------------------------------------------------------------------------------------------------


def _names(instance: Any) -> tuple[str, ...]:
    names: tuple[str, ...] = type(instance).__match_args__
    return names


def _values(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in _names(self)])


def _first_init(self: Any, *args: Any, **kwargs: Any) -> None:
    """Compiles the constructor of the class, puts it in its place, and calls it."""
    owner = next(kind for kind in type(self).__mro__ if kind.__dict__.get("__init__") is _first_init)
    init = _compiled_init(owner)
    type.__setattr__(owner, "__init__", init)
    init(self, *args, **kwargs)


def _compiled_init(owner: type) -> Callable[..., None]:
    names: tuple[str, ...] = owner.__match_args__  # type: ignore[attr-defined]
    defaults: dict[str, Any] = getattr(owner, _DEFAULTS)
    space: dict[str, Any] = {f"set_{name}": getattr(owner, name).__set__ for name in names}
    space |= {f"default_{name}": value for name, value in defaults.items()}
    given = [f"{name}=default_{name}" if name in defaults else name for name in names]
    lines = [f"def __init__({', '.join(['self', *given])}):", *_assignments(names, defaults)]
    if hasattr(owner, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec("\n".join(lines), space)
    init: Callable[..., None] = space["__init__"]
    init.__qualname__ = f"{owner.__qualname__}.__init__"
    init.__module__ = owner.__module__
    return init


def _assignments(names: tuple[str, ...], defaults: dict[str, Any]) -> Iterator[str]:
    for name in names:
        value = name
        if isinstance(defaults.get(name), _Factory):
            value = f"default_{name}.make() if {name} is default_{name} else {name}"
        yield f" set_{name}(self, {value})"
    yield " pass"


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in _names(self))
    return f"{type(self).__qualname__}({fields})"


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    return type(self), _values(self)


def _refuse_to_set(self: Any, name: str, value: object) -> NoReturn:
    raise AttributeError(f"cannot assign to field {name!r} of a {type(self).__name__}: it is frozen")


def _refuse_to_delete(self: Any, name: str) -> NoReturn:
    raise AttributeError(f"cannot delete field {name!r} of a {type(self).__name__}: it is frozen")


_METHODS: dict[str, Any] = {
    "__init__": _first_init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__reduce__": _reduce,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
}
