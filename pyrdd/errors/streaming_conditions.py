"""The conditions of streams: names and parameters are Spark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

STREAMING_CONDITIONS: Mapping[str, str] = {
    "CANNOT_LOAD_STATE_STORE": "The state of a stream could not be loaded.",
    "CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS": (
        "The file <fileToRead> of <clazz> is not there: the checkpoint directory is incomplete, or its state was removed."
    ),
}

STREAMING_SQL_STATES: Mapping[str, str] = {
    "CANNOT_LOAD_STATE_STORE": "58030",
}
