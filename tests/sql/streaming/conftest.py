"""A session, and files that appear one after the other as a stream."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyrdd.sql import SparkSession


@pytest.fixture
def session(sc: Any) -> Iterator[SparkSession]:
    made = SparkSession(sc)
    SparkSession._instantiatedSession = SparkSession._activeSession = made
    made.conf.set("spark.sql.session.timeZone", "UTC")
    yield made
    made.streams._stop_all()
    SparkSession._instantiatedSession = SparkSession._activeSession = None


class Files:
    """A directory to which JSON files of events (a, t) are added; ``t`` is in seconds."""

    def __init__(self, session: SparkSession, directory: Path) -> None:
        self.session, self.path, self.directory = session, str(directory / "events"), directory
        os.makedirs(self.path)
        self.number = 0

    def put(self, *events: tuple[int, int]) -> None:
        rows = [{"a": a, "t": f"2024-01-01 00:{t // 60:02}:{t % 60:02}"} for a, t in events]
        written = f"{self.path}/.new"
        with open(written, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        self.number += 1
        os.utime(written, (self.number, self.number))
        os.rename(written, f"{self.path}/{self.number:03}.json")

    def stream(self, **options: Any) -> Any:
        return self.session.readStream.options(**options).schema("a int, t timestamp").json(self.path)

    def batches(self, df: Any, mode: str, *puts: list[tuple[int, int]]) -> dict[int, list[Any]]:
        """The rows of each batch by its number, as tuples, where each list of events comes when all before is processed."""
        found: dict[int, list[Any]] = {}

        def take(rows: Any, batch: int) -> None:
            found[batch] = sorted(map(plain, rows.collect()), key=str)

        query = df.writeStream.outputMode(mode).foreachBatch(take).start()
        try:
            for events in puts:
                self.put(*events)
                query.processAllAvailable()
        finally:
            query.stop()
        return found


def plain(value: Any) -> Any:
    """Rows as tuples, times as seconds of the day."""
    if isinstance(value, (tuple, list)):
        return tuple(map(plain, value))
    if hasattr(value, "minute"):
        return value.minute * 60 + value.second
    return value


@pytest.fixture
def files(session: SparkSession, tmp_path: Path) -> Files:
    return Files(session, tmp_path)
