from pyrdd.cli.demo import python_files
from pyrdd.cli.submit import format_error


def test_the_demo_reads_what_textfile_can_name(tmp_path):
    for name in (
        "b.py",
        "a.py",
        "_hidden.py",
        "a,b.py",
        "c[1].py",
        "notes.txt",
        "sub/d.py",
        "site-packages/e.py",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [path.removeprefix(str(tmp_path)).replace("\\", "/") for path in python_files(str(tmp_path))]
    assert found == ["/a.py", "/b.py", "/sub/d.py"]


def test_an_error_is_shown_with_its_cause_and_without_our_frames():
    try:
        try:
            list(python_files(None))
        except TypeError as cause:
            raise RuntimeError("effect") from cause
    except RuntimeError as error:
        shown = format_error(error)
    assert "TypeError" in shown and "direct cause" in shown and shown.endswith("RuntimeError: effect\n")
    assert "test_units.py" in shown and "demo.py" not in shown
