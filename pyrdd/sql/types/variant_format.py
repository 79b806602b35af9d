"""The numbers of the Variant encoding, as the Parquet format's specification gives them.

A value begins with a byte: two bits for the basic type below, six for its details. Primitives have their kind there,
short strings their length, objects and arrays the widths of their numbers.

    object:  header | size | field ids, sorted by name | offsets (one more than fields) | values
    array:   header | size | offsets (one more than items) | values
    metadata: header | size | offsets (one more than names) | names
"""

from __future__ import annotations

from pyrdd.errors import PySparkValueError

PRIMITIVE, SHORT_STRING, OBJECT, ARRAY = range(4)

(
    NULL,
    TRUE,
    FALSE,
    INT8,
    INT16,
    INT32,
    INT64,
    DOUBLE,
    DECIMAL4,
    DECIMAL8,
    DECIMAL16,
    DATE,
    TIMESTAMP,
    TIMESTAMP_NTZ,
    FLOAT,
    BINARY,
    STRING,
) = range(17)

VERSION = 1
MAX_SHORT_STRING = 63
SIZE_LIMIT = 16 * 1024 * 1024

INTEGERS = {INT8: 1, INT16: 2, INT32: 4, INT64: 8}
"""Width in bytes of each kind of whole number."""

DECIMALS = {DECIMAL4: (4, 9), DECIMAL8: (8, 18), DECIMAL16: (16, 38)}
"""Width in bytes, and number of digits, of each kind of decimal."""


def malformed() -> PySparkValueError:
    """The error of bytes that are not a variant."""
    return PySparkValueError(errorClass="MALFORMED_VARIANT", messageParameters={})
