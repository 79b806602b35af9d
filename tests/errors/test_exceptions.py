from __future__ import annotations

import copy
import pickle

import pytest

import pyrdd.errors
from pyrdd.errors import (
    AnalysisException,
    IllegalArgumentException,
    NumberFormatException,
    ParseException,
    PySparkAssertionError,
    PySparkException,
    PySparkKeyError,
    PySparkNotImplementedError,
    PySparkPicklingError,
    PySparkValueError,
    PythonException,
    TempTableAlreadyExistsException,
)
from pyrdd.errors.exceptions import captured

PYTHON_BASES = {
    "PySparkValueError": ValueError,
    "PySparkTypeError": TypeError,
    "PySparkIndexError": IndexError,
    "PySparkAttributeError": AttributeError,
    "PySparkRuntimeError": RuntimeError,
    "PySparkAssertionError": AssertionError,
    "PySparkNotImplementedError": NotImplementedError,
    "PySparkPicklingError": pickle.PicklingError,
    "PySparkKeyError": KeyError,
    "PySparkImportError": ImportError,
}


@pytest.mark.parametrize(("name", "base"), PYTHON_BASES.items())
def test_a_pyspark_error_is_also_pythons_own_error(name: str, base: type) -> None:
    assert issubclass(getattr(pyrdd.errors, name), (base, PySparkException))
    assert issubclass(getattr(pyrdd.errors, name), base)


@pytest.mark.parametrize("name", [n for n in pyrdd.errors.__all__ if not n.startswith("QueryContext")])
def test_every_exception_survives_pickling_with_its_condition(name: str) -> None:
    cls = getattr(pyrdd.errors, name)
    error = cls(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "f"})
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is cls
        assert str(again) == str(error)
        assert again.getMessageParameters() == {"arg_name": "f"}


def test_subclasses_follow_pyspark() -> None:
    assert issubclass(ParseException, AnalysisException)
    assert issubclass(TempTableAlreadyExistsException, AnalysisException)
    assert issubclass(NumberFormatException, IllegalArgumentException)


def test_str_is_the_condition_in_brackets_and_the_message() -> None:
    error = PySparkValueError(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "f"})
    assert str(error) == "[CANNOT_BE_NONE] `f` must not be None."
    assert error.getMessage() == str(error)
    assert error.getCondition() == "CANNOT_BE_NONE"
    assert error.getSqlState() is None
    assert error.getBreakingChangeInfo() is None
    assert error.getQueryContext() == []


def test_a_message_without_condition_is_shown_as_it_is() -> None:
    error = PythonException("went wrong")
    assert str(error) == "went wrong"
    assert error.args == ("went wrong",)
    assert error.getCondition() is None
    assert error.getMessageParameters() is None


def test_a_key_error_shows_its_message_without_quotes() -> None:
    assert str(PySparkKeyError("no such key")) == "no such key"


def test_get_error_class_is_deprecated() -> None:
    with pytest.warns(FutureWarning, match="getCondition"):
        assert PySparkException("x").getErrorClass() is None


def test_not_implemented_may_name_an_alternative() -> None:
    bare = PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": "X"})
    assert str(bare) == "[NOT_IMPLEMENTED] X is not supported by pyrdd."
    parameters = {"feature": "X", "alternative": "Use Y."}
    helpful = PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters=parameters)
    assert str(helpful).endswith("not supported by pyrdd. Use Y.")
    assert helpful.getSqlState() == "0A000"


def test_an_unknown_condition_raises_at_once() -> None:
    with pytest.raises(ValueError, match="NO_SUCH_THING"):
        PySparkException(errorClass="NO_SUCH_THING", messageParameters={})


@pytest.mark.parametrize("parameters", [{}, {"arg_name": "f", "other": "g"}])
def test_wrong_parameters_of_a_condition_raise_at_once(parameters: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match="arg_name"):
        PySparkException(errorClass="CANNOT_BE_NONE", messageParameters=parameters)


def test_parameters_that_are_not_text_are_shown_as_text() -> None:
    parameters = {"arg_name": "n", "arg_value": -1}
    error = PySparkValueError(errorClass="NEGATIVE_VALUE", messageParameters=parameters)
    assert error.getMessageParameters() == {"arg_name": "n", "arg_value": "-1"}


def test_an_assertion_error_keeps_the_rows_that_differ() -> None:
    error = PySparkAssertionError("differs", data=[1, 2])
    assert pickle.loads(pickle.dumps(error)).data == [1, 2]


def test_a_captured_exception_is_the_base_exception() -> None:
    assert captured.AnalysisException is AnalysisException
    with pytest.raises(captured.CapturedException):
        raise PySparkPicklingError("x")
