"""Hash functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyrdd.errors import PySparkValueError
from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import mismatch, wrong_arg_count
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, BINARY, INT, LONG, STRING
from pyrdd.sql.kernels import hashes


@dataclass(frozen=True)
class RowHash:
    """The hash of a row of values of these types."""

    types: tuple[t.DataType, ...]
    wide: bool

    def __call__(self, *values: Any) -> int:
        function = hashes.xxhash64_values if self.wide else hashes.hash_values
        return function(values, self.types)


def _hashable(name: str) -> Any:
    def check(args: Sequence[Any], ctx: Any) -> None:
        if not args:
            raise wrong_arg_count(name, "> 0", 0)
        if any(_has_map(a.data_type) for a in args) and not ctx.flag("spark.sql.legacy.allowHashOnMapType", False):
            from pyrdd.sql.functions.operators import binary_text  # here: an error's need

            raise mismatch("HASH_MAP_TYPE", binary_text(name, args), functionName=f"`{name}`")
        if any(isinstance(a.data_type, t.VariantType) for a in args):
            from pyrdd.sql.functions.operators import binary_text  # here: an error's need

            raise mismatch("HASH_VARIANT_TYPE", binary_text(name, args), functionName=f"`{name}`")

    return check


def _has_map(data_type: t.DataType) -> bool:
    match data_type:
        case t.MapType():
            return True
        case t.ArrayType():
            return _has_map(data_type.elementType)
        case t.StructType():
            return any(_has_map(f.dataType) for f in data_type.fields)
    return False


def _factory(wide: bool) -> Any:
    return lambda call: RowHash(tuple(a.data_type for a in call.args), wide)


@scalar(
    ANY, returns=INT, python=_factory(False), check=_hashable("hash"), null_calls=True, nullable=False, min_args=0,
    name="hash",
)  # fmt: skip
def hash(*cols: ColumnOrName) -> Column:
    """The 32-bit Murmur3 hash of the values, by which Spark partitions rows.

    >>> spark.range(1).select(F.hash(F.lit("ABC")).alias("h")).collect()
    [Row(h=-757602832)]
    """


@scalar(
    ANY, returns=LONG, python=_factory(True), check=_hashable("xxhash64"), null_calls=True, nullable=False, min_args=0
)
def xxhash64(*cols: ColumnOrName) -> Column:
    """The 64-bit xxHash of the values."""


@scalar(BINARY, returns=LONG, python=lambda call: hashes.crc32)
def crc32(col: ColumnOrName) -> Column:
    """The cyclic redundancy check of bytes."""


@scalar(BINARY, returns=STRING, sql="md5({0})")
def md5(col: ColumnOrName) -> Column:
    """The MD5 digest as hexadecimal digits.

    >>> spark.range(1).select(F.md5(F.lit("Graz"))).first()[0]
    'ca7668a05b2a3dbf29ca3d768c0febe8'
    """


@scalar(BINARY, returns=STRING, sql="sha1({0})", aliases=("sha",))
def sha1(col: ColumnOrName) -> Column:
    """The SHA-1 digest as hexadecimal digits."""


def sha(col: ColumnOrName) -> Column:
    """`sha1` by another name."""
    return call("sha", column_or_name(col))


def digest(data: bytes, bits: int) -> str | None:
    """A digest of the SHA-2 family; None for a size that it does not have."""
    import hashlib  # here: few queries need digests

    if bits not in (0, 224, 256, 384, 512):
        return None
    return hashlib.new(f"sha{bits or 256}", data).hexdigest()


@scalar(BINARY, INT, returns=STRING, python=lambda call: digest, nullable=True)
def sha2(col: ColumnOrName, numBits: int) -> Column:
    """The SHA-2 digest of 224, 256 (also 0), 384 or 512 bits. Raises PySparkValueError for other sizes."""
    if numBits not in (0, 224, 256, 384, 512):
        raise PySparkValueError(
            errorClass="VALUE_NOT_ALLOWED",
            messageParameters={"arg_name": "numBits", "allowed_values": "[0, 224, 256, 384, 512]"},
        )
