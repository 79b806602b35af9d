"""What users see when their own code is at fault."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback

import pytest

from pyrdd.errors import PySparkException, PySparkPicklingError, PythonException

pytestmark = [pytest.mark.faults, pytest.mark.every_master]


class Refused(Exception):
    """The application's own error."""

    def __init__(self, code, item):
        super().__init__(f"{item} refused with {code}")
        self.code, self.item = code, item


def test_the_users_error_comes_first_with_its_type_line_and_place(sc):
    def check(x):
        if x == 7:
            raise Refused(42, x)
        return x

    raising = check.__code__.co_firstlineno + 2
    with pytest.raises(PythonException) as caught:
        sc.parallelize(range(10), 5).setName("numbers").map(check).collect()
    cause, lines = caught.value.__cause__, str(caught.value).splitlines()
    assert (type(cause).__name__, cause.code, cause.item) == ("Refused", 42, 7)
    assert lines[0].endswith("Refused: 7 refused with 42")
    assert lines[1] == f"  at test_user_errors.py:{raising} in check"
    assert lines[2].startswith("  in partition 3 of map at test_user_errors.py:") and "attempt" in lines[2]
    assert "stage " in lines[2]
    assert lines[3].startswith("  of the job started by collect at test_user_errors.py:")
    shown = str(caught.value)
    assert "raise Refused(42, x)" in shown
    assert f"pyrdd{os.sep}rdd" not in shown and f"pyrdd{os.sep}executor" not in shown


def test_the_printed_traceback_shows_the_users_line_and_no_engine_frames(sc):
    with pytest.raises(PythonException) as caught:
        sc.parallelize([1, 0], 2).map(lambda x: 1 // x).collect()
    in_the_task = str(caught.value).partition("In the task:")[2]
    assert "test_user_errors.py" in in_the_task and "1 // x" in in_the_task
    cause = "".join(traceback.format_exception(caught.value.__cause__))
    assert "/pyrdd/" not in in_the_task and "/pyrdd/" not in cause.replace("/pyrdd/errors", "")
    assert type(caught.value.__cause__) is ZeroDivisionError


def test_errors_in_a_reduce_stage_name_that_stage(sc):
    def explode(kv):
        raise KeyError(kv[0])

    with pytest.raises(PythonException) as caught:
        sc.parallelize([("a", 1)], 1).reduceByKey(lambda a, b: a + b, 1).map(explode).count()
    assert isinstance(caught.value.__cause__, KeyError)
    assert "explode" in str(caught.value)


def test_errors_in_a_combiner_are_the_users(sc):
    with pytest.raises(PythonException) as caught:
        sc.parallelize([("a", 1), ("a", "x")], 1).reduceByKey(lambda a, b: a + b, 1).collect()
    assert isinstance(caught.value.__cause__, TypeError)
    assert "test_user_errors.py" in str(caught.value).splitlines()[1]


def test_an_error_with_a_cause_keeps_it(sc):
    def wrap(x):
        try:
            return {}[x]
        except KeyError as error:
            raise RuntimeError("no such item") from error

    with pytest.raises(PythonException) as caught:
        sc.parallelize([1], 1).map(wrap).collect()
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert isinstance(caught.value.__cause__.__cause__, KeyError)


def test_sys_exit_in_a_task_is_a_failure_of_the_task(sc, workers_of):
    before = len(workers_of(sc).reasons())
    with pytest.raises(PythonException, match="SystemExit: 3"):
        sc.parallelize(range(2), 2).map(lambda x: sys.exit(3)).collect()
    assert len(workers_of(sc).reasons()) == before
    assert sc.parallelize(range(4), 2).sum() == 6


def test_stop_iteration_in_user_code_does_not_cut_the_data_short(sc):
    def stop(x):
        if x == 3:
            raise StopIteration
        return x

    with pytest.raises(PythonException, match=r"StopIteration|STOP_ITERATION"):
        sc.parallelize(range(6), 2).map(stop).collect()
    with pytest.raises(PythonException, match=r"StopIteration|STOP_ITERATION"):
        sc.parallelize(range(6), 2).filter(stop).count()
    with pytest.raises(PythonException, match=r"StopIteration|STOP_ITERATION"):
        sc.parallelize([(1, x) for x in range(6)], 2).reduceByKey(lambda a, b: stop(3)).count()
    with pytest.raises(PythonException, match=r"StopIteration|STOP_ITERATION"):
        sc.parallelize(range(6), 2).foreach(stop)


def test_endless_recursion_in_a_task_is_a_recursion_error(sc):
    def endless(x):
        return endless(x) + 1

    with pytest.raises(PythonException) as caught:
        sc.parallelize([1], 1).map(endless).collect()
    assert isinstance(caught.value.__cause__, RecursionError)
    assert sc.parallelize(range(4), 2).sum() == 6


def test_keyboard_interrupt_raised_by_user_code_does_not_hang(sc):
    def interrupt(x):
        raise KeyboardInterrupt

    with pytest.raises((PySparkException, KeyboardInterrupt)):
        sc.parallelize([1, 2], 2).map(interrupt).collect()
    assert sc.parallelize(range(4), 2).sum() == 6


def test_an_unpicklable_capture_is_explained(sc):
    lock = threading.Lock()
    settings = {"guard": lock}
    with pytest.raises(PySparkPicklingError) as caught:
        sc.parallelize([1], 1).map(lambda x: (settings, x)).collect()
    text = str(caught.value)
    assert "settings" in text and "guard" in text and "lock" in text
    assert "test_user_errors.py" in text


def test_the_context_in_a_closure_is_refused_by_name(sc):
    with pytest.raises(PySparkException, match=r"SparkContext|SPARK-5063"):
        sc.parallelize([1], 1).map(lambda x: sc.version).collect()
    other = sc.parallelize([1], 1)
    with pytest.raises(PySparkException, match=r"RDD|SPARK-5063"):
        sc.parallelize([1], 1).map(lambda x: other.count()).collect()


def test_an_unpicklable_result_fails_at_once_and_says_so(sc, tmp_path):
    directory = str(tmp_path)

    def make(x):
        open(f"{directory}/{len(os.listdir(directory))}", "w").close()
        return threading.Lock()

    with pytest.raises(PySparkException) as caught:
        sc.parallelize([1], 1).map(make).collect()
    assert "lock" in str(caught.value) and "pickle" in str(caught.value)
    assert len(os.listdir(directory)) == 1  # trying again could not help


def test_an_unpicklable_record_in_a_shuffle_says_so(sc):
    with pytest.raises(PySparkException) as caught:
        sc.parallelize([1], 1).map(lambda x: (x, threading.Lock())).partitionBy(2).count()
    assert "lock" in str(caught.value) and "pickle" in str(caught.value)


def test_an_exception_that_cannot_be_pickled_still_arrives(sc):
    class Holding(ValueError):
        def __init__(self, text):
            super().__init__(text)
            self.lock = threading.Lock()

    def fail(x):
        raise Holding("held")

    with pytest.raises(PythonException, match="Holding: held") as caught:
        sc.parallelize([1], 1).map(fail).collect()
    assert isinstance(caught.value.__cause__, ValueError)


def test_an_exception_whose_text_raises_still_arrives(sc):
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    def fail(x):
        raise Mute

    with pytest.raises(PythonException, match="Mute"):
        sc.parallelize([1], 1).map(fail).collect()


def test_an_exception_that_is_huge_does_not_break_the_connection(sc):
    def fail(x):
        raise ValueError("x" * 5_000_000)

    with pytest.raises(PythonException, match="ValueError"):
        sc.parallelize([1], 1).map(fail).collect()
    assert sc.parallelize(range(4), 2).sum() == 6


def test_a_task_that_leaves_threads_and_generators_behind(sc):
    def leave(x):
        threading.Thread(target=time.sleep, args=(0.2,), daemon=True).start()
        generator = (i for i in range(10))
        next(generator)
        return x

    assert sc.parallelize(range(8), 4).map(leave).sum() == 28


def test_take_stops_early_although_later_records_would_fail(sc):
    assert sc.parallelize(range(100), 2).map(lambda x: 1 // (5 - x)).take(2) == [0, 0]
