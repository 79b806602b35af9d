"""Schema inference: from Python values to types, and one type for several values."""

from __future__ import annotations

import datetime
import decimal
from array import array
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, cast

from pyrdd.errors import PySparkTypeError
from pyrdd.sql.types.atomic import BinaryType, BooleanType, StringType
from pyrdd.sql.types.base import AtomicType, DataType, NullType
from pyrdd.sql.types.containers import ArrayType, MapType
from pyrdd.sql.types.datetimes import DateType, TimestampNTZType, TimestampType, TimeType
from pyrdd.sql.types.intervals import DayTimeIntervalType
from pyrdd.sql.types.numbers import ByteType, DecimalType, DoubleType, FloatType, IntegerType, LongType, ShortType
from pyrdd.sql.types.spatial import Geography, GeographyType, Geometry, GeometryType
from pyrdd.sql.types.struct import StructField, StructType
from pyrdd.sql.types.udt import UserDefinedType
from pyrdd.sql.types.variant import VariantType, VariantVal
from pyrdd.util.frozen import frozen

_OF_CLASS: dict[type, Callable[[], DataType]] = {
    type(None): NullType,
    bool: BooleanType,
    int: LongType,
    float: DoubleType,
    str: StringType,
    bytearray: BinaryType,
    bytes: BinaryType,
    # values of one column differ in precision and scale, so all of them get the same roomy one
    decimal.Decimal: lambda: DecimalType(38, 18),
    datetime.date: DateType,
    datetime.datetime: TimestampType,
    datetime.time: TimeType,
    datetime.timedelta: DayTimeIntervalType,
    VariantVal: VariantType,
}

_SIGNED = ((8, ByteType), (16, ShortType), (32, IntegerType), (64, LongType))

_OF_DTYPE: dict[str, Callable[[], DataType]] = {
    "bool": BooleanType,
    "int8": ByteType,
    "int16": ShortType,
    "int32": IntegerType,
    "int64": LongType,
    "float32": FloatType,
    "float64": DoubleType,
    "str": StringType,
}


@frozen
class InferenceRules:
    """How to infer: PySpark's settings of the same names."""

    infer_dict_as_struct: bool = False
    infer_array_from_first_element: bool = False
    infer_map_from_first_pair: bool = False
    prefer_timestamp_ntz: bool = False

    def type_of(self, obj: Any) -> DataType:
        """The type of a value. Raises `PySparkTypeError` when it has none."""
        made = _OF_CLASS.get(type(obj))
        if made is TimestampType and self.prefer_timestamp_ntz and obj.tzinfo is None:
            return TimestampNTZType()
        if made is not None:
            return made()
        if hasattr(obj, "__UDT__"):
            return cast(DataType, obj.__UDT__)
        if isinstance(obj, dict):
            return self._of_dict(obj)
        if isinstance(obj, list):
            return self._of_list(obj)
        return self._of_object(obj)

    def _with(self, map_from_first_pair: bool, timestamp_ntz: bool) -> InferenceRules:
        if (map_from_first_pair, timestamp_ntz) == (self.infer_map_from_first_pair, self.prefer_timestamp_ntz):
            return self
        return InferenceRules(
            self.infer_dict_as_struct, self.infer_array_from_first_element, map_from_first_pair, timestamp_ntz
        )

    def _of_dict(self, obj: dict[Any, Any]) -> DataType:
        pairs = [(key, value) for key, value in obj.items() if key is not None and value is not None]
        if self.infer_dict_as_struct:
            return StructType([StructField(key, self.type_of(value)) for key, value in pairs])
        if self.infer_map_from_first_pair:
            key, value = pairs[0] if pairs else (None, None)
            return MapType(self.type_of(key), self.type_of(value))
        return MapType(_merged(map(self.type_of, obj)), _merged(map(self.type_of, obj.values())))

    def _of_list(self, obj: list[Any]) -> DataType:
        # PySpark passes the settings on by position, one too few: it takes the last one's value for the one before
        inner = self._with(self.prefer_timestamp_ntz, False)
        if self.infer_array_from_first_element and obj:
            return ArrayType(inner.type_of(obj[0]))
        return ArrayType(_merged(map(inner.type_of, obj)))

    def _of_object(self, obj: Any) -> DataType:
        if isinstance(obj, array):
            return ArrayType(_type_of_array(obj.typecode), False)
        if isinstance(obj, Geography):
            return GeographyType(obj.srid)
        if isinstance(obj, Geometry):
            return GeometryType(obj.srid)
        try:
            # this setting does not reach into structs in PySpark
            return self._with(False, self.prefer_timestamp_ntz).schema_of(obj)
        except TypeError:
            raise PySparkTypeError(
                errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": type(obj).__name__}
            ) from None

    def schema_of(self, row: Any, names: list[str] | None = None) -> StructType:
        """The schema of a row: a dictionary, a tuple with or without names, or an object with attributes."""
        fields = []
        for name, value in _items(row, names):
            try:
                fields.append(StructField(name, self.type_of(value)))
            except TypeError:
                raise PySparkTypeError(
                    errorClass="CANNOT_INFER_TYPE_FOR_FIELD", messageParameters={"field_name": str(name)}
                ) from None
        return StructType(fields)


def _infer_type(
    obj: Any,
    infer_dict_as_struct: bool = False,
    infer_array_from_first_element: bool = False,
    infer_map_from_first_pair: bool = False,
    prefer_timestamp_ntz: bool = False,
) -> DataType:
    """The type of a value. Raises `PySparkTypeError` when it has none.

    >>> _infer_type({"a": [1, None]})
    MapType(StringType(), ArrayType(LongType(), True), True)
    """
    return InferenceRules(
        infer_dict_as_struct, infer_array_from_first_element, infer_map_from_first_pair, prefer_timestamp_ntz
    ).type_of(obj)


def _infer_schema(
    row: Any,
    names: list[str] | None = None,
    infer_dict_as_struct: bool = False,
    infer_array_from_first_element: bool = False,
    infer_map_from_first_pair: bool = False,
    prefer_timestamp_ntz: bool = False,
) -> StructType:
    """The schema of a row: a dictionary, a tuple with or without names, or an object with attributes. ``names``
    that are too few are filled up in place, with ``_3`` and so on.

    >>> _infer_schema((1, "a"), ["id"])
    StructType([StructField('id', LongType(), True), StructField('_2', StringType(), True)])
    """
    return InferenceRules(
        infer_dict_as_struct, infer_array_from_first_element, infer_map_from_first_pair, prefer_timestamp_ntz
    ).schema_of(row, names)


def _items(row: Any, names: list[str] | None) -> Iterable[tuple[str, Any]]:
    if isinstance(row, dict):
        return sorted(row.items())
    if isinstance(row, (tuple, list)):
        fields = getattr(row, "__fields__", None) or getattr(row, "_fields", None) if not _plain(row) else None
        if fields is None:
            fields = [] if names is None else names
            fields.extend(f"_{i}" for i in range(len(fields) + 1, len(row) + 1))
        return zip(fields, tuple(row), strict=False)
    if hasattr(row, "__dict__"):
        return sorted(row.__dict__.items())
    raise PySparkTypeError(
        errorClass="CANNOT_INFER_SCHEMA_FOR_TYPE", messageParameters={"data_type": type(row).__name__}
    )


def _plain(row: Any) -> bool:
    return type(row) in (tuple, list)


def _type_of_array(typecode: str) -> DataType:
    if typecode in "fdu":
        return {"f": FloatType(), "d": DoubleType(), "u": StringType()}[typecode]
    if typecode in "bhilBHIL":
        # an unsigned number needs one bit more, for the sign that SQL's numbers all have
        bits = array(typecode).itemsize * 8 + typecode.isupper()
        for size, kind in _SIGNED:
            if bits <= size:
                return kind()
    raise PySparkTypeError(errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": f"array({typecode})"})


def _from_numpy_type(nt: Any) -> DataType | None:
    """The type of a NumPy dtype's values, or None; known by its name, so that NumPy need not be loaded."""
    made = _OF_DTYPE.get("str" if getattr(nt, "kind", None) == "U" else str(nt))
    return None if made is None else made()


def _merged(types: Iterable[DataType]) -> DataType:
    return reduce(_merge_type, types, cast(DataType, NullType()))


def _has_nulltype(dt: DataType) -> bool:
    """Whether a type, or one inside it, is the null type."""
    return _has_type(dt, NullType)


def _has_type(dt: DataType, dts: type | tuple[type, ...]) -> bool:
    """Whether a type, or one inside it, is of these classes."""
    if isinstance(dt, dts):
        return True
    if isinstance(dt, StructType):
        return any(_has_type(field.dataType, dts) for field in dt.fields)
    if isinstance(dt, ArrayType):
        return _has_type(dt.elementType, dts)
    if isinstance(dt, MapType):
        return _has_type(dt.keyType, dts) or _has_type(dt.valueType, dts)
    return isinstance(dt, UserDefinedType) and _has_type(dt.sqlType(), dts)


def _merge_type(a: DataType, b: DataType, name: str | None = None) -> DataType:
    """One type for the values of both: nulls take the other's, anything atomic and a string is a string, structs
    get the fields of both. Raises `PySparkTypeError`.

    >>> _merge_type(ArrayType(NullType()), ArrayType(LongType()))
    ArrayType(LongType(), True)
    """
    if isinstance(a, NullType):
        return b
    if isinstance(b, NullType):
        return a
    if type(a) is not type(b) or isinstance(a, (GeometryType, GeographyType)):
        return _merge_atomic(a, b)
    if isinstance(a, StructType) and isinstance(b, StructType):
        return _merge_structs(a, b, name)
    if isinstance(a, ArrayType) and isinstance(b, ArrayType):
        return ArrayType(_merge_type(a.elementType, b.elementType, f"element in array {name}"))
    if isinstance(a, MapType) and isinstance(b, MapType):
        key = _merge_type(a.keyType, b.keyType, f"key of map {name}")
        return MapType(key, _merge_type(a.valueType, b.valueType, f"value of map {name}"))
    return b if isinstance(b, StringType) else a


def _merge_atomic(a: DataType, b: DataType) -> DataType:
    if isinstance(a, GeometryType) and isinstance(b, GeometryType):
        return a if a.srid == b.srid else GeometryType("ANY")
    if isinstance(a, GeographyType) and isinstance(b, GeographyType):
        return a if a.srid == b.srid else GeographyType("ANY")
    if {type(a), type(b)} == {TimestampType, TimestampNTZType}:
        return TimestampType()
    if isinstance(a, AtomicType) and isinstance(b, StringType):
        return b
    if isinstance(a, StringType) and isinstance(b, AtomicType):
        return a
    raise PySparkTypeError(
        errorClass="CANNOT_MERGE_TYPE",
        messageParameters={"data_type1": type(a).__name__, "data_type2": type(b).__name__},
    )


def _merge_structs(a: StructType, b: StructType, name: str | None) -> StructType:
    suffix = "" if name is None else f" in {name}"
    others = {field.name: field.dataType for field in b.fields}
    fields = [
        StructField(f.name, _merge_type(f.dataType, others.get(f.name, NullType()), f"field {f.name}{suffix}"))
        for f in a.fields
    ]
    known = set(a.names)
    fields.extend(StructField(other, kind) for other, kind in others.items() if other not in known)
    return StructType(fields)
