"""UTF-8 as Java decodes it: malformed bytes become U+FFFD, as many as the JVM would write.

Java and Python agree except on encoded surrogates (``ED A0..BF xx``), which Java replaces as one unit.
"""

from __future__ import annotations

import codecs

_HANDLER = "pyrdd.java_replace"


def _java_replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data, start, end = error.object, error.start, error.end
    if data[start] == 0xED and data[start + 1 : start + 2] >= b"\xa0" and data[start + 1] <= 0xBF:
        third = data[start + 2 : start + 3]
        end = start + (3 if b"\x80" <= third <= b"\xbf" else 2)
    return "\ufffd", end


codecs.register_error(_HANDLER, _java_replace)


def decode(data: bytes) -> str:
    """``data`` as text; never fails.

    >>> decode(b"caf\\xc3\\xa9 \\xff")
    'caf\u00e9 \ufffd'
    """
    return data.decode("utf-8", _HANDLER)


def well_formed(data: bytes) -> bytes:
    """``data`` itself when it is valid UTF-8, else with its malformed parts replaced."""
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data).encode("utf-8")
    return data
