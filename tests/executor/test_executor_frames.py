"""Frames: what arrives is what was sent; what is cut off or too large is an error."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyrdd.executor import frames

numbers = st.integers(-(2**63), 2**63) | st.floats(allow_nan=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 9), inner, max_size=4),
    max_leaves=10,
)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def exchange(messages: list[list[Any]]) -> list[Any]:
    left, right = socket.socketpair()
    with left, right:
        sender = threading.Thread(target=lambda: [frames.send(left, m) for m in messages] and left.close())
        sender.start()
        reader = frames.FrameReader(right)
        received = list(iter(reader.read, None))
        sender.join()
    return received


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(values, max_size=5), max_size=8).filter(bool))
def test_messages_arrive_whole_and_in_order(messages: list[list[Any]]) -> None:
    assert exchange(messages) == messages


@pytest.mark.parametrize("size", [frames.LARGE - 1, frames.LARGE, 256 * 1024, 256 * 1024 + 1, 3_000_000])
def test_large_fields_arrive_whole_among_small_ones(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    message = [1, data[:size], "between", data[:size][::-1], {3: b"x"}]
    assert exchange([message, [2], message]) == [message, [2], message]


def test_text_with_lone_surrogates_arrives(pair: tuple[socket.socket, socket.socket]) -> None:
    frames.send(pair[0], ["\udc80"])
    assert frames.FrameReader(pair[1]).read() == ["\udc80"]


@pytest.mark.parametrize("keep", [1, 5, 8, 50_000, 400_000])
def test_a_stream_that_ends_inside_a_frame_is_an_error(keep: int) -> None:
    whole = b"".join(frames.encode([1, bytes(500_000)]))
    left, right = socket.socketpair()
    with right, left:
        sender = threading.Thread(target=left.sendall, args=(whole[:keep],))
        sender.start()
        reader = frames.FrameReader(right)
        closer = threading.Thread(target=lambda: (sender.join(), left.shutdown(socket.SHUT_WR)))
        closer.start()
        with pytest.raises(frames.FrameError, match="ended inside a frame"):
            reader.read()
        closer.join()


def test_a_frame_above_the_limit_is_refused_by_both_ends(pair: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(frames.FrameError, match="limit of 1000"):
        frames.encode([bytes(2000)], limit=1000)
    frames.send(pair[0], [bytes(2000)])
    with pytest.raises(frames.FrameError, match="limit of 1000"):
        frames.FrameReader(pair[1], limit=1000).read()


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\x00\x00\x01\x00\x00\xc1",
        b"\x00\x00\x00\x01\x00\x00\x07",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_garbage_is_an_error(garbage: bytes, pair: tuple[socket.socket, socket.socket]) -> None:
    pair[0].sendall(garbage)
    pair[0].shutdown(socket.SHUT_WR)
    with pytest.raises(frames.FrameError):
        frames.FrameReader(pair[1]).read()
