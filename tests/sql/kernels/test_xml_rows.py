"""from_xml, to_xml and schema_of_xml; the expected values are the real Spark's answers."""


from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from outcomes import same_outcome

from pyrdd.sql.kernels import json_rows, xml_rows
from pyrdd.sql.types import _parse_datatype_string

READ: list[tuple[str, str, dict[str, str], Any]] = [('<p><a>1</a><b>0.8</b></p>', 'a INT, b DOUBLE', {}, (1, 0.8)),
 ('<p><a>1</a><a>2</a></p>', 'a ARRAY<INT>', {}, ([1, 2],)),
 ('<p><a>1</a><a>2</a></p>', 'a INT', {}, (2,)),
 ('<p id="5"><a k="v">t</a></p>', '_id INT, a STRUCT<_k:STRING,_VALUE:STRING>', {}, (5, ('v', 't'))),
 ('<p><a>x</a></p>', 'a INT', {}, (None,)),
 ('<p><a>x</a></p>', 'a INT, _corrupt_record STRING', {}, (None, '<p><a>x</a></p>')),
 ('<p><a>1</a>', 'a INT', {}, (None,)),
 ('<p><a>1</a>', 'a INT, _corrupt_record STRING', {}, (None, '<p><a>1</a>')),
 ('<p><a/></p>', 'a STRING', {}, ('',)),
 ('<p><a></a></p>', 'a INT', {}, (None,)),
 ('<p><a> x </a></p>', 'a STRING', {}, ('x',)),
 ('<p><a><b>1</b></a></p>', 'a STRUCT<b:INT>', {}, ((1,),)),
 ('<p><a><b>1</b></a></p>', 'a STRING', {}, ('<b>1</b>',)),
 ('<p><a><k1>1</k1><k2>2</k2></a></p>', 'a MAP<STRING,INT>', {}, ([('k1', 1), ('k2', 2)],)),
 ('<p><t>26/08/2015</t></p>', 't TIMESTAMP', {'timestampFormat': 'dd/MM/yyyy'}, (1440547200000000,)),
 ('<p><t>2015-08-26T10:00:00</t><d>2015-08-26</d></p>', 't TIMESTAMP, d DATE', {}, (1440583200000000, 16673)),
 ('<p><a>true</a><b>1.255</b></p>', 'a BOOLEAN, b DECIMAL(5,2)', {}, (True, Decimal('1.26'))),
 ('<p>txt</p>', '_VALUE STRING', {}, ('txt',)),
 ('<p><a>1</a></p>', 'a INT', {'mode': 'FAILFAST'}, (1,)),
 ('<p><A>1</A></p>', 'a INT', {}, (1,)),
 ('<p><a>1</a><n>x</n><m>5</m></p>', 'a INT, n INT, m INT', {}, (1, None, None)),
 ('<p><a>1</a><q><n>x</n><m>5</m></q><o>6</o></p>', 'a INT, q STRUCT<n:INT,m:INT>, o INT', {}, (1, None, None)),
 ('<p><a>1</a><a>x</a><a>3</a><b>4</b></p>', 'a ARRAY<INT>, b INT', {}, ([1], None)),
 ('<p i="x" j="5"><a>1</a></p>', '_i INT, _j INT, a INT', {}, (None, None, None)),
 ('<p>t1<n>1</n>t2</p>', '_VALUE ARRAY<STRING>, n INT', {}, (['t1', 't2'], 1)),
 ('<p>t1<n>1</n>t2</p>', '_VALUE STRING, n INT', {}, ('t2', 1)),
 ('<p><q>a<![CDATA[<b>]]>c</q></p>', 'q STRING', {}, ('a<b>c',)),
 ('<p><q j="2"> <x y="1">1</x> </q></p>', 'q STRING', {}, ('<x y="1">1</x>',)),
 ('<p><c>1</c><q>2</q></p>', 'c INT, xs_any STRING', {}, (1, '2')),
 ('<!DOCTYPE p [<!ENTITY e "z">]><p><a>&e;</a></p>', 'a STRING', {}, (None,)),
 ('', 'a INT', {}, (None,)),
 ('xx', 'a INT', {}, (None,))]  # fmt: skip
SCHEMAS: list[tuple[str, dict[str, str], str]] = [('<p><a>1</a></p>', {}, 'STRUCT<a: BIGINT>'),
 ('<p><a attr="2">1</a><a>3</a></p>', {}, 'STRUCT<a: ARRAY<STRUCT<_VALUE: BIGINT, _attr: BIGINT>>>'),
 ('<p><a>1.5</a><b>x</b><c>true</c><d>2020-01-01</d><e>2020-01-01T00:00:00</e><f/></p>',
  {},
  'STRUCT<a: DOUBLE, b: STRING, c: BOOLEAN, d: DATE, e: TIMESTAMP, f: STRING>'),
 ('<p>1</p>', {}, 'STRUCT<_VALUE: BIGINT>'),
 ('<p>t1<n>1</n>t2</p>', {}, 'STRUCT<_VALUE: ARRAY<STRING>, n: BIGINT>'),
 ('<p><a>1</a><b>NaN</b></p>', {}, 'STRUCT<a: BIGINT, b: STRING>'),
 ('<p><a k="1"/><a>3</a></p>', {}, 'STRUCT<a: ARRAY<STRING>>'),
 ('<p><a>2020-01-01</a><a>2020-01-01T00:00:00Z</a></p>', {}, 'STRUCT<a: ARRAY<TIMESTAMP>>'),
 ('<p><a><x>1</x></a><a>t</a></p>', {}, 'STRUCT<a: ARRAY<STRING>>'),
 ('<p><a attr="2">1</a><a>3</a></p>', {'excludeAttribute': 'true'}, 'STRUCT<a: ARRAY<BIGINT>>'),
 ('<p><a><b>1</b></a></p>', {}, 'STRUCT<a: STRUCT<b: BIGINT>>'),
 ('<p><a>1</a><a>2.5</a></p>', {}, 'STRUCT<a: ARRAY<DOUBLE>>')]  # fmt: skip
WRITTEN: list[tuple[Any, str, dict[str, str], str]] = [((1, 'x'), 'a INT,b STRING', {}, '<ROW>\n    <a>1</a>\n    <b>x</b>\n</ROW>'),
 ((None, 'x'), 'a INT,b STRING', {}, '<ROW>\n    <b>x</b>\n</ROW>'),
 (([1, 2], (1.5, True)),
  'a ARRAY<INT>,b STRUCT<c:DOUBLE,d:BOOLEAN>',
  {},
  '<ROW>\n    <a>1</a>\n    <a>2</a>\n    <b>\n        <c>1.5</c>\n        <d>true</d>\n    </b>\n</ROW>'),
 ((1,), '_a INT', {}, '<ROW a="1"/>'),
 (([],), 'm MAP<STRING,INT>', {}, '<ROW>\n    <m/>\n</ROW>'),
 (('a\nb',), '_a STRING', {}, '<ROW a="a&#xa;b"/>'),
 ((1, 'x<&>"\'y'), '_id INT,b STRING', {}, '<ROW id="1">\n    <b>x&lt;&amp;>"\'y</b>\n</ROW>'),
 ((('v', 't'),), 'a STRUCT<_k:STRING,_VALUE:STRING>', {}, '<ROW>\n    <a k="v">t</a>\n</ROW>'),
 (([('k1', 1), ('k2', 2)],),
  'm MAP<STRING,INT>',
  {},
  '<ROW>\n    <m>\n        <k1>1</k1>\n        <k2>2</k2>\n    </m>\n</ROW>'),
 ((18263, 1577934245600000),
  'd DATE,t TIMESTAMP',
  {},
  '<ROW>\n    <d>2020-01-02</d>\n    <t>2020-01-02T03:04:05.600Z</t>\n</ROW>'),
 ((1,), 'a INT', {'rowTag': 'person'}, '<person>\n    <a>1</a>\n</person>'),
 ((None,), 'a INT', {'nullValue': 'NA'}, '<ROW>\n    <a>NA</a>\n</ROW>'),
 (('',), 'a STRING', {}, '<ROW>\n    <a></a>\n</ROW>'),
 ((1,), 'a INT', {'indent': ''}, '<ROW><a>1</a></ROW>\n'),
 (([[1, 2], [3]],),
  'a ARRAY<ARRAY<INT>>',
  {},
  '<ROW>\n'
  '    <a>\n'
  '        <item>1</item>\n'
  '        <item>2</item>\n'
  '    </a>\n'
  '    <a>\n'
  '        <item>3</item>\n'
  '    </a>\n'
  '</ROW>')]  # fmt: skip


@pytest.mark.parametrize(("text", "schema", "options", "expected"), READ)
def test_an_element_is_read_in_a_schema(text: str, schema: str, options: dict[str, str], expected: Any) -> None:
    assert same_outcome(xml_rows.from_xml, (text, _parse_datatype_string(schema), options), expected)


def test_prefixes_of_namespaces_are_part_of_names() -> None:
    text = '<p xmlns:x="u"><x:a>1</x:a></p>'
    assert xml_rows.from_xml(text, _parse_datatype_string("`x:a` INT, a INT")) == (1, None)
    assert xml_rows.schema_of_xml(text).simpleString() == "struct<_xmlns:x:string,x:a:bigint>"


@pytest.mark.parametrize(("text", "options", "expected"), SCHEMAS)
def test_the_schema_of_an_element_is_inferred(text: str, options: dict[str, str], expected: str) -> None:
    assert json_rows.type_ddl(xml_rows.schema_of_xml(text, options)) == expected


@pytest.mark.parametrize(("value", "schema", "options", "expected"), WRITTEN)
def test_a_row_is_written_as_an_element(value: Any, schema: str, options: dict[str, str], expected: str) -> None:
    assert xml_rows.to_xml(value, _parse_datatype_string(schema), options) == expected
