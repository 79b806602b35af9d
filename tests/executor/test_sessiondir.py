"""The application's directory goes with the application, however it ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

from pyrdd.executor import sessiondir
from pyrdd.executor.sessiondir import SessionDirectory, process_start, sweep

PROGRAM = """
import sys
from pyrdd.executor.sessiondir import SessionDirectory
print(SessionDirectory(sys.argv[1]).path, flush=True)
if sys.argv[2] == "wait":
    sys.stdin.read()
"""


def application(root: Path, end: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(root), end],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip


def read_path(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_it_is_private_and_removed_with_all_in_it(tmp_path: Path) -> None:
    directory = SessionDirectory(str(tmp_path))
    Path(directory.subdirectory("a"), "file").write_text("x")
    assert stat.S_IMODE(os.stat(directory.path).st_mode) == 0o700
    directory.close()
    directory.close()
    assert os.listdir(tmp_path) == []


def test_it_is_removed_at_interpreter_exit(tmp_path: Path) -> None:
    with application(tmp_path, "exit") as process:
        process.communicate()
    assert os.listdir(tmp_path) == []


def test_what_a_killed_application_left_is_swept_by_the_next(tmp_path: Path) -> None:
    with application(tmp_path, "wait") as process:
        path = read_path(process)
        assert sweep(str(tmp_path)) == []
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert os.path.isdir(path)
    with SessionDirectory(str(tmp_path)):
        assert not os.path.exists(path)


def test_a_used_again_process_id_does_not_keep_a_directory(tmp_path: Path) -> None:
    stale = tmp_path / f"pyrdd-{sessiondir._realm()}-{os.getpid()}-{(process_start(os.getpid()) or 0) + 1}-x"
    stale.mkdir()
    assert sweep(str(tmp_path)) == [str(stale)]


def test_other_hosts_and_other_names_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pyrdd-00000000-999999999-1-x").mkdir()
    (tmp_path / "pyrdd-notes").mkdir()
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / f"pyrdd-{sessiondir._realm()}-999999999-1-link").symlink_to(target)
    before = sorted(os.listdir(tmp_path))
    assert sweep(str(tmp_path)) == []
    assert sorted(os.listdir(tmp_path)) == before


def test_several_applications_start_and_sweep_at_once(tmp_path: Path) -> None:
    (tmp_path / f"pyrdd-{sessiondir._realm()}-999999999-1-x").mkdir()
    processes = [application(tmp_path, "wait") for _ in range(4)]
    paths = [read_path(process) for process in processes]
    assert sorted(os.listdir(tmp_path)) == sorted(map(os.path.basename, paths))
    for process in processes:
        process.communicate()
    assert os.listdir(tmp_path) == []


def test_a_forked_child_does_not_remove_it(tmp_path: Path) -> None:
    directory = SessionDirectory(str(tmp_path))
    directory._pid += 1
    directory.close()
    assert os.path.isdir(directory.path)
