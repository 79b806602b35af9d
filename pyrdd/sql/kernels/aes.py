"""aes_encrypt and aes_decrypt, by the package `cryptography`; message digests."""

from __future__ import annotations

import hashlib
import os
from typing import Any

from pyrdd.errors import PySparkNotImplementedError, SparkRuntimeException

_BOTH = "`aes_encrypt`/`aes_decrypt`"
_IV_BYTES = {"GCM": 12, "CBC": 16, "ECB": 0}


def _invalid(condition: str, parameter: str, **parameters: Any) -> SparkRuntimeException:
    return SparkRuntimeException(
        errorClass=f"INVALID_PARAMETER_VALUE.{condition}",
        messageParameters={"parameter": parameter, "functionName": _BOTH, **parameters},
    )


def _unsupported(condition: str, **parameters: Any) -> SparkRuntimeException:
    return SparkRuntimeException(errorClass=f"UNSUPPORTED_FEATURE.{condition}", messageParameters=parameters)


def _ciphers() -> Any:
    try:
        # an optional package, for these two functions only
        from cryptography.hazmat.primitives import ciphers  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": "AES without the package cryptography",
                "alternative": "Install it: pip install cryptography.",
            },
        ) from None
    return ciphers


def _check(key: bytes, mode: str, padding: str) -> str:
    """The name of the mode, in upper case, when the key, the mode and the padding go together."""
    if len(key) not in (16, 24, 32):
        raise _invalid("AES_KEY_LENGTH", "`key`", actualLength=len(key))
    mode, padding = mode.upper(), padding.upper()
    fitting = {"GCM": ("NONE", "DEFAULT"), "CBC": ("PKCS", "DEFAULT"), "ECB": ("PKCS", "DEFAULT")}
    if padding not in fitting.get(mode, ()):
        raise _unsupported("AES_MODE", mode=mode, padding=padding, functionName=_BOTH)
    return mode


def _cipher(key: bytes, mode: str, iv: bytes, tag: bytes | None) -> Any:
    ciphers = _ciphers()
    modes = ciphers.modes
    chosen = modes.ECB() if mode == "ECB" else modes.CBC(iv) if mode == "CBC" else modes.GCM(iv, tag)
    return ciphers.Cipher(ciphers.algorithms.AES(key), chosen)


def aes_encrypt(
    data: bytes, key: bytes, mode: str = "GCM", padding: str = "DEFAULT", iv: bytes = b"", aad: bytes = b""
) -> bytes:
    """The initialisation vector, the encrypted data and, with GCM, the tag. A vector is made when none is given.
    ``SparkRuntimeException`` (INVALID_PARAMETER_VALUE.AES_...) for a wrong key or vector."""
    mode = _check(key, mode, padding)
    size = _IV_BYTES[mode]
    if iv and mode == "ECB":
        raise _unsupported("AES_MODE_IV", mode=mode, functionName="`aes_encrypt`")
    if aad and mode != "GCM":
        raise _unsupported("AES_MODE_AAD", mode=mode, functionName="`aes_encrypt`")
    if iv and len(iv) != size:
        raise _invalid("AES_IV_LENGTH", "`iv`", mode=mode, actualLength=len(iv))
    iv = iv or os.urandom(size)
    encryptor = _cipher(key, mode, iv, None).encryptor()
    if mode == "GCM":
        if aad:
            encryptor.authenticate_additional_data(aad)
        body = bytes(encryptor.update(data) + encryptor.finalize())
        return iv + body + bytes(encryptor.tag)
    fill = 16 - len(data) % 16
    return iv + bytes(encryptor.update(data + bytes([fill]) * fill) + encryptor.finalize())


def aes_decrypt(data: bytes, key: bytes, mode: str = "GCM", padding: str = "DEFAULT", aad: bytes = b"") -> bytes:
    """What `aes_encrypt` encrypted. ``SparkRuntimeException`` (INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR) when it was
    not encrypted with that key."""
    mode = _check(key, mode, padding)
    size = _IV_BYTES[mode]
    iv, body = data[:size], data[size:]
    try:
        return _decrypt(body, key, mode, iv, aad)
    except PySparkNotImplementedError:
        raise
    except Exception as error:  # the library's own hierarchy is not known when it is not installed
        raise _invalid("AES_CRYPTO_ERROR", "`expr`, `key`", detailMessage=str(error) or type(error).__name__) from None


def try_aes_decrypt(
    data: bytes, key: bytes, mode: str = "GCM", padding: str = "DEFAULT", aad: bytes = b""
) -> bytes | None:
    """`aes_decrypt`, but ``None`` when it fails."""
    try:
        return aes_decrypt(data, key, mode, padding, aad)
    except SparkRuntimeException:
        return None


def _decrypt(body: bytes, key: bytes, mode: str, iv: bytes, aad: bytes) -> bytes:
    if mode == "GCM" and (len(iv) < 12 or len(body) < 16):
        raise ValueError("Invalid buffer arguments")
    if mode != "GCM" and len(body) % 16:
        raise ValueError("Input length must be multiple of 16 when decrypting with padded cipher")
    tag = body[-16:] if mode == "GCM" else None
    decryptor = _cipher(key, mode, iv, tag).decryptor()
    if mode == "GCM":
        if aad:
            decryptor.authenticate_additional_data(aad)
        return bytes(decryptor.update(body[:-16]) + decryptor.finalize())
    plain = bytes(decryptor.update(body) + decryptor.finalize())
    fill = plain[-1] if plain else 0
    if not 1 <= fill <= 16 or plain[-fill:] != bytes([fill]) * fill:
        raise ValueError("Given final block not properly padded. Such issues can arise if a bad key is used during"
                         " decryption.")  # fmt: skip
    return plain[:-fill]


_SHA2 = {0: "sha256", 224: "sha224", 256: "sha256", 384: "sha384", 512: "sha512"}


def md5(data: bytes) -> str:
    """The MD5 digest in hexadecimal digits."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def sha1(data: bytes) -> str:
    """The SHA-1 digest in hexadecimal digits."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def sha2(data: bytes, bits: int) -> str | None:
    """The SHA-2 digest of so many bits (0 is 256); ``None`` for another number.

    >>> sha2(b"Spark", 0)[:8], sha2(b"Spark", 1)
    ('529bc3b0', None)
    """
    name = _SHA2.get(bits)
    return None if name is None else hashlib.new(name, data).hexdigest()
