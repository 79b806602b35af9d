"""Zone ids as Spark reads them, and the offsets behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from pyrdd.errors import DateTimeException

_SHORT_IDS = {
    "ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires",
    "ART": "Africa/Cairo", "AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka",
    "CAT": "Africa/Harare", "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
    "EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris", "IET": "America/Indiana/Indianapolis",
    "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "MIT": "Pacific/Apia", "NET": "Asia/Yerevan",
    "NST": "Pacific/Auckland", "PLT": "Asia/Karachi", "PNT": "America/Phoenix", "PRT": "America/Puerto_Rico",
    "PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh",
    "EST": "-05:00", "MST": "-07:00", "HST": "-10:00",
}  # fmt: skip
_OFFSET = re.compile(r"([+-])(?:(\d)|(\d\d)(?:(\d\d)(\d\d)?|:(\d\d)(?::(\d\d))?)?)")
_HOUR_OF_ONE_DIGIT = re.compile(r"([+-])(\d):")
_MINUTE_OF_ONE_DIGIT = re.compile(r"([+-])(\d\d):(\d)$")
_REGION = re.compile(r"[A-Za-z][A-Za-z0-9~/._+-]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The calendar, and every zone's rule, repeats after 400 years: years that datetime cannot hold are moved by that.
_CYCLE_SECONDS = 146_097 * 86_400
_FIRST_SECOND, _LAST_SECOND = -62_000_000_000, 253_000_000_000


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone: a fixed offset, or a region with a history of offsets."""

    name: str
    fixed: int | None = None

    def offset_at(self, seconds: int) -> int:
        """Seconds east of UTC at an instant (seconds since 1970)."""
        if self.fixed is not None:
            return self.fixed
        return round(_delta(self._moment(seconds).utcoffset()))

    def is_dst_at(self, seconds: int) -> bool:
        """Whether daylight saving time is in force at an instant."""
        return self.fixed is None and _delta(self._moment(seconds).dst()) != 0

    def abbreviation_at(self, seconds: int) -> str:
        """The region's short name at an instant, such as ``CEST``."""
        return self.name if self.fixed is not None else self._moment(seconds).tzname() or ""

    def _moment(self, seconds: int) -> datetime:
        if not _FIRST_SECOND <= seconds <= _LAST_SECOND:
            bound = _FIRST_SECOND if seconds < _FIRST_SECOND else _LAST_SECOND - _CYCLE_SECONDS
            seconds = bound + (seconds - bound) % _CYCLE_SECONDS
        return (_EPOCH + timedelta(seconds=seconds)).astimezone(ZoneInfo(self.name))

    def to_local(self, micros: int) -> int:
        """The local clock's microseconds at an instant."""
        return micros + self.offset_at(micros // 1_000_000) * 1_000_000

    def to_instant(self, local: int) -> int:
        """The instant of a local clock's microseconds: the earlier of two, and past the gap where the clock jumps.

        >>> parse_zone("America/Los_Angeles").to_instant(1583634600_000000)  # 2020-03-08 02:30, which does not exist
        1583663400000000
        """
        if self.fixed is not None:
            return local - self.fixed * 1_000_000
        seconds = local // 1_000_000
        before, after = self.offset_at(seconds - 86_400), self.offset_at(seconds + 86_400)
        if before != after and self.offset_at(seconds - before) != before and self.offset_at(seconds - after) == after:
            before = after
        elif before == after and self.offset_at(seconds - before) != before:
            before = self._offset_between(seconds, before)
        return local - before * 1_000_000

    def _offset_between(self, seconds: int, usual: int) -> int:
        """Two changes within two days: the offset that maps to itself, if any."""
        candidate = self.offset_at(seconds - usual)
        return candidate if self.offset_at(seconds - candidate) == candidate else usual


def _delta(delta: timedelta | None) -> float:
    return 0.0 if delta is None else delta.total_seconds()


@lru_cache(512)
def find_zone(text: str) -> Zone | None:
    """The zone with that id, or ``None``: a region, ``UTC``, ``Z``, ``+01:00``, ``GMT+1``, ``PST``.

    >>> find_zone("GMT+1"), find_zone("+1:30"), find_zone("nowhere")
    (Zone(name='GMT+01:00', fixed=3600), Zone(name='+01:30', fixed=5400), None)
    """
    text = _HOUR_OF_ONE_DIGIT.sub(r"\g<1>0\2:", text, count=1)
    text = _MINUTE_OF_ONE_DIGIT.sub(r"\1\2:0\3", text, count=1)
    return _java_zone(_SHORT_IDS.get(text, text))


def _java_zone(text: str) -> Zone | None:
    if text == "Z" or text[:1] in ("+", "-"):
        offset = parse_offset(text)
        return None if offset is None else Zone(offset_id(offset), offset)
    for prefix in ("UTC", "GMT", "UT"):
        if text == prefix:
            return Zone(prefix, 0)
        if text.startswith(prefix) and text[len(prefix)] in "+-":
            offset = parse_offset(text[len(prefix) :])
            return None if offset is None else Zone(prefix + (offset_id(offset) if offset else ""), offset)
    if _REGION.fullmatch(text) and text in _regions():
        return Zone(text)
    return None


@lru_cache(1)
def _regions() -> frozenset[str]:
    return frozenset(available_timezones()) - {"Factory", "localtime", "EST", "MST", "HST", "ROC"}


def parse_zone(text: str) -> Zone:
    """The zone with that id. ``DateTimeException`` (INVALID_TIMEZONE) when there is none."""
    zone = find_zone(text)
    if zone is None:
        raise DateTimeException(errorClass="INVALID_TIMEZONE", messageParameters={"timeZone": text})
    return zone


def parse_offset(text: str) -> int | None:
    """Seconds of ``+1``, ``+01``, ``+0130``, ``+01:30``, ``+01:30:15`` or ``Z``; ``None`` when it is not an offset."""
    if text == "Z":
        return 0
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    hours = int(match[2] or match[3])
    minutes, seconds = int(match[4] or match[6] or 0), int(match[5] or match[7] or 0)
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > 18 * 3600:
        return None
    return -total if match[1] == "-" else total


def offset_id(seconds: int) -> str:
    """The id of an offset: ``Z``, ``+01:00``, ``-07:52:58``."""
    if seconds == 0:
        return "Z"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, second = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}" + (f":{second:02}" if second else "")
