"""The English names in dates and times, and the abbreviations of zones."""

from __future__ import annotations

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

TEXTS: dict[tuple[str, str], dict[int, str]] = {
    ("MonthOfYear", "short"): {i + 1: name[:3] for i, name in enumerate(MONTHS)},
    ("MonthOfYear", "full"): {i + 1: name for i, name in enumerate(MONTHS)},
    ("DayOfWeek", "short"): {i + 1: name[:3] for i, name in enumerate(WEEKDAYS)},
    ("DayOfWeek", "full"): {i + 1: name for i, name in enumerate(WEEKDAYS)},
    ("QuarterOfYear", "short"): {i: f"Q{i}" for i in range(1, 5)},
    ("QuarterOfYear", "full"): {1: "1st quarter", 2: "2nd quarter", 3: "3rd quarter", 4: "4th quarter"},
    ("AmPmOfDay", "short"): {0: "AM", 1: "PM"},
    ("Era", "short"): {0: "BC", 1: "AD"},
    ("Era", "full"): {0: "Before Christ", 1: "Anno Domini"},
}

_ZONE_GROUPS = {
    ("Pacific", "P"): ("America/Los_Angeles", "America/Vancouver", "America/Tijuana", "US/Pacific", "PST8PDT"),
    ("Mountain", "M"): ("America/Denver", "America/Phoenix", "America/Boise", "America/Edmonton", "US/Mountain"),
    ("Central", "C"): ("America/Chicago", "America/Winnipeg", "US/Central", "CST6CDT"),
    ("Eastern", "E"): ("America/New_York", "America/Toronto", "America/Detroit", "US/Eastern", "EST5EDT"),
    ("Alaska", "AK"): ("America/Anchorage",),
}
_EUROPE = {
    ("Central European", "CE"): (
        "Europe/Paris", "Europe/Berlin", "Europe/Madrid", "Europe/Rome", "Europe/Amsterdam", "Europe/Brussels",
        "Europe/Vienna", "Europe/Zurich", "Europe/Warsaw", "Europe/Prague", "Europe/Budapest", "Europe/Copenhagen",
        "Europe/Oslo", "Europe/Stockholm", "Europe/Belgrade", "CET",
    ),
    ("Eastern European", "EE"): ("Europe/Athens", "Europe/Helsinki", "Europe/Kiev", "Europe/Sofia", "EET"),
}  # fmt: skip

ZONE_NAMES: dict[str, tuple[str, str, str, str]] = {
    "UTC": ("UTC", "Coordinated Universal Time", "UTC", "Coordinated Universal Time"),
    "GMT": ("GMT", "Greenwich Mean Time", "GMT", "Greenwich Mean Time"),
    "Etc/UTC": ("UTC", "Coordinated Universal Time", "UTC", "Coordinated Universal Time"),
    "Europe/London": ("GMT", "Greenwich Mean Time", "BST", "British Summer Time"),
    "Asia/Tokyo": ("JST", "Japan Standard Time", "JDT", "Japan Daylight Time"),
    "Asia/Kolkata": ("IST", "India Standard Time", "IST", "India Standard Time"),
    "Asia/Shanghai": ("CST", "China Standard Time", "CDT", "China Daylight Time"),
    **{
        zone: (f"{letters}ST", f"{name} Standard Time", f"{letters}DT", f"{name} Daylight Time")
        for (name, letters), zones in _ZONE_GROUPS.items()
        for zone in zones
    },
    **{
        zone: (f"{letters}T", f"{name} Standard Time", f"{letters}ST", f"{name} Summer Time")
        for (name, letters), zones in _EUROPE.items()
        for zone in zones
    },
}
"""A zone's short and full name, in standard and in summer time."""

NAMED_ZONES: dict[str, str] = {}
"""The zone that a short or full name stands for when it is read: the first in the list that has it."""

for _zone in (
    "UTC", "GMT", "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Anchorage",
    "Europe/Paris", "Europe/Athens", "Europe/London", "Asia/Tokyo",
):  # fmt: skip
    for _name in ZONE_NAMES[_zone]:
        NAMED_ZONES.setdefault(_name.lower(), _zone)
