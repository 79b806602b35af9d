"""Each example is run as a user runs it: a script in a fresh process, without arguments and with a path."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

OUTPUT = {
    "pagerank.py": "1.4293 home\n1.2982 docs\n0.7676 api\n0.7018 about\n",
    "kmeans.py": "0.50 0.50\n8.50 8.50\n",
    "log_mining.py": (
        "errors: 4\nabout mysql: 3\n"
        "by component: [('disk', 1), ('mysql', 2), ('web', 1)]\nunreadable lines: 0\n"
    ),
    "monte_carlo_pi.py": "pi is about 3.1427\n",
    "inverted_index.py": (
        "are: cache.txt dag.txt rdd.txt\ndatasets: cache.txt dag.txt rdd.txt\n"
        "11 words; datasets is in [['cache.txt', 'dag.txt', 'rdd.txt']]\n"
    ),
    "first_dataframe.py": (
        "+----+------+\n|name|  town|\n+----+------+\n| Ann|  Oslo|\n| Cid|  Oslo|\n| Dan|Bergen|\n+----+------+\n\n"
        "+------+-----+------+\n|  town|spent|people|\n+------+-----+------+\n|Bergen|33.25|     2|\n"
        "|  Oslo| 20.5|     2|\n+------+-----+------+\n\n"
    ),
    "secondary_sort.py": "a +5 -8\nb +40 -20\nc\n",
}


def run_example(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "examples" / name), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", sorted(OUTPUT))
def test_an_example_prints_its_known_answer(name):
    assert run_example(name) == OUTPUT[name]


def test_wordcount_counts_the_words_of_a_file_and_by_default_its_own(tmp_path):
    text = tmp_path / "text"
    text.write_text("to be or not\nTo be\n")
    assert run_example("wordcount.py", str(text)).split() == ["2", "be", "2", "to", "1", "not", "1", "or"]
    assert "word" in run_example("wordcount.py")


def test_inverted_index_reads_a_directory(tmp_path):
    (tmp_path / "one").write_text("datasets here")
    (tmp_path / "two").write_text("datasets there")
    assert run_example("inverted_index.py", str(tmp_path)) == (
        "datasets: one two\n3 words; datasets is in [['one', 'two']]\n"
    )


def test_every_example_is_tested_and_short():
    names = {path.name for path in (ROOT / "examples").glob("*.py")}
    tested = {*OUTPUT, "wordcount.py"}
    assert names == tested
    assert all(len((ROOT / "examples" / name).read_text().splitlines()) < 40 for name in tested)
