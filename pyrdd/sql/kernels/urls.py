"""parse_url as ``java.net.URI`` understands URLs, url_encode and url_decode."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote_plus, unquote_plus

from pyrdd.errors import IllegalArgumentException

_URI = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SERVER = re.compile(r"(?:([^@]*)@)?(\[[0-9A-Fa-f:.%a-z]+\]|[A-Za-z0-9.-]*)(?::(\d*))?")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?"
                   r"|\d{1,3}(?:\.\d{1,3}){3}|\[.*\]")  # fmt: skip
_FORBIDDEN = set(' "<>\\^`{|}') | {chr(code) for code in (*range(32), *range(127, 160))}


@lru_cache(1024)
def _split(url: str) -> dict[str, str | None] | None:
    """The parts of a URL by name, or ``None`` when it is none."""
    match = _URI.fullmatch(url)
    if match is None or _BAD_ESCAPE.search(url) or not _FORBIDDEN.isdisjoint(url) or any(map(_is_blank, url)):
        return None
    scheme, authority, path, query, fragment = match.groups()
    if set("[]") & set(path + (fragment or "")) or (fragment and "#" in fragment):
        return None
    if scheme is None and ":" in path.split("/", 1)[0]:
        return None
    if scheme is not None and not url[len(scheme) + 1 :]:
        return None
    opaque = scheme is not None and authority is None and not path.startswith("/")
    user, host = _server(authority) if authority else (None, None)
    file = path + (f"?{query}" if query is not None else "")
    return {
        "HOST": host, "PATH": None if opaque else path, "QUERY": None if opaque else query, "REF": fragment,
        "PROTOCOL": scheme, "FILE": None if opaque else file, "AUTHORITY": authority or None, "USERINFO": user,
    }  # fmt: skip


def _is_blank(char: str) -> bool:
    return char.isspace()


def _server(authority: str) -> tuple[str | None, str | None]:
    """The user and the host, when the authority has the form of a server's."""
    match = _SERVER.fullmatch(authority)
    if match is None or not _HOST.fullmatch(match[2]):
        return None, None
    return match[1], match[2]


def parse_url(url: str, part: str, key: str | None = None) -> str | None:
    """A part of a URL (HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY, USERINFO) or the value of a key in its query;
    ``None`` when it has none. ``IllegalArgumentException`` (INVALID_URL) when it is no URL.

    >>> parse_url("http://spark.apache.org/path?query=1", "QUERY", "query")
    '1'
    """
    parts = _split(url)
    if parts is None:
        raise IllegalArgumentException(errorClass="INVALID_URL", messageParameters={"url": url})
    return _part(parts, part, key)


def try_parse_url(url: str, part: str, key: str | None = None) -> str | None:
    """`parse_url`, but ``None`` for what is no URL."""
    parts = _split(url)
    return None if parts is None else _part(parts, part, key)


def _part(parts: dict[str, str | None], part: str, key: str | None) -> str | None:
    value = parts.get(part)
    if key is None or value is None:
        return value
    match = re.search(rf"(?:&|^){re.escape(key)}=([^&]*)", value) if part == "QUERY" else None
    return None if match is None else match[1]


def url_encode(text: str) -> str:
    """As a form encodes it: a blank is ``+``.

    >>> url_encode("a b*~")
    'a+b*%7E'
    """
    return quote_plus(text, safe="*").replace("~", "%7E")


def url_decode(text: str) -> str:
    """The text of a form's encoding. ``IllegalArgumentException`` (CANNOT_DECODE_URL) for a wrong percent sequence."""
    if _BAD_ESCAPE.search(text):
        raise IllegalArgumentException(errorClass="CANNOT_DECODE_URL", messageParameters={"url": text})
    return unquote_plus(text, errors="replace")


def try_url_decode(text: str) -> str | None:
    """`url_decode`, but ``None`` for a wrong percent sequence."""
    return None if _BAD_ESCAPE.search(text) else unquote_plus(text, errors="replace")
