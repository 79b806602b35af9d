"""Variants: what is encoded is decoded, and broken bytes are refused."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import PySparkValueError
from pyrdd.sql.types import DataType, UserDefinedType, VariantVal, _parse_datatype_json_string
from pyrdd.sql.types.variant_encoding import encode

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=80)
    | st.binary(max_size=80)
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(dt.UTC))
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=5)
)


@given(VALUES)
def test_what_is_encoded_is_decoded(value):
    made = VariantVal(*encode(value)).toPython()
    assert made == value
    assert type(made) is type(value)


@given(VALUES, st.data())
def test_cut_off_bytes_are_refused_and_never_read_past(value, data):
    encoded, metadata = encode([value, "end"])
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(PySparkValueError) as caught:
        VariantVal(encoded[:cut], metadata).toPython()
    assert caught.value.getCondition() == "MALFORMED_VARIANT"


def test_large_objects_and_arrays_use_wide_numbers():
    value = {f"key {i}": "x" * 300 for i in range(300)}
    assert VariantVal(*encode(value)).toPython() == value
    assert VariantVal(*encode(list(range(70_000)))).toPython() == list(range(70_000))


def test_a_variant_has_a_limit_of_sixteen_megabytes():
    with pytest.raises(PySparkValueError) as caught:
        encode("x" * (16 * 1024 * 1024 + 1))
    assert caught.value.getCondition() == "VARIANT_SIZE_LIMIT"


def test_points_in_time_are_written_in_the_zone_asked_for():
    made = VariantVal(*encode({"t": dt.datetime(2020, 1, 1, tzinfo=dt.UTC), "d": Decimal("1.50")}))
    assert made.toJson() == '{"d":1.50,"t":"2020-01-01 00:00:00+00:00"}'
    assert made.toJson("Asia/Tokyo") == '{"d":1.50,"t":"2020-01-01 09:00:00+09:00"}'


class CelsiusUDT(UserDefinedType):
    @classmethod
    def sqlType(cls):
        return DataType.fromDDL("double")

    @classmethod
    def module(cls):
        return __name__

    def serialize(self, obj):
        return obj.degrees

    def deserialize(self, datum):
        return Celsius(datum)


class Celsius:
    __UDT__ = CelsiusUDT()

    def __init__(self, degrees):
        self.degrees = degrees


def test_a_users_type_is_written_as_json_and_found_again_by_its_name():
    json = CelsiusUDT().jsonValue()
    assert json["type"] == "udt" and json["sqlType"] == "double"
    assert json["pyClass"] == f"{__name__}.CelsiusUDT"
    assert isinstance(_parse_datatype_json_string(CelsiusUDT().json()), CelsiusUDT)
    assert CelsiusUDT().fromInternal(CelsiusUDT().toInternal(Celsius(21.5))).degrees == 21.5


def test_types_load_no_heavy_library():
    program = (
        "import sys, pyrdd.sql.types; from pyrdd.sql import Row; pyrdd.sql.types.DataType.fromDDL('a int');"
        "print({m.partition('.')[0] for m in sys.modules} & {'pyarrow', 'numpy', 'pandas', 'duckdb', 'sqlglot'})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
