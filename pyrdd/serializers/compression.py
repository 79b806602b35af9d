"""Codecs for stored frames: `zlib` and `lzma` from the library, `zstd` where `zstandard` is installed."""

from __future__ import annotations

from collections.abc import Callable

from pyrdd.util.frozen import frozen


@frozen
class Codec:
    """A named pair of functions over bytes, each the inverse of the other."""

    name: str
    compress: Callable[[bytes], bytes]
    decompress: Callable[[bytes], bytes]


def codec(name: str | None) -> Codec | None:
    """The codec called ``name``; ``None`` for ``None``, ``""`` and ``"none"``, which mean: do not compress.

    Raises ``ValueError`` for an unknown name and ``ModuleNotFoundError`` when its library is not installed.

    >>> z = codec("zlib")
    >>> z.decompress(z.compress(b"abc" * 100)) == b"abc" * 100
    True
    >>> codec("none") is None
    True
    """
    if not name or name == "none":
        return None
    if name not in _FACTORIES:
        raise ValueError(f"unknown compression codec {name!r}; known: none, {', '.join(sorted(_FACTORIES))}")
    return _FACTORIES[name]()


def _zlib() -> Codec:
    import zlib  # loaded when a setting asks for it, like the two below

    return Codec("zlib", lambda data: zlib.compress(data, 1), zlib.decompress)


def _lzma() -> Codec:
    import lzma  # chosen by a setting

    return Codec("lzma", lambda data: lzma.compress(data, preset=0), lzma.decompress)


def _zstd() -> Codec:
    import zstandard  # optional, chosen by a setting

    # A zstandard compressor must not be shared by threads, so each call makes its own; it costs
    # microseconds.
    return Codec(
        "zstd",
        lambda data: zstandard.ZstdCompressor(level=1).compress(data),
        lambda data: zstandard.ZstdDecompressor().decompress(data),
    )


_FACTORIES: dict[str, Callable[[], Codec]] = {"zlib": _zlib, "lzma": _lzma, "zstd": _zstd}
