from __future__ import annotations

import os
from typing import Any

import pytest

from pyrdd import SparkFiles
from pyrdd.errors import PySparkRuntimeError


def test_files_cannot_be_constructed() -> None:
    with pytest.raises(NotImplementedError):
        SparkFiles()


def test_files_need_a_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SparkFiles, "_root_directory", None)
    with pytest.raises(PySparkRuntimeError, match="SparkContext"):
        SparkFiles.get("x")


@pytest.mark.every_master
def test_driver_and_tasks_find_the_same_content(sc: Any, tmp_path: Any) -> None:
    name = f"content-{os.path.basename(tmp_path)}.txt"
    (tmp_path / name).write_text("content")
    sc.addFile(str(tmp_path / name))

    def read(_: int) -> tuple[str, bool]:
        with open(SparkFiles.get(name)) as file:
            return file.read(), os.path.isabs(SparkFiles.getRootDirectory())

    assert read(0) == ("content", True)
    assert sc.parallelize([1], 1).map(read).collect() == [("content", True)]
