"""The exceptions that programs catch, with PySpark's names and parents.

`PySparkException` carries an error condition (`pyrdd.errors.conditions`) with its parameters. The
``PySpark...Error`` family are also Python's own errors, so ``except ValueError`` catches a
`PySparkValueError`. All of them survive pickling with their condition, because they cross from the
executors to the driver.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pickle import PicklingError
from typing import Any, Self

from pyrdd.errors.origin import current_origin
from pyrdd.errors.utils import ErrorClassesReader

_reader = ErrorClassesReader()


class PySparkException(Exception):
    """An error with a condition.

    Give either ``message``, or ``errorClass`` with the parameters of its sentence, or both (the message
    then stands as it is). ``str()`` is ``[CONDITION] message``, or the message alone without a condition.

    >>> raise PySparkException(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "f"})
    Traceback (most recent call last):
    pyrdd.errors.exceptions.base.PySparkException: [CANNOT_BE_NONE] `f` must not be None.
    """

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: Mapping[str, object] | None = None,
        contexts: Sequence[QueryContext] | None = None,
    ) -> None:
        if message is None and errorClass is not None:
            message = _reader.get_error_message(errorClass, messageParameters or {})
        self._message = message or ""
        self._errorClass = errorClass
        self._messageParameters = (
            None if messageParameters is None else {name: str(value) for name, value in
            messageParameters.items()}
        )
        self._contexts = list(contexts or ())

    def getCondition(self) -> str | None:
        """The name of the error condition, or ``None``."""
        return self._errorClass

    def getErrorClass(self) -> str | None:
        """The older name of `getCondition`; warns."""
        warnings.warn("Deprecated since 4.0.0: use getCondition.", FutureWarning, stacklevel=2)
        return self.getCondition()

    def getMessageParameters(self) -> dict[str, str] | None:
        """The parameters that fill the condition's sentence, or ``None``."""
        return self._messageParameters

    def getSqlState(self) -> str | None:
        """The SQLSTATE of the condition, if it has one."""
        return _reader.get_sqlstate(self._errorClass)

    def getMessage(self) -> str:
        """The message, behind the condition in square brackets."""
        return f"[{self.getCondition()}] {self._message}{self._place()}"

    def getBreakingChangeInfo(self) -> dict[str, Any] | None:
        """How to migrate to a changed behaviour, when the condition comes from one."""
        return _reader.get_breaking_change_info(self._errorClass)

    def getQueryContext(self) -> list[QueryContext]:
        """Where in the query, or in the program, the error is."""
        return self._contexts

    def arose_in(self, context: QueryContext) -> None:
        """Notes where this error is, for whoever raised it did not know."""
        if not self._contexts:
            self._contexts = [context]

    def _place(self) -> str:
        """What stands behind the sentence: the contexts as they are shown."""
        return "".join(f"\n{context.summary()}" for context in self._contexts)

    def __str__(self) -> str:
        return f"{self._message}{self._place()}" if self.getCondition() is None else self.getMessage()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args), self.__dict__


def _rebuild(cls: type[PySparkException], args: tuple[Any, ...]) -> PySparkException:
    """The exception without calling its constructor, whose arguments a subclass may have changed."""
    return cls.__new__(cls, *args)


class AnalysisException(PySparkException):
    """A query that cannot be planned. Its context is what was being analysed, unless another is given."""

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: Mapping[str, object] | None = None,
        contexts: Sequence[QueryContext] | None = None,
    ) -> None:
        if contexts is None and (origin := current_origin()) is not None:
            contexts = [origin]
        super().__init__(message, errorClass, messageParameters, contexts)

    def _place(self) -> str:
        return "".join(context.place() for context in self._contexts)


class SessionNotSameException(PySparkException):
    """Two sessions' objects were used together."""


class TempTableAlreadyExistsException(AnalysisException):
    """A temporary view of that name is there already."""


class ParseException(AnalysisException):
    """SQL text that is not SQL."""

    _pointer = ""

    def pointing_at(self, text: str, index: int) -> Self:
        """This error with the text in its message, marked where it could not be read further."""
        before = text[:index]
        line, position = before.count("\n") + 1, index - (before.rfind("\n") + 1)
        lines = text.rstrip("\n").split("\n")
        shown = "\n".join([*lines[:line], "-" * position + "^^^", *lines[line:]])
        self._pointer = f" (line {line}, pos {position})\n\n== SQL ==\n{shown}\n"
        return self

    def _place(self) -> str:
        return self._pointer or PySparkException._place(self)


class IllegalArgumentException(PySparkException):
    """An argument that has no meaning here."""


class ArithmeticException(PySparkException):
    """An overflow, or a division by zero, in a query."""


class UnsupportedOperationException(PySparkException):
    """Something that the engine cannot do, or not with this value (``reduce`` of nothing, ...)."""


class ArrayIndexOutOfBoundsException(PySparkException):
    """An array index past the end, in a query."""


class DateTimeException(PySparkException):
    """A date or time that does not exist, in a query."""


class NumberFormatException(IllegalArgumentException):
    """Text that is not a number, in a query."""


class StreamingQueryException(PySparkException):
    """What ended a streaming query."""


class StreamingPythonRunnerInitializationException(PySparkException):
    """A streaming query's Python code could not be started."""


class QueryExecutionException(PySparkException):
    """A query that failed while it ran."""


class PythonException(PySparkException):
    """A task's Python code raised; ``__cause__`` is what it raised."""


class SparkRuntimeException(PySparkException):
    """A failure while a job ran."""


class SparkUpgradeException(PySparkException):
    """A result that would differ from an older Spark's."""


class SparkNoSuchElementException(PySparkException):
    """A key or setting that is not there."""


class UnknownException(PySparkException):
    """None of the others."""


class PySparkValueError(PySparkException, ValueError):
    """A `ValueError` with a condition."""


class PySparkTypeError(PySparkException, TypeError):
    """A `TypeError` with a condition."""


class PySparkIndexError(PySparkException, IndexError):
    """An `IndexError` with a condition."""


class PySparkAttributeError(PySparkException, AttributeError):
    """An `AttributeError` with a condition."""


class PySparkRuntimeError(PySparkException, RuntimeError):
    """A `RuntimeError` with a condition."""


class PySparkAssertionError(PySparkException, AssertionError):
    """An `AssertionError` with a condition; ``data`` holds the rows that differ, if any."""

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: Mapping[str, object] | None = None,
        data: Iterable[Any] | None = None,
    ) -> None:
        super().__init__(message, errorClass, messageParameters)
        self.data = data


class PySparkNotImplementedError(PySparkException, NotImplementedError):
    """A `NotImplementedError` with a condition; its message says what to use instead."""


class PySparkPicklingError(PySparkException, PicklingError):
    """A `pickle.PicklingError` with a condition; its message shows the way to the object that cannot be
    pickled."""


class PySparkKeyError(PySparkException, KeyError):
    """A `KeyError` with a condition."""


class PySparkImportError(PySparkException, ImportError):
    """An `ImportError` with a condition."""


class PickleException(PySparkException):
    """A pickle that the engine could not read."""


class QueryContextType(Enum):
    """What a `QueryContext` points into: SQL text, or a program's DataFrame calls."""

    SQL = 0
    DataFrame = 1


class QueryContext(ABC):
    """Where an error comes from: a piece of SQL text, or a line of the program."""

    @abstractmethod
    def contextType(self) -> QueryContextType:
        """SQL text or DataFrame call."""

    @abstractmethod
    def objectType(self) -> str:
        """The kind of object, in upper case (``VIEW``), whose query raised; empty for the main query."""

    @abstractmethod
    def objectName(self) -> str:
        """The name of that object; empty for the main query."""

    @abstractmethod
    def startIndex(self) -> int:
        """Where the fragment starts in the query text, from 0."""

    @abstractmethod
    def stopIndex(self) -> int:
        """Where the fragment ends in the query text, from 0."""

    @abstractmethod
    def fragment(self) -> str:
        """The piece of the query, or the name of the API function."""

    @abstractmethod
    def callSite(self) -> str:
        """The line of the program that made the call."""

    @abstractmethod
    def summary(self) -> str:
        """The context as it is shown below the message."""

    def place(self) -> str:
        """The context as it is shown behind the message of an `AnalysisException`."""
        return ""
