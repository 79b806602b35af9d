import pytest

from pyrdd.cli.main import build_parser, main, settings_of
from pyrdd.version import SPARK_VERSION, __version__


def parse(*argv: str):
    return build_parser().parse_args(argv)


def test_without_a_command_the_help_is_shown(capsys):
    assert main([]) == 0
    assert "pyrdd demo" in capsys.readouterr().out


def test_the_version_names_the_pyspark_that_is_followed(capsys):
    with pytest.raises(SystemExit) as exit_info:
        main(["--version"])
    assert exit_info.value.code == 0
    out = capsys.readouterr().out
    assert __version__ in out and SPARK_VERSION in out


def test_options_become_settings_and_beat_conf():
    args = parse("submit", "--master", "local[2]", "--conf", "spark.master=x", "--conf", "a=b=c", "app.py")
    assert settings_of(args) == {"spark.master": "local[2]", "a": "b=c"}
    assert settings_of(parse("shell", "--name", "mine")) == {"spark.app.name": "mine"}


def test_what_follows_the_program_belongs_to_the_program():
    args = parse("submit", "--master", "local", "app.py", "--master", "other", "-h", "x")
    assert (args.master, args.app, args.args) == ("local", "app.py", ["--master", "other", "-h", "x"])


def test_the_demo_has_defaults_for_everything():
    args = parse("demo")
    assert (args.master, args.path, args.top) == ("local[*]", None, 10)


@pytest.mark.parametrize(
    "argv",
    [["submit"], ["nonsense"], ["demo", "--top", "0"], ["demo", "--top", "x"], ["shell", "--conf", "a"]],
)
def test_a_wrong_command_line_is_refused_with_a_usage(argv, capsys):
    with pytest.raises(SystemExit) as exit_info:
        main(argv)
    assert exit_info.value.code == 2
    assert "usage: pyrdd" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["demo", "submit", "shell"])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert len(capsys.readouterr().out.splitlines()) > 8
