"""Base32, and Base64 without forgiveness."""

from __future__ import annotations

import base64
import binascii
import re

from pyrdd.errors import SparkRuntimeException

_WHITE = re.compile(r"[ \t\r\n]")
_BASE64 = re.compile(r"([A-Za-z0-9+/ \t\r\n]*)(={0,2})")


def to_base32(data: bytes) -> str:
    """The bytes in Base32.

    >>> to_base32(b"a")
    'ME======'
    """
    return base64.b32encode(data).decode("ascii")


def from_base32(text: str) -> bytes:
    """The bytes; the case of letters does not matter. ``SparkRuntimeException`` (CONVERSION_INVALID_INPUT) for other text."""
    try:
        return base64.b32decode(text, casefold=True)
    except binascii.Error:
        raise SparkRuntimeException(
            errorClass="CONVERSION_INVALID_INPUT",
            messageParameters={
                "str": f"'{text}'",
                "fmt": "'BASE32'",
                "targetType": '"BINARY"',
                "suggestion": "`try_to_binary`",
            },
        ) from None


def strict_base64(text: str) -> bytes | None:
    """The bytes of Base64 with its padding, blanks apart; ``None`` for other text.

    >>> strict_base64("YQ=="), strict_base64("YQ"), strict_base64("Y")
    (b'a', b'a', None)
    """
    match = _BASE64.fullmatch(text)
    if match is None:
        return None
    digits, padding = _WHITE.sub("", match[1]), match[2]
    if len(digits) % 4 == 1 or (padding and (len(digits) % 4 + len(padding)) != 4):
        return None
    return base64.b64decode(digits + "=" * (-len(digits) % 4))
