"""AES and digests; the expected values are the real Spark's answers."""

from __future__ import annotations

from typing import Any

import pytest
from outcomes import outcome

from pyrdd.sql.kernels import aes

LONG_KEY = b"abcdefghijklmnop12345678ABCDEFGH"
ENCRYPTED: list[tuple[tuple[Any, ...], str]] = [
    ((b"Spark", b"0000111122223333", "ECB", "PKCS"), "348FF37EBDE05B7880BA339068FBDA5E"),
    ((b"Spark SQL", b"1234567890abcdef", "ECB"), "DE59B0BBE330D07DDF8B9343BDCBBD96"),
    (
        (b"Spark", LONG_KEY, "CBC", "DEFAULT", bytes(16)),
        "00000000000000000000000000000000F49DE265B2319E6686F8E200F4099DF8",
    ),
    (
        (b"Spark", LONG_KEY, "GCM", "DEFAULT", bytes(12)),
        "000000000000000000000000422622FAC44D60300E4E375211C60116C0163CBD5F",
    ),
    (
        (b"Spark", LONG_KEY, "GCM", "DEFAULT", bytes(12), b"This is an AAD mixed into the input"),
        "000000000000000000000000422622FAC4CB9BB283F54719DA79517580DEFCF5F8",
    ),
]
KEY = b"0000111122223333"
BOTH = "`aes_encrypt`/`aes_decrypt`"


@pytest.mark.parametrize(("arguments", "expected"), ENCRYPTED)
def test_what_is_encrypted_has_sparks_bytes_and_is_decrypted_again(arguments: tuple[Any, ...], expected: str) -> None:
    pytest.importorskip("cryptography")
    data = aes.aes_encrypt(*arguments)
    assert data.hex().upper() == expected
    aad = arguments[5] if len(arguments) > 5 else b""
    assert aes.aes_decrypt(data, arguments[1], arguments[2], "DEFAULT", aad) == arguments[0]


@pytest.mark.parametrize(
    ("arguments", "condition", "parameters"),
    [
        ((b"x", b"123"), "INVALID_PARAMETER_VALUE.AES_KEY_LENGTH",
         {"parameter": "`key`", "functionName": BOTH, "actualLength": "3"}),
        ((b"x", KEY, "CBC", "PKCS", b"\0"), "INVALID_PARAMETER_VALUE.AES_IV_LENGTH",
         {"parameter": "`iv`", "functionName": BOTH, "mode": "CBC", "actualLength": "1"}),
        ((b"x", KEY, "CBC", "NONE"), "UNSUPPORTED_FEATURE.AES_MODE",
         {"mode": "CBC", "padding": "NONE", "functionName": BOTH}),
        ((b"x", KEY, "ECB", "PKCS", b"\0"), "UNSUPPORTED_FEATURE.AES_MODE_IV",
         {"mode": "ECB", "functionName": "`aes_encrypt`"}),
        ((b"x", KEY, "CBC", "PKCS", bytes(16), b"aad"), "UNSUPPORTED_FEATURE.AES_MODE_AAD",
         {"mode": "CBC", "functionName": "`aes_encrypt`"}),
    ],
)  # fmt: skip
def test_wrong_arguments_are_named(arguments: tuple[Any, ...], condition: str, parameters: dict[str, str]) -> None:
    assert outcome(aes.aes_encrypt, *arguments) == ("SparkRuntimeException", condition, parameters)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((b"\0\x11", KEY, "ECB"), "Input length must be multiple of 16 when decrypting with padded cipher"),
        ((b"\0\x11", KEY), "Invalid buffer arguments"),
    ],
)
def test_data_that_was_not_encrypted_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    condition, parameters = outcome(aes.aes_decrypt, *arguments)[1:]
    assert condition == "INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR"
    assert parameters == {"parameter": "`expr`, `key`", "functionName": BOTH, "detailMessage": message}
    assert aes.try_aes_decrypt(*arguments) is None


def test_digests() -> None:
    assert aes.md5(b"Spark") == "8cde774d6f7333752ed72cacddb05126"
    assert aes.sha1(b"Spark") == "85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c"
    assert aes.sha2(b"Spark", 224) == "dbeab94971678d36af2195851c0f7485775a2a7c60073d62fc04549c"
    assert aes.sha2(b"Spark", 1) is None
