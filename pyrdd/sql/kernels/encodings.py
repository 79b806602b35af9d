"""Text and bytes: character sets, UTF-8 validity, Base64."""

from __future__ import annotations

import base64 as _base64
import codecs
import re

from pyrdd.errors import IllegalArgumentException, SparkRuntimeException

_CHARSETS = ("iso-8859-1", "us-ascii", "utf-16", "utf-16be", "utf-16le", "utf-32", "utf-8")
_CODECS = {"utf-16": "utf-16-be", "utf-32": "utf-32-be", "utf-16be": "utf-16-be", "utf-16le": "utf-16-le"}
_OF_PYTHON_ALONE = frozenset(
    ("idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7", "utf-8-sig")
)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def _codec(charset: str, function: str, any_charset: bool) -> str:
    name = charset.lower()
    if name not in _CHARSETS:
        if any_charset and _is_charset(name):
            return name
        raise IllegalArgumentException(
            errorClass="INVALID_PARAMETER_VALUE.CHARSET",
            messageParameters={
                "functionName": f"`{function}`",
                "parameter": "`charset`",
                "charset": charset,
                "charsets": ", ".join(_CHARSETS),
            },
        )
    return _CODECS.get(name, name)


def _is_charset(name: str) -> bool:
    try:
        found = codecs.lookup(name)
    except LookupError:
        return False
    return found._is_text_encoding and found.name.replace("_", "-") not in _OF_PYTHON_ALONE


def _malformed(function: str, charset: str) -> SparkRuntimeException:
    return SparkRuntimeException(
        errorClass="MALFORMED_CHARACTER_CODING", messageParameters={"function": f"`{function}`", "charset": charset}
    )


def encode(text: str, charset: str, any_charset: bool = False, replace: bool = False) -> bytes:
    """The text in a character set: Unicode's, ASCII or Latin 1, unless ``any_charset`` allows all.
    ``IllegalArgumentException`` (INVALID_PARAMETER_VALUE.CHARSET) for an unknown one, ``SparkRuntimeException``
    (MALFORMED_CHARACTER_CODING) for a character that it does not have, unless ``replace`` puts a question mark there.

    >>> encode("a", "UTF-16")
    b'\\xfe\\xff\\x00a'
    """
    codec = _codec(charset, "encode", any_charset)
    try:
        data = text.encode(codec, "replace" if replace else "strict")
    except UnicodeEncodeError:
        raise _malformed("encode", charset) from None
    return b"\xfe\xff" + data if charset.lower() == "utf-16" and text else data


def decode(data: bytes, charset: str, any_charset: bool = False, replace: bool = False) -> str:
    """The text of bytes in a character set; errors as `encode`, ``replace`` puts U+FFFD."""
    codec = _codec(charset, "decode", any_charset)
    if charset.lower() == "utf-16":
        codec, data = _by_mark(data, b"\xfe\xff", b"\xff\xfe", "utf-16")
    elif charset.lower() == "utf-32":
        codec, data = _by_mark(data, b"\0\0\xfe\xff", b"\xff\xfe\0\0", "utf-32")
    try:
        return data.decode(codec, "replace" if replace else "strict")
    except UnicodeDecodeError:
        raise _malformed("decode", charset) from None


def _by_mark(data: bytes, big: bytes, little: bytes, name: str) -> tuple[str, bytes]:
    if data.startswith(little):
        return f"{name}-le", data[len(little) :]
    return f"{name}-be", data.removeprefix(big)


def is_valid_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def make_valid_utf8(data: bytes) -> str:
    """The text, with U+FFFD for what is not UTF-8.

    >>> make_valid_utf8(b"a\\x80")
    'a\ufffd'
    """
    return data.decode("utf-8", "replace")


def validate_utf8(data: bytes) -> str:
    """The text. ``IllegalArgumentException`` (INVALID_UTF8_STRING) when the bytes are not UTF-8."""
    if not is_valid_utf8(data):
        shown = "".join(f"\\x{byte:02X}" for byte in data)
        raise IllegalArgumentException(errorClass="INVALID_UTF8_STRING", messageParameters={"str": shown})
    return data.decode("utf-8")


def try_validate_utf8(data: bytes) -> str | None:
    """The text, or ``None``."""
    return data.decode("utf-8") if is_valid_utf8(data) else None


def base64(data: bytes) -> str:
    """Base64 without line breaks."""
    return _base64.b64encode(data).decode("ascii")


def unbase64(text: str) -> bytes:
    """The bytes; characters that are not Base64 are passed over, as in MIME. ``IllegalArgumentException`` for a wrong
    end."""
    head, padding, rest = text.encode("utf-8").partition(b"=")
    body = _NOT_BASE64.sub(b"", head)
    last = len(body) % 4
    if padding and (last == 0 or (last == 2 and not rest.startswith(b"="))):
        raise IllegalArgumentException(message="Input byte array has wrong 4-byte ending unit")
    if padding and _NOT_BASE64.sub(b"", rest):
        raise IllegalArgumentException(message="Input byte array has incorrect ending byte")
    if last == 1:
        raise IllegalArgumentException(message="Last unit does not have enough valid bits")
    return _base64.b64decode(body + b"=" * (-len(body) % 4))
