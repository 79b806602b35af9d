"""The commands end to end, each in a process of its own as a user has it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def pyrdd(*arguments: str, program: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pyrdd", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=program,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def app(tmp_path):
    def write(*lines: str, name: str = "app.py") -> str:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    return write


def test_submit_gives_a_program_its_settings_and_arguments(app):
    path = app(
        "import sys",
        "from pyrdd import SparkContext",
        "sc = SparkContext()",
        "print(__name__, sc.master, sc.appName, sys.argv[1:])",
        "print(sc.parallelize(range(10)).map(lambda x: x * 2).sum())",
    )
    done = pyrdd("submit", "--master", "local[2]", "--name", "mine", path, "--flag", "x")
    assert (done.stdout, done.returncode) == ("__main__ local[2] mine ['--flag', 'x']\n90\n", 0), done.stderr


def test_submit_lets_the_program_win_over_the_options(app):
    path = app(
        "from pyrdd import SparkConf, SparkContext",
        "print(SparkContext(conf=SparkConf().setMaster('local').setAppName('own')).appName)",
    )
    assert pyrdd("submit", "--name", "other", path).stdout == "own\n"


def test_submit_makes_py_files_and_the_programs_directory_importable(app, tmp_path):
    app("WORD = 'neighbour'", name="beside.py")
    (tmp_path / "lib").mkdir()
    app("WORD = 'shipped'", name="lib/shipped.py")
    path = app(
        "import beside, shipped",
        "from pyrdd import SparkContext",
        "sc = SparkContext()",
        "print(beside.WORD, sc.parallelize([1]).map(lambda x: __import__('shipped').WORD).first())",
    )
    done = pyrdd("submit", "--master", "local[2]", "--py-files", str(tmp_path / "lib" / "shipped.py"), path)
    assert done.stdout == "neighbour shipped\n", done.stderr


def test_submit_returns_the_programs_exit_code(app):
    assert pyrdd("submit", app("import sys", "sys.exit(7)")).returncode == 7
    assert pyrdd("submit", app("pass")).returncode == 0


def test_submit_shows_an_exception_with_the_programs_frames_only(app):
    done = pyrdd("submit", app("def f():", "    return 1 / 0", "f()"))
    assert done.returncode == 1
    assert "app.py" in done.stderr and done.stderr.endswith("ZeroDivisionError: division by zero\n")
    assert "runpy" not in done.stderr and "submit.py" not in done.stderr


def test_submit_says_when_there_is_no_program():
    done = pyrdd("submit", "nowhere.py")
    assert done.returncode == 2
    assert "nowhere.py" in done.stderr


def test_the_shell_runs_a_program_from_a_pipe():
    definition = "def f(x):\n    return x + 1\n\n"
    program = definition + "sc.parallelize([1, 2], 2).map(f).collect()\n1 / 0\nprint(sc.appName)\n"
    done = pyrdd("shell", "--master", "local[2]", program=program)
    assert done.stdout == "[2, 3]\npyrdd shell\n", done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert done.returncode == 0


def test_the_demo_counts_words_and_shows_how_it_ran(app, tmp_path):
    app("spam spam eggs")
    (tmp_path / "more").mkdir()
    app("spam ham", name="more/b.py")
    done = pyrdd("demo", "--path", str(tmp_path), "--top", "2", "--master", "local[2]")
    assert done.returncode == 0, done.stderr
    words = [line.split() for line in done.stdout.splitlines() if line.startswith("         ")]
    assert words == [["3", "spam"], ["1", "eggs"]]
    for expected in ("2 Python files", "ShuffledRDD", "Job 0", "succeeded", "shuffle write"):
        assert expected in done.stdout


@pytest.mark.parametrize("command", ["demo", "shell"])
def test_a_wrong_master_is_one_line_that_names_the_right_ones(command):
    done = pyrdd(command, "--master", "bogus")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "local[*]" in done.stderr


def test_the_demo_says_when_there_is_nothing_to_count(tmp_path):
    done = pyrdd("demo", "--path", str(tmp_path))
    assert done.returncode == 1
    assert "no Python files" in done.stderr
