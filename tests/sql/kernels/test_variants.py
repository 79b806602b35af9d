"""Variants; the expected values are the real Spark's answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from outcomes import outcome, same_outcome

from pyrdd.sql.kernels import variants
from pyrdd.sql.types import _parse_datatype_string

GOT: list[tuple[str, str, str, str, Any]] = [('variant_get', '{"a":1}', '$.a', 'int', 1),
 ('variant_get', '{"a":1}', '$.b', 'int', None),
 ('variant_get',
  '{"a":"x"}',
  '$.a',
  'int',
  ('SparkRuntimeException', 'INVALID_VARIANT_CAST', {'value': '"x"', 'dataType': '"INT"'})),
 ('try_variant_get', '{"a":"x"}', '$.a', 'int', None),
 ('variant_get', '{"a":"12"}', '$.a', 'int', 12),
 ('variant_get', '{"a":1.9}', '$.a', 'int', 1),
 ('variant_get',
  '{"a":300}',
  '$.a',
  'tinyint',
  ('SparkRuntimeException', 'INVALID_VARIANT_CAST', {'value': '300', 'dataType': '"TINYINT"'})),
 ('variant_get', '{"a":true}', '$.a', 'int', 1),
 ('variant_get', '{"a":[1,2]}', '$.a[1]', 'int', 2),
 ('variant_get', '{"a":[1,2]}', '$.a', 'string', '[1,2]'),
 ('variant_get', '{"a":[1,2]}', '$.a', 'array<int>', [1, 2]),
 ('variant_get', '{"a":{"x":1,"y":"z"}}', '$.a', 'struct<x:int,y:string>', (1, 'z')),
 ('variant_get', '{"a":{"x":1,"y":"2"}}', '$.a', 'map<string,int>', [('x', 1), ('y', 2)]),
 ('variant_get', '{"a b":1}', '$["a b"]', 'int', 1),
 ('variant_get', '{"a b":1}', "$['a b']", 'int', 1),
 ('variant_get',
  '{"a":1}',
  'a',
  'int',
  ('SparkRuntimeException', 'INVALID_VARIANT_GET_PATH', {'path': 'a', 'functionName': '`variant_get`'})),
 ('variant_get', '{"a":1}', '$', 'string', '{"a":1}'),
 ('variant_get', '{"a":"2020-01-01"}', '$.a', 'date', 18262),
 ('variant_get', '{"a":null}', '$.a', 'string', None),
 ('variant_get', '{"a":1.5}', '$.a', 'string', '1.5'),
 ('variant_get', '{"a":100000000000000000000}', '$.a', 'string', '100000000000000000000'),
 ('variant_get', '{"a":1e3}', '$.a', 'string', '1000.0'),
 ('variant_get', '{"a":1.50}', '$.a', 'string', '1.5')]  # fmt: skip
SCHEMAS: list[tuple[str, str]] = [('{"a":1,"b":[1,2.5],"c":null,"d":"x","e":true,"f":1e3}',
  'OBJECT<a: BIGINT, b: ARRAY<DECIMAL(21,1)>, c: VOID, d: STRING, e: BOOLEAN, f: DOUBLE>'),
 ('[1,"a"]', 'ARRAY<VARIANT>'),
 ('[{"a":1},{"b":2}]', 'ARRAY<OBJECT<a: BIGINT, b: BIGINT>>'),
 ('null', 'VOID'),
 ('[]', 'ARRAY<VOID>'),
 ('123.45', 'DECIMAL(5,2)'),
 ('[1,2.25]', 'ARRAY<DECIMAL(22,2)>'),
 ('[1.5,1e3]', 'ARRAY<DOUBLE>')]  # fmt: skip


@pytest.mark.parametrize(("function", "text", "path", "target", "expected"), GOT)
def test_a_path_leads_into_a_variant(function: str, text: str, path: str, target: str, expected: Any) -> None:
    arguments = (variants.parse_json(text), path, _parse_datatype_string(target))
    assert same_outcome(getattr(variants, function), arguments, expected)


@pytest.mark.parametrize(("text", "expected"), SCHEMAS)
def test_the_schema_of_a_variant(text: str, expected: str) -> None:
    assert variants.schema_of_variant(variants.parse_json(text)) == expected


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', '{"a":'])
def test_wrong_json_is_no_variant(text: str) -> None:
    assert variants.try_parse_json(text) is None
    assert outcome(variants.parse_json, text)[1] == "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"


def test_a_variant_is_written_as_the_jvm_writes_numbers() -> None:
    text = '{"a":1,"b":[1,2.5,"x",null,true],"c":{"d":1e10}}'
    assert variants.to_json(variants.parse_json(text)) == '{"a":1,"b":[1,2.5,"x",null,true],"c":{"d":1.0E10}}'


def test_a_struct_becomes_an_object() -> None:
    schema = _parse_datatype_string("b INT, a ARRAY<INT>, d DATE, t TIMESTAMP, x DECIMAL(3,2)")
    variant = variants.to_variant_object((1, [1, None], 18262, 1577836800000000, Decimal("1.50")), schema)
    written = '{"a":[1,null],"b":1,"d":"2020-01-01","t":"2020-01-01 00:00:00+00:00","x":1.5}'
    assert variants.to_json(variant) == written
