"""Accumulators: variables that tasks only add to and only the driver reads (Zaharia et al., NSDI 2012).

    driver: Accumulator(5) --closure--> task: copy, adds go to TaskContext.accumulator_updates
    driver: AccumulatorRegistry.merge <-- {id: pickled update}, sent with the report of each task attempt

The scheduler decides which attempts count; the registry adds exactly what it is told. Updates are kept per
task and not per process: tasks that share a process must not see or lose each other's, also when a function
reaches the driver's own object through a module global.
"""

from __future__ import annotations

import itertools
import pickle
import threading
import weakref
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

from pyrdd.errors import PySparkRuntimeError
from pyrdd.taskcontext import TaskContext, current_context

__all__ = ["Accumulator", "AccumulatorParam"]

T = TypeVar("T")


class AccumulatorParam(Generic[T]):
    """How to accumulate values of a type; subclass it for your own types.

    >>> class Union(AccumulatorParam):
    ...     def zero(self, value):
    ...         return set()
    ...     def addInPlace(self, value1, value2):
    ...         return value1 | value2
    >>> seen = AccumulatorRegistry().create({1}, Union())
    >>> seen += {2}
    >>> sorted(seen.value)
    [1, 2]
    """

    def zero(self, value: T) -> T:
        """The neutral value of ``value``'s kind (zeros of the same length, say); tasks start with it."""
        raise NotImplementedError

    def addInPlace(self, value1: T, value2: T) -> T:
        """The sum; may change and return ``value1``."""
        raise NotImplementedError


class AddingAccumulatorParam(AccumulatorParam[T]):
    """Accumulates with ``+=``, starting from a given zero."""

    def __init__(self, zero_value: T) -> None:
        self.zero_value = zero_value

    def zero(self, value: T) -> T:
        return self.zero_value

    def addInPlace(self, value1: T, value2: T) -> T:
        value1 += value2  # type: ignore[operator]  # whatever type the user chose has to support it
        return value1


INT_ACCUMULATOR_PARAM = AddingAccumulatorParam(0)
FLOAT_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0)
COMPLEX_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0j)


def default_param(value: T) -> AccumulatorParam[T]:
    """The param for a number; ``TypeError`` for any other type, which needs a param of its own."""
    if isinstance(value, int):
        return cast("AccumulatorParam[T]", INT_ACCUMULATOR_PARAM)
    if isinstance(value, float):
        return cast("AccumulatorParam[T]", FLOAT_ACCUMULATOR_PARAM)
    if isinstance(value, complex):
        return cast("AccumulatorParam[T]", COMPLEX_ACCUMULATOR_PARAM)
    raise TypeError(f"No default accumulator param for type {type(value)}")


class Accumulator(Generic[T]):
    """A shared variable that tasks add to with ``+=`` or `add`; only the driver can use its `value`.

    In a task an addition counts when the attempt's report is merged, not before.
    """

    def __init__(self, aid: int, value: T, accum_param: AccumulatorParam[T]) -> None:
        self.aid = aid
        self.accum_param = accum_param
        self._value = value
        self._deserialized = False
        self._task: TaskContext | None = None
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, tuple[int, T, AccumulatorParam[T]]]:
        return _in_task, (self.aid, self.accum_param.zero(self._value), self.accum_param)

    @property
    def value(self) -> T:
        """The value so far. Reading or setting it in a task raises `PySparkRuntimeError`."""
        self._check_in_driver()
        return self._value

    @value.setter
    def value(self, value: T) -> None:
        self._check_in_driver()
        self._value = value

    def _check_in_driver(self) -> None:
        if self._deserialized or current_context() is not None:
            raise PySparkRuntimeError(
                errorClass="VALUE_NOT_ACCESSIBLE", messageParameters={"value": "Accumulator.value"}
            )

    def add(self, term: T) -> None:
        """Adds ``term``: to the running task's account in a task, to the value itself in the driver."""
        task = current_context() or self._task
        if task is None:
            self._merge(term)
            return
        updates = task.accumulator_updates
        so_far = updates[self.aid] if self.aid in updates else self._zero()
        updates[self.aid] = self.accum_param.addInPlace(so_far, term)

    def __iadd__(self, term: T) -> Accumulator[T]:
        self.add(term)
        return self

    def _zero(self) -> T:
        """A zero that no other task shares, for ``addInPlace`` may change it."""
        zero = self.accum_param.zero(self._value)
        if type(zero) in (int, float, complex):
            return zero
        import copy  # few values have no cheaper copy

        return copy.deepcopy(zero)

    def _merge(self, term: T) -> None:
        """Adds to the value itself; additions from several threads of the driver do not lose each other."""
        with self._lock:
            self._value = self.accum_param.addInPlace(self._value, term)

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return f"Accumulator<id={self.aid}, value={self._value}>"


def _in_task(aid: int, zero: T, param: AccumulatorParam[T]) -> Accumulator[T]:
    """What an accumulator becomes where it is unpickled.

    It remembers the task it was unpickled in for the sake of threads that the user's function starts, which
    have no context.
    """
    copy = Accumulator(aid, zero, param)
    copy._deserialized = True
    copy._task = current_context()
    return copy


def dump_updates(task: TaskContext) -> dict[int, bytes]:
    """What the attempt added, pickled for its report: ``{accumulator id: bytes}``."""
    return {aid: _dumps(value) for aid, value in task.accumulator_updates.items()}


def _dumps(value: object) -> bytes:
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError):
        # Instances of classes that came to this process by value: plain pickle cannot find them by name.
        import cloudpickle

        return cast(bytes, cloudpickle.dumps(value))


class AccumulatorRegistry:
    """The driver's accumulators of one context, by id; weakly: one that the program dropped needs no updates.

    >>> registry = AccumulatorRegistry()
    >>> total = registry.create(1)
    >>> registry.merge({total.aid: pickle.dumps(41)})
    >>> total.value
    42
    """

    def __init__(self, ids: Iterator[int] | None = None) -> None:
        self._ids = itertools.count() if ids is None else ids
        self._accumulators: weakref.WeakValueDictionary[int, Accumulator[Any]] = weakref.WeakValueDictionary()

    def create(self, value: T, accum_param: AccumulatorParam[T] | None = None) -> Accumulator[T]:
        """A new accumulator; ``TypeError`` when ``value`` is no number and no param is given."""
        accumulator = Accumulator(next(self._ids), value, accum_param or default_param(value))
        self._accumulators[accumulator.aid] = accumulator
        return accumulator

    def merge(self, updates: Mapping[int, Any]) -> None:
        """Adds one attempt's updates: ``{id: update}``, where ``bytes`` are always a pickled update.

        All are tried, also when one fails (the user's ``addInPlace`` raised, say); then the first error is
        raised.
        """
        errors = []
        for aid, update in updates.items():
            accumulator = self._accumulators.get(aid)
            if accumulator is None:
                continue
            try:
                accumulator._merge(pickle.loads(update) if isinstance(update, bytes) else update)
            except Exception as error:
                errors.append(error)
        if errors:
            raise errors[0]
