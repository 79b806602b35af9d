"""Files, modules and archives that the program shares with its tasks."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pyrdd import SparkFiles
from pyrdd.errors import PySparkNotImplementedError, PySparkRuntimeError

pytestmark = pytest.mark.masters("local", "local[2]", "local-cluster[2,1,512]")


@pytest.fixture
def own(make_context: Any, master: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A context of this test alone, whose modules are forgotten afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield make_context(master)
    for name in set(sys.modules) - before:
        if name.startswith("shared_"):
            del sys.modules[name]


def content(name: str) -> Any:
    return lambda _: Path(SparkFiles.get(name)).read_text()


def test_a_file_is_found_by_name(own: Any, tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("hello")
    own.addFile(str(tmp_path / "data.txt"))
    assert own.parallelize([1, 2], 2).map(content("data.txt")).collect() == ["hello"] * 2
    assert Path(SparkFiles.get("data.txt")).read_text() == "hello"
    assert own.listFiles == [(tmp_path / "data.txt").as_uri()]


def test_a_directory_is_shared_recursively_when_asked(own: Any, tmp_path: Path) -> None:
    (tmp_path / "d" / "e").mkdir(parents=True)
    (tmp_path / "d" / "e" / "f.txt").write_text("deep")
    with pytest.raises(PySparkRuntimeError, match="recursive"):
        own.addFile(str(tmp_path / "d"))
    own.addFile(str(tmp_path / "d"), recursive=True)
    assert own.parallelize([1], 1).map(content("d/e/f.txt")).collect() == ["deep"]


def test_the_same_name_with_another_content_is_refused(own: Any, tmp_path: Path) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(folder)
    own.addFile(str(tmp_path / "a" / "x.txt"))
    with pytest.raises(PySparkRuntimeError, match="another content"):
        own.addFile(str(tmp_path / "b" / "x.txt"))


def test_a_module_is_imported_by_tasks(own: Any, tmp_path: Path) -> None:
    (tmp_path / "shared_module.py").write_text("def double(x):\n    return 2 * x\n")
    own.addPyFile(str(tmp_path / "shared_module.py"))

    def use(x: int) -> int:
        import shared_module

        return shared_module.double(x)

    assert own.parallelize([1, 2], 2).map(use).collect() == [2, 4]


def test_a_zip_of_modules_is_imported_by_tasks(own: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "lib.zip", "w") as archive:
        archive.writestr("shared_package/__init__.py", "NAME = 'zipped'\n")
    own.addPyFile(str(tmp_path / "lib.zip"))

    def use(_: int) -> str:
        import shared_package

        return str(shared_package.NAME)

    assert own.parallelize([1], 1).map(use).collect() == ["zipped"]


def test_an_archive_is_unpacked_into_the_named_directory(own: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        archive.writestr("inner.txt", "unpacked")
    own.addArchive(f"{tmp_path}/data.zip#there")
    assert own.parallelize([1], 1).map(content("there/inner.txt")).collect() == ["unpacked"]
    assert own.listArchives == [(tmp_path / "data.zip").as_uri() + "#there"]


def test_what_is_not_there_or_not_local_is_refused(own: Any, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        own.addFile(str(tmp_path / "none"))
    with pytest.raises(PySparkNotImplementedError, match="local path"):
        own.addFile("hdfs://host/file")
