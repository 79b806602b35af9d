"""Powers to the last digit of Java's StrictMath, on whole columns (see `strict_math`)."""

from __future__ import annotations

import numpy as np

from pyrdd.sql.kernels.strict_math import EXP_TERMS, Doubles, Words, chopped, high, polynomial, with_high

_TERMS = (
    5.99999999999994648725e-01, 4.28571428578550184252e-01, 3.33333329818377432918e-01, 2.72728123808534006489e-01,
    2.30660745775561754067e-01, 2.06975017800338417784e-01,
)  # fmt: skip
_LG2, _LG2_HIGH, _LG2_LOW = 6.93147180559945286227e-01, 6.93147182464599609375e-01, -1.90465429995776804525e-09
_CP, _CP_HIGH, _CP_LOW = 9.61796693925975554329e-01, 9.61796700954437255859e-01, -7.02846165095275826516e-09
_IV, _IV_HIGH, _IV_LOW = 1.44269504088896338700, 1.44269502162933349609, 1.92596299112661746887e-08
_DP_HIGH, _DP_LOW = 5.84962487220764160156e-01, 1.35003920212974897128e-08


def pow(x: Doubles, y: Doubles) -> Doubles:
    """Each number to the power of the other. Unlike C's, 1 to the power of NaN or an infinity is NaN.

    >>> pow(np.array([2.0, 10.0]), np.array([0.5, -3.0])).tolist()
    [1.4142135623730951, 0.001]
    """
    with np.errstate(all="ignore"):
        size = np.abs(x)
        simple = ~np.isfinite(x) | ~np.isfinite(y) | (size == 0) | (size == 1) | (y == 0) | (np.abs(y) == 1) | (y == 2)
        simple |= ((y == 0.5) & (x >= 0)) | ((x < 0) & (y != np.trunc(y))) | (np.abs(y) > 2.0**64)
        known = np.where(
            y == 2, x * x, np.where(y == -1, 1.0 / x, np.where((y == 0.5) & (x >= 0), np.sqrt(x), np.power(x, y)))
        )
        known = np.where(np.isnan(y) | (np.isinf(y) & (size == 1)), np.nan, known)
        a, b = np.where(simple, 1.5, size), np.where(simple, 1.5, y)
        large = np.abs(b) >= 2.0**31 + 2.0**11
        t1, t2 = _log2_parts(a)
        u1, u2 = _log2_near_one(a)
        z = _exp2_parts(np.where(large, u1, t1), np.where(large, u2, t2), b)
        away = large & ((high(a) < 0x3FEFFFFF) | (high(a) > 0x3FF00000))
        z = np.where(away, np.where((a < 1) == (b < 0), np.inf, 0.0), z)
        odd = np.mod(b, 2.0) == 1.0
        return np.where(simple, known, np.where((x < 0) & odd, -z, z))


def _log2_near_one(a: Doubles) -> tuple[Doubles, Doubles]:
    t = a - 1.0
    w = (t * t) * (0.5 - t * (0.3333333333333333333333 - t * 0.25))
    u = _IV_HIGH * t
    v = t * _IV_LOW - w * _IV
    t1 = chopped(u + v)
    return t1, v - (t1 - u)


def _log2_parts(a: Doubles) -> tuple[Doubles, Doubles]:
    """The binary logarithm as the sum of two doubles."""
    tiny = a < 2.2250738585072014e-308
    a = np.where(tiny, a * 9007199254740992.0, a)
    word = high(a)
    n: Words = (word >> 20) - 0x3FF - np.where(tiny, 53, 0)
    j = word & 0xFFFFF
    word = j | 0x3FF00000
    middle, top = (j > 0x3988E) & (j < 0xBB67A), j >= 0xBB67A
    n = n + top
    word = np.where(top, word - 0x100000, word)
    a = with_high(a, word)
    base = np.where(middle, 1.5, 1.0)
    u, v = a - base, 1.0 / (a + base)
    ss = u * v
    s_h = chopped(ss)
    t_h = with_high(np.zeros_like(a), ((word >> 1) | 0x20000000) + 0x80000 + (middle.astype(np.int64) << 18))
    t_l = a - (t_h - base)
    s_l = v * ((u - s_h * t_h) - s_h * t_l)
    s2 = ss * ss
    r = s2 * s2 * polynomial(s2, _TERMS) + s_l * (s_h + ss)
    s2 = s_h * s_h
    t_h = chopped(3.0 + s2 + r)
    t_l = r - ((t_h - 3.0) - s2)
    u, v = s_h * t_h, s_l * t_h + t_l * ss
    p_h = chopped(u + v)
    p_l = v - (p_h - u)
    z_h = _CP_HIGH * p_h
    z_l = _CP_LOW * p_h + p_l * _CP + np.where(middle, _DP_LOW, 0.0)
    dp, t = np.where(middle, _DP_HIGH, 0.0), n.astype(np.float64)
    t1 = chopped(((z_h + z_l) + dp) + t)
    return t1, z_l - (((t1 - t) - dp) - z_h)


def _exp2_parts(t1: Doubles, t2: Doubles, y: Doubles) -> Doubles:
    """2 to the power of ``y * (t1 + t2)``."""
    y1 = chopped(y)
    p_l, p_h = (y - y1) * t1 + y * t2, y1 * t1
    z = p_l + p_h
    over = (z > 1024.0) | ((z == 1024.0) & (p_l + 8.0085662595372944372e-17 > z - p_h))
    under = (z < -1075.0) | ((z == -1075.0) & (p_l <= z - p_h))
    z = np.where(over | under, 0.0, z)
    p_l, p_h = np.where(over | under, 0.0, p_l), np.where(over | under, 0.0, p_h)
    word = high(z)
    size = word & 0x7FFFFFFF
    big = size > 0x3FE00000
    k = np.where(big, (size >> 20) - 0x3FF, 0)
    rounded = word + (np.int64(0x100000) >> (k + 1))
    k = np.where(big, ((rounded & 0x7FFFFFFF) >> 20) - 0x3FF, 0)
    t = with_high(np.zeros_like(z), rounded & ~(np.int64(0xFFFFF) >> k))
    n = ((rounded & 0xFFFFF) | 0x100000) >> (20 - k)
    n = np.where(big, np.where(word < 0, -n, n), 0)
    p_h = np.where(big, p_h - t, p_h)
    t = chopped(p_l + p_h)
    u = t * _LG2_HIGH
    v = (p_l - (t - p_h)) * _LG2 + t * _LG2_LOW
    z = u + v
    w = v - (z - u)
    t = z * z
    t1 = z - t * polynomial(t, EXP_TERMS)
    r = (z * t1) / (t1 - 2.0) - (w + z * w)
    found = np.ldexp(1.0 - (r - z), n.astype(np.int32))
    return np.where(over, np.inf, np.where(under, 0.0, found))
