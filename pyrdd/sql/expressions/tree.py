"""TreeNode: immutable trees with structural equality, the base of expressions and plans.

After Catalyst's TreeNode (Armbrust et al., SIGMOD 2015, section 4.1): a node names the fields that hold its
children, and everything that walks or rewrites a tree is written once, here. A rewrite that changes nothing
returns the very same object, so that rules can be repeated until ``new is old``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from pyrdd.errors.origin import current_origin

if TYPE_CHECKING:
    from pyrdd.errors import QueryContext

N = TypeVar("N", bound="TreeNode")


class TreeNode:
    """A node of an immutable tree: a frozen dataclass whose ``child_fields`` hold a node, a tuple of nodes, or None."""

    child_fields: ClassVar[tuple[str, ...]] = ()

    origin: ClassVar[QueryContext | None] = None
    """The piece of the user's text, or the user's call, that this node comes from. It is no field: nodes of different
    origins are equal. A node gets the current one (`pyrdd.errors.origin`), and its copies have its own."""

    def __post_init__(self) -> None:
        origin = current_origin()
        if origin is not None:
            self.__dict__["origin"] = origin

    def comes_from(self, origin: QueryContext | None) -> Self:
        """This node, which is new, with an origin of its own unless that is None."""
        if origin is not None:
            self.__dict__["origin"] = origin
        return self

    @property
    def children(self) -> tuple[Any, ...]:
        """The children in order; fields that hold None are left out."""
        found: list[Any] = []
        for name in self.child_fields:
            value = getattr(self, name)
            if isinstance(value, tuple):
                found.extend(value)
            elif value is not None:
                found.append(value)
        return tuple(found)

    def map_children(self, function: Callable[[Any], Any]) -> Self:
        """This node with ``function`` applied to each child; the same object if no child changed."""
        changes: dict[str, Any] = {}
        for name in self.child_fields:
            value = getattr(self, name)
            if isinstance(value, tuple):
                new: Any = tuple([function(child) for child in value])
                if any(a is not b for a, b in zip(new, value, strict=True)):
                    changes[name] = new
            elif value is not None:
                new = function(value)
                if new is not value:
                    changes[name] = new
        return self.copy(**changes) if changes else self

    def copy(self, **changes: Any) -> Self:
        """This node with some fields replaced."""
        fields = {name: changes.get(name, getattr(self, name)) for name in self.__dataclass_fields__}  # type: ignore[attr-defined]
        return type(self)(**fields).comes_from(self.origin)

    def transform_up(self, rule: Callable[[Any], Any]) -> Any:
        """The tree with ``rule`` applied to every node, children first."""
        return rule(self.map_children(lambda child: child.transform_up(rule)))

    def transform_down(self, rule: Callable[[Any], Any]) -> Any:
        """The tree with ``rule`` applied to every node, parents first; then to the children of the result."""
        return rule(self).map_children(lambda child: child.transform_down(rule))

    def walk(self) -> Iterator[Any]:
        """Every node, parents before their children, left to right; without recursion."""
        stack: list[Any] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def find(self, kind: type[N]) -> Iterator[N]:
        """Every node of a class, parents first."""
        return (node for node in self.walk() if isinstance(node, kind))

    def contains(self, kind: type | tuple[type, ...]) -> bool:
        """Whether a node of a class is in this tree."""
        return any(isinstance(node, kind) for node in self.walk())
