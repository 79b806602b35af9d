"""The command line: parses arguments and hands over to one module per command.

Each command is imported only when it runs, so that ``pyrdd --version`` and the help texts are there at once.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from importlib import import_module

from pyrdd.errors import PySparkException
from pyrdd.version import SPARK_VERSION, __version__

_ABOUT = """\
Spark's ideas in plain Python: lazy lineages of datasets (RDDs), a scheduler that cuts them into stages at
shuffles, executors that run the tasks. No Java.
"""

_EXAMPLES = """\
examples:
  pyrdd demo                                   count the words of Python's own sources, see how it ran
  pyrdd shell                                  try things out: `sc` is there
  pyrdd submit app.py input.txt                run a program
  pyrdd submit --as-pyspark app.py             run a program written for PySpark, unchanged
  pyrdd submit --master 'local[4]' --conf spark.default.parallelism=8 app.py
  pyrdd compat app.py tests/                   say what of a program would not work, before it runs

The master says who runs the tasks:
  local                    this process, one task after the other: debuggers and prints work in closures
  local[N], local[*]       N worker processes on this machine, or one for each core
  threads[N]               N threads of this process: for waiting (files, network), not for computing
  local-cluster[E,C,M]     E executors with C cores and M MiB each, sharing nothing: a small honest cluster
"""

_DEMO = """\
Counts the words in the Python files of a directory, shows the progress while it runs, then the most
frequent words, the lineage of the result, and how the jobs ran: stages, tasks, records, bytes, time.
"""

_SUBMIT = """\
Runs a Python file as if by `python app.py args...`, with settings for the SparkContext that it makes.
What the program sets itself (SparkConf.set, setMaster) wins over the settings given here. The exit code is
the program's.
"""

_SHELL = """\
An interactive Python (IPython when it is installed) with a running SparkContext named `sc`. Reads a program
from standard input when that is not a terminal.
"""

_COMPAT = """\
Prints every public member of PySpark as yes, partial (what differs) or no (what to use instead). With paths, scans these
programs for the members that they use, and says what would not work; nothing of them is run. The exit code is 1 if
something would not work.
"""

_COMMANDS = [
    ("demo", "a word count, and how it ran", _DEMO),
    ("submit", "run a program", _SUBMIT),
    ("shell", "a Python prompt with `sc`", _SHELL),
    ("compat", "what is supported of PySpark, and of a program", _COMPAT),
]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line ``argv`` (`sys.argv` without the program when ``None``); returns the exit
    code."""
    parser = build_parser()
    args = parser.parse_args(argv)
    if args.command is None:
        parser.print_help()
        return 0
    try:
        code: int = import_module(f"pyrdd.cli.{args.command}").run(args)
    except PySparkException as error:
        print(f"pyrdd {args.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar of the command line; ``command`` names the module that runs it."""
    parser = argparse.ArgumentParser(
        "pyrdd", description=_ABOUT, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, about, text in _COMMANDS:
        commands.add_parser(name, help=about, description=text)
    for name in ("demo", "submit", "shell"):
        _add_settings(commands.choices[name])
    _add_compat(commands.choices["compat"])
    _add_demo(commands.choices["demo"])
    _add_submit(commands.choices["submit"])
    return parser


def settings_of(args: argparse.Namespace) -> dict[str, str]:
    """The settings that the options give, under Spark's keys; options beat ``--conf``."""
    options = {"spark.master": args.master, "spark.app.name": args.name}
    return dict(args.conf) | {key: value for key, value in options.items() if value is not None}


def _version() -> str:
    return f"pyrdd {__version__} (API of PySpark {SPARK_VERSION}), Python {platform.python_version()}"


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--master", metavar="M", help="who runs the tasks, such as local, local[2] or local[*]")
    parser.add_argument("--name", metavar="N", help="the application's name")
    parser.add_argument(
        "--conf",
        metavar="KEY=VALUE",
        action="append",
        type=_key_value,
        default=[],
        help="a setting, such as spark.default.parallelism=8; may be given several times",
    )


def _key_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key.strip(), value.strip()


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("--path", metavar="DIR", help="a directory with Python files (Python's standard library)")
    demo.add_argument("--top", metavar="N", type=_positive, default=10, help="how many words to show (10)")
    demo.set_defaults(master="local[*]")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return int(text)


def _add_compat(compat: argparse.ArgumentParser) -> None:
    compat.add_argument("paths", metavar="PATH", nargs="*", help="a program, or a directory with programs, to scan")
    compat.add_argument("--json", action="store_true", help="print JSON")
    compat.add_argument("--only", choices=["no", "partial"], help="show only what is not, or only partly, there")
    compat.add_argument("--module", metavar="M", help="show only what is below a name, such as pyspark.sql.functions")


def _add_submit(submit: argparse.ArgumentParser) -> None:
    submit.add_argument(
        "--py-files",
        metavar="FILES",
        default="",
        help="comma-separated .py, .zip or .egg files for the tasks",
    )
    submit.add_argument("--as-pyspark", action="store_true", help="let `import pyspark` in the program mean pyrdd")
    submit.add_argument("app", metavar="app.py", help="the program")
    submit.add_argument("args", nargs=argparse.REMAINDER, help="the program's own arguments")
