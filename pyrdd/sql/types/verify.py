"""Verification: does a Python value fit a type? A verifier is built once for a type, then called for each value."""

from __future__ import annotations

import datetime
import decimal
from array import array
from collections.abc import Callable
from typing import Any, TypeVar

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.sql.types.atomic import BinaryType, BooleanType, CharType, StringType, VarcharType
from pyrdd.sql.types.base import DataType, IntegralType
from pyrdd.sql.types.containers import ArrayType, MapType
from pyrdd.sql.types.datetimes import DateType, TimestampNTZType, TimestampType, TimeType
from pyrdd.sql.types.intervals import DayTimeIntervalType
from pyrdd.sql.types.numbers import ByteType, DecimalType, DoubleType, FloatType, IntegerType, LongType, ShortType
from pyrdd.sql.types.spatial import Geography, GeographyType, Geometry, GeometryType
from pyrdd.sql.types.struct import StructType
from pyrdd.sql.types.udt import UserDefinedType
from pyrdd.sql.types.variant import VariantType

Verifier = Callable[[Any], None]
E = TypeVar("E", PySparkTypeError, PySparkValueError)

_ACCEPTED: dict[type[DataType], tuple[type, ...]] = {
    BooleanType: (bool,),
    ByteType: (int,),
    ShortType: (int,),
    IntegerType: (int,),
    LongType: (int,),
    FloatType: (float,),
    DoubleType: (float,),
    DecimalType: (decimal.Decimal,),
    BinaryType: (bytearray, bytes),
    DateType: (datetime.date, datetime.datetime),
    TimeType: (datetime.time,),
    TimestampType: (datetime.datetime,),
    TimestampNTZType: (datetime.datetime,),
    DayTimeIntervalType: (datetime.timedelta,),
    ArrayType: (list, tuple, array),
    MapType: (dict,),
    StructType: (tuple, list, dict),
    GeometryType: (Geometry,),
    GeographyType: (Geography,),
}

_BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}


def _make_type_verifier(dataType: DataType, nullable: bool = True, name: str | None = None) -> Verifier:
    """A function that raises `PySparkTypeError` or `PySparkValueError` for values that do not fit the type. Strings
    and variants take anything; numbers must be in range.

    >>> _make_type_verifier(ByteType())(1000)
    Traceback (most recent call last):
    pyrdd.errors.exceptions.base.PySparkValueError: [VALUE_OUT_OF_BOUNDS] ...
    """
    verify_value = _value_verifier(dataType, name)

    def verify(obj: Any) -> None:
        # SQL's decimals have no NaN: it becomes null
        if obj is None or (isinstance(obj, decimal.Decimal) and obj.is_nan()):
            if not nullable:
                raise _with_name(PySparkValueError, "FIELD_NOT_NULLABLE", name, {})
        elif verify_value is not None:
            verify_value(obj)

    return verify


def _value_verifier(data_type: DataType, name: str | None) -> Verifier | None:
    if isinstance(data_type, (StringType, CharType, VarcharType, VariantType)):
        return None
    if isinstance(data_type, UserDefinedType):
        return _udt_verifier(data_type, name)
    if isinstance(data_type, StructType):
        return _struct_verifier(data_type, name)
    check = _class_verifier(data_type, name)
    if isinstance(data_type, IntegralType) and type(data_type) in _BITS:
        return _range_verifier(check, _BITS[type(data_type)])
    if isinstance(data_type, ArrayType):
        return _array_verifier(check, data_type, name)
    if isinstance(data_type, MapType):
        return _map_verifier(check, data_type, name)
    return check


def _class_verifier(data_type: DataType, name: str | None) -> Verifier:
    accepted = _ACCEPTED.get(type(data_type))

    def verify_class(obj: Any) -> None:
        assert accepted is not None, f"unknown datatype: {data_type} for object {obj!r}"
        if type(obj) not in accepted:
            raise _unacceptable(data_type, obj, name)

    return verify_class


def _range_verifier(check: Verifier, bits: int) -> Verifier:
    lower, upper = -(1 << bits - 1), (1 << bits - 1) - 1

    def verify_range(obj: Any) -> None:
        check(obj)
        if not lower <= obj <= upper:
            raise PySparkValueError(
                errorClass="VALUE_OUT_OF_BOUNDS",
                messageParameters={
                    "arg_name": "obj",
                    "lower_bound": str(lower),
                    "upper_bound": str(upper),
                    "actual": str(obj),
                },
            )

    return verify_range


def _array_verifier(check: Verifier, data_type: ArrayType, name: str | None) -> Verifier:
    verify_item = _make_type_verifier(data_type.elementType, data_type.containsNull, f"element in array {name}")

    def verify_array(obj: Any) -> None:
        check(obj)
        for item in obj:
            verify_item(item)

    return verify_array


def _map_verifier(check: Verifier, data_type: MapType, name: str | None) -> Verifier:
    verify_key = _make_type_verifier(data_type.keyType, False, f"key of map {name}")
    verify_item = _make_type_verifier(data_type.valueType, data_type.valueContainsNull, f"value of map {name}")

    def verify_map(obj: Any) -> None:
        check(obj)
        for key, value in obj.items():
            verify_key(key)
            verify_item(value)

    return verify_map


def _struct_verifier(data_type: StructType, name: str | None) -> Verifier:
    suffix = "" if name is None else f" in {name}"
    verifiers = [
        _make_type_verifier(field.dataType, field.nullable, f"field {field.name}{suffix}") for field in data_type.fields
    ]

    def verify_struct(obj: Any) -> None:
        if isinstance(obj, dict):
            values = [obj.get(field) for field in data_type.names]
        elif isinstance(obj, (tuple, list)):
            values = list(obj)
        elif hasattr(obj, "__dict__"):
            values = [obj.__dict__.get(field) for field in data_type.names]
        else:
            raise _unacceptable(data_type, obj, name)
        if len(values) != len(verifiers):
            lengths = {"object_length": str(len(values)), "field_length": str(len(verifiers))}
            raise _with_name(PySparkValueError, "FIELD_STRUCT_LENGTH_MISMATCH", name, lengths)
        for verify, value in zip(verifiers, values, strict=True):
            verify(value)

    return verify_struct


def _udt_verifier(data_type: UserDefinedType, name: str | None) -> Verifier:
    verify_stored = _make_type_verifier(data_type.sqlType(), name=name)

    def verify_udt(obj: Any) -> None:
        if not (hasattr(obj, "__UDT__") and data_type == obj.__UDT__):
            parameters = {"obj": str(obj), "data_type": str(data_type)}
            raise _with_name(PySparkValueError, "FIELD_TYPE_MISMATCH", name, parameters)
        verify_stored(data_type.toInternal(obj))

    return verify_udt


def _unacceptable(data_type: DataType, obj: Any, name: str | None) -> PySparkTypeError:
    parameters = {"data_type": str(data_type), "obj": repr(obj), "obj_type": str(type(obj))}
    return _with_name(PySparkTypeError, "FIELD_DATA_TYPE_UNACCEPTABLE", name, parameters)


def _with_name(error: type[E], condition: str, name: str | None, parameters: dict[str, str]) -> E:
    if name is not None:
        condition, parameters = f"{condition}_WITH_NAME", {"field_name": name, **parameters}
    return error(errorClass=condition, messageParameters=parameters)
