"""``pyrdd submit``: runs a program as ``__main__`` with settings as the defaults of its `SparkConf`.

The settings travel in an environment variable (`pyrdd.environment.SUBMITTED`), so a program that starts others
hands them on; to PySpark, where it runs the program (`pyrdd.handover`), in its own ``PYSPARK_SUBMIT_ARGS``.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import shlex
import sys
import traceback
from collections.abc import Sequence

from pyrdd import alias, handover
from pyrdd.cli.main import settings_of
from pyrdd.environment import SUBMITTED

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run(args: argparse.Namespace) -> int:
    """Runs ``args.app``. Returns 0, or 1 after an exception, which is shown without the frames that are not
    the program's; `SystemExit` passes through, so the program decides on its exit code."""
    if not os.path.isfile(args.app):
        print(f"pyrdd submit: there is no file {args.app}", file=sys.stderr)
        return 2
    py_files = [os.path.abspath(path) for path in args.py_files.split(",") if path]
    _prepare(args, py_files)
    if args.as_pyspark:
        alias.install()
    try:
        runpy.run_path(args.app, run_name="__main__")
    except Exception as error:
        print(format_error(error), end="", file=sys.stderr)
        return 1
    return 0


def _prepare(args: argparse.Namespace, py_files: Sequence[str]) -> None:
    """Makes this process look as it does under ``python app.py args...``."""
    settings = settings_of(args)
    if py_files:
        settings["spark.submit.pyFiles"] = ",".join(py_files)
    if handover.asked_for():
        options = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
        os.environ["PYSPARK_SUBMIT_ARGS"] = shlex.join([*options, "pyspark-shell"])
    else:
        os.environ[SUBMITTED] = json.dumps(settings)
    sys.argv = [args.app, *args.args]
    importable = [os.path.dirname(path) if path.endswith(".py") else path for path in py_files]
    sys.path[:0] = [os.path.dirname(os.path.abspath(args.app)), *importable]


def format_error(error: BaseException) -> str:
    """The traceback of ``error`` and of its causes, with the program's frames only."""
    shown = traceback.TracebackException.from_exception(error)
    _trim(shown)
    return "".join(shown.format())


def _trim(shown: traceback.TracebackException) -> None:
    shown.stack = traceback.StackSummary.from_list([frame for frame in shown.stack if _is_users(frame)])
    for related in (shown.__cause__, shown.__context__):
        if related is not None:
            _trim(related)


def _is_users(frame: traceback.FrameSummary) -> bool:
    return not frame.filename.startswith((_OURS + os.sep, "<frozen runpy>"))
