"""The process that runs PySpark, as an object: one JVM answers the batches of all tests."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

VARIABLE = "PYRDD_PARITY_PYTHON"
SERVER = Path(__file__).parent / "oracle_server.py"


def missing() -> str | None:
    """Why there is no oracle, or None when there is one."""
    python = os.environ.get(VARIABLE)
    if not python:
        return f"{VARIABLE} names no Python that has PySpark"
    found = subprocess.run([python, "-c", "import pyspark"], capture_output=True, check=False)
    return None if found.returncode == 0 else f"{python} has no PySpark"


class Oracle:
    """PySpark in its own process: ``ask`` sends a batch and waits for the answers."""

    def __init__(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        self._process = subprocess.Popen(
            [os.environ[VARIABLE], str(SERVER)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            env=environment,
        )  # fmt: skip

    def send(self, request: dict[str, Any]) -> None:
        """Hand a batch over without waiting, so that pyrdd works on it at the same time."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def receive(self) -> list[dict[str, Any]]:
        """The answers to the batch that was sent first of those not yet received."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the process with PySpark ended")
        found: list[dict[str, Any]] = json.loads(line)
        return found

    def close(self) -> None:
        """End the process, and its JVM with it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()
