"""What random comparison with PySpark (tests/parity) found, one plain query for each kind. Expected values: PySpark 4.3."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from pyrdd.errors import PySparkException
from pyrdd.sql import SparkSession

LEGACY = {"spark.sql.ansi.enabled": "false"}


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    yield session
    for name in ("spark.sql.ansi.enabled", "spark.sql.session.timeZone"):
        session.conf.unset(name)


def table(spark: Any, query: str, settings: dict[str, str]) -> Any:
    for name, value in settings.items():
        spark.conf.set(name, value)
    return spark.sql(query)


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("select cast('abc' as varchar(2))", [("CAST(abc AS STRING)", "string")]),
        ("select try_cast(12 as char(4))", [("TRY_CAST(12 AS STRING)", "string")]),
        ("select cast(array('abc') as array<varchar(2)>) as a", [("a", "array<string>")]),
        ("select log(2), log(2, 8)", [("LOG(E(), 2)", "double"), ("LOG(2, 8)", "double")]),
        (
            "select convert_timezone('Asia/Tokyo', timestamp_ntz'2020-01-01 00:00:00')",
            [("convert_timezone(current_timezone(), Asia/Tokyo, TIMESTAMP_NTZ '2020-01-01 00:00:00')", "timestamp_ntz")],
        ),
        (
            "select s like any ('%a%', '_'), s not ilike all ('B', 'c'), s like some ('a', s) from values ('a') t(s)",
            [("likeany(s)", "boolean"), ("notlikeall(lower(s))", "boolean"), ("(s LIKE a OR s LIKE s)", "boolean")],
        ),
        ("select 'a' like all (cast(null as string), '%'), 'a' like any (lower('A'), 'b')", [("likeall(a)", "boolean"), ("(a LIKE lower(A) OR a LIKE b)", "boolean")]),
        ("select array_append(array(1), 1.5f) as a", [("a", "array<float>")]),
        ("select array_union(array(12345678901BD), array(1)) as a, array_except(array(1), array(1D)) as b", [("a", "array<decimal(11,0)>"), ("b", "array<double>")]),
        ("select ceil(10000000000000000000000000BD) as a, ceil(9.5BD) as b", [("a", "decimal(26,0)"), ("b", "decimal(2,0)")]),
    ],
)
def test_columns_are_named_and_typed_as_in_spark(spark: Any, query: str, columns: list[tuple[str, str]]) -> None:
    assert spark.sql(query).dtypes == columns


@pytest.mark.parametrize(
    ("query", "rows", "settings"),
    [
        ("select cast('abc' as varchar(2)), cast('a' as char(3))", [("abc", "a")], {}),
        ("select cast('. ' as int), cast('+.' as int), cast('-' as int)", [(0, 0, None)], LEGACY),
        ("select cast(timestamp'2020-01-01' as tinyint)", [(None,)], LEGACY),
        ("select cast('x' as interval) is null", [(True,)], {}),
        ("select get(array(1, 2), a) from values (2147483647), (1), (-1) t(a)", [(None,), (2,), (None,)], {}),
        # DuckDB has no common type for such decimals but DOUBLE
        (
            "select cast(a as decimal(38,0)) % cast(b as decimal(4,4)) from values (100, -0.005), (7, 0.3) t(a, b)",
            [(Decimal("0.0000"),), (Decimal("0.1000"),)],
            {},
        ),
        # products and sums of decimals of 18 digits and fewer have more digits than a long
        (
            "select a * b, a + a from values (cast(999999999999.999999 as decimal(18,6)), 999.99) t(a, b)",
            [(Decimal("999989999999999.99900001"), Decimal("1999999999999.999998"))],
            {},
        ),
        (
            "select sum(a * b) from values (cast(9999999999 as decimal(10,0)), cast(9999999999 as decimal(10,0))) t(a, b)",
            [(Decimal("99999999980000000001"),)],
            {},
        ),
        ("select try_element_at(array(1, 2), i) from values (-2147483648), (2) t(i)", [(None,), (2,)], {}),
        # towards zero, where unix_seconds goes down
        (
            "select unix_timestamp(timestamp'1500-01-01 00:00:00.5'), unix_seconds(timestamp'1500-01-01 00:00:00.5'), "
            "unix_timestamp('1500-01-01 00:00:00.5', 'yyyy-MM-dd HH:mm:ss.S')",
            [(-14831769599, -14831769600, -14831769599)],
            {},
        ),
        # a timestamp without a zone is formatted on the session's clock, after the gap of summer time
        (
            "select date_format(timestamp_ntz'2020-03-08 02:30:00', 'HH:mm VV XXX')",
            [("03:30 America/Los_Angeles -07:00",)],
            {"spark.sql.session.timeZone": "America/Los_Angeles"},
        ),
        # a wrong pattern is an error once there is a value for it
        ("select date_format(d, 'YYYY'), to_date(s, 'EEEE') from values (cast(null as date), cast(null as string)) t(d, s)", [(None, None)], {}),
        # numbers are aggregated by pivot value first: a group without the value has no count
        ("select * from (select i from values (5), (1) t(i)) pivot (count(i) for i in (1, 2))", [(1, None)], {}),
        (
            "select * from (select i, p from values (5, 'a'), (1, 'b'), (null, 'b') t(i, p)) "
            "pivot (count(*) as c, sum(i) as m for p in ('b', 'c'))",
            [(2, 1, None, None)],
            {},
        ),
        (
            "select * from (select i, p from values (5, 'a') t(i, p)) pivot (count(*) as c, max(p) as m for i in (5, 2))",
            [(1, "a", 0, None)],
            {},
        ),
        # inside of a value a null is the least
        (
            "select array(1, null) < array(1, 2), struct(null, 1) < struct(1, 1), array(array(null)) < array(array(1)), "
            "greatest(struct(1, null), struct(1, 2)), least(array(1, null), array(1, 2)), struct(1, null) <= struct(1, null)",
            [(True, True, True, (1, 2), [1, None], True)],
            {},
        ),
        (
            "select a from values (array(1, null)), (array(1, 2)), (array(null)), (null) t(a) order by a",
            [(None,), ([None],), ([1, None],), ([1, 2],)],
            {},
        ),
        (
            "select array_join(a, ',', '-') as a from values (array(1, null)), (array(1, 2)), (null) t(a) order by t.a desc",
            [("1,2",), ("1,-",), (None,)],
            {},
        ),
        # the rows of an inline table have an order
        ("select last(a), first(a) from values (1.5), (2.5), (3.5) t(a)", [(Decimal("3.5"), Decimal("1.5"))], {}),
        ("select collect_set(1), listagg(distinct 'a') from values (1), (2) t(a)", [([1], "a")], {}),
        ("select try_cast(1e300D as timestamp)", [(None,)], {}),
        # Java's decimals, by which numbers are rounded, have no negative zero
        (
            "select cast(round(-0.04D, 1) as string), cast(bround(a) as string), cast(round(cast(a as float), -1) as string) "
            "from values (-0.4D) t(a)",
            [("0.0", "0.0", "0.0")],
            {},
        ),
        (
            "select format_number(123456789012345680000D, 2), format_number(1E22D, 12), format_number(2.675D, 2)",
            [("123,456,789,012,345,680,000.00", "10,000,000,000,000,000,000,000.000000000000", "2.67")],
            {},
        ),
        ("select sentences('.'), sentences('Hi! ... Ok'), sentences('a.b c,d 1,5')", [([[]], [["Hi"], [], ["Ok"]], [["a.b", "c", "d", "1,5"]])], {}),
        ("select cast(-0.0D as string), greatest(-0.0D, 0.0D) = 0", [("-0.0", True)], {}),
        (
            "select round(a, -1), bround(a, -1), from_unixtime(b) from values (-2147483646, 9223372036854775807) t(a, b)",
            [(2147483646, 2147483646, "1969-12-31 23:59:59")],
            LEGACY,
        ),
        ("select date_format(date_add(date'9999-12-31', 1), 'yyyy-MM-dd'), from_unixtime(253402300800)", [("+10000-01-01", "+10000-01-01 00:00:00")], {}),
        (
            "select to_json(v), schema_of_variant(v) from (select cast(array(1.5D, cast(2 as double), null) as variant) as v)",
            [("[1.5,2.0,null]", "ARRAY<DOUBLE>")],
            {},
        ),
        ("select a % -1, a % b, pmod(a, b), mod(a, b) from values (-2147483648, -1), (7, -2) t(a, b)", [(0, 0, 0, 0), (0, 1, 1, 1)], {}),
        (
            r"select regexp_extract(s, '\\p{L}+', 0), regexp_extract_all(s, '.', 0), regexp_extract_all(s, '(.)(b)?', 2) from values ('ac') t(s)",
            [("ac", ["a", "c"], ["", ""])],
            {},
        ),
        ("select parse_url('http://0/p?a=%#f', 'QUERY', 'a'), elt(5, x'61', x'62')", [(None, None)], LEGACY),
        # texts are compared and ordered as their collation says
        (
            "select c, c = 'A', 'B' <=> c, c < 'b', c in ('B', 'x') from (select collate(s, 'UTF8_LCASE') as c from values ('a'), ('B'), ('c') t(s)) order by c desc",
            [("c", False, False, False, False), ("B", False, True, False, True), ("a", True, False, True, False)],
            {},
        ),
        # what stands beside a null is not computed, nor its error
        (
            "select a + cast(b as int), a = cast(b as int), a < cast(b as int), cast(b as int) % a, cast(b as int) / a "
            "from values (cast(null as int), 'x'), (2, '3') t(a, b)",
            [(None, None, None, None, None), (5, False, True, 1, 1.5)],
            {},
        ),
        (
            "select cast(t as string), hour(t), cast(date_trunc('month', t) as string), date_format(t, 'VV O') "
            "from values (timestamp'2020-01-01 00:00:00Z'), (timestamp'1500-01-01 00:00:00Z') t(t)",
            [("2020-01-01 05:30:00", 5, "2020-01-01 00:00:00", "+05:30 GMT+5:30"), ("1500-01-01 05:30:00", 5, "1500-01-01 00:00:00", "+05:30 GMT+5:30")],
            {"spark.sql.session.timeZone": "+05:30"},
        ),
        # a map is asked for a key of its own type, whatever digits that costs
        ("select map(1, 2)['1'], map('a', 2)[1], map(1, 2)[1.5D], map('a', 2)[null]", [(2, None, 2, None)], {}),
        ("select cast(9.9e-5D as decimal(4,4)), try_cast(-4.15e-6D as decimal(4,4))", [(Decimal("0.0001"), Decimal("0.0000"))], {}),
        ("select cast(date_add(date'2020-01-01', 200000000) as string)", [("+549601-05-27",)], {}),
        # of Base64, white space may stand before the padding only
        (
            "select try_to_binary('ab== ', 'base64'), try_to_binary('abcd==', 'base64'), try_to_binary('\u00e9', 'base64'), "
            "hex(try_to_binary('a b', 'base64'))",
            [(None, None, None, "69")],
            {},
        ),
        (
            "select a = 1, a != 1, a <=> 0, a = 2, nullif(a, 1) from values (true), (false), (null) t(a)",
            [(True, False, False, False, None), (False, True, True, False, False), (None, None, False, None, None)],
            LEGACY,
        ),
        *(
            (f"select cast(a as string), cast(b as string) from (select a, array(a) b from values (-0D) t(a) {kind} select a, array(a) from values ({other}D) t(a))", [("0.0", "[0.0]")], {})
            for kind, other in (("except", 5), ("except all", 5), ("intersect", 0), ("intersect all", 0))
        ),
        (
            "select to_json(a), to_csv(a), to_json(cast(a.t as variant)), from_csv(to_csv(a), 't timestamp').t = a.t "
            "from (select named_struct('t', timestamp'1900-01-01 10:00:00') as a)",
            [('{"t":"1900-01-01T10:00:00.000+05:21:10"}', "1900-01-01T10:00:00.000+05:21:10", '"1900-01-01 10:00:00+05:21"', True)],
            {"spark.sql.session.timeZone": "Asia/Kolkata"},
        ),
        # the right side is not computed where the left one decides
        ("select p and 1 div x > 0, not p or 1 div x > 0 from values (false, 0), (true, 1) t(p, x)", [(False, True), (True, True)], {}),
        ("select x like '2%' and (cast(x as int) > 1 or 1 div x > 1) from values ('a'), ('2') t(x)", [(False,), (True,)], {}),
        ("select count(*) = 0 or 1 div count(*) > 0 or 1 % count(*) = 1 from values (8) t(x) where x > 10", [(True,)], {}),
        ("select (p and q) and 1 div count(*) > 0 from values (true, true), (false, false) t(p, q) group by p and q order by 1", [(False,), (True,)], {}),
        ("select regexp_instr('_\U0001f600BbA', 'b')", [(4,)], {}),
        (
            "select to_csv(struct(v)), to_csv(struct(1, v)) from values ('\\u001f'), ('\\na'), ('a\\n'), ('\\u001f\"a'), (' ') t(v)",
            [('""', '1,""'), ("a", "1,a"), ('"a"', '1,"a"'), ('"\\"a"', '1,"\\"a"'), ('""', '1,""')],
            {},
        ),
        # numbers at the root of a JSON text stand alone
        ("select get_json_object(v, '$') from values ('1850-06-15'), ('1,'), ('1.'), ('1 2'), ('null,') t(v)", [(None,), (None,), (None,), ("1",), ("null",)], {}),
        ("select timestamp_seconds(1.5D), timestamp_millis(-1)", [(datetime.datetime(1970, 1, 1, 0, 0, 1, 500000), datetime.datetime(1969, 12, 31, 23, 59, 59, 999000))], {}),
        ("select to_json(cast(timestamp_ntz'2024-01-02 12:34:56.789' as variant)), to_json(cast(timestamp_ntz'2024-01-02 00:00:00' as variant))", [("\"2024-01-02 12:34:56.789\"", "\"2024-01-02 00:00:00\"")], {}),
    ],
)  # fmt: skip
def test_a_query_has_pysparks_rows(spark: Any, query: str, rows: list[Any], settings: dict[str, str]) -> None:
    settings = {"spark.sql.session.timeZone": "UTC", **settings}
    assert [tuple(row) for row in table(spark, query, settings).collect()] == rows


@pytest.mark.parametrize(
    ("query", "error", "condition", "settings"),
    [
        ("cast(c as date) from values (1) t(c)", "AnalysisException", "DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION", {}),
        ("cast(c as date) from values (1) t(c)", "AnalysisException", "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", LEGACY),
        ("try_cast(date'2020-01-01' as int)", "AnalysisException", "DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION", {}),
        ("cast('a' as interval day) is null", "IllegalArgumentException", "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE", LEGACY),
        ("cast('1e38' as decimal(10,2))", "ArithmeticException", "NUMERIC_OUT_OF_SUPPORTED_RANGE", {}),
        ("array_repeat('a', cast(2 as tinyint))", "AnalysisException", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", {}),
        ("element_at(array(1, 2), 0)", "SparkRuntimeException", "INVALID_INDEX_OF_ZERO", {}),
        ("element_at(array(1, 2), -2147483648)", "ArrayIndexOutOfBoundsException", "INVALID_ARRAY_INDEX_IN_ELEMENT_AT", {}),
        ("getbit(1, 99)", "IllegalArgumentException", "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE", {}),
        ("array_position(array(1.0), 2)", "AnalysisException", "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES", {}),
        ("cast(timestamp_ntz'2020-01-01 00:00:00' as boolean)", "AnalysisException", "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", {}),
        ("ceil(1e21D)", "ArithmeticException", "ARITHMETIC_OVERFLOW", {}),
        ("nth_value(a, 2) over (partition by a) from values (1) t(a)", "AnalysisException", "WINDOW_FUNCTION_FRAME_NOT_ORDERED", {}),
        ("try_to_timestamp('x', 'EEEE')", "SparkUpgradeException", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION", {}),
        ("to_binary('zz', 'hex')", "IllegalArgumentException", "CONVERSION_INVALID_INPUT", {}),
        ("timestamp_millis(9223372036854775807)", "ArithmeticException", "DATETIME_OVERFLOW", {}),
        ("timestampadd(YEAR, 300000, timestamp'2020-01-01')", "ArithmeticException", "DATETIME_OVERFLOW", {}),
        ("add_months(date'2020-01-01', 2147483647)", "ArithmeticException", "ARITHMETIC_OVERFLOW", {}),
        ("timestamp_seconds(1.1234567)", "ArithmeticException", None, {}),
        ("to_date('366', 'D')", "DateTimeException", "CANNOT_PARSE_TIMESTAMP", {}),
        ("unbase64('ab=c')", "IllegalArgumentException", None, {}),
        ("unbase64('ab==cd')", "IllegalArgumentException", None, {}),
        ("floor(-99999999999999999999999999999999999999BD, -1)", "ArithmeticException", "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", {}),
        ("a * a from values (-32767S) t(a)", "ArithmeticException", "BINARY_ARITHMETIC_OVERFLOW", {}),
        ("a - 100Y from values (-100Y) t(a)", "ArithmeticException", "BINARY_ARITHMETIC_OVERFLOW", {}),
        ("a div -1L from values (-9223372036854775808L) t(a)", "ArithmeticException", "ARITHMETIC_OVERFLOW", {}),
        ("cast(interval '1000' year as tinyint)", "ArithmeticException", "CAST_OVERFLOW", LEGACY),
        ("cast(9223372036854775807 as interval day)", "ArithmeticException", "CAST_OVERFLOW", LEGACY),
        ("cast(interval '1000' year as decimal(3,1))", "ArithmeticException", "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", LEGACY),
        ("array_union(array(1.0), array(1))", "AnalysisException", "DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES", {}),
        ("arrays_overlap(array(1), null)", "AnalysisException", "DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES", {}),
        ("array_except(array(map(1, 1)), array(map(1, 1)))", "AnalysisException", "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", {}),
        ("element_at(map(1, 2), 1BD)", "AnalysisException", "DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES", {}),
        ("distinct map(1, 2)", "AnalysisException", "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE", {}),
        ("distinct array(parse_json('1'))", "AnalysisException", "UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE", {}),
        ("cast(array(struct(1)) as variant)", "AnalysisException", "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", {}),
        ("pmod(cast(a as smallint), b) from values (5, 0) t(a, b)", "ArithmeticException", "REMAINDER_BY_ZERO", {}),
        ("sum(a) over (order by a range between 100 preceding and current row) from values (-128Y), (5Y) t(a)", "ArithmeticException", "BINARY_ARITHMETIC_OVERFLOW", {}),
        ("last_value(a) over (order by a range between current row and 9 following) from values (2147483647) t(a)", "ArithmeticException", "ARITHMETIC_OVERFLOW", {}),
        ("elt(5, x'61', x'62')", "ArrayIndexOutOfBoundsException", "INVALID_ARRAY_INDEX", {}),
        ("format_number(1, 2L)", "AnalysisException", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", {}),
        ("try_to_timestamp('a', 'e')", "IllegalArgumentException", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN", {}),
        ("distinct collate('a', 'UTF8_LCASE')", "PySparkNotImplementedError", "NOT_IMPLEMENTED", {}),
        ("collate('a', 'UNICODE') = 'a'", "PySparkNotImplementedError", "NOT_IMPLEMENTED", {}),
        ("count_min_sketch(1, 0.5, 0.5D, 1)", "AnalysisException", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", {}),
        ("map(1, 2)[true]", "AnalysisException", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", {}),
        ("1D div 2", "AnalysisException", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", {}),
        ("true < 1", "AnalysisException", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", LEGACY),
        ("timestamp_seconds(9223372036854775807)", "ArithmeticException", "DATETIME_OVERFLOW", {}),
        ("p and 1 div x > 0 from values (cast(null as boolean), 0) t(p, x)", "ArithmeticException", "DIVIDE_BY_ZERO", {}),
        ("timestamp_add(QUARTER, 1, timestamp'2020-01-01')", "AnalysisException", "UNRESOLVED_ROUTINE", {}),
        ("array_repeat('a', 2147483647)", "SparkRuntimeException", "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER", {}),
        ("sequence(-9223372036854775808, 9223372036854775807)", "SparkRuntimeException", "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER", {}),
        ("sequence(1, 2147483640, 1)", "SparkRuntimeException", "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER", {}),
        ("array_insert(array(1), -2147483646, 1)", "SparkRuntimeException", "COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION", {}),
    ],
)  # fmt: skip
def test_an_error_is_spark_s(spark: Any, query: str, error: str, condition: str | None, settings: dict[str, str]) -> None:
    with pytest.raises(PySparkException) as caught:
        table(spark, f"select {query}", settings).collect()
    assert (type(caught.value).__name__, caught.value.getCondition()) == (error, condition)
