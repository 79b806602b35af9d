from __future__ import annotations

import functools
import threading
from typing import Any

from pyrdd.serializers.closure import dumps, explain
from pyrdd.serializers.closure_report import users_functions


def program(source: str, **names: Any) -> dict[str, Any]:
    namespace = {"__name__": "__main__", **names}
    exec(compile(source, "app.py", "exec", dont_inherit=True), namespace)
    return namespace


SOURCE = """
limit = 3
table = list(range(1000))
def helper(x):
    return x + limit
f = lambda x, step=1: helper(x) + len(table) + step
"""


def test_a_report_lists_what_a_function_captures_directly_and_through_others() -> None:
    report = explain(program(SOURCE)["f"])
    assert report.function == "lambda at app.py:6"
    assert [(c.name, c.kind, c.type) for c in report.captures] == [
        ("helper", "global", "function (app.py:4)"),
        ("helper.limit", "global", "int"),
        ("table", "global", "list"),
        ("step", "default of", "int"),
    ]


def test_a_report_has_the_size_of_each_capture_and_of_the_whole() -> None:
    f = program(SOURCE)["f"]
    report = explain(f)
    sizes = {c.name: c.size for c in report.captures}
    assert sizes["table"] == len(dumps(list(range(1000))))
    assert report.size == len(dumps(f))
    assert report.picklable
    assert report.largest is not None
    assert report.largest.name == "table"


def test_a_report_says_what_cannot_be_pickled_and_does_not_raise() -> None:
    report = explain(program("def f(): return lock, 1", lock=threading.Lock())["f"])
    (capture,) = report.captures
    assert not report.picklable
    assert not capture.picklable
    assert (report.size, capture.size) == (None, None)
    assert report.problem == "f at app.py:1 -> global `lock` -> _thread.lock"
    assert "cannot pickle" in str(report)


def test_a_report_prints_as_a_table() -> None:
    lines = repr(explain(program(SOURCE)["f"])).splitlines()
    assert lines[0].startswith("lambda at app.py:6: ")
    assert lines[1].split() == ["capture", "kind", "type", "size"]
    assert lines[4].split() == ["table", "global", "list", "2.7", "KiB"]


def test_a_function_that_captures_nothing_says_so() -> None:
    report = explain(lambda x: x)
    assert report.captures == ()
    assert report.largest is None
    assert "captures nothing" in str(report)


def test_an_importable_function_captures_nothing() -> None:
    assert explain(functools.reduce).captures == ()


def test_methods_partials_and_callable_objects_have_reports_too() -> None:
    source = """
class Job:
    def __init__(self): self.n = 1
    def run(self, x): return x
    def __call__(self): pass
"""
    job = program(source)["Job"]()
    assert explain(job.run).captures[0].name == "self"
    assert "n" in [c.name for c in explain(job).captures]
    assert [c.kind for c in explain(functools.partial(max, 1)).captures] == [
        "function of the partial",
        "argument 0 of the partial",
    ]


def test_recursive_functions_have_finite_reports() -> None:
    names = program("def even(n): return odd(n - 1)\ndef odd(n): return even(n - 1)")
    assert [c.name for c in explain(names["even"]).captures] == ["odd", "odd.even"]


def test_equal_captures_are_listed_each() -> None:
    names = program("a = None\nb = None\ndef f(): return a, b")
    assert sorted(c.name for c in explain(names["f"]).captures) == ["a", "b"]


def test_the_users_functions_are_found_inside_the_engines_structures() -> None:
    f = program(SOURCE)["f"]
    assert list(users_functions([("map", {"f": f}, 3), f])) == [f]


def test_a_report_can_be_made_with_dill() -> None:
    assert explain(program(SOURCE)["f"], "dill").picklable
