"""Shapes from and to well-known bytes. Expected values are Spark's."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException, IllegalArgumentException
from pyrdd.sql import Geography, Geometry, SparkSession
from pyrdd.sql.kernels import wkb

POINT = "0101000000000000000000F03F0000000000000040"
BIG = "00000000013FF00000000000004000000000000000"
RING = "00000000000000000000000000000000000000000000F03F0000000000000000000000000000F03F000000000000F03F"


@pytest.fixture
def spark(sc: Any) -> Any:
    return SparkSession(sc)


def test_shapes_keep_their_bytes_and_their_system(spark: SparkSession) -> None:
    frame = spark.sql(f"SELECT st_geomfromwkb(X'{BIG}', 3857) a, st_geogfromwkb(X'{POINT}') b")
    assert frame.schema.simpleString() == "struct<a:geometry(3857),b:geography(4326)>"
    point = bytes.fromhex(POINT)
    assert [tuple(row) for row in frame.collect()] == [(Geometry(point, 3857), Geography(point, 4326))]
    frame = spark.sql(f"SELECT hex(st_asbinary(st_geomfromwkb(X'{POINT}'), 'xdr')), st_asbinary(null), st_srid(null)")
    assert tuple(frame.collect()[0]) == (BIG, None, None)
    assert frame.columns[0] == f"hex(st_asbinary(st_geomfromwkb(X'{POINT}', 0), xdr))"


def test_the_system_may_differ_from_row_to_row(spark: SparkSession) -> None:
    rows = f"VALUES (X'{POINT}', 4326), (X'{POINT}', 0), (null, 0), (X'{POINT}', null) AS t(b, c)"
    frame = spark.sql(f"SELECT st_geomfromwkb(b, c) g, st_srid(st_setsrid(st_geomfromwkb(b), 3857)) s FROM {rows}")
    assert frame.schema["g"].dataType.simpleString() == "geometry(any)"
    found = [(row.g and row.g.getSrid(), row.s) for row in frame.collect()]
    assert found == [(4326, 3857), (0, 3857), (None, None), (None, 3857)]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("01", 0),
        ("0101000000", 5),
        ("010100000000000000000000000000000000", 13),
        ("0109000000000000000000F03F0000000000000040", 1),
        ("0201000000000000000000F03F0000000000000040", 0),
        ("010200000001000000000000000000F03F0000000000000040", 5),
        ("0102000000E8030000000000000000F03F0000000000000040", 5),
        (f"01030000000100000004000000{RING}00000000000000400000000000000040", 9),
        (f"01030000000100000003000000{RING}", 9),
        ("010400000001000000010200000000000000", 18),
        ("01070000000100000001E9030000000000000000F03F00000000000000400000000000000840", 10),
        ("0101000000000000000000F07F000000000000F03F", 5),
    ],
)
def test_bytes_that_are_no_shape_are_refused_at_their_position(text: str, position: int) -> None:
    with pytest.raises(IllegalArgumentException) as caught:
        wkb.normalised(bytes.fromhex(text))
    assert caught.value.getCondition() == "WKB_PARSE_ERROR"
    assert (caught.value.getMessageParameters() or {})["pos"] == str(position)


@pytest.mark.parametrize(
    "text",
    [
        "010200000000000000",
        "0101000000000000000000F87F000000000000F87F",
        f"01030000000100000004000000{RING}00000000000000000000000000000000",
        "0104000000010000000101000000000000000000F03F0000000000000040",
        "01B90B0000000000000000F03F000000000000004000000000000008400000000000001040",
        "010700000000000000",
    ],
)
def test_shapes_of_every_kind_are_written_as_they_were_read(text: str) -> None:
    data = bytes.fromhex(text)
    assert wkb.normalised(data) == wkb.normalised(wkb.in_order(data, "XDR")) == data


def test_the_globe_has_bounds() -> None:
    north = bytes.fromhex("010100000000000000000000000000000000C05640")
    assert wkb.normalised(north) == north
    with pytest.raises(IllegalArgumentException):
        wkb.normalised(north, True)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (f"st_geomfromwkb(X'{POINT}', 1)", "ST_INVALID_SRID_VALUE"),
        (f"st_setsrid(st_geogfromwkb(X'{POINT}'), 3857)", "ST_INVALID_SRID_VALUE"),
        (f"st_asbinary(st_geomfromwkb(X'{POINT}'), 'foo')", "ST_INVALID_ENDIANNESS_VALUE"),
        ("st_srid(1)", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
        (f"st_geomfromwkb(X'{POINT}') = st_geomfromwkb(X'{POINT}')", "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"),
        (f"cast(st_geomfromwkb(X'{POINT}') as string)", "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION"),
    ],
)
def test_what_shapes_cannot_do_is_refused(spark: SparkSession, text: str, condition: str) -> None:
    with pytest.raises((IllegalArgumentException, AnalysisException)) as caught:
        spark.sql(f"SELECT {text}").collect()
    assert caught.value.getCondition() == condition
