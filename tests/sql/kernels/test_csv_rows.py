"""from_csv, to_csv and schema_of_csv; the expected values are the real Spark's answers."""


from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from outcomes import outcome, same_outcome

from pyrdd.sql.kernels import csv_rows, json_rows
from pyrdd.sql.types import _parse_datatype_string

READ: list[tuple[str, str, dict[str, str], Any]] = [('1,abc,2.5', 'a INT,b STRING,c DOUBLE', {}, (1, 'abc', 2.5)),
 ('1,"a,b",x', 'a INT,b STRING,c DOUBLE', {}, (1, 'a,b', None)),
 ('1', 'a INT,b STRING', {}, (1, None)),
 ('1,2,3', 'a INT,b STRING', {}, (1, '2')),
 ('', 'a INT,b STRING', {}, (None, None)),
 (' 1 , x ', 'a INT,b STRING', {}, (None, ' x ')),
 (' 1 , x ',
  'a INT,b STRING',
  {'ignoreLeadingWhiteSpace': 'true', 'ignoreTrailingWhiteSpace': 'true'},
  (1, 'x')),
 ('1;x', 'a INT,b STRING', {'sep': ';'}, (1, 'x')),
 ('1,"a""b"', 'a INT,b STRING', {}, (1, '"a""b"')),
 ('1,"a\\"b"', 'a INT,b STRING', {}, (1, 'a"b')),
 ('1,NA', 'a INT,b STRING', {'nullValue': 'NA'}, (1, None)),
 ('1,', 'a INT,b STRING', {}, (1, None)),
 ('1,""', 'a INT,b STRING', {}, (1, None)),
 ('1,""', 'a INT,b STRING', {'emptyValue': 'E'}, (1, 'E')),
 ('x,y', 'a INT,b STRING', {}, (None, 'y')),
 ('x,y', 'a INT,b STRING,_corrupt_record STRING', {}, (None, 'y', 'x,y')),
 ('1,y', 'a INT,b STRING,_corrupt_record STRING', {}, (1, 'y', None)),
 ('26/08/2015', 'a TIMESTAMP', {'timestampFormat': 'dd/MM/yyyy'}, (1440547200000000,)),
 ('2015-08-26', 'a DATE', {}, (16673,)),
 ('2015-08-26 10:00:00', 'a TIMESTAMP', {}, (1440583200000000,)),
 ('26/08/2015', 'a DATE', {'dateFormat': 'dd/MM/yyyy'}, (16673,)),
 ('true,NaN,Inf,-Inf', 'a BOOLEAN,b DOUBLE,c DOUBLE,d DOUBLE', {}, (True, float('nan'), float('inf'), float('-inf'))),
 ('TRUE,1e3', 'a BOOLEAN,b DOUBLE', {}, (True, 1000.0)),
 ('1.255', 'a DECIMAL(5,2)', {}, (Decimal('1.26'),)),
 ('"1,234.5"', 'a DECIMAL(8,2)', {}, (Decimal('1234.50'),)),
 ('abc', 'a BINARY', {}, (b'abc',)),
 ('#c,1', 'a STRING,b INT', {}, ('#c', 1)),
 ('#c,1', 'a STRING,b INT', {'comment': '#'}, (None, None)),
 ("'a,b',1", 'a STRING,b INT', {'quote': "'"}, ('a,b', 1)),
 ('a"b,1', 'a STRING,b INT', {}, ('a"b', 1)),
 ('"a"b,1', 'a STRING,b INT', {}, ('"a"b', 1)),
 ('1.0', 'a INT', {}, (None,)),
 ('99999999999', 'a INT', {}, (None,))]  # fmt: skip
SCHEMAS: list[tuple[str, dict[str, str], str]] = [('1,abc,2.5,true,2020-01-01,2020-01-01 10:00:00,',
  {},
  'STRUCT<_c0: INT, _c1: STRING, _c2: DOUBLE, _c3: BOOLEAN, _c4: DATE, _c5: TIMESTAMP, _c6: STRING>'),
 ('99999999999,99999999999999999999,1e5', {}, 'STRUCT<_c0: BIGINT, _c1: DECIMAL(20,0), _c2: DOUBLE>'),
 ('1;a', {'sep': ';'}, 'STRUCT<_c0: INT, _c1: STRING>')]  # fmt: skip
WRITTEN: list[tuple[Any, str, dict[str, str], str]] = [((1, 'x,y', None, 1.5), 'a INT,b STRING,c INT,d DOUBLE', {}, '1,"x,y",,1.5'),
 (('q"q', '', ' s ', 'x\ny'), 'a STRING,b STRING,c STRING,d STRING', {}, '"q\\"q","",s,"x\ny"'),
 ((18263, 1577934245600000), 'a DATE,t TIMESTAMP', {}, '2020-01-02,2020-01-02T03:04:05.600Z'),
 ((18263, 1577934245600000),
  'a DATE,t TIMESTAMP',
  {'dateFormat': 'dd/MM/yyyy', 'timestampFormat': 'HH:mm'},
  '02/01/2020,03:04'),
 ((1, 'x;y'), 'a INT,b STRING', {'sep': ';'}, '1;"x;y"'),
 ((None, 'x'), 'a STRING,b STRING', {'nullValue': 'NA'}, 'NA,x'),
 (('x', True), 'a STRING,b BOOLEAN', {'quoteAll': 'true'}, '"x","true"'),
 (('a\\b', Decimal('1.50'), 1.100000023841858, float('nan')),
  'a STRING,b DECIMAL(3,2),c FLOAT,d DOUBLE',
  {},
  'a\\b,1.50,1.1,NaN'),
 (('#x',), 'a STRING', {}, '"#x"')]  # fmt: skip


@pytest.mark.parametrize(("text", "schema", "options", "expected"), READ)
def test_a_line_is_read_in_a_schema(text: str, schema: str, options: dict[str, str], expected: Any) -> None:
    assert same_outcome(csv_rows.from_csv, (text, _parse_datatype_string(schema), options), expected)


def test_failfast_raises_for_a_malformed_line() -> None:
    answer = outcome(csv_rows.from_csv, "x,y", _parse_datatype_string("a INT,b STRING"), {"mode": "FAILFAST"})
    assert answer[1] == "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"


@pytest.mark.parametrize(("text", "options", "expected"), SCHEMAS)
def test_the_schema_of_a_line_is_inferred(text: str, options: dict[str, str], expected: str) -> None:
    assert json_rows.type_ddl(csv_rows.schema_of_csv(text, options)) == expected


@pytest.mark.parametrize(("value", "schema", "options", "expected"), WRITTEN)
def test_a_row_is_written_as_a_line(value: Any, schema: str, options: dict[str, str], expected: str) -> None:
    assert csv_rows.to_csv(value, _parse_datatype_string(schema), options) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2020-1-1,2020-01-01T00:00:00,2020-01-01 x,12:00,2020",
            "STRUCT<_c0: TIMESTAMP, _c1: TIMESTAMP, _c2: STRING, _c3: TIMESTAMP, _c4: INT>",
        ),
        (
            "1L,+1,0x1,1d, 1,Infinity,NaN,Inf,TRUE",
            "STRUCT<_c0: STRING, _c1: INT, _c2: STRING, _c3: DOUBLE, _c4: DOUBLE, _c5: DOUBLE, _c6: DOUBLE, _c7: DOUBLE,"
            " _c8: BOOLEAN>",
        ),
    ],
)
def test_odd_values_have_sparks_types(text: str, expected: str) -> None:
    assert json_rows.type_ddl(csv_rows.schema_of_csv(text)) == expected
