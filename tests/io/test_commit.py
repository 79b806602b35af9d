"""pyrdd.io.commit and text_output: a complete directory with _SUCCESS, or nothing."""

from __future__ import annotations

import bz2
import errno
import gzip
import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.io.commit import OutputCommitter
from pyrdd.io.errors import FileAlreadyExistsException
from pyrdd.io.filesystem import LocalFileSystem
from pyrdd.io.text_output import TextOutput, encoded_lines

PACKAGE = "org.apache.hadoop.io.compress."


@pytest.fixture
def committer(tmp_path: Path) -> OutputCommitter:
    committer = OutputCommitter.to_directory(str(tmp_path / "deep" / "out"))
    committer.setup_job()
    return committer


def content(committer: OutputCommitter) -> dict[str, str]:
    root = Path(committer.output)
    return {str(p.relative_to(root)): p.read_text() for p in sorted(root.rglob("*")) if p.is_file()}


def write(committer: OutputCommitter, partition: int, attempt: object, text: str) -> None:
    with committer.task(partition, attempt) as task:
        task.create(f"part-{partition:05d}").write(text.encode())


def write_and_fail(committer: OutputCommitter, partition: int, error: BaseException) -> None:
    with committer.task(partition, "failing") as task:
        task.create(f"part-{partition:05d}").write(b"half")
        raise error


def test_a_committed_job_is_its_parts_and_a_success_mark(committer: OutputCommitter) -> None:
    write(committer, 0, 1, "a")
    write(committer, 1, 2, "b")
    committer.commit_job(2)
    assert content(committer) == {"_SUCCESS": "", "part-00000": "a", "part-00001": "b"}
    assert not (Path(committer.output) / "_temporary").exists()


def test_of_two_attempts_the_first_to_commit_wins(committer: OutputCommitter) -> None:
    with committer.task(0, "slow") as slow:
        slow.create("part-00000").write(b"slow")
        write(committer, 0, "fast", "fast")
    committer.commit_job(1)
    assert content(committer) == {"_SUCCESS": "", "part-00000": "fast"}


def test_a_failed_attempt_leaves_nothing_and_a_retry_succeeds(committer: OutputCommitter) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(committer, 0, ZeroDivisionError())
    assert not any("part" in name for name in content(committer))
    write(committer, 0, 2, "whole")
    committer.commit_job(1)
    assert content(committer) == {"_SUCCESS": "", "part-00000": "whole"}


def test_an_interrupted_attempt_leaves_nothing(committer: OutputCommitter) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_and_fail(committer, 0, KeyboardInterrupt())
    assert not any("part" in name for name in content(committer))


def test_an_aborted_job_leaves_no_directory(committer: OutputCommitter) -> None:
    write(committer, 0, 1, "a")
    committer.abort_job()
    assert not Path(committer.output).exists()


def test_a_late_attempt_of_an_ended_job_cannot_write(committer: OutputCommitter) -> None:
    write(committer, 0, 1, "a")
    committer.commit_job(1)
    with pytest.raises(FileNotFoundError, match="has ended"):
        write(committer, 0, 2, "late")
    assert content(committer) == {"_SUCCESS": "", "part-00000": "a"}


def test_an_attempt_that_outlives_its_job_leaves_nothing(committer: OutputCommitter) -> None:
    write(committer, 0, 1, "a")
    late = committer.task(0, 2).__enter__()
    late.create("part-00000").write(b"late")
    committer.commit_job(1)
    with pytest.raises(OSError, match="task_000000"):
        late.__exit__(None, None, None)
    assert content(committer) == {"_SUCCESS": "", "part-00000": "a"}


def test_a_job_with_an_uncommitted_partition_is_not_committed(committer: OutputCommitter) -> None:
    write(committer, 0, 1, "a")
    with pytest.raises(FileNotFoundError, match="Partition 1 of"):
        committer.commit_job(2)
    assert "_SUCCESS" not in content(committer)


def test_an_existing_output_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").write_text("x")
    committer = OutputCommitter.to_directory(str(tmp_path / "out"))
    message = f"Output directory file:{tmp_path}/out already exists"
    with pytest.raises(FileAlreadyExistsException, match=message):
        committer.setup_job()
    assert content(committer) == {"precious": "x"}


def test_without_validation_files_are_replaced_and_others_kept(tmp_path: Path) -> None:
    (tmp_path / "part-00000").write_text("old")
    (tmp_path / "other").write_text("kept")
    for text in ("new", "newer"):
        committer = OutputCommitter.to_directory(str(tmp_path), validate=False)
        committer.setup_job()
        write(committer, 0, 1, text)
        committer.commit_job(1)
        assert content(committer) == {"_SUCCESS": "", "part-00000": text, "other": "kept"}


def test_aborting_without_validation_keeps_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("kept")
    committer = OutputCommitter.to_directory(str(tmp_path), validate=False)
    committer.setup_job()
    write(committer, 0, 1, "new")
    committer.abort_job()
    assert content(committer) == {"other": "kept"}


def test_a_full_disk_is_an_error_that_names_partition_and_output(committer: OutputCommitter) -> None:
    with pytest.raises(OSError, match=r"No space left while writing partition 3 of file:.*out") as caught:
        write_and_fail(committer, 3, OSError(errno.ENOSPC, "No space left on device"))
    assert caught.value.errno == errno.ENOSPC
    assert not any("part" in name for name in content(committer))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_fills_when_the_last_buffer_is_written(
    committer: OutputCommitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalFileSystem, "open_write", lambda self, path: open("/dev/full", "wb"))
    with pytest.raises(OSError, match="No space left while writing partition 0"):
        TextOutput(committer).write(0, 1, ["a"])
    assert not any("part" in name for name in content(committer))


def test_committers_and_outputs_pickle() -> None:
    output = TextOutput(OutputCommitter("/x"), PACKAGE + "GzipCodec")
    assert pickle.loads(pickle.dumps(output)) == output


def saved(tmp_path: Path, codec: str | None = None) -> Path:
    output = TextOutput(OutputCommitter.to_directory(str(tmp_path / "out")), codec)
    output.check()
    output.committer.setup_job()
    output.write(0, 7, ["x", b"y"])
    output.write(1, 8, [3, None, "é", b"\xff"])
    output.committer.commit_job(2)
    return tmp_path / "out"


FIRST, SECOND = b"x\ny\n", "3\nNone\né\n\ufffd\n".encode()


def test_text_is_written_as_spark_writes_it(tmp_path: Path) -> None:
    out = saved(tmp_path)
    assert [(out / f"part-0000{i}").read_bytes() for i in (0, 1)] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("codec", "suffix", "decompress"),
    [
        ("GzipCodec", ".gz", gzip.decompress),
        ("BZip2Codec", ".bz2", bz2.decompress),
        ("DefaultCodec", ".deflate", zlib.decompress),
    ],
)
def test_text_is_compressed_by_codec_class(tmp_path: Path, codec: str, suffix: str, decompress) -> None:
    out = saved(tmp_path, PACKAGE + codec)
    assert [decompress((out / f"part-0000{i}{suffix}").read_bytes()) for i in (0, 1)] == [FIRST, SECOND]


def test_a_codec_that_cannot_be_used_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(PySparkNotImplementedError, match="SnappyCodec"):
        saved(tmp_path, PACKAGE + "SnappyCodec")
    assert not (tmp_path / "out").exists()


def test_writing_text_is_streamed() -> None:
    def endless() -> Iterator[str]:
        while True:
            yield "line"

    assert next(encoded_lines(endless())).startswith(b"line\nline\n")


def test_empty_partitions_and_empty_lines_are_written() -> None:
    assert b"".join(encoded_lines([])) == b""
    assert b"".join(encoded_lines(["", "foo", "", ""])) == b"\nfoo\n\n\n"


def test_memory_file_systems_commit_and_abort() -> None:
    fs = pytest.importorskip("fsspec").filesystem("memory")
    committer = OutputCommitter.to_directory("memory://commit-test/out")
    try:
        committer.setup_job()
        for attempt in ("a", "b"):
            with committer.task(0, attempt) as task:
                task.create("part-00000").write(attempt.encode())
        committer.commit_job(1)
        assert sorted(fs.find("/commit-test")) == ["/commit-test/out/_SUCCESS", "/commit-test/out/part-00000"]
        assert fs.cat("/commit-test/out/part-00000") == b"a"
        with pytest.raises(FileAlreadyExistsException):
            committer.setup_job()
        with pytest.raises(FileNotFoundError, match="has ended"), committer.task(0, "late"):
            pass
        committer.abort_job()
        assert not fs.exists("/commit-test/out")
    finally:
        fs.rm("/commit-test", recursive=True)
