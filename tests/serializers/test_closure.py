from __future__ import annotations

import functools
import os
import pickle
import subprocess
import sys
import threading
import types
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import PySparkException, PySparkPicklingError, PySparkRuntimeError
from pyrdd.errors import frames as engine_module
from pyrdd.serializers.closure import ClosureSizeWarning, DriverOnlyError, dumps, loads, warn_if_large

BOTH = pytest.mark.parametrize("serializer", ["cloudpickle", "dill"])


def program(source: str, **names: Any) -> dict[str, Any]:
    """Runs source code as the user's ``app.py``, whose functions belong to ``__main__`` and go by value."""
    namespace = {"__name__": "__main__", "Lock": threading.Lock, **names}
    exec(compile(source, "app.py", "exec", dont_inherit=True), namespace)
    return namespace


def explanation(closure: Any, serializer: str = "cloudpickle") -> str:
    with pytest.raises(PySparkPicklingError) as caught:
        dumps(closure, serializer)
    assert caught.value.getCondition() == "CANNOT_PICKLE_CLOSURE"
    return str(caught.value)


def path(closure: Any) -> str:
    """The line of the explanation that shows the path."""
    return explanation(closure).splitlines()[1].strip()


# --- round trips ------------------------------------------------------------------------------------------


@BOTH
def test_a_function_of_main_works_elsewhere_with_what_it_uses(serializer: str) -> None:
    source = "limit = 3\ndef helper(x): return x + limit\ndef f(x, y=2, *, z=4): return helper(x) * y + z"
    f = loads(dumps(program(source)["f"], serializer))
    assert (f(1), f(1, y=1, z=0)) == (12, 4)


@BOTH
def test_a_lambda_keeps_its_closure_variables(serializer: str) -> None:
    offset = 40
    assert loads(dumps(lambda x: x + offset, serializer))(2) == 42


@BOTH
def test_a_recursive_function_works_elsewhere(serializer: str) -> None:
    f = program("def fact(n): return 1 if n < 2 else n * fact(n - 1)")["fact"]
    assert loads(dumps(f, serializer))(5) == 120


def test_importable_functions_go_by_name() -> None:
    assert len(dumps(os.path.join)) < 100
    assert loads(dumps(os.path.join)) is os.path.join


def test_a_class_of_main_goes_with_its_methods() -> None:
    source = """
class Counter:
    step = 2
    def __init__(self): self.n = 1
    def up(self): return self.n + self.step
"""
    names = program(source)
    assert loads(dumps(names["Counter"]().up))() == 3


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s))
)
def test_captured_data_comes_back_equal(data: Any) -> None:
    assert loads(dumps(lambda: data))() == data


def test_threads_may_pickle_at_the_same_time() -> None:
    functions = [program(f"def f(x): return x + {i}")["f"] for i in range(40)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda f: loads(dumps(f))(0), functions))
    assert results == list(range(40))


def test_a_script_and_the_module_beside_it_reach_a_worker_that_has_its_path(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("def double(x): return 2 * x\n")
    (tmp_path / "app.py").write_text(
        "import sys, beside\nfrom pyrdd.serializers.closure import dumps\nstep = 1\n"
        "def f(x): return beside.double(x) + step\nopen(sys.argv[1], 'wb').write(dumps(f))\n"
    )
    worker = (
        "import sys\nsys.path.insert(0, sys.argv[2])\nfrom pyrdd.serializers.closure import loads\n"
        "print(loads(open(sys.argv[1], 'rb').read())(20))"
    )
    root = str(Path(engine_module.__file__).parents[2])
    run = functools.partial(
        subprocess.run, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root}
    )
    data = str(tmp_path / "f.bin")
    run([sys.executable, str(tmp_path / "app.py"), data])
    assert run([sys.executable, "-c", worker, data, str(tmp_path)]).stdout.strip() == "41"


# --- the path to what cannot be pickled, one capture kind after the other ---------------------------------


@BOTH
def test_the_explanation_names_function_path_type_and_way_out(serializer: str) -> None:
    source = """
class Client:
    def __init__(self): self.rows = (row for row in [])
client = Client()
def helper(x):
    return client.rows and x
f = lambda x: helper(x)
"""
    text = explanation(program(source)["f"], serializer)
    assert text.startswith("[CANNOT_PICKLE_CLOSURE] lambda at app.py:7 cannot be sent to the executors:")
    assert "lambda at app.py:7 -> global `helper` (app.py:5) -> global `client`" in text
    assert "-> attribute `rows` -> generator" in text
    assert "TypeError: cannot pickle" in text
    assert "make a list of it" in text


def test_the_original_error_is_the_cause() -> None:
    lock = threading.Lock()
    with pytest.raises(PySparkPicklingError) as caught:
        dumps(lambda: lock)
    assert isinstance(caught.value.__cause__, TypeError)
    assert isinstance(caught.value, pickle.PicklingError)
    assert "Create it inside the task: once for each partition with mapPartitions" in str(caught.value)


def test_a_closure_variable_is_named() -> None:
    lock = threading.Lock()
    assert path(lambda: lock).endswith(" -> closure variable `lock` -> _thread.lock")


def test_a_closure_variable_without_a_value_is_passed_over() -> None:
    def outer() -> Callable[[], Any]:
        lock = threading.Lock()
        if lock is None:
            later = 1
        return lambda: (lock, later)

    assert "closure variable `lock`" in path(outer())


def test_a_global_is_named() -> None:
    assert (
        path(program("lock = Lock()\ndef f(): return lock")["f"])
        == "f at app.py:2 -> global `lock` -> _thread.lock"
    )


def test_a_global_used_by_nested_code_is_named() -> None:
    source = "lock = Lock()\ndef f(): return [(lambda: lock) for _ in range(2)]"
    assert path(program(source)["f"]) == "f at app.py:2 -> global `lock` -> _thread.lock"


def test_a_global_that_the_function_does_not_use_is_no_part_of_it() -> None:
    assert loads(dumps(program("lock = Lock()\ndef f(): return 1")["f"]))() == 1


def test_a_default_is_named_by_its_argument() -> None:
    source = "def f(a, b=1, c=Lock()): return a"
    assert path(program(source)["f"]) == "f at app.py:1 -> default of `c` -> _thread.lock"


def test_a_keyword_only_default_is_named_by_its_argument() -> None:
    source = "def f(a, *, c=Lock()): return a"
    assert path(program(source)["f"]) == "f at app.py:1 -> default of `c` -> _thread.lock"


def test_an_attribute_of_a_function_is_named() -> None:
    source = "def f(): pass\nf.lock = Lock()"
    assert path(program(source)["f"]) == "f at app.py:1 -> attribute `lock` -> _thread.lock"


def test_an_annotation_is_named() -> None:
    source = "def f(a: generator): pass"
    assert "annotation of `a` -> generator" in path(program(source, generator=(i for i in ()))["f"])


SELF = """
class Job:
    def __init__(self): self.lock = Lock()
    def run(self, x): return x
"""


def test_the_self_of_a_bound_method_is_named() -> None:
    method = program(SELF)["Job"]().run
    assert path(method) == "Job.run at app.py:4 -> self -> attribute `lock` -> _thread.lock"


def test_the_self_of_a_builtin_method_is_named() -> None:
    assert path([threading.Lock()].append).split(" -> ", 1)[1] == "self -> item 0 -> _thread.lock"


def test_the_function_of_a_partial_is_named() -> None:
    names = program("lock = Lock()\ndef f(x): return lock")
    assert path(functools.partial(names["f"], 1)) == (
        "functools.partial of f at app.py:2 -> function of the partial (app.py:2)"
        " -> global `lock` -> _thread.lock"
    )


@pytest.mark.parametrize(
    "partial", [functools.partial(max, threading.Lock()), functools.partial(max, key=threading.Lock())]
)
def test_the_argument_of_a_partial_is_named(partial: Any) -> None:
    assert "of the partial" in path(partial)
    assert path(partial).endswith("-> _thread.lock")


class Slotted:
    __slots__ = ("lock",)

    def __init__(self) -> None:
        self.lock = threading.Lock()


@dataclass
class Record:
    lock: Any


class Stateful:
    def __getstate__(self) -> Any:
        return [threading.Lock()]


class Arguments:
    def __reduce__(self) -> Any:
        return Arguments, (threading.Lock(),)


class OwnList(list):  # type: ignore[type-arg]
    pass


class OwnDict(dict):  # type: ignore[type-arg]
    pass


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        (Slotted(), "attribute `lock`"),
        (Record(threading.Lock()), "attribute `lock`"),
        (Stateful(), "state -> item 0"),
        (Arguments(), "argument"),
        ([1, threading.Lock()], "item 1"),
        ((threading.Lock(),), "item 0"),
        ({threading.Lock()}, "item 0"),
        (frozenset({threading.Lock()}), "item 0"),
        ({"a": threading.Lock()}, "value of key `'a'`"),
        ({"k" * 99: threading.Lock()}, f"value of key `'{'k' * 36}...`"),
        ({threading.Lock(): 1}, "key `<unlocked _thread.lock object"),
        (OwnList([threading.Lock()]), "item 0"),
        (OwnDict(a=threading.Lock()), "value of key `'a'`"),
        ([{"a": ({1: threading.Lock()},)}], "item 0 -> value of key `'a'` -> item 0 -> value of key `1`"),
    ],
)
def test_the_place_inside_a_captured_object_is_named(held: Any, shown: str) -> None:
    found = path(lambda: held)
    assert f"closure variable `held` -> {shown}" in found
    assert found.endswith("-> _thread.lock")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("    lock = Lock()", "class attribute `lock`"),
        ("    def m(self, x=Lock()): pass", "class attribute `m` (app.py:2) -> default of `x`"),
        ("    @staticmethod\n    def m(x=Lock()): pass", "class attribute `m` -> function (app.py:2)"),
        ("    @classmethod\n    def m(cls, x=Lock()): pass", "class attribute `m` -> function (app.py:2)"),
        ("    @property\n    def m(self, x=Lock()): pass", "class attribute `m` -> getter (app.py:2)"),
    ],
)
def test_the_place_inside_a_class_of_main_is_named(body: str, shown: str) -> None:
    names = program(f"class K:\n{body}\nk = K()\ndef f(): return K\ndef g(): return k")
    assert f"-> global `K` -> {shown}" in path(names["f"])
    assert f"-> global `k` -> class `K` -> {shown}" in path(names["g"])


def test_a_base_class_of_main_is_named() -> None:
    names = program("class A:\n    lock = Lock()\nclass B(A): pass\ndef f(): return B")
    assert "global `B` -> base class `A` -> class attribute `lock`" in path(names["f"])


def test_the_attribute_of_a_module_made_by_hand_is_named() -> None:
    made = types.ModuleType("made_by_hand")
    made.lock = threading.Lock()  # type: ignore[attr-defined]
    assert "global `made` -> attribute `lock`" in path(program("def f(): return made.lock", made=made)["f"])


def test_an_imported_modules_attributes_are_no_part_of_a_closure() -> None:
    assert loads(dumps(program("import threading\ndef f(): return threading.get_ident()")["f"]))() > 0


def test_a_circle_of_references_ends() -> None:
    circle: list[Any] = [threading.Lock()]
    circle.insert(0, circle)
    assert path(lambda: circle).endswith("closure variable `circle` -> item 1 -> _thread.lock")


def test_a_path_starts_at_the_users_function_inside_the_engines_structures() -> None:
    lock = threading.Lock()
    nodes = [("map", 0, [lambda x: (x, lock)])]
    assert path(nodes).startswith("lambda at test_closure.py:")
    assert path([("sample", lock)]).startswith("a list -> item 0 -> item 1")


def test_an_object_that_is_nested_too_deeply_is_said_to_be() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    try:
        assert "nested too deeply" in explanation(lambda: deep)
    finally:
        while deep:  # taken apart step by step: dropping it at once would recurse too
            deep = deep.pop()


def test_a_generator_is_to_become_a_list() -> None:
    numbers = (i for i in range(3))
    assert "make a list of it" in explanation(lambda: list(numbers))


def test_a_file_is_to_be_opened_inside_the_task(tmp_path: Path) -> None:
    with open(tmp_path / "x", "wb") as file:
        assert "Open the file inside the task" in explanation(lambda: file)


# --- what exists in the driver only -----------------------------------------------------------------------


class DriverOnly:
    def __init__(self, condition: str) -> None:
        self.condition = condition

    def __reduce__(self) -> Any:
        raise PySparkRuntimeError(errorClass=self.condition, messageParameters={})


@pytest.mark.parametrize("condition", ["CONTEXT_ONLY_VALID_ON_DRIVER", "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER"])
@BOTH
def test_a_driver_only_object_keeps_its_condition_and_is_named(condition: str, serializer: str) -> None:
    names = program("def helper(): return sc\nf = lambda x: helper()", sc=DriverOnly(condition))
    with pytest.raises(DriverOnlyError) as caught:
        dumps(names["f"], serializer)
    error = caught.value
    assert error.getCondition() == condition
    assert "SPARK-5063" in str(error)
    assert "It is global `sc`:" in str(error)
    assert "lambda at app.py:2 -> global `helper` (app.py:1) -> global `sc`" in str(error)
    assert isinstance(error, (PySparkRuntimeError, PySparkPicklingError))
    assert isinstance(error, RuntimeError)
    assert type(pickle.loads(pickle.dumps(error))) is DriverOnlyError


def test_an_rdd_in_self_is_named_by_its_attribute() -> None:
    names = program("class Job:\n    def __init__(self, rdd): self.rdd = rdd\n    def run(self, x): return x")
    with pytest.raises(PySparkException, match="self -> attribute `rdd`"):
        dumps(names["Job"](DriverOnly("RDD_TRANSFORM_ONLY_VALID_ON_DRIVER")).run)


# --- size -------------------------------------------------------------------------------------------------


def test_a_large_closure_warns_and_names_its_largest_capture() -> None:
    table, step = list(range(5000)), 1
    f: Callable[[int], int] = lambda x: table[x] + step  # noqa: E731
    with pytest.warns(
        ClosureSizeWarning, match=r"map at app.py:3: .*closure variable `table` \(list, .*broadcast"
    ):
        warn_if_large(dumps(f), 1000, "map at app.py:3", [("map", f)])


def test_a_large_closure_warns_also_when_only_its_bytes_are_known() -> None:
    with pytest.warns(ClosureSizeWarning, match=r"2\.0 KiB"):
        warn_if_large(b"x" * 2048, 1000, "map at app.py:3")


@pytest.mark.parametrize("limit", [0, 100, 1000])
def test_a_small_closure_or_no_limit_does_not_warn(limit: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_if_large(b"x" * 100, limit, "map at app.py:3")


def test_a_function_without_a_module_name_travels():
    names = {}
    exec("double = lambda x: 2 * x", names)
    names["double"].__module__ = None
    assert loads(dumps(names["double"]))(4) == 8
