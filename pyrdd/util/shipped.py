"""Shipped: how the small frozen dataclasses of the engine pickle. Every task unpickles a handful of them."""

from __future__ import annotations

from typing import Any, ClassVar


class Shipped:
    """A frozen dataclass that pickles as a call of itself with its fields.

    ``dataclass(slots=True, frozen=True)`` generates a ``__getstate__`` that looks its fields up at each call; in a tiny
    job half the time of pickling went there.
    """

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]]

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), tuple([getattr(self, name) for name in self.__match_args__])
