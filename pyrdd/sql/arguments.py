"""Checks of arguments that the public classes share, with PySpark's conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import PySparkNotImplementedError, PySparkTypeError, PySparkValueError
from pyrdd.sql.column import Column, named


def wrong_type(arg_name: str, expected: str, value: Any) -> PySparkTypeError:
    """NOT_EXPECTED_TYPE for an argument."""
    return wrong_type_name(arg_name, expected, type(value).__name__)


def wrong_type_name(arg_name: str, expected: str, actual: str) -> PySparkTypeError:
    """NOT_EXPECTED_TYPE for an argument whose type is given by name."""
    return PySparkTypeError(
        errorClass="NOT_EXPECTED_TYPE",
        messageParameters={"expected_type": expected, "arg_name": arg_name, "arg_type": actual},
    )


def wrong_item(arg_name: str, container: Any, allowed: str, item: Any) -> PySparkTypeError:
    """DISALLOWED_TYPE_FOR_CONTAINER for an item of an argument."""
    return PySparkTypeError(
        errorClass="DISALLOWED_TYPE_FOR_CONTAINER",
        messageParameters={
            "arg_name": arg_name,
            "arg_type": type(container).__name__,
            "allowed_types": allowed,
            "item_type": type(item).__name__,
        },
    )


def not_implemented(feature: str, alternative: str) -> PySparkNotImplementedError:
    """NOT_IMPLEMENTED for a feature, with what to do instead."""
    return PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED", messageParameters={"feature": feature, "alternative": alternative}
    )


def not_positive(arg_name: str, value: Any) -> PySparkValueError:
    """VALUE_NOT_POSITIVE for an argument; it tells the type of the value, as PySpark's does."""
    return PySparkValueError(
        errorClass="VALUE_NOT_POSITIVE", messageParameters={"arg_name": arg_name, "arg_value": type(value).__name__}
    )


def check_not_blank(arg_name: str, value: Any) -> None:
    """Raises VALUE_NOT_NON_EMPTY_STR unless the argument is a text with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise PySparkValueError(
            errorClass="VALUE_NOT_NON_EMPTY_STR", messageParameters={"arg_name": arg_name, "arg_value": str(value)}
        )


def column(value: Any, name: str = "col") -> Column:
    """A Column as it is, a str as the column of that name. Raises PySparkTypeError (NOT_EXPECTED_TYPE)."""
    if isinstance(value, Column):
        return value
    if isinstance(value, str):
        return named(value)
    raise wrong_type(name, "Column or str", value)


def flat(values: Sequence[Any], *atoms: type) -> tuple[Any, ...]:
    """The arguments, or the items of the list or tuple that is the only one of them."""
    if len(values) == 1 and not isinstance(values[0], (str, Column, *atoms)) and isinstance(values[0], Sequence):
        return tuple(values[0])
    return tuple(values)


def unpacked(values: Sequence[Any], kinds: type[Any] | tuple[type[Any], ...] = list) -> Sequence[Any]:
    """The arguments, or the items of the only one of them if it is a list (or of other ``kinds``)."""
    return tuple(values[0]) if len(values) == 1 and isinstance(values[0], kinds) else values


def columns(values: Sequence[Any]) -> list[Column]:
    """`flat` arguments as Columns."""
    return [column(value) for value in flat(values)]


def checked(value: Any, kind: type | tuple[type, ...], arg_name: str, expected: str) -> Any:
    """The value, which must be of a type."""
    if not isinstance(value, kind):
        raise wrong_type(arg_name, expected, value)
    return value


Mapper = Callable[[Any], Any]
