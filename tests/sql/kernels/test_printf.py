"""format_string; the expected values are the real Spark's answers."""


from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from outcomes import same_outcome

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.kernels import printf

MODULES = {module.__name__.rpartition(".")[2]: module for module in (printf,)}
CASES: list[tuple[str, tuple[Any, ...], Any]] = [('printf.format_string', ('%s %S', ['ab', 'cd'], ['string', 'string']), 'ab CD'),
 ('printf.format_string',
  ('%d|%5d|%-5d|%05d|%,d|%+d|%(d',
   [1, 2, 3, 4, 5000000, 6, -7],
   ['int', 'int', 'int', 'int', 'int', 'int', 'int']),
  '1|    2|3    |00004|5,000,000|+6|(7)'),
 ('printf.format_string', ('%x %X %o', [255, 255, 8], ['int', 'int', 'int']), 'ff FF 10'),
 ('printf.format_string', ('%x', [-1], ['int']), 'ffffffff'),
 ('printf.format_string', ('%x', [-1], ['bigint']), 'ffffffffffffffff'),
 ('printf.format_string',
  ('%f %.2f %10.3f %e %E %g',
   [1.5, 2.345, 3.14159, 12345.678, 0.00012, 0.0001],
   ['double', 'double', 'double', 'double', 'double', 'double']),
  '1.500000 2.35      3.142 1.234568e+04 1.200000E-04 0.000100000'),
 ('printf.format_string', ('%a', [1.0], ['double']), '0x1.0p0'),
 ('printf.format_string', ('%c', [65], ['int']), 'A'),
 ('printf.format_string', ('%b %B', [True, False], ['boolean', 'boolean']), 'true FALSE'),
 ('printf.format_string', ('%b', ['x'], ['string']), 'true'),
 ('printf.format_string', ('%h', ['hello'], ['string']), 'c3e28528'),
 ('printf.format_string', ('%%', [], []), '%'),
 ('printf.format_string', ('%n', [], []), '\n'),
 ('printf.format_string', ('%2$s %1$s', ['a', 'b'], ['string', 'string']), 'b a'),
 ('printf.format_string', ('%s %<s', ['a'], ['string']), 'a a'),
 ('printf.format_string',
  ('%10s|%-10s|%.2s', ['ab', 'cd', 'efgh'], ['string', 'string', 'string']),
  '        ab|cd        |ef'),
 ('printf.format_string', ('%s', [None], ['string']), 'null'),
 ('printf.format_string', ('%d', [None], ['string']), 'null'),
 ('printf.format_string', ('%s', [1.0], ['double']), '1.0'),
 ('printf.format_string', ('%s', [Decimal('1.5')], ['decimal']), '1.5'),
 ('printf.format_string', ('%s', [True], ['boolean']), 'true'),
 ('printf.format_string',
  ('%0$s', ['a'], ['string']),
  ('AnalysisException',
   'INVALID_PARAMETER_VALUE.ZERO_INDEX',
   {'parameter': '`strfmt`', 'functionName': '`format_string`'})),
 ('printf.format_string', ('% d', [42], ['int']), ' 42'),
 ('printf.format_string', ('%+,.2f', [1234567.891], ['double']), '+1,234,567.89'),
 ('printf.format_string', ('%g', [123456.789], ['double']), '123457'),
 ('printf.format_string', ('%g', [1234567890.0], ['double']), '1.23457e+09'),
 ('printf.format_string', ('%.3g', [1.234e-05], ['double']), '1.23e-05'),
 ('printf.format_string', ('%e', [0.0], ['double']), '0.000000e+00'),
 ('printf.format_string', ('%f', [float('nan')], ['double']), 'NaN'),
 ('printf.format_string', ('%f', [float('inf')], ['double']), 'Infinity'),
 ('printf.format_string', ('%5.1f|%-8.2f|', [2.25, 2.5], ['double', 'double']), '  2.3|2.50    |'),
 ('printf.format_string', ('%.0f', [2.5], ['double']), '3'),
 ('printf.format_string', ('%.0f', [0.5], ['double']), '1'),
 ('printf.format_string', ('%.1f', [0.25], ['double']), '0.3'),
 ('printf.format_string', ('%.2f', [1.005], ['double']), '1.01'),
 ('printf.format_string', ('%#x %#o', [255, 8], ['int', 'int']), '0xff 010'),
 ('printf.format_string', ('%08.2f', [3.14159], ['double']), '00003.14'),
 ('printf.format_string', ('%x', [-1], ['tinyint']), 'ff'),
 ('printf.format_string', ('%x', [-1], ['smallint']), 'ffff'),
 ('printf.format_string', ('%s', [1.100000023841858], ['float']), '1.1'),
 ('printf.format_string', ('%f', [1.100000023841858], ['float']), '1.100000'),
 ('printf.format_string', ('%5%', [], []), '    %'),
 ('printf.format_string', ('%(,.2f', [-1234.5], ['double']), '(1,234.50)'),
 ('printf.format_string', ('%s', [10000000.0], ['double']), '1.0E7'),
 ('printf.format_string', ('%S', ['straße'], ['string']), 'STRASSE'),
 ('printf.format_string', ('%b', [None], ['string']), 'false')]  # fmt: skip


@pytest.mark.parametrize(("kernel", "arguments", "expected"), CASES)
def test_the_kernel_answers_as_spark_does(kernel: str, arguments: tuple[Any, ...], expected: Any) -> None:
    module, _, function = kernel.partition(".")
    assert same_outcome(getattr(MODULES[module], function), arguments, expected)


@pytest.mark.parametrize(
    ("pattern", "values"), [("%d", ["x"]), ("%s", []), ("%q", [1]), ("%-05d", [1]), ("%.2f", [100])]
)
def test_javas_formatter_refuses(pattern: str, values: list[Any]) -> None:
    with pytest.raises(IllegalArgumentException):
        printf.format_string(pattern, values)
