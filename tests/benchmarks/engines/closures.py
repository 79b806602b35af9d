"""What is done per record, in every engine alike, and the deterministic data that it is done to.

A benchmark compares engines, so nothing here may differ between them: each engine calls these functions
once per record. Numbers are integers wherever they are added up, because engines add in different orders.
"""

from __future__ import annotations

import math
import os
from itertools import accumulate, pairwise
from random import Random

PARTITIONS = 4
PAGES_PER_EDGE = 10
ROUNDS = 5
TINY_JOBS = 100


def split(line: str) -> list[str]:
    return line.split()


def pair(word: str) -> tuple[str, int]:
    return (word, 1)


def plus(a: int, b: int) -> int:
    return a + b


def mix(i: int) -> int:
    """A bijection of 32-bit numbers that looks random."""
    return i * 2654435761 % 4294967296


def shuffled(i: int) -> tuple[int, int]:
    return (mix(i), i)


def twentieth(i: int) -> tuple[int, int]:
    """A hundred thousand keys for two million records."""
    return (mix(i) % 100_003, i)


def group_check(group: tuple[int, object]) -> int:
    key, values = group
    return key * sum(values)  # type: ignore[call-overload]


def left(i: int) -> tuple[int, int]:
    return (mix(i), i)


def right(i: int) -> tuple[int, int]:
    return (mix(i * 2), -i)


def join_check(joined: tuple[int, tuple[int, int]]) -> int:
    key, (a, b) = joined
    return key % 1009 + a - b


def compute(x: int) -> int:
    return int((math.sin(x) * math.sqrt(x) + math.log1p(x)) * math.cos(x / 7) * 1000) % 997


def edge(i: int, pages: int) -> tuple[int, int]:
    return (i % pages, mix(i) % pages)


def contributions(page: tuple[int, tuple[object, float]]) -> list[tuple[int, float]]:
    _, (targets, rank) = page
    share = rank / len(targets)  # type: ignore[arg-type]
    return [(target, share) for target in targets]  # type: ignore[attr-defined]


def add(a: float, b: float) -> float:
    return a + b


def damp(total: float) -> float:
    return 0.15 + 0.85 * total


def next_number(x: int) -> int:
    return x + 1


def order_check(keys: list[int]) -> tuple[int, int, int, int, bool]:
    """(count, sum, first, last, ascending) of one sorted partition."""
    if not keys:
        return (0, 0, 0, 0, True)
    return (
        len(keys),
        sum(keys),
        keys[0],
        keys[-1],
        all(a <= b for a, b in pairwise(keys)),
    )


def whole_order_check(parts: list[tuple[int, int, int, int, bool]]) -> int:
    """The checksum of sorted partitions, wherever they were cut; raises when the whole is not sorted."""
    full = [part for part in parts if part[0]]
    ends = [limit for part in full for limit in part[2:4]]
    if ends != sorted(ends) or not all(part[4] for part in full):
        raise AssertionError("not sorted")
    return sum(part[0] for part in full) * 1_000_003 + sum(part[1] for part in full)


def make_text(path: str, size: int) -> None:
    """A file of about ``size`` bytes: lines of ten words, frequencies falling as in a language; made only
    once."""
    if os.path.exists(path):
        return
    rng = Random(7)
    letters = "etaoinshrdlu"
    words = ["".join(rng.choices(letters, k=rng.randint(2, 10))) for _ in range(50_000)]
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    block = "".join(" ".join(rng.choices(words, cum_weights=weights, k=10)) + "\n" for _ in range(20_000))
    with open(path + ".tmp", "w") as out:
        written = 0
        while written < size:
            written += out.write(block[: size - written] if size - written < len(block) else block)
    os.replace(path + ".tmp", path)
