"""``pyrdd shell``: an interactive Python with ``sc``."""

from __future__ import annotations

import argparse
import code
import platform
import sys
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import IO, Any

from pyrdd import SparkConf, SparkContext
from pyrdd.cli.main import settings_of
from pyrdd.version import __version__

_BANNER = """\
pyrdd {version}, Python {python}, master {master}
SparkContext is available as `sc`. For example:
    sc.parallelize(range(1000)).map(lambda x: x * x).sum()
"""


def run(args: argparse.Namespace) -> int:
    """Talks to the user until the end of the input, then stops the context. Returns 0."""
    sc = SparkContext(conf=_conf(args))
    try:
        _talk({"sc": sc, "SparkConf": SparkConf, "SparkContext": SparkContext}, _banner(sc))
    finally:
        sc.stop()
    return 0


def _conf(args: argparse.Namespace) -> SparkConf:
    conf = SparkConf().setAll(settings_of(args).items())
    return conf.setIfMissing("spark.master", "local[*]").setIfMissing("spark.app.name", "pyrdd shell")


def _banner(sc: SparkContext) -> str:
    return _BANNER.format(version=__version__, python=platform.python_version(), master=sc.master)


def _talk(names: dict[str, Any], banner: str) -> None:
    if not sys.stdin.isatty():
        _read_program(names, sys.stdin)
        return
    try:
        from IPython import start_ipython  # optional, and slow to import
    except ImportError:
        _load_line_editing()
        code.interact(banner, local=_main_module(names), exitmsg="")
    else:
        print(banner, file=sys.stderr)
        start_ipython(argv=["--no-banner"], user_ns=names)


def _read_program(names: dict[str, Any], program: IO[str]) -> None:
    """The same as at the prompt, expressions are echoed, but there is nobody to prompt."""

    def next_line(prompt: str = "") -> str:
        line = program.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    console = code.InteractiveConsole(_main_module(names))
    console.raw_input = next_line  # type: ignore[method-assign]  # the documented way to replace the input
    console.interact(banner="", exitmsg="")


def _main_module(names: dict[str, Any]) -> dict[str, Any]:
    """The names of a new ``__main__``: functions of the session must be found there, and pickled by value."""
    module = ModuleType("__main__")
    module.__dict__.update(names)
    sys.modules["__main__"] = module
    return module.__dict__


def _load_line_editing() -> None:
    with suppress(ImportError):
        import_module("readline")  # importing it is what gives `input` history and editing
