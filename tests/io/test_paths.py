"""pyrdd.io.paths and filesystem: lists, globs, hidden files, missing paths, other schemes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.io.errors import InvalidInputException
from pyrdd.io.filesystem import filesystem_of, qualify, to_uri
from pyrdd.io.paths import input_files, split_list


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("zz", "aa", "mm", "B", "_hidden", ".dot", "sub/f", "sub/inner/g", "a,b/c"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "in"


def names(paths: str) -> list[str]:
    return [file.name for file in input_files(paths)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{zz,aa}", ["aa", "zz"]),
        ("[am]*", ["mm"]),
        ("?", ["B"]),
        ("[^a-z]", ["B"]),
        ("[!a]m", ["mm"]),
        ("{a,b{c,m}}a", ["aa"]),
        ("a\\a", ["aa"]),
        ("sub/*", ["f", "g"]),
        ("{sub/f,mm}", ["mm", "f"]),
        ("*/inner/?", ["g"]),
    ],
)
def test_globs_match_as_hadoops(tree: Path, pattern: str, expected: list[str]) -> None:
    if pattern == "[am]*":
        (tree / "aa").unlink()
        (tree / "a,b" / "c").unlink()
        (tree / "a,b").rmdir()
    assert names(f"{tree}/{pattern}") == expected


def test_a_list_keeps_its_order_and_a_directory_is_sorted_without_hidden_files(tree: Path) -> None:
    (tree / "dir").mkdir()
    for name in ("y", "x", "_no", ".no"):
        (tree / "dir" / name).touch()
    assert names(f"{tree}/zz,{tree}/dir,{tree}/aa") == ["zz", "x", "y", "aa"]


def test_a_directory_inside_an_input_directory_is_an_error_that_names_it(tree: Path) -> None:
    with pytest.raises(IsADirectoryError, match="inner is a directory"):
        input_files(f"{tree}/sub")
    assert [file.name for file in input_files(f"{tree}/sub", skip_directories=True)] == ["f"]


@pytest.mark.parametrize("name", ["nope", "_hidden", "aa/below"])
def test_a_missing_or_hidden_path_does_not_exist(tree: Path, name: str) -> None:
    with pytest.raises(InvalidInputException, match=f"Input path does not exist: file:.*{name}"):
        input_files(f"{tree}/{name}")


@pytest.mark.parametrize("pattern", ["n*", "nope/*/x", "aa/*", "{x,y}"])
def test_a_pattern_without_a_match_says_so(tree: Path, pattern: str) -> None:
    with pytest.raises(InvalidInputException, match="matches 0 files"):
        input_files(f"{tree}/{pattern}")


@pytest.mark.parametrize("pattern", ["ba[d", "ba{d"])
def test_a_broken_pattern_is_illegal(tree: Path, pattern: str) -> None:
    with pytest.raises(ValueError, match="Illegal file pattern"):
        input_files(f"{tree}/{pattern}")


def test_an_empty_path_is_refused() -> None:
    with pytest.raises(ValueError, match="empty string"):
        input_files("")


def test_file_uris_and_relative_paths_are_the_same_file(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    wanted = [str(tree / "zz")]
    for path in ("zz", f"file:{tree}/zz", f"file://{tree}/zz", f"file://localhost{tree}/zz", "z?"):
        assert [file.path for file in input_files(path)] == wanted


def test_uris_are_not_percent_encoded(tmp_path: Path) -> None:
    assert to_uri(qualify(str(tmp_path / "a b%20é"))) == f"file:{tmp_path}/a b%20é"


def test_commas_inside_braces_do_not_split() -> None:
    assert split_list("{a,{b,c}}d,e,") == ["{a,{b,c}}d", "e", ""]


def test_an_unknown_scheme_is_refused_by_name() -> None:
    with pytest.raises(PySparkNotImplementedError, match="nosuchscheme:"):
        input_files("nosuchscheme://x/y")


def test_without_fsspec_the_extra_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    with pytest.raises(PySparkNotImplementedError, match=r"pip install pyrdd\[fs\]"):
        input_files("unseen://x/y")


def test_memory_file_systems_list_and_glob() -> None:
    fsspec = pytest.importorskip("fsspec")
    fs = fsspec.filesystem("memory")
    for name in ("b.txt", "a.txt", "_no"):
        fs.pipe(f"/paths-test/in/{name}", b"x\n")
    try:
        assert [file.path for file in input_files("memory://paths-test/in")] == [
            "memory://paths-test/in/a.txt",
            "memory://paths-test/in/b.txt",
        ]
        assert names("memory://paths-test/*/{b,c}.txt") == ["b.txt"]
        with pytest.raises(InvalidInputException, match="memory://paths-test/none"):
            input_files("memory://paths-test/none")
    finally:
        fs.rm("/paths-test", recursive=True)


def test_what_vanishes_while_a_directory_is_listed_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"x")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert [status.name for status in filesystem_of(str(tmp_path)).list(str(tmp_path))] == ["there"]
