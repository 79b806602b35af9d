"""How the exception of a task reaches the line of the driver that asked for the job.

    executor   capture(exception) -> bytes   type, message, user's line, trimmed traceback, notes, causes,
                                             and the exception itself where it survives pickling
    driver     restore(bytes) -> TaskError
               job_error(TaskError, where...) -> PythonException, raised by the action
                                                 __cause__: the user's exception, of its own type
"""

from __future__ import annotations

import builtins
import pickle
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from pyrdd.errors.exceptions.base import (
    PySparkException,
    PySparkRuntimeError,
    PythonException,
    SparkRuntimeException,
)
from pyrdd.errors.frames import user_frame, without_engine

_HARD_TO_MAKE = {ExceptionGroup, BaseExceptionGroup, *UnicodeError.__subclasses__()}
"""Exceptions that cannot be made from a message alone."""

_LINE = 1000


@dataclass(frozen=True, slots=True)
class TaskError:
    """What is known of an exception that a task raised.

    ``type_name`` is the class as a traceback shows it (``ValueError``, ``shop.PriceError``), ``base`` the
    nearest class of Python's own, ``user_frame`` the user's line (``app.py:12 in parse``; empty when the
    engine itself failed), ``traceback`` the text of the user's frames, ``pickled`` the exception (empty
    when it cannot be pickled).
    """

    type_name: str
    base: str
    message: str
    user_frame: str
    traceback: str
    notes: tuple[str, ...]
    pickled: bytes
    cause: TaskError | None = None

    @property
    def headline(self) -> str:
        """The exception as the last line of a traceback."""
        return f"{self.type_name}: {self.message}" if self.message else self.type_name

    @property
    def full_traceback(self) -> str:
        """The traceback behind those of its causes, as Python prints a chain."""
        if self.cause is None:
            return self.traceback
        return f"{self.cause.full_traceback}\nwhich led to:\n\n{self.traceback}"

    def exception(self) -> BaseException:
        """The exception again: the very type where it survived, otherwise a stand-in that has its name, its
        message and the nearest type of Python's own as its base. Carries the worker's traceback as a
        note."""
        error = _unpickled(self.pickled) or _stand_in(self)
        vars(error)["task_traceback"] = self.full_traceback
        place = (f"in a task, at {self.user_frame}",) if self.user_frame else ()
        error.__notes__ = [*self.notes, *place]
        if self.cause is not None:
            error.__cause__ = self.cause.exception()
        return error


def capture(error: BaseException) -> bytes:
    """Describes an exception for the driver. Never raises, whatever the exception's own methods do."""
    return pickle.dumps(describe(error))


def one_line(error: BaseException) -> str:
    """The exception in one short line, for events and logs. Never raises, whatever the exception's own methods do.

    >>> one_line(ValueError("no such item\\nin the list"))
    'ValueError: no such item'
    """
    return f"{type(error).__name__}: {_message(error)[:_LINE]}".splitlines()[0]


def restore(data: bytes) -> TaskError:
    """The inverse of `capture`."""
    error: TaskError = pickle.loads(data)
    return error


def describe(error: BaseException) -> TaskError:
    """The `TaskError` of an exception. StopIteration becomes the RuntimeError that PySpark raises for it."""
    if isinstance(error, StopIteration):
        error = _failed_by_stop(error)
    return _describe(error, seen=set())


def _describe(error: BaseException, seen: set[int]) -> TaskError:
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return TaskError(
        type_name=_type_name(type(error)),
        base=_builtin_base(type(error)).__name__,
        message=_message(error),
        user_frame=user_frame(error.__traceback__),
        traceback=_traceback_text(error),
        notes=tuple(str(note) for note in getattr(error, "__notes__", ())),
        pickled=_pickled(error),
        cause=None if cause is None or id(cause) in seen else _describe(cause, seen),
    )


def _failed_by_stop(stop: StopIteration) -> BaseException:
    parameters = {"exc": _message(stop)}
    failed = PySparkRuntimeError(errorClass="STOP_ITERATION_OCCURRED", messageParameters=parameters)
    failed.__cause__ = stop
    return failed.with_traceback(stop.__traceback__)


def _type_name(cls: type) -> str:
    hidden = cls.__module__ in ("builtins", "__main__") or cls.__module__.startswith("pyrdd.errors.")
    return cls.__qualname__ if hidden else f"{cls.__module__}.{cls.__qualname__}"


def _builtin_base(cls: type) -> type:
    return next(c for c in cls.__mro__ if c.__module__ == "builtins" and c not in _HARD_TO_MAKE)


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:
        return f"<its __str__ raised {type(broken).__name__}>"


def _trimmed(error: BaseException) -> TracebackType | None:
    return without_engine(error.__traceback__, keep_innermost=not isinstance(error, PySparkException))


def _traceback_text(error: BaseException) -> str:
    import traceback  # heavy, and needed by failing tasks only

    try:
        lines = traceback.format_exception(type(error), error, _trimmed(error) or error.__traceback__,
        chain=False)
    except Exception:
        return "".join(traceback.format_tb(error.__traceback__)) + _type_name(type(error))
    return "".join(lines)


# --- the exception itself ---------------------------------------------------------------------------------


def _pickled(error: BaseException) -> bytes:
    """The bytes of the exception, or none when it would not come back as what it is."""
    import cloudpickle  # needed by failing tasks only

    cls, args = type(error), error.args
    for candidate in (error, _Members(cls, args, dict(error.__dict__)), _Members(cls, args, {})):
        try:
            data: bytes = cloudpickle.dumps(candidate)
            copy = _unpickled(data)
        except Exception:
            continue
        if copy is not None and _shown(copy) == _shown(error):
            return data
    return b""


def _shown(error: BaseException) -> tuple[str, str]:
    return _type_name(type(error)), _message(error)


@dataclass(slots=True)
class _Members:
    """An exception whose constructor takes other arguments than `args`: rebuilt without calling it."""

    cls: type[BaseException]
    args: tuple[object, ...]
    state: dict[str, object]

    def build(self) -> BaseException:
        error = self.cls.__new__(self.cls, *self.args)
        error.__dict__.update(self.state)
        return error


def _unpickled(data: bytes) -> BaseException | None:
    try:
        value = pickle.loads(data) if data else None
        error = value.build() if isinstance(value, _Members) else value
        return error if isinstance(error, BaseException) else None
    except Exception:
        return None


def _stand_in(error: TaskError) -> BaseException:
    base: Any = getattr(builtins, error.base)
    module, _, name = error.type_name.rpartition(".")
    members = {"__module__": module or "__main__", "__str__": lambda self: error.message}
    made: BaseException = type(name, (base,), members)(error.message)
    return made


# --- what the job raises ----------------------------------------------------------------------------------


def job_error(
    error: TaskError,
    *,
    partition: int,
    stage_id: int,
    attempt: int,
    rdd_call_site: str,
    rdd_name: str | None,
    job_call_site: str,
) -> PythonException:
    """The exception of a job whose task failed: the user's error and line first, then where in the job,
    then the task's traceback. ``__cause__`` is the user's exception.

    ``attempt`` counts from 0. ``rdd_call_site`` and ``job_call_site`` are `CallSite` texts.
    """
    lines = [error.headline, f"  at {error.user_frame}" if error.user_frame else "  in pyrdd itself"]
    lines.append(f"  in {_place(partition, stage_id, attempt, rdd_call_site, rdd_name)}")
    lines.append(f"  of the job started by {job_call_site}")
    failure = PythonException("\n".join([*lines, "", f"In the task:\n{error.full_traceback.rstrip()}"]))
    failure.__cause__ = error.exception()
    return failure


def executor_lost_error(
    executor_id: str,
    reason: str,
    *,
    partition: int,
    stage_id: int,
    attempt: int,
    rdd_call_site: str,
    rdd_name: str | None,
    job_call_site: str,
) -> SparkRuntimeException:
    """The exception of a job whose task took its executors with it. ``reason`` tells how the last one ended
    (exit code or signal, last memory)."""
    place = _place(partition, stage_id, attempt, rdd_call_site, rdd_name)
    return SparkRuntimeException(
        errorClass="EXECUTOR_LOST",
        messageParameters={"executor": executor_id, "reason": reason, "place": place, "job": job_call_site},
    )


def cancelled_error(job_id: int, reason: str) -> SparkRuntimeException:
    """The exception of a job that was cancelled."""
    parameters = {"jobId": job_id, "reason": reason}
    return SparkRuntimeException(errorClass="SPARK_JOB_CANCELLED", messageParameters=parameters)


def job_failed_error(reason: str, job_call_site: str) -> SparkRuntimeException:
    """The exception of a job that failed for any other reason: lost shuffle files, no executors, no room."""
    parameters = {"reason": reason, "job": job_call_site}
    return SparkRuntimeException(errorClass="JOB_FAILED", messageParameters=parameters)


def _place(partition: int, stage_id: int, attempt: int, rdd_call_site: str, rdd_name: str | None) -> str:
    rdd = f"'{rdd_name}' ({rdd_call_site})" if rdd_name else rdd_call_site
    return f"partition {partition} of {rdd}, stage {stage_id}, attempt {attempt + 1}"
