"""Paths into JSON; the expected values are the real Spark's answers."""


from __future__ import annotations

from typing import Any

import pytest
from outcomes import same_outcome

from pyrdd.sql.kernels import json_path

MODULES = {module.__name__.rpartition(".")[2]: module for module in (json_path,)}
CASES: list[tuple[str, tuple[Any, ...], Any]] = [('json_path.get_json_object', ('{"a":{"b":[1,2,{"c":"x"}]}}', '$.a.b[2].c'), 'x'),
 ('json_path.get_json_object', ('{"a":{"b":[1,2,{"c":"x"}]}}', '$.a'), '{"b":[1,2,{"c":"x"}]}'),
 ('json_path.get_json_object', ('{"a":{"b":[1,2,{"c":"x"}]}}', '$.a.b[*]'), '[1,2,{"c":"x"}]'),
 ('json_path.get_json_object', ('[{"a":1},{"a":2},{"b":3}]', '$[*].a'), '[1,2]'),
 ('json_path.get_json_object', ('[{"a":1},{"b":3}]', '$[*].a'), '1'),
 ('json_path.get_json_object', ('[{"a":"x"},{"b":3}]', '$[*].a'), '"x"'),
 ('json_path.get_json_object', ('[[1,2],[3,4]]', '$[*][*]'), '[1,2,3,4]'),
 ('json_path.get_json_object', ('[[1,2],[3,4]]', '$[0][*]'), '[1,2]'),
 ('json_path.get_json_object', ('[[[1],[2]],[[3]]]', '$[*][*][*]'), '[[1,2],3]'),
 ('json_path.get_json_object', ('{"a":null}', '$.a'), None),
 ('json_path.get_json_object', ('{"a":"x\\"y"}', '$.a'), 'x"y'),
 ('json_path.get_json_object', ('{"a":1.10}', '$.a'), '1.1'),
 ('json_path.get_json_object',
  ('{"a":{"x":1.10,"y":1e5,"z":12345678901234567890}}', '$.a'),
  '{"x":1.1,"y":100000.0,"z":12345678901234567890}'),
 ('json_path.get_json_object', ('{"a":true}', '$.a'), 'true'),
 ('json_path.get_json_object', ('{"a":1}', '$'), '{"a":1}'),
 ('json_path.get_json_object', ('{"a": 1 ,  "b" : [ 1 , 2 ] }', '$'), '{"a":1,"b":[1,2]}'),
 ('json_path.get_json_object', ('{"a":1}', 'a'), None),
 ('json_path.get_json_object', ('{"a":1}', '$.'), None),
 ('json_path.get_json_object', ('{"a":1}', '$.b'), None),
 ('json_path.get_json_object', ('{"a b":1}', '$.a b'), '1'),
 ('json_path.get_json_object', ('{"a b":1}', "$['a b']"), '1'),
 ('json_path.get_json_object', ('{"a.b":1}', "$['a.b']"), '1'),
 ('json_path.get_json_object', ('{"a":1}', '$["a"]'), None),
 ('json_path.get_json_object', ('{"a":[1,2]}', '$.a[5]'), None),
 ('json_path.get_json_object', ('{"a":[1,2]}', '$.a[-1]'), None),
 ('json_path.get_json_object', ('{"a":1,"b":2}', '$.*'), None),
 ('json_path.get_json_object', ('{"a":{"x":1},"b":{"x":2}}', '$.*.x'), None),
 ('json_path.get_json_object', ('{"a":1,"a":2}', '$.a'), '1'),
 ('json_path.get_json_object', ('{"a":1', '$.a'), None),
 ('json_path.get_json_object', ('{"a":1} xx', '$.a'), '1'),
 ('json_path.get_json_object', ("{'a':1}", '$.a'), '1'),
 ('json_path.get_json_object', ('{a:1}', '$.a'), None),
 ('json_path.get_json_object', ('{"a":01}', '$.a'), None),
 ('json_path.get_json_object', ('', '$.a'), None),
 ('json_path.get_json_object', ('"abc"', '$'), 'abc'),
 ('json_path.get_json_object', ('123', '$'), '123'),
 ('json_path.get_json_object', ('{"a":{"b":"é\\u0041\\n"}}', '$.a'), '{"b":"éA\\n"}'),
 ('json_path.get_json_object', ('{"a":"é\\u0041\\n"}', '$.a'), 'éA\n'),
 ('json_path.get_json_object', ('[1,"a",null]', '$'), '[1,"a",null]'),
 ('json_path.get_json_object', ('[1,"a",null]', '$[*]'), '[1,"a",null]'),
 ('json_path.get_json_object', ('{"a":[]}', '$.a[*]'), None),
 ('json_path.get_json_object', ('{"a":[{"b":[1,2]},{"b":[3]}]}', '$.a[*].b[*]'), '[[1,2],[3]]'),
 ('json_path.get_json_object', ('{"a":[{"b":[1,2]},{"b":[3]}]}', '$.a[*].b'), '[[1,2],[3]]'),
 ('json_path.get_json_object', ('{"a":[{"b":[1,2]},{"b":[3]}]}', '$.a[*].b[0]'), '[1,3]'),
 ('json_path.get_json_object', ('{"A":1}', '$.a'), None),
 ('json_path.get_json_object', ('{"a":NaN}', '$.a'), None),
 ('json_path.get_json_object', ('{"a":-0}', '$.a'), '0'),
 ('json_path.get_json_object', ('{"a":1e400}', '$.a'), '"Infinity"'),
 ('json_path.json_array_length', ('[1,2,3,{"a":1}]',), 4),
 ('json_path.json_array_length', ('[]',), 0),
 ('json_path.json_array_length', ('{"a":1}',), None),
 ('json_path.json_array_length', ('[1,2',), None),
 ('json_path.json_array_length', ('',), None),
 ('json_path.json_array_length', ('[1,2] x',), 2),
 ('json_path.json_object_keys', ('{"a":1,"b":{"c":2}}',), ['a', 'b']),
 ('json_path.json_object_keys', ('{}',), []),
 ('json_path.json_object_keys', ('[1]',), None),
 ('json_path.json_object_keys', ('{"a":1',), None),
 ('json_path.json_object_keys', ('',), None),
 ('json_path.json_object_keys', ('{"a":1,"a":2}',), ['a', 'a'])]  # fmt: skip


@pytest.mark.parametrize(("kernel", "arguments", "expected"), CASES)
def test_the_kernel_answers_as_spark_does(kernel: str, arguments: tuple[Any, ...], expected: Any) -> None:
    module, _, function = kernel.partition(".")
    assert same_outcome(getattr(MODULES[module], function), arguments, expected)
