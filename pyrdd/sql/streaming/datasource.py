"""How much a Python source of streams should read: what `DataSourceStreamReader.latestOffset` is given."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass


class ReadLimit:
    """A limit on the rows of one batch."""


@dataclass
class ReadAllAvailable(ReadLimit):
    """No limit: everything that is there, whatever the source's options say."""


@dataclass
class ReadMinRows(ReadLimit):
    """So many rows at least; with fewer the source waits for more."""

    min_rows: int


@dataclass
class ReadMaxRows(ReadLimit):
    """So many rows at most."""

    max_rows: int


@dataclass
class ReadMaxFiles(ReadLimit):
    """So many files at most."""

    max_files: int


@dataclass
class ReadMaxBytes(ReadLimit):
    """So many bytes at most."""

    max_bytes: int


class SupportsTriggerAvailableNow(ABC):
    """A stream reader that can end at what there is when the query starts."""

    @abstractmethod
    def prepareForTriggerAvailableNow(self) -> None:
        """Notes what there is: `latestOffset` (or `read`) does not go beyond it from now on, and gets there."""
