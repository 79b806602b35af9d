"""Expression: a typed, immutable description of a value computed for each row (or group, or window)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyrdd.sql.expressions.tree import TreeNode

if TYPE_CHECKING:
    from pyrdd.sql.types import DataType

_ids = itertools.count(1)


def new_id() -> int:
    """A fresh expression id: what tells two columns of one name apart, as in Spark's ``name#12``."""
    return next(_ids)


class Expression(TreeNode):
    """The base of all expressions. After analysis each one knows its type and whether it can be null."""

    # these are fields in some nodes and properties in others
    if TYPE_CHECKING:
        data_type: DataType
        nullable: bool

    @cached_property
    def resolved(self) -> bool:
        """Whether names, functions and types below are known."""
        return all(child.resolved for child in self.children)

    @cached_property
    def deterministic(self) -> bool:
        """Whether the same row gives the same value each time."""
        return all(child.deterministic for child in self.children)

    @cached_property
    def foldable(self) -> bool:
        """Whether it is a constant: no column, no randomness, no aggregation below."""
        return False

    @cached_property
    def references(self) -> frozenset[int]:
        """The ids of the columns that it reads."""
        return frozenset().union(*(child.references for child in self.children))


class Unresolved(Expression):
    """The base of what analysis replaces. Asking for its type is a mistake of the caller."""

    @cached_property
    def resolved(self) -> bool:
        return False

    @property
    def data_type(self) -> DataType:  # type: ignore[override]
        raise AssertionError(f"{self!r} is not resolved")

    nullable = True


@dataclass(frozen=True)
class Literal(Expression):
    """A constant. ``value`` is the internal value of its type: ``None``, ``bool``, ``int``, ``float``, ``str``,
    ``bytes``, ``Decimal``, ``datetime.date``, ``datetime.time``; timestamps are microseconds since the epoch, year-month
    intervals months, day-time intervals microseconds, calendar intervals ``(months, days, microseconds)``."""

    value: Any
    data_type: DataType

    @property
    def nullable(self) -> bool:  # type: ignore[override]
        return self.value is None

    @cached_property
    def foldable(self) -> bool:
        return True

    def __hash__(self) -> int:
        return hash((repr(self.value), self.data_type))

    def __eq__(self, other: object) -> bool:
        # 1, 1.0 and True are equal in Python, and nan is not equal to itself
        return (
            isinstance(other, Literal)
            and self.data_type == other.data_type
            and type(self.value) is type(other.value)
            and repr(self.value) == repr(other.value)
        )


@dataclass(frozen=True)
class Attribute(Expression):
    """A column of a relation. Its id is its identity; ``qualifier`` are the names that may stand before its own.

    ``dataset`` marks a column taken from a DataFrame (``df.a``), for the check of ambiguous self-joins.
    """

    name: str
    data_type: DataType
    nullable: bool
    id: int
    qualifier: tuple[str, ...] = ()
    metadata: Any = None
    dataset: int | None = None

    @cached_property
    def references(self) -> frozenset[int]:
        return frozenset((self.id,))

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attribute) and other.id == self.id

    def same_as_new(self) -> Attribute:
        """A column like this one with an id of its own."""
        return self.copy(id=new_id())


@dataclass(frozen=True)
class Alias(Expression):
    """A named expression: the column that a projection makes. ``hidden`` names were made up by analysis."""

    child: Expression
    name: str
    id: int
    metadata: Any = None
    qualifier: tuple[str, ...] = ()
    hidden: bool = False

    child_fields = ("child",)

    @property
    def data_type(self) -> DataType:  # type: ignore[override]
        return self.child.data_type

    @property
    def nullable(self) -> bool:  # type: ignore[override]
        return self.child.nullable

    @cached_property
    def foldable(self) -> bool:
        return self.child.foldable

    def to_attribute(self) -> Attribute:
        """The column that others refer to."""
        metadata = self.metadata
        if metadata is None:
            metadata = getattr(self.child, "metadata", None)
        return Attribute(self.name, self.data_type, self.nullable, self.id, self.qualifier, metadata)


def to_attribute(expression: Expression) -> Attribute:
    """The column that a named expression of a projection makes."""
    if isinstance(expression, Attribute):
        return expression
    assert isinstance(expression, Alias), expression
    return expression.to_attribute()
