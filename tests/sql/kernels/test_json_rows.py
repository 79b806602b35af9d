"""from_json, to_json and schema_of_json; the expected values are the real Spark's answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from outcomes import outcome, same_outcome

from pyrdd.sql.kernels import json_rows
from pyrdd.sql.types import _parse_datatype_string

READ: list[tuple[str, str, dict[str, str], Any]] = [('{"a":1,"b":"x"}', 'a INT, b STRING', {}, (1, 'x')),
 ('{"a":1.5}', 'a INT', {}, (None,)),
 ('{"a":"1"}', 'a INT', {}, (None,)),
 ('{"a":99999999999}', 'a INT', {}, (None,)),
 ('{"a":99999999999}', 'a BIGINT', {}, (99999999999,)),
 ('{"a":300}', 'a TINYINT', {}, (None,)),
 ('{"a":1,"b":"bad"}', 'a INT, b INT', {}, (1, None)),
 ('{"a":1', 'a INT', {}, (None,)),
 ('xx', 'a INT', {}, (None,)),
 ('', 'a INT', {}, None),
 ('  ', 'a INT', {}, None),
 ('null', 'a INT', {}, (None,)),
 ('{}', 'a INT', {}, (None,)),
 ('[{"a":1},{"a":2}]', 'a INT', {}, (None,)),
 ('[{"a":1}]', 'ARRAY<STRUCT<a:INT>>', {}, [(1,)]),
 ('{"a":1}', 'ARRAY<STRUCT<a:INT>>', {}, [(1,)]),
 ('[1,2,null]', 'ARRAY<INT>', {}, [1, 2, None]),
 ('[1,"x"]', 'ARRAY<INT>', {}, None),
 ('{"a":1,"b":2}', 'MAP<STRING,INT>', {}, [('a', 1), ('b', 2)]),
 ('{"a":1,"b":"x"}', 'MAP<STRING,INT>', {}, None),
 ('xx', 'MAP<STRING,INT>', {}, None),
 ('xx', 'ARRAY<INT>', {}, None),
 ('{"a":{"x": 1, "y":[1, 2]}}', 'a STRING', {}, ('{"x":1,"y":[1,2]}',)),
 ('{"a":1.0}', 'a STRING', {}, ('1.0',)),
 ('{"a":true}', 'a STRING', {}, ('true',)),
 ('{"a":1}', 'a DOUBLE', {}, (1.0,)),
 ('{"a":"NaN"}', 'a DOUBLE', {}, (float('nan'),)),
 ('{"a":"INF"}', 'a DOUBLE', {}, (None,)),
 ('{"a":NaN}', 'a DOUBLE', {}, (float('nan'),)),
 ('{"a":-Infinity}', 'a DOUBLE', {}, (float('-inf'),)),
 ('{"a":"x"}', 'a DOUBLE', {}, (None,)),
 ('{"a":1.256}', 'a DECIMAL(10,2)', {}, (Decimal('1.26'),)),
 ('{"a":"1.256"}', 'a DECIMAL(10,2)', {}, (Decimal('1.26'),)),
 ('{"a":123456.7}', 'a DECIMAL(5,2)', {}, (None,)),
 ('{"a":true}', 'a BOOLEAN', {}, (True,)),
 ('{"a":"true"}', 'a BOOLEAN', {}, (None,)),
 ('{"a":"2020-01-01"}', 'a DATE', {}, (18262,)),
 ('{"a":"2020-1-1"}', 'a DATE', {}, (18262,)),
 ('{"a":"01/02/2020"}', 'a DATE', {'dateFormat': 'dd/MM/yyyy'}, (18293,)),
 ('{"a":"2020-01-01T12:00:00"}', 'a TIMESTAMP', {}, (1577880000000000,)),
 ('{"a":"2020-01-01 12:00:00.123+01:00"}', 'a TIMESTAMP', {}, (1577876400123000,)),
 ('{"a":1577880000}', 'a TIMESTAMP', {}, (1577880000000000,)),
 ('{"a":"01/02/2020 10"}', 'a TIMESTAMP', {'timestampFormat': 'dd/MM/yyyy HH'}, (1580551200000000,)),
 ('{"a":"YWJj"}', 'a BINARY', {}, (b'abc',)),
 ('{"a":[{"b":1},{"b":"x"}]}', 'a ARRAY<STRUCT<b:INT>>', {}, ([(1,), (None,)],)),
 ('{"a":{"b":"x","c":2}}', 'a STRUCT<b:INT,c:INT>', {}, ((None, 2),)),
 ('{"a":1,"b":"bad"}',
  'a INT, b INT, _corrupt_record STRING',
  {'columnNameOfCorruptRecord': '_corrupt_record'},
  (1, None, '{"a":1,"b":"bad"}')),
 ('{"a":1,"b":2}', 'a INT, b INT, _corrupt_record STRING', {}, (1, 2, None)),
 ('{"a":1', 'a INT, _corrupt_record STRING', {}, (None, '{"a":1')),
 ('{"a":1',
  'a INT',
  {'mode': 'DROPMALFORMED'},
  ('AnalysisException', 'PARSE_MODE_UNSUPPORTED', {'funcName': '`from_json`', 'mode': 'DROPMALFORMED'})),
 ('{"a":1} xyz', 'a INT', {}, (1,)),
 ('{"a":1,"a":2}', 'a INT', {}, (2,)),
 ('{"A":1}', 'a INT', {}, (None,)),
 ("{'a':1}", 'a INT', {}, (1,)),
 ("{'a':1}", 'a INT', {'allowSingleQuotes': 'false'}, (None,)),
 ('{a:1}', 'a INT', {}, (None,)),
 ('{a:1}', 'a INT', {'allowUnquotedFieldNames': 'true'}, (1,)),
 ('{"a":/*x*/1}', 'a INT', {'allowComments': 'true'}, (1,)),
 ('{"a":01}', 'a INT', {'allowNumericLeadingZeros': 'true'}, (1,)),
 ('{"a":01}', 'a INT', {}, (None,)),
 ('{"a":"\\x"}', 'a STRING', {'allowBackslashEscapingAnyCharacter': 'true'}, ('x',)),
 ('{"a":"\\x"}', 'a STRING', {}, (None,)),
 ('{"a":""}', 'a INT', {}, (None,)),
 ('{"a":""}', 'a STRING', {}, ('',)),
 ('{"a":null}', 'a INT', {}, (None,)),
 ('{"a":[1,2]}', 'a INT', {}, (None,)),
 ('{"a":{"b":1}}', 'a MAP<STRING,STRING>', {}, ([('b', '1')],)),
 ('{"a":1}', 'a INT', {'primitivesAsString': 'true'}, (1,)),
 ('{"a":"12:30:00"}', 'a STRING', {}, ('12:30:00',)),
 ('{"a":1e3}', 'a INT', {}, (None,)),
 ('{"a":1e3}', 'a DOUBLE', {}, (1000.0,)),
 ('{"a":1.5}', 'a FLOAT', {}, (1.5,)),
 ('[{"a":1},{"a":"x"}]', 'ARRAY<STRUCT<a:INT>>', {}, [(1,), (None,)]),
 ('[{"a":1},2]', 'ARRAY<STRUCT<a:INT>>', {}, None)]  # fmt: skip
SCHEMAS: list[tuple[str, dict[str, str], str]] = [('{"a":1,"b":"x","c":[1,2.5],"d":null,"e":{"z":true}}',
  {},
  'STRUCT<a: BIGINT, b: STRING, c: ARRAY<DOUBLE>, d: STRING, e: STRUCT<z: BOOLEAN>>'),
 ('[{"a":1},{"b":"x"}]', {}, 'ARRAY<STRUCT<a: BIGINT, b: STRING>>'),
 ('[1,"a"]', {}, 'ARRAY<STRING>'),
 ('[1,null]', {}, 'ARRAY<BIGINT>'),
 ('[]', {}, 'ARRAY<STRING>'),
 ('{}', {}, 'STRUCT<>'),
 ('1', {}, 'BIGINT'),
 ('1.5', {}, 'DOUBLE'),
 ('12345678901234567890', {}, 'DECIMAL(20,0)'),
 ('"x"', {}, 'STRING'),
 ('null', {}, 'STRING'),
 ('{"a b":1, "A":2}', {}, 'STRUCT<A: BIGINT, `a b`: BIGINT>'),
 ('[[1],[2.5]]', {}, 'ARRAY<ARRAY<DOUBLE>>'),
 ('[{"a":1},{"a":"x"},{"a":{"b":1}}]', {}, 'ARRAY<STRUCT<a: STRING>>'),
 ('{"t":"2020-01-01T00:00:00"}', {}, 'STRUCT<t: STRING>'),
 ('{"t":"2020-01-01T00:00:00"}', {'inferTimestamp': 'true'}, 'STRUCT<t: TIMESTAMP>'),
 ('{"t":"2020-01-01"}', {'inferTimestamp': 'true'}, 'STRUCT<t: TIMESTAMP>'),
 ('{"a":1.5}', {'prefersDecimal': 'true'}, 'STRUCT<a: DECIMAL(2,1)>'),
 ('{"a":1}', {'primitivesAsString': 'true'}, 'STRUCT<a: STRING>'),
 ('{a:1}', {'allowUnquotedFieldNames': 'true'}, 'STRUCT<a: BIGINT>'),
 ('{"b":1,"a":2}', {}, 'STRUCT<a: BIGINT, b: BIGINT>'),
 ('[1,1.5,12345678901234567890]', {}, 'ARRAY<DOUBLE>'),
 ('[true,1]', {}, 'ARRAY<STRING>')]  # fmt: skip
WRITTEN: list[tuple[Any, str, dict[str, str], str]] = [((1, None), 'a INT, b INT', {}, '{"a":1}'),
 ((1, None), 'a INT, b INT', {'ignoreNullFields': 'false'}, '{"a":1,"b":null}'),
 ([('k', 1), ('j', None)], 'MAP<STRING,INT>', {}, '{"k":1,"j":null}'),
 ([1, None], 'ARRAY<INT>', {}, '[1,null]'),
 ([('x"\n/é',)], 'ARRAY<STRUCT<a:STRING>>', {}, '[{"a":"x\\"\\n/é"}]'),
 ((18263, 1577934245678901, 1577934245000000),
  'd DATE, t TIMESTAMP, n TIMESTAMP_NTZ',
  {},
  '{"d":"2020-01-02","t":"2020-01-02T03:04:05.678Z","n":"2020-01-02T03:04:05.000"}'),
 ((18263, 1577934245678901),
  'd DATE, t TIMESTAMP',
  {'dateFormat': 'dd/MM/yyyy', 'timestampFormat': 'yyyy HH:mm', 'timeZone': 'Europe/Paris'},
  '{"d":"02/01/2020","t":"2020 04:04"}'),
 ((1.0, float('nan'), 1.100000023841858, Decimal('1.50'), True, b'abc'),
  'x DOUBLE, y DOUBLE, z FLOAT, w DECIMAL(3,2), b BOOLEAN, n BINARY',
  {},
  '{"x":1.0,"y":"NaN","z":1.1,"w":1.50,"b":true,"n":"YWJj"}'),
 ((1, ([1, 2], [])),
  'a INT, b STRUCT<c:ARRAY<INT>,e:MAP<STRING,STRING>>',
  {'pretty': 'true'},
  '{\n  "a" : 1,\n  "b" : {\n    "c" : [ 1, 2 ],\n    "e" : { }\n  }\n}'),
 ([(1, 'x')], 'MAP<INT,STRING>', {}, '{"1":"x"}'),
 (([],), 'a ARRAY<STRING>', {}, '{"a":[]}'),
 ((10000000000.0, 1e-05), 'a DOUBLE, b DOUBLE', {}, '{"a":1.0E10,"b":1.0E-5}'),
 (('\x01\x7f\u2028',), 'a STRING', {}, '{"a":"\\u0001\x7f\u2028"}')]  # fmt: skip


@pytest.mark.parametrize(("text", "schema", "options", "expected"), READ)
def test_json_is_read_in_a_schema(text: str, schema: str, options: dict[str, str], expected: Any) -> None:
    assert same_outcome(json_rows.from_json, (text, _parse_datatype_string(schema), options), expected)


@pytest.mark.parametrize("text", ['{"a":1', '{"a":"x"}'])
def test_failfast_raises_for_a_malformed_record(text: str) -> None:
    answer = outcome(json_rows.from_json, text, _parse_datatype_string("a INT"), {"mode": "FAILFAST"})
    assert answer[1] == "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"


@pytest.mark.parametrize(("text", "options", "expected"), SCHEMAS)
def test_the_schema_of_json_is_inferred(text: str, options: dict[str, str], expected: str) -> None:
    assert json_rows.type_ddl(json_rows.schema_of_json(text, options)) == expected


@pytest.mark.parametrize(("value", "schema", "options", "expected"), WRITTEN)
def test_values_are_written_as_json(value: Any, schema: str, options: dict[str, str], expected: str) -> None:
    assert json_rows.to_json(value, _parse_datatype_string(schema), options) == expected
