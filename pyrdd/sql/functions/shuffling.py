"""The kernel of `shuffle`."""

from __future__ import annotations

import random
from typing import Any


class Shuffle:
    """Puts arrays into random orders; a new stream of them begins where it is unpickled."""

    def __init__(self, seed: int | None) -> None:
        self.seed = seed
        self._random = random.Random(seed)

    def __reduce__(self) -> tuple[Any, ...]:
        return Shuffle, (self.seed,)

    def __call__(self, values: list[Any], *seed: Any) -> list[Any]:
        found = list(values)
        self._random.shuffle(found)
        return found
