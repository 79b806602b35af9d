"""XPath; the expected values are the real Spark's answers."""


from __future__ import annotations

from typing import Any

import pytest
from outcomes import same_outcome

from pyrdd.sql.kernels import xpath

MODULES = {module.__name__.rpartition(".")[2]: module for module in (xpath,)}
CASES: list[tuple[str, tuple[Any, ...], Any]] = [('xpath.xpath', ('<a><b>b1</b><b>b2</b><c>c1</c></a>', 'a/b/text()'), ['b1', 'b2']),
 ('xpath.xpath', ('<a><b>b1</b><b>b2</b></a>', 'a/b'), [None, None]),
 ('xpath.xpath_string', ('<a><b>b</b><c>cc</c></a>', 'a/c'), 'cc'),
 ('xpath.xpath_string', ('<a><b>b</b></a>', 'a/x'), ''),
 ('xpath.xpath_integer', ('<a><b>1</b><b>2</b></a>', 'sum(a/b)'), 3),
 ('xpath.xpath_double', ('<a><b>1.5</b><b>2</b></a>', 'sum(a/b)'), 3.5),
 ('xpath.xpath_double', ('<a><b>x</b></a>', 'a/b'), float('nan')),
 ('xpath.xpath_integer', ('<a><b>x</b></a>', 'a/b', 64), 0),
 ('xpath.xpath_integer', ('<a><b>1</b><b>2</b></a>', 'count(a/b)', 16), 2),
 ('xpath.xpath_boolean', ('<a><b>1</b></a>', 'a/b'), True),
 ('xpath.xpath_boolean', ('<a><b>1</b></a>', 'a/b = 2'), False),
 ('xpath.xpath_boolean', ('<a><b>1</b></a>', 'a/b > 0 and not(a/c)'), True),
 ('xpath.xpath', ('<a><b id="1">x</b><b id="2">y</b></a>', 'a/b[@id="2"]/text()'), ['y']),
 ('xpath.xpath', ('<a><b id="1">x</b><b id="2">y</b></a>', 'a/b/@id'), ['1', '2']),
 ('xpath.xpath', ('<a><b>x</b><b>y</b></a>', 'a/b[2]/text()'), ['y']),
 ('xpath.xpath', ('<a><b>x</b><b>y</b></a>', 'a/b[last()]/text()'), ['y']),
 ('xpath.xpath', ('<a><b><c>1</c></b><c>2</c></a>', '//c/text()'), ['1', '2']),
 ('xpath.xpath', ('<a><b>x</b></a>', 'a/*/text()'), ['x']),
 ('xpath.xpath', ('<a><b>x</b></a>', 'a/../a/b/text()'), ['x']),
 ('xpath.xpath_string', ('<a><b>x</b><b>y</b></a>', 'concat(a/b[1],"-",a/b[2])'), 'x-y'),
 ('xpath.xpath_string', ('<a><b>hello</b></a>', 'substring(a/b,2,3)'), 'ell'),
 ('xpath.xpath_string', ('<a><b> x  y </b></a>', 'normalize-space(a/b)'), 'x y'),
 ('xpath.xpath_integer', ('<a><b>abc</b></a>', 'string-length(a/b)'), 3),
 ('xpath.xpath_string', ('<a><b>x</b></a>', 'name(a/*)'), 'b'),
 ('xpath.xpath_double', ('<a><b>7</b></a>', 'a/b * 2 + 1 div 2 - 3 mod 2'), 13.5),
 ('xpath.xpath_string', ('<a><b>1</b></a>', 'a/b = 1'), 'true'),
 ('xpath.xpath_string', ('<a><b>1</b></a>', '1 div 0'), 'Infinity'),
 ('xpath.xpath_string', ('<a><b>1</b></a>', '3'), '3'),
 ('xpath.xpath', ('<a><b>x</b>t</a>', 'a/text()'), ['t']),
 ('xpath.xpath', ('<a><b>1</b><b>5</b></a>', 'a/b[. > 2]/text()'), ['5']),
 ('xpath.xpath', ('<a><b>1</b><c>5</c></a>', 'a/b/text() | a/c/text()'), ['1', '5']),
 ('xpath.xpath', ('<a><b>1</b><c>5</c></a>', 'a/b/following-sibling::c/text()'), ['5']),
 ('xpath.xpath_string', ('<a><b>1</b></a>', 'translate("abc","ab","xy")'), 'xyc'),
 ('xpath.xpath_boolean', ('<a><b>abc</b></a>', 'contains(a/b,"b") or starts-with(a/b,"z")'), True)]  # fmt: skip


@pytest.mark.parametrize(("kernel", "arguments", "expected"), CASES)
def test_the_kernel_answers_as_spark_does(kernel: str, arguments: tuple[Any, ...], expected: Any) -> None:
    module, _, function = kernel.partition(".")
    assert same_outcome(getattr(MODULES[module], function), arguments, expected)
