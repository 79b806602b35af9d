"""pyrdd.io.codecs: streaming in both directions, members, damage."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.io.codecs import (
    BZIP2,
    DEFLATE,
    GZIP,
    XZ,
    ZSTD,
    Codec,
    CompressedStream,
    codec_for_class,
    codec_for_path,
    compress_all,
    decompress_all,
    decompressed,
)
from pyrdd.io.errors import CorruptFileError

ALL = [GZIP, DEFLATE, BZIP2, XZ, ZSTD]
CODECS = pytest.mark.parametrize("codec", ALL, ids=lambda codec: codec.suffix)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.sampled_from(ALL), st.lists(st.binary(max_size=300), max_size=4), st.integers(1, 50))
def test_any_members_in_any_chunks_give_their_concatenation(
    codec: Codec, members: list[bytes], size: int
) -> None:
    data = b"".join(compress_all(member, codec) for member in members)
    assert b"".join(decompressed(pieces(data, size), codec, "f")) == b"".join(members)


@CODECS
def test_every_truncation_is_an_error_that_names_the_file(codec: Codec) -> None:
    data = compress_all(b"some text, some text, some other text", codec)
    for size in range(1, len(data)):
        with pytest.raises(CorruptFileError, match="logs/day"):
            decompress_all(data[:size], codec, "logs/day")


@CODECS
def test_damage_is_an_error_that_names_the_file(codec: Codec) -> None:
    with pytest.raises(CorruptFileError, match="logs/day"):
        decompress_all(b"this was never compressed", codec, "logs/day")


@CODECS
def test_a_file_of_zeros_is_not_taken_for_padding(codec: Codec) -> None:
    with pytest.raises(CorruptFileError, match="zeros"):
        decompress_all(bytes(2000), codec, "zeros")


def test_zeros_after_the_last_member_are_padding() -> None:
    assert decompress_all(gzip.compress(b"a") + bytes(100), GZIP, "f") == b"a"


@pytest.mark.parametrize("codec", [GZIP, DEFLATE, BZIP2, XZ], ids=lambda codec: codec.suffix)
def test_large_content_comes_in_bounded_chunks(codec: Codec) -> None:
    sizes = [len(chunk) for chunk in decompressed([compress_all(bytes(20 << 20), codec)], codec, "f")]
    assert sum(sizes) == 20 << 20 and max(sizes) <= 4 << 20


def test_what_the_standard_library_compressed_is_read() -> None:
    text = b"hello\n" * 1000
    assert decompress_all(gzip.compress(text), GZIP, "f") == text
    assert decompress_all(bz2.compress(text), BZIP2, "f") == text
    assert decompress_all(lzma.compress(text), XZ, "f") == text
    assert decompress_all(zlib.compress(text), DEFLATE, "f") == text


def test_a_compressed_stream_is_complete_when_closed() -> None:
    class Kept(io.BytesIO):
        def close(self) -> None:
            self.kept = self.getvalue()
            super().close()

    raw = Kept()
    out = CompressedStream(raw, GZIP)
    assert [out.write(b"one"), out.write(b"two!")] == [3, 4]
    out.close()
    assert gzip.decompress(raw.kept) == b"onetwo!"


@pytest.mark.parametrize("name", ["x.lz4", "x.snappy"])
def test_formats_without_a_decoder_are_refused_by_name(name: str) -> None:
    with pytest.raises(PySparkNotImplementedError, match=name):
        codec_for_path(name)


@pytest.mark.parametrize("name", ["Lz4Codec", "SnappyCodec"])
def test_codec_classes_without_an_encoder_are_refused_by_name(name: str) -> None:
    with pytest.raises(PySparkNotImplementedError, match=name):
        codec_for_class(f"org.apache.hadoop.io.compress.{name}")


def test_an_unknown_codec_class_is_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"com\.example\.Codec was not found"):
        codec_for_class("com.example.Codec")
