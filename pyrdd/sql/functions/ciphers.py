"""AES and message authentication codes."""

from __future__ import annotations

import hmac as codes
from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import BINARY, STRING
from pyrdd.sql.functions.string_tools import defaults, kernel, text
from pyrdd.sql.kernels import aes

_EMPTY = Literal(b"", BINARY)


def _named(name: str, args: list[str], call: Any) -> str:
    # an empty value of bytes shows as nothing
    shown = ["" if isinstance(e, Literal) and e.value == b"" else a for a, e in zip(args, call.args, strict=True)]
    return f"{name}({', '.join(shown)})"


def _decrypting(function: Callable[..., Any]) -> dict[str, Any]:
    return {
        "returns": BINARY,
        "min_args": 2,
        "nullable": True,
        "python": kernel(function),
        "coerce": defaults(None, None, text("GCM"), text("DEFAULT"), _EMPTY),
        "pretty": _named,
    }


@scalar(
    BINARY, BINARY, STRING, STRING, BINARY, BINARY, returns=BINARY, min_args=2, nullable=True, pretty=_named,
    python=kernel(aes.aes_encrypt), coerce=defaults(None, None, text("GCM"), text("DEFAULT"), _EMPTY, _EMPTY),
    deterministic=False,
)  # fmt: skip
def aes_encrypt(
    input: ColumnOrName, key: ColumnOrName, mode: ColumnOrName | None = None, padding: ColumnOrName | None = None,
    iv: ColumnOrName | None = None, aad: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """The bytes encrypted by AES, of the mode GCM (the default), CBC or ECB. Needs the package cryptography.

    Raises INVALID_PARAMETER_VALUE.AES_... when it is computed with a key or vector of a wrong length.
    """


@scalar(BINARY, BINARY, STRING, STRING, BINARY, **_decrypting(aes.aes_decrypt))
def aes_decrypt(
    input: ColumnOrName, key: ColumnOrName, mode: ColumnOrName | None = None, padding: ColumnOrName | None = None,
    aad: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """What `aes_encrypt` encrypted. Raises INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR when it is computed with another key."""


@scalar(BINARY, BINARY, STRING, STRING, BINARY, **_decrypting(aes.try_aes_decrypt))
def try_aes_decrypt(
    input: ColumnOrName, key: ColumnOrName, mode: ColumnOrName | None = None, padding: ColumnOrName | None = None,
    aad: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """As `aes_decrypt`, but null where that fails."""


_ALGORITHMS = {
    "SHA224": "sha224", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512", "SHA1": "sha1", "MD5": "md5",
}  # fmt: skip


def code_of(key: bytes, message: bytes, algorithm: str) -> bytes:
    """The authentication code. Raises INVALID_PARAMETER_VALUE.HMAC_ALGORITHM for an algorithm that is not known."""
    name = _ALGORITHMS.get(algorithm.upper().replace("-", ""))
    if name is None:
        raise SparkRuntimeException(
            errorClass="INVALID_PARAMETER_VALUE.HMAC_ALGORITHM",
            messageParameters={
                "parameter": "`algorithm`",
                "functionName": "`hmac`",
                "supportedAlgorithms": "'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA-1', 'MD5'",
                "invalidValue": f"'{algorithm}'",
            },
        )
    return codes.new(key, message, name).digest()


def _algorithm(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    return [*args, text("SHA-256")] if len(args) == 2 else args


@scalar(BINARY, BINARY, STRING, returns=BINARY, min_args=2, coerce=_algorithm, python=kernel(code_of))
def hmac(key: ColumnOrName, message: ColumnOrName, algorithm: Column | str | None = None) -> Column:
    """The keyed-hash message authentication code, of SHA-256 or another algorithm ('SHA-224', 'SHA-384', 'SHA-512',
    'SHA-1', 'MD5').

    >>> spark.range(1).select(F.hex(F.hmac(F.lit("key"), F.lit("msg"), "md5")).alias("code")).collect()
    [Row(code='18E3548C59AD40DD03907B7AEEE71D67')]
    """
