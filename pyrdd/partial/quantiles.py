"""Quantiles of the normal and of Student's t distribution: how wide a confidence interval is."""

from __future__ import annotations

import math

_EPSILON = 1e-16


def normal_quantile(level: float) -> float:
    """The number below which a standard normal variable lies with probability ``level``.

    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    from statistics import NormalDist  # slow to import, needed by approximate actions only

    return NormalDist().inv_cdf(level)


def student_t_quantile(level: float, degrees: int) -> float:
    """The number below which a t-distributed variable lies with probability ``level`` (at least one half).

    >>> round(student_t_quantile(0.975, 5), 6)
    2.570582
    """
    low, high = 0.0, 1.0
    while student_t_cdf(high, degrees) < level:
        low, high = high, high * 2
    while (middle := (low + high) / 2) not in (low, high):
        if student_t_cdf(middle, degrees) < level:
            low = middle
        else:
            high = middle
    return middle


def student_t_cdf(t: float, degrees: int) -> float:
    """The probability that a t-distributed variable is below ``t``, which must not be negative."""
    return 1 - 0.5 * _regularized_beta(degrees / (degrees + t * t), degrees / 2, 0.5)


def _regularized_beta(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function, by its continued fraction where that converges fast."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _regularized_beta(1 - x, b, a)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta) / (a * _beta_fraction(x, a, b))


def _beta_fraction(x: float, a: float, b: float) -> float:
    """The continued fraction 1 + d1/(1 + d2/(1 + ...)) of the incomplete beta function (Lentz's method)."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, 500):
        half, odd = divmod(step, 2)
        if odd:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        d = 1 / (1 + term * d)
        c = 1 + term / c
        value *= c * d
        if abs(c * d - 1) < _EPSILON:
            break
    return value
