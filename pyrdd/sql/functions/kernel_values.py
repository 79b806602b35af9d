"""Values as kernels of whole rows take them (structs are tuples, dates days, times microseconds), to and from a query's."""

from __future__ import annotations

import datetime
from typing import Any

from pyrdd.sql import types as t

_EPOCH = datetime.date(1970, 1, 1).toordinal()


def inward(value: Any, data_type: t.DataType) -> Any:
    """A value of a query as kernels of rows take it."""
    if value is None:
        return None
    match data_type:
        case t.StructType():
            return tuple(inward(value.get(f.name), f.dataType) for f in data_type.fields)
        case t.ArrayType():
            return [inward(item, data_type.elementType) for item in value]
        case t.MapType():
            pairs = value.items() if isinstance(value, dict) else value
            return [(inward(k, data_type.keyType), inward(v, data_type.valueType)) for k, v in pairs]
        case t.DateType():
            return value.toordinal() - _EPOCH
        case t.TimeType():
            return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
        case t.VariantType():
            return t.VariantVal(value["value"], value["metadata"])
    return value


def outward(value: Any, data_type: t.DataType) -> Any:
    """A value of a kernel of rows as a query takes it."""
    if value is None:
        return None
    match data_type:
        case t.StructType():
            return {f.name: outward(item, f.dataType) for f, item in zip(data_type.fields, value, strict=True)}
        case t.ArrayType():
            return [outward(item, data_type.elementType) for item in value]
        case t.MapType():
            pairs = value.items() if isinstance(value, dict) else value
            return [(outward(k, data_type.keyType), outward(v, data_type.valueType)) for k, v in pairs]
        case t.DateType() if isinstance(value, int):
            return datetime.date.fromordinal(value + _EPOCH)
        case t.TimeType() if isinstance(value, int):
            seconds, micros = divmod(value, 1_000_000)
            return datetime.time(seconds // 3600, seconds // 60 % 60, seconds % 60, micros)
        case t.VariantType():
            return variant_out(value)
    return value


def variant_out(value: Any) -> dict[str, bytes]:
    """A variant of any form as a query takes it."""
    if isinstance(value, t.VariantVal):
        return {"value": bytes(value.value), "metadata": bytes(value.metadata)}
    if isinstance(value, dict):
        return value
    return {"value": bytes(value[0]), "metadata": bytes(value[1])}
