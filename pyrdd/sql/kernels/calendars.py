"""Civil dates as numbers of days, for any year (the proleptic Gregorian calendar)."""

from __future__ import annotations

DAY_MICROS = 86_400_000_000
_CYCLE_DAYS = 146_097
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    """Whether the year has 366 days.

    >>> is_leap(2000), is_leap(1900)
    (True, False)
    """
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """The number of days of a month."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01. The arguments must be a date that exists.

    >>> days_from_civil(2020, 2, 29)
    18321
    """
    # Years that begin in March put the leap day at the end, where it disturbs no other month.
    shifted = year - (month <= 2)
    cycle, year_of_cycle = divmod(shifted, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return cycle * _CYCLE_DAYS + year_of_cycle * 365 + year_of_cycle // 4 - year_of_cycle // 100 + day_of_year - 719_468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01.

    >>> civil_from_days(18321), civil_from_days(-719529)
    ((2020, 2, 29), (-1, 12, 31))
    """
    cycle, day = divmod(days + 719_468, _CYCLE_DAYS)
    year = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day_of_year = day - (365 * year + year // 4 - year // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + cycle * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def day_of_year(year: int, month: int, day: int) -> int:
    """1 for January 1."""
    return days_from_civil(year, month, day) - days_from_civil(year, 1, 1) + 1


def weekday(days: int) -> int:
    """1 for Monday to 7 for Sunday.

    >>> weekday(0)
    4
    """
    return (days + 3) % 7 + 1


def add_months(days: int, months: int) -> int:
    """The same day of another month, or that month's last day.

    >>> add_months(days_from_civil(2020, 1, 31), 1) == days_from_civil(2020, 2, 29)
    True
    """
    year, month, day = civil_from_days(days)
    year, month = divmod(year * 12 + month - 1 + months, 12)
    return days_from_civil(year, month + 1, min(day, month_length(year, month + 1)))
