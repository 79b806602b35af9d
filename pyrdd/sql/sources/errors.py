"""What goes wrong with files of a DataFrame, under Spark's conditions."""

from __future__ import annotations

from pyrdd.errors import AnalysisException, PySparkNotImplementedError, SparkRuntimeException


def analysis_error(condition: str, **parameters: object) -> AnalysisException:
    """An `AnalysisException` of that condition."""
    return AnalysisException(errorClass=condition, messageParameters=parameters)


def runtime_error(condition: str, **parameters: object) -> SparkRuntimeException:
    """A `SparkRuntimeException` of that condition."""
    return SparkRuntimeException(errorClass=condition, messageParameters=parameters)


def not_implemented(feature: str, alternative: str) -> PySparkNotImplementedError:
    """The refusal of ``feature``; ``alternative`` is a sentence that says what to do instead."""
    parameters = {"feature": feature, "alternative": alternative}
    return PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters=parameters)
