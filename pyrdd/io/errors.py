"""What goes wrong with files, under the names Hadoop gives the exceptions, as Python's own error types."""

from __future__ import annotations

from pyrdd.errors import PySparkNotImplementedError


class InvalidInputException(FileNotFoundError):
    """An input path does not exist, or a pattern matches nothing."""


class FileAlreadyExistsException(FileExistsError):
    """The output directory of a save action is already there."""


class CorruptFileError(OSError):
    """A file is not what its name or header promises: truncated, damaged, or of another format."""


def unsupported(feature: str, alternative: str) -> PySparkNotImplementedError:
    """The refusal of ``feature``; ``alternative`` is a sentence that says what to do instead."""
    parameters = {"feature": feature, "alternative": alternative}
    return PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters=parameters)
