"""Row: a record, which is a tuple with names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.errors import (
    PySparkAttributeError,
    PySparkKeyError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)

_item = tuple.__getitem__


class Row(tuple[Any, ...]):
    """A record: a tuple whose fields can also be read by name.

    >>> row = Row(name="Alice", age=11)
    >>> row.name, row["age"], row[0], "name" in row
    ('Alice', 11, 'Alice', True)

    A row of strings is a maker of rows with these names:

    >>> Person = Row("name", "age")
    >>> Person("Alice", 11)
    Row(name='Alice', age=11)

    Names do not take part in comparisons:

    >>> Row("Alice", 11) == Row(name="Alice", age=11)
    True
    """

    __fields__: Sequence[str]

    def __new__(cls, *args: Any, **kwargs: Any) -> Row:
        if args and kwargs:
            raise PySparkValueError(errorClass="CANNOT_SET_TOGETHER", messageParameters={"arg_list": "args and kwargs"})
        if not kwargs:
            return tuple.__new__(cls, args)
        row = tuple.__new__(cls, kwargs.values())
        row.__fields__ = list(kwargs)
        return row

    def asDict(self, recursive: bool = False) -> dict[str, Any]:
        """``{name: value}``; ``recursive`` turns the rows inside, in lists and dictionaries too. Raises
        `PySparkTypeError` for a row without names. Of fields with the same name the last counts.

        >>> Row(key=1, value=Row(name="a", age=2)).asDict(True)
        {'key': 1, 'value': {'name': 'a', 'age': 2}}
        """
        if not hasattr(self, "__fields__"):
            raise PySparkTypeError(
                errorClass="CANNOT_CONVERT_TYPE", messageParameters={"from_type": "Row", "to_type": "dict"}
            )
        values = map(_without_rows, self) if recursive else self
        return dict(zip(self.__fields__, values, strict=False))

    def __contains__(self, item: object) -> bool:
        return item in self.__fields__ if hasattr(self, "__fields__") else super().__contains__(item)

    def __call__(self, *args: Any) -> Row:
        if len(args) > len(self):
            raise PySparkValueError(
                errorClass="TOO_MANY_VALUES",
                messageParameters={"expected": str(len(self)), "item": "fields", "actual": str(len(args))},
            )
        return _create_row(self, args)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, (int, slice)):
            return super().__getitem__(item)
        try:
            return super().__getitem__(self.__fields__.index(item))
        except IndexError:
            raise PySparkKeyError(errorClass="KEY_NOT_EXISTS", messageParameters={"key": str(item)}) from None
        except ValueError:
            raise PySparkValueError(item) from None

    def __getattr__(self, item: str) -> Any:
        if item[:2] != "__":
            try:
                # faster than `super()` and `self.__fields__`, and programs do it for each row
                return _item(self, self.__dict__["__fields__"].index(item))
            except KeyError:
                item = "__fields__"
            except (IndexError, ValueError):
                pass
        raise PySparkAttributeError(errorClass="ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": item})

    def __setattr__(self, key: str, value: Any) -> None:
        if key != "__fields__":
            raise PySparkRuntimeError(errorClass="READ_ONLY", messageParameters={"object": "Row"})
        # the rows of a result share one dictionary, which stays as it is
        object.__setattr__(self, "__dict__", {key: value})

    def __reduce__(self) -> Any:
        if hasattr(self, "__fields__"):
            return _create_row, (self.__fields__, tuple(self))
        return tuple.__reduce__(self)

    def __repr__(self) -> str:
        if hasattr(self, "__fields__"):
            pairs = (f"{name}={value!r}" for name, value in zip(self.__fields__, tuple(self), strict=False))
            return f"Row({', '.join(pairs)})"
        return f"<Row({', '.join(map(repr, self))})>"


def _without_rows(value: Any) -> Any:
    if isinstance(value, Row):
        return value.asDict(True)
    if isinstance(value, list):
        return [_without_rows(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_rows(item) for key, item in value.items()}
    return value


def _create_row(fields: Sequence[str] | Row, values: Sequence[Any]) -> Row:
    """The row of ``values`` under the names ``fields``, which are kept as they are and not copied."""
    row: Row = tuple.__new__(Row, values)
    row.__dict__["__fields__"] = fields
    return row
