"""Inverse trigonometric functions to the last digit of Java's StrictMath, on whole columns (see `strict_math`)."""

from __future__ import annotations

import numpy as np

from pyrdd.sql.kernels.strict_math import Doubles, chopped, high, polynomial, with_high

_P = (
    1.66666666666666657415e-01, -3.25565818622400915405e-01, 2.01212532134862925881e-01, -4.00555345006794114027e-02,
    7.91534994289814532176e-04, 3.47933107596021167570e-05,
)  # fmt: skip
_Q = (
    1.0, -2.40339491173441421878, 2.02094576023350569471, -6.88283971605453293030e-01, 7.70381505559019352791e-02,
)  # fmt: skip
_HALF_HIGH, _HALF_LOW, _QUARTER = 1.57079632679489655800, 6.12323399573676603587e-17, 7.85398163397448278999e-01
_PI = 3.14159265358979311600

_AT_HIGH = (4.63647609000806093515e-01, 7.85398163397448278999e-01, 9.82793723247329054082e-01, 1.57079632679489655800)
_AT_LOW = (
    2.26987774529616870924e-17,
    3.06161699786838301793e-17,
    1.39033110312309984516e-17,
    6.12323399573676603587e-17,
)
_AT = (
    3.33333333333329318027e-01, -1.99999999998764832476e-01, 1.42857142725034663711e-01, -1.11111104054623557880e-01,
    9.09088713343650656196e-02, -7.69187620504482999495e-02, 6.66107313738753120669e-02, -5.83357013379057348645e-02,
    4.97687799461593236017e-02, -3.65315727442169155270e-02, 1.62858201153657823623e-02,
)  # fmt: skip


def _ratio(t: Doubles) -> Doubles:
    return (t * polynomial(t, _P)) / polynomial(t, _Q)


def asin(x: Doubles) -> Doubles:
    """The inverse sine; NaN outside of [-1, 1]."""
    with np.errstate(all="ignore"):
        size = np.abs(x)
        word = high(size)
        small = x + x * _ratio(x * x)
        t = (1.0 - size) * 0.5
        r, s = _ratio(t), np.sqrt(t)
        edge = _HALF_HIGH - (2.0 * (s + s * r) - _HALF_LOW)
        w = chopped(s)
        c = (t - w * w) / (s + w)
        middle = _QUARTER - ((2.0 * s * r - (_HALF_LOW - 2.0 * c)) - (_QUARTER - 2.0 * w))
        large = np.copysign(np.where(word >= 0x3FEF3333, edge, middle), x)
        found = np.where(word < 0x3FE00000, np.where(word < 0x3E400000, x, small), large)
        return np.where(size == 1.0, x * _HALF_HIGH + x * _HALF_LOW, np.where(size < 1.0, found, np.nan))


def acos(x: Doubles) -> Doubles:
    """The inverse cosine; NaN outside of [-1, 1]."""
    with np.errstate(all="ignore"):
        size = np.abs(x)
        word = high(size)
        small = _HALF_HIGH - (x - (_HALF_LOW - x * _ratio(x * x)))
        z = (1.0 - size) * 0.5
        r, s = _ratio(z), np.sqrt(z)
        negative = _PI - 2.0 * (s + (r * s - _HALF_LOW))
        df = chopped(s)
        positive = 2.0 * (df + (r * s + (z - df * df) / (s + df)))
        found = np.where(word < 0x3FE00000, np.where(word <= 0x3C600000, _HALF_HIGH + _HALF_LOW, small),
                         np.where(x < 0, negative, positive))  # fmt: skip
        edge = np.where(x > 0, 0.0, _PI + 2.0 * _HALF_LOW)
        return np.where(size == 1.0, edge, np.where(size < 1.0, found, np.nan))


def atan(x: Doubles) -> Doubles:
    """The inverse tangent."""
    with np.errstate(all="ignore"):
        size = np.abs(x)
        word = high(size)
        kinds = [word < 0x3FDC0000, word < 0x3FE60000, word < 0x3FF30000, word < 0x40038000]
        ways = [x, (2.0 * size - 1.0) / (2.0 + size), (size - 1.0) / (size + 1.0), (size - 1.5) / (1.0 + 1.5 * size)]
        y = np.select(kinds, ways, -1.0 / size)
        upper = np.select(kinds[1:], _AT_HIGH[:3], _AT_HIGH[3])
        lower = np.select(kinds[1:], _AT_LOW[:3], _AT_LOW[3])
        z = y * y
        w = z * z
        total = z * polynomial(w, _AT[0::2]) + w * polynomial(w, _AT[1::2])
        near = np.where(word < 0x3E200000, x, x - x * total)
        found = np.where(kinds[0], near, np.copysign(upper - ((y * total - lower) - y), x))
        found = np.where(word >= 0x44100000, np.copysign(_AT_HIGH[3] + _AT_LOW[3], x), found)
        return np.where(np.isnan(x), np.nan, found)


def atan2(y: Doubles, x: Doubles) -> Doubles:
    """The angle of the point (x, y)."""
    with np.errstate(all="ignore"):
        usual = np.isfinite(x) & np.isfinite(y) & (x != 0) & (y != 0)
        a, b = np.where(usual, y, 1.0), np.where(usual, x, 1.0)
        apart = (high(np.abs(a)) - high(np.abs(b))) >> 20
        z = atan(np.abs(a / b))
        low = 1.2246467991473531772e-16
        z = np.where(apart > 60, _HALF_HIGH + 0.5 * low, np.where((b < 0) & (apart < -60), 0.0, z))
        found = np.where(b > 0, np.copysign(z, a), np.where(a > 0, _PI - (z - low), (z - low) - _PI))
        return np.where(usual, np.where(x == 1.0, atan(a), found), np.arctan2(y, x))


def atan2_of_zeros(y: Doubles, x: Doubles) -> Doubles:
    """`atan2`, zeros of both signs being one."""
    return atan2(y + 0.0, x + 0.0)


def hypot(x: Doubles, y: Doubles) -> Doubles:
    """The length of the hypotenuse."""
    with np.errstate(all="ignore"):
        a, b = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
        usual = np.isfinite(a) & (b > 0)
        a, b = np.where(usual, a, 1.0), np.where(usual, b, 1.0)
        apart = high(a) - high(b) > 0x3C00000
        k = np.where(a > 3.273390607896142e150, 600, np.where(b < 3.054936363499605e-151, -600, 0))
        k = np.where((k == -600) & (b < 2.2250738585072014e-308), -1022, k).astype(np.int32)
        p, q = np.ldexp(a, -k), np.ldexp(b, -k)
        w = p - q
        t1 = chopped(p)
        t2 = p - t1
        far = np.sqrt(t1 * t1 - (q * (-q) - t2 * (p + t1)))
        twice = p + p
        y1 = chopped(q)
        y2 = q - y1
        t1 = with_high(np.zeros_like(p), high(p) + 0x100000)
        t2 = twice - t1
        near = np.sqrt(t1 * y1 - (w * (-w) - (t1 * y2 + t2 * q)))
        found = np.where(apart, a + b, np.ldexp(np.where(w > q, far, near), k))
        return np.where(usual, found, np.hypot(x, y))
