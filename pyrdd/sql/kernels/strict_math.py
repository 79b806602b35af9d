"""Exponentials and logarithms to the last digit of Java's StrictMath, on whole columns.

StrictMath is defined by the algorithms of fdlibm: the reductions, polynomials and the order of their operations decide the
last bit, which other libraries round differently in one of ten results. The functions here take and give numpy arrays of
doubles; trigonometric ones are in `strict_angles`, powers in `strict_powers`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Words = NDArray[np.int64]

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
OVERFLOW, UNDERFLOW = 7.09782712893383973096e02, -7.45133219101941108420e02
EXP_TERMS = (
    1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05, -1.65339022054652515390e-06,
    4.13813679705723846039e-08,
)  # fmt: skip
_LOG_TERMS = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip
_LN2 = 6.93147180559945286227e-01
_EXPM1_TERMS = (
    -3.33333333333331316428e-02, 1.58730158725481460165e-03, -7.93650757867487942473e-05, 4.00821782732936239552e-06,
    -2.01099218183624371326e-07,
)  # fmt: skip
_COSH_OVERFLOW = 710.4758600739439


def high(x: Doubles) -> Words:
    """The upper 32 bits of each double, signed."""
    return np.ascontiguousarray(x).view(np.int64) >> 32


def with_high(x: Doubles, word: Words) -> Doubles:
    """The doubles with other upper halves."""
    low = np.ascontiguousarray(x).view(np.int64) & 0xFFFFFFFF
    return ((word << 32) | low).view(np.float64)


def chopped(x: Doubles) -> Doubles:
    """The doubles with zeros for their lower halves."""
    return (np.ascontiguousarray(x).view(np.int64) & ~np.int64(0xFFFFFFFF)).view(np.float64)


def polynomial(x: Doubles, terms: Sequence[float]) -> Doubles:
    """``terms[0] + x * (terms[1] + x * ...)``."""
    total: Doubles = np.full_like(x, terms[-1])
    for term in terms[-2::-1]:
        total = term + x * total
    return total


def exp(x: Doubles) -> Doubles:
    """e to the power of each number.

    >>> exp(np.array([1.0, 4.0])).tolist()
    [2.7182818284590455, 54.598150033144236]
    """
    with np.errstate(all="ignore"):
        word = high(x) & 0x7FFFFFFF
        sign = np.where(np.signbit(x), -1.0, 1.0)
        clean = np.where(np.isfinite(x), np.clip(x, UNDERFLOW - 1, OVERFLOW + 1), 0.0)
        far = np.trunc(1.44269504088896338700 * clean + 0.5 * sign)
        k = np.where(word > 0x3FD62E42, np.where(word < 0x3FF0A2B2, sign, far), 0.0)
        upper, lower = clean - k * LN2_HIGH, k * LN2_LOW
        rest = upper - lower
        t = rest * rest
        c = rest - t * polynomial(t, EXP_TERMS)
        near = 1.0 - ((rest * c) / (c - 2.0) - rest)
        scaled = np.ldexp(1.0 - ((lower - (rest * c) / (2.0 - c)) - upper), k.astype(np.int32))
        found = np.where(word < 0x3E300000, 1.0 + x, np.where(k == 0, near, scaled))
        found = np.where(x > OVERFLOW, np.inf, np.where(x < UNDERFLOW, 0.0, found))
        return np.where(np.isnan(x), np.nan, found)


def log(x: Doubles) -> Doubles:
    """The natural logarithm of each number; NaN for those below zero.

    >>> log(np.array([1.0, 3.0])).tolist()
    [0.0, 1.0986122886681096]
    """
    with np.errstate(all="ignore"):
        usual = (x > 0) & np.isfinite(x)
        clean = np.where(usual, x, 1.0)
        tiny = clean < 2.2250738585072014e-308
        clean = np.where(tiny, clean * 18014398509481984.0, clean)
        word = high(clean)
        k = (word >> 20) - 1023 - np.where(tiny, 54, 0)
        word = word & 0xFFFFF
        above = (word + 0x95F64) & 0x100000
        f = with_high(clean, word | (above ^ 0x3FF00000)) - 1.0
        n = (k + (above >> 20)).astype(np.float64)
        found = np.where((0xFFFFF & (2 + word)) < 3, _log_near(f, n), _log_far(f, n, word))
        found = np.where(x == 0, -np.inf, np.where(x < 0, np.nan, found))
        return np.where(usual | (x <= 0), found, x)


def _log_near(f: Doubles, n: Doubles) -> Doubles:
    r = f * f * (0.5 - 0.33333333333333333 * f)
    found = np.where(n == 0, f - r, n * LN2_HIGH - ((r - n * LN2_LOW) - f))
    return np.where(f == 0, n * LN2_HIGH + n * LN2_LOW, found)


def _log_far(f: Doubles, n: Doubles, word: Words) -> Doubles:
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * polynomial(w, _LOG_TERMS[1::2])
    odd = z * polynomial(w, _LOG_TERMS[0::2])
    r = odd + even
    half = 0.5 * f * f
    wide = s * (half + r)
    one = np.where(n == 0, f - (half - wide), n * LN2_HIGH - ((half - (wide + n * LN2_LOW)) - f))
    narrow = s * (f - r)
    other = np.where(n == 0, f - narrow, n * LN2_HIGH - ((narrow - n * LN2_LOW) - f))
    return np.where(((word - 0x6147A) | (0x6B851 - word)) > 0, one, other)


def log2(x: Doubles) -> Doubles:
    """The logarithm of base 2, as Spark divides natural ones."""
    with np.errstate(all="ignore"):
        return log(x) / float(log(np.array([2.0]))[0])


def log10(x: Doubles) -> Doubles:
    """The logarithm of base 10."""
    with np.errstate(all="ignore"):
        usual = (x > 0) & np.isfinite(x)
        clean = np.where(usual, x, 1.0)
        tiny = clean < 2.2250738585072014e-308
        clean = np.where(tiny, clean * 18014398509481984.0, clean)
        word = high(clean)
        k = (word >> 20) - 1023 - np.where(tiny, 54, 0)
        below = (k < 0).astype(np.int64)
        y = (k + below).astype(np.float64)
        mantissa = with_high(clean, (word & 0xFFFFF) | ((0x3FF - below) << 20))
        z = y * 3.69423907715893078616e-13 + 4.34294481903251816668e-01 * log(mantissa)
        found = z + y * 3.01029995663611771306e-01
        return np.where(usual, found, log(x))


def expm1(x: Doubles) -> Doubles:
    """e to the power of each number, minus one."""
    with np.errstate(all="ignore"):
        word = high(x) & 0x7FFFFFFF
        sign = np.where(np.signbit(x), -1.0, 1.0)
        clean = np.where(np.isfinite(x), np.clip(x, -60.0, OVERFLOW + 1), 0.0)
        far = np.trunc(1.44269504088896338700 * clean + 0.5 * sign)
        k = np.where(word > 0x3FD62E42, np.where(word < 0x3FF0A2B2, sign, far), 0.0)
        upper, lower = clean - k * LN2_HIGH, k * LN2_LOW
        rest = upper - lower
        c = (upper - rest) - lower
        half = 0.5 * rest
        square = rest * half
        r = 1.0 + square * polynomial(square, _EXPM1_TERMS)
        t = 3.0 - r * half
        e = square * ((r - t) / (6.0 - rest * t))
        zero = rest - (rest * e - square)
        e = (rest * (e - c) - c) - square
        n = k.astype(np.int32)
        plus = np.where(rest < -0.25, -2.0 * (e - (rest + 0.5)), 1.0 + 2.0 * (rest - e))
        small = np.ldexp((1.0 - np.ldexp(1.0, -n)) - (e - rest), n)
        large = np.ldexp((rest - (e + np.ldexp(1.0, -n))) + 1.0, n)
        wide = np.ldexp(1.0 - (e - rest), n) - 1.0
        kinds = [k == 0, k == -1, k == 1, (k <= -2) | (k > 56), k < 20]
        found = np.select(kinds, [zero, 0.5 * (rest - e) - 0.5, plus, wide, small], large)
        found = np.where(word < 0x3C900000, x, np.where(x < -38.816242111356935, -1.0, found))
        return np.where(np.isnan(x), np.nan, np.where(x > OVERFLOW, np.inf, found))


def cosh(x: Doubles) -> Doubles:
    """The hyperbolic cosine.

    >>> cosh(np.array([1.0])).tolist()
    [1.543080634815244]
    """
    with np.errstate(all="ignore"):
        size = np.abs(x)
        word = high(size)
        near = word < 0x3FD62E43
        t = expm1(np.where(near, size, 0.0))
        w = 1.0 + t
        small = np.where(word < 0x3C800000, w, 1.0 + (t * t) / (w + w))
        e = exp(size)
        half = exp(0.5 * size)
        large = np.where(
            word < 0x40360000, 0.5 * e + 0.5 / e, np.where(word < 0x40862E42, 0.5 * e, (0.5 * half) * half)
        )
        found = np.where(near, small, np.where(size > _COSH_OVERFLOW, np.inf, large))
        return np.where(np.isnan(x), np.nan, found)


def sinh(x: Doubles) -> Doubles:
    """The hyperbolic sine."""
    with np.errstate(all="ignore"):
        size = np.abs(x)
        word = high(size)
        h = np.where(np.signbit(x), -0.5, 0.5)
        t = expm1(np.where(word < 0x40360000, size, 0.0))
        near = np.where(word < 0x3FF00000, h * (2.0 * t - t * t / (t + 1.0)), h * (t + t / (t + 1.0)))
        half = exp(0.5 * size)
        far = np.where(word < 0x40862E42, h * exp(size), (h * half) * half)
        found = np.where(word < 0x40360000, np.where(word < 0x3E300000, x, near), far)
        return np.where(np.isfinite(x) & (size > _COSH_OVERFLOW), h * np.inf, np.where(np.isfinite(x), found, x))


def tanh(x: Doubles) -> Doubles:
    """The hyperbolic tangent."""
    with np.errstate(all="ignore"):
        size = np.abs(x)
        word = high(size)
        t = expm1(np.where(word >= 0x3FF00000, 2.0, -2.0) * np.minimum(size, 22.0))
        z = np.where(word >= 0x3FF00000, 1.0 - 2.0 / (t + 2.0), -t / (t + 2.0))
        found = np.where(word < 0x3C800000, x * (1.0 + x), np.copysign(np.where(word < 0x40360000, z, 1.0), x))
        return np.where(np.isnan(x), np.nan, found)


def asinh(x: Doubles) -> Doubles:
    """The inverse hyperbolic sine."""
    with np.errstate(all="ignore"):
        size = np.abs(x)
        t = x * x
        far = log(2.0 * size + 1.0 / (np.sqrt(t + 1.0) + size))
        near = log1p(np.where(size <= 2.0, size + t / (1.0 + np.sqrt(1.0 + t)), 0.0))
        found = np.where(size > 2.0**28, log(size) + _LN2, np.where(size > 2.0, far, near))
        return np.where(np.isfinite(x) & (size >= 2.0**-28), np.copysign(found, x), x)


def acosh(x: Doubles) -> Doubles:
    """The inverse hyperbolic cosine; NaN below 1."""
    with np.errstate(all="ignore"):
        t = x - 1.0
        far = log(2.0 * x - 1.0 / (x + np.sqrt(x * x - 1.0)))
        near = log1p(np.where((x >= 1.0) & (x <= 2.0), t + np.sqrt(2.0 * t + t * t), 0.0))
        found = np.where(x >= 2.0**28, log(x) + _LN2, np.where(x > 2.0, far, near))
        return np.where(x >= 1.0, found, np.nan)


def atanh(x: Doubles) -> Doubles:
    """The inverse hyperbolic tangent, by Spark's formula."""
    with np.errstate(all="ignore"):
        return 0.5 * (log1p(x) - log1p(-x))


def log1p(x: Doubles) -> Doubles:
    """The logarithm of each number plus one."""
    with np.errstate(all="ignore"):
        usual = (x > -1) & np.isfinite(x)
        clean = np.where(usual, x, 0.0)
        word = high(clean)
        size = word & 0x7FFFFFFF
        plain = (word < 0x3FDA827A) & ((word > 0) | ((word & 0xFFFFFFFF) <= 0xBFD2BEC3))
        u = np.where(word < 0x43400000, 1.0 + clean, clean)
        upper = high(u)
        k = (upper >> 20) - 1023
        c = np.where(k > 0, 1.0 - (u - clean), clean - (u - 1.0)) / u
        c = np.where(word < 0x43400000, c, 0.0)
        upper = upper & 0xFFFFF
        low = upper < 0x6A09E
        k = np.where(plain, 0, np.where(low, k, k + 1))
        u = with_high(u, upper | np.where(low, 0x3FF00000, 0x3FE00000))
        upper = np.where(plain, 1, np.where(low, upper, (0x100000 - upper) >> 2))
        f, c, n = np.where(plain, clean, u - 1.0), np.where(plain, 0.0, c), k.astype(np.float64)
        found = _log1p_sum(f, c, n, upper == 0)
        tiny = np.where(size < 0x3C900000, clean, clean - clean * clean * 0.5)
        found = np.where(size < 0x3E200000, tiny, found)
        return np.where(usual, found, np.where(x == -1, -np.inf, np.where(x < -1, np.nan, x)))


def _log1p_sum(f: Doubles, c: Doubles, n: Doubles, near: NDArray[np.bool_]) -> Doubles:
    half = 0.5 * f * f
    r = half * (1.0 - 0.66666666666666666 * f)
    close = np.where(n == 0, f - r, n * LN2_HIGH - ((r - (n * LN2_LOW + c)) - f))
    close = np.where(f == 0, n * LN2_HIGH + (c + n * LN2_LOW), close)
    s = f / (2.0 + f)
    z = s * s
    wide = s * (half + z * polynomial(z, _LOG_TERMS))
    away = np.where(n == 0, f - (half - wide), n * LN2_HIGH - ((half - (wide + (n * LN2_LOW + c))) - f))
    return np.where(near, close, away)


def cbrt(x: Doubles) -> Doubles:
    """The cube root."""
    with np.errstate(all="ignore"):
        size = np.abs(x)
        tiny = size < 2.2250738585072014e-308
        grown = size * 18014398509481984.0
        usual = with_high(np.zeros_like(size), high(size) // 3 + 715094163)
        t = np.where(tiny, with_high(grown, high(grown) // 3 + 696219795), usual)
        r = t * t / size
        s = 5.42857142857142815906e-01 + r * t
        t = t * (3.57142857142857150787e-01 + 1.60714285714285720630 / (
            s + 1.41428571428571436819 + -7.05306122448979611050e-01 / s
        ))  # fmt: skip
        t = with_high(np.zeros_like(t), high(t) + 1)
        s = t * t
        r = size / s
        w = t + t
        t = t + t * ((r - t) / (w + r))
        return np.where(np.isfinite(x) & (x != 0), np.copysign(t, x), x)
