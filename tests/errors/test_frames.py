from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyrdd.conf import SparkConf
from pyrdd.errors import frames
from pyrdd.errors.call_site import CallSite, call_site
from pyrdd.errors.frames import hides_engine_frames, hides_engine_frames_of

ENGINE_FILE = os.path.join(os.path.dirname(os.path.dirname(frames.__file__)), "rdd", "imagined.py")


def engine(source: str, **names: Any) -> dict[str, Any]:
    """Runs source code as if it were a module of the engine."""
    names |= {"call_site": call_site, "hides_engine_frames": hides_engine_frames}
    exec(compile(source, ENGINE_FILE, "exec", dont_inherit=True), names)
    return names


def files(error: BaseException) -> list[str]:
    return [frame.filename for frame in traceback.extract_tb(error.__traceback__)]


def raised(function: Callable[..., Any], *args: Any) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        function(*args)
    return caught.value


@pytest.fixture
def full_traceback() -> Iterator[None]:
    frames.show_engine_frames(True)
    yield
    frames.show_engine_frames(False)


PLAIN = "def inner(): return 1 / 0\n@hides_engine_frames\ndef action(): return inner()"


def test_engine_frames_are_cut_from_what_a_public_action_raises() -> None:
    assert set(files(raised(engine(PLAIN)["action"]))) == {__file__}


@pytest.mark.usefixtures("full_traceback")
def test_the_full_traceback_setting_keeps_engine_frames() -> None:
    assert ENGINE_FILE in files(raised(engine(PLAIN)["action"]))


def test_the_users_frames_below_an_action_stay() -> None:
    source = "@hides_engine_frames\ndef action(f): return helper(f)\ndef helper(f): return f()"

    def mine() -> None:
        raise KeyError("mine")

    error = raised(engine(source)["action"], mine)
    assert [f.name for f in traceback.extract_tb(error.__traceback__)][-1] == "mine"
    assert ENGINE_FILE not in files(error)


def test_an_action_called_by_another_leaves_the_cutting_to_the_outer_one() -> None:
    source = PLAIN + "\n@hides_engine_frames\ndef outer(): return action()"
    assert set(files(raised(engine(source)["outer"]))) == {__file__}


def test_cutting_keeps_the_cause_and_the_context() -> None:
    source = """
@hides_engine_frames
def action():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("x") from error
"""
    error = raised(engine(source)["action"])
    assert isinstance(error.__cause__, ZeroDivisionError)


def test_a_public_function_keeps_its_name_signature_and_result() -> None:
    shown = hides_engine_frames(SparkConf.setAppName)
    assert shown.__name__ == "setAppName"
    assert shown.__doc__ == SparkConf.setAppName.__doc__
    assert shown(SparkConf(False), "x").get("spark.app.name") == "x"


def test_a_class_decorator_covers_the_named_methods() -> None:
    source = "class RDD:\n    def count(self): return 1 / 0\n    def other(self): return 1 / 0"
    cls = hides_engine_frames_of("count", "missing")(engine(source)["RDD"])
    assert ENGINE_FILE not in files(raised(cls().count))
    assert ENGINE_FILE in files(raised(cls().other))


def test_the_innermost_engine_frames_stay_when_asked_for() -> None:
    error = raised(engine("def broken(): return [][1]")["broken"])
    kept = frames.without_engine(error.__traceback__, keep_innermost=True)
    assert [f.name for f in traceback.extract_tb(kept)][-1] == "broken"
    assert all(
        f.filename == __file__ for f in traceback.extract_tb(frames.without_engine(error.__traceback__))
    )


def test_the_user_frame_is_the_users_line_not_the_librarys() -> None:
    import json

    def parse() -> None:
        json.loads("{")

    assert frames.user_frame(raised(parse).__traceback__).startswith("test_frames.py:")
    assert frames.user_frame(raised(parse).__traceback__).endswith("in parse")


def test_a_library_that_the_engine_goes_through_is_no_user_frame() -> None:
    source = """
from contextlib import contextmanager

@contextmanager
def watched():
    try:
        yield
    except ZeroDivisionError:
        raise ValueError("the engine's own") from None

def run():
    with watched():
        1 / 0
"""
    trace = raised(engine(source)["run"]).__traceback__
    assert trace is not None
    assert any(frame.filename.endswith("contextlib.py") for frame in traceback.extract_tb(trace))
    assert frames.user_frame(trace.tb_next) == ""


def test_there_is_no_user_frame_when_the_engine_alone_is_on_the_traceback() -> None:
    error = raised(engine("def broken(): return [][1]")["broken"])
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    assert frames.user_frame(innermost) == ""
    assert frames.user_frame(None) == ""


def test_commands_are_programs_like_the_users() -> None:
    root = os.path.dirname(os.path.dirname(frames.__file__))
    assert not frames.is_engine(os.path.join(root, "cli", "demo.py"))
    assert frames.is_engine(os.path.join(root, "rdd", "base.py"))
    assert frames.is_library(os.__file__)
    assert not frames.is_library(__file__)


# --- call sites -------------------------------------------------------------------------------------------


def test_a_call_site_names_the_operator_and_the_line_that_called_it() -> None:
    operator = engine("def reduceByKey(): return deep()\ndef deep(): return call_site()")["reduceByKey"]
    site = operator()
    assert (site.function, site.file) == ("reduceByKey", __file__)
    assert str(site) == f"reduceByKey at test_frames.py:{site.line}"
    assert site.location == f"test_frames.py:{site.line}"


def test_a_trimmed_operator_has_the_same_call_site() -> None:
    operator = engine("@hides_engine_frames\ndef count(): return call_site()")["count"]
    assert operator().function == "count"


def test_a_constructors_call_site_has_the_classs_name() -> None:
    source = "class SparkContext:\n    def __init__(self): self.site = call_site()"
    assert engine(source)["SparkContext"]().site.function == "SparkContext"


def test_a_call_site_may_be_given_its_name() -> None:
    assert engine("def f(): return call_site('collect')")["f"]().function == "collect"


def test_call_sites_are_equal_by_value() -> None:
    assert CallSite("map", "/a/app.py", 3) == CallSite("map", "/a/app.py", 3)
