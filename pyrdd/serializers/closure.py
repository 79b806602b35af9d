"""Closures as bytes: functions with everything they capture, on their way to the executors.

    dumps(closure) --> bytes --> loads(bytes)
      | fails
      v
    explain.py: lambda at app.py:12 -> global `helper` (app.py:3) -> attribute `client` -> _thread.lock

cloudpickle pickles by default; ``pyrdd.closure.serializer`` chooses dill. Functions of ``__main__``,
notebooks and REPLs go by value, importable ones by name (the workers have the driver's ``sys.path``).
"""

from __future__ import annotations

import io
import pickle
import types
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cloudpickle

from pyrdd.errors.exceptions.base import PySparkException, PySparkPicklingError, PySparkRuntimeError

if TYPE_CHECKING:
    from pyrdd.serializers.closure_report import ClosureReport
    from pyrdd.serializers.explain import Offender


class DriverOnlyError(PySparkPicklingError, PySparkRuntimeError):
    """A closure holds an object that exists in the driver only: a context, a session, an RDD (SPARK-5063)."""


class ClosureSizeWarning(UserWarning):
    """A stage's functions capture much data, which is sent with every stage that uses them."""


class _ClosurePickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
    """cloudpickle that does not look twice at the engine's own classes and functions: they go by name."""

    def reducer_override(self, obj: Any) -> Any:
        if type(obj) in _NAMED and (obj.__module__ or "").startswith(_ENGINE) and "<" not in obj.__qualname__:
            return NotImplemented
        return super().reducer_override(obj)


_NAMED = frozenset({type, types.FunctionType})
_ENGINE = ("pyrdd.", "pyspark.")
"""Modules of the engine's own; PySpark's names are those of `pyrdd.alias`."""


def _cloudpickled(obj: object) -> bytes:
    stream = io.BytesIO()
    _ClosurePickler(stream, pickle.HIGHEST_PROTOCOL).dump(obj)
    return stream.getvalue()


def _dilled(obj: object) -> bytes:
    import dill  # chosen by a setting

    data: bytes = dill.dumps(obj, pickle.HIGHEST_PROTOCOL, recurse=True)
    return data


_SERIALIZERS: dict[str, Callable[[object], bytes]] = {"cloudpickle": _cloudpickled, "dill": _dilled}


def dumps(obj: object, serializer: str = "cloudpickle") -> bytes:
    """Pickles a function, or a structure that holds functions.

    Raises `PySparkPicklingError`, whose message is the path to the object that cannot be pickled and what
    to do; a `DriverOnlyError` with the condition that a driver-only object's ``__reduce__`` raises.
    """
    pickled = _SERIALIZERS[serializer]
    try:
        return pickled(obj)
    except Exception as error:
        failed = _explained(obj, error, pickled)
        raise failed from (None if isinstance(failed, DriverOnlyError) else error)


def loads(data: bytes) -> Any:
    """The inverse of `dumps`, for both serializers."""
    return pickle.loads(data)


def explain(f: object, serializer: str = "cloudpickle") -> ClosureReport:
    """What a function captures, how large each part is once pickled, and what cannot be. Runs no job.

    >>> words = ["a", "b"]
    >>> report = explain(lambda word: word in words)
    >>> [(capture.kind, capture.name, capture.type) for capture in report.captures]
    [('global', 'words', 'list')]
    """
    from pyrdd.serializers.closure_report import report  # needed only to explain

    return report(f, _SERIALIZERS[serializer])


def warn_if_large(data: bytes, limit: int, call_site: str, closure: object = None) -> None:
    """Warns (`ClosureSizeWarning`) when a pickled closure is larger than ``limit`` bytes; 0 never warns.

    ``call_site`` is where the job or transformation stands in the program; of ``closure``, which was
    pickled, the largest part is named, with a broadcast as the way out.
    """
    if not limit or len(data) <= limit:
        return
    from pyrdd.serializers.closure_report import largest_capture, readable_size  # needed only to warn

    largest = None if closure is None else largest_capture(closure, _cloudpickled)
    what = f"most of it is {largest}. " if largest else ""
    warnings.warn(
        f"{call_site}: the functions take {readable_size(len(data))} once pickled; {what}"
        "Send large data once to each executor: data = sc.broadcast(...), and data.value in the function.",
        ClosureSizeWarning,
        stacklevel=2,
    )


# --- what the message says --------------------------------------------------------------------------------


def _explained(obj: object, error: Exception, pickled: Callable[[object], bytes]) -> PySparkPicklingError:
    if _too_deep(error):
        return _pickling_error(f"{type(obj).__name__}: it is nested too deeply ({error})")
    from pyrdd.serializers.explain import find_offender  # needed only when pickling failed

    offender = find_offender(obj, error, pickled)
    if isinstance(offender.error, PySparkException) and offender.error.getCondition():
        return _driver_only(offender, offender.error)
    return _pickling_error(
        f"{offender.root} cannot be sent to the executors:\n  {offender.text}\n"
        f"  {type(offender.error).__name__}: {offender.error}\n{_advice(offender.value)}"
    )


def _too_deep(error: Exception) -> bool:
    return isinstance(error, RecursionError) or isinstance(error.__cause__, RecursionError)


def _pickling_error(explanation: str) -> PySparkPicklingError:
    return PySparkPicklingError(
        errorClass="CANNOT_PICKLE_CLOSURE", messageParameters={"explanation": explanation}
    )


def _driver_only(offender: Offender, error: PySparkException) -> DriverOnlyError:
    message = f"{error._message}\n  It is {offender.holder}:\n  {offender.text}"
    return DriverOnlyError(message, error.getCondition(), error.getMessageParameters())


_ADVICE: tuple[tuple[type, str], ...] = (
    (io.IOBase, "Open the file inside the task, or capture what it holds instead."),
    (types.GeneratorType, "A generator runs once and in one place: make a list of it first."),
)


def _advice(offender: object) -> str:
    fitting = (advice for kinds, advice in _ADVICE if isinstance(offender, kinds))
    return next(
        fitting,
        "Create it inside the task: once for each partition with mapPartitions, or on first use in a global"
        " of a module that the workers import. If it is data, broadcast a form of it that can be pickled."
    )
