"""The conditions of `pyrdd.testing`. Their texts are a format that test suites match: those of PySpark's helpers."""

from __future__ import annotations

from collections.abc import Mapping

_SIDES = "Left:\n<left>\n<left_dtype>\nRight:\n<right>\n<right_dtype>"

TESTING_CONDITIONS: Mapping[str, str] = {
    "DIFFERENT_PANDAS_DATAFRAME": f"DataFrames are not almost equal:\n{_SIDES}",
    "DIFFERENT_ROWS": "<error_msg>",
    "DIFFERENT_SCHEMA": "Schemas do not match.\n--- actual\n+++ expected\n<error_msg>",
    "INVALID_TYPE_DF_EQUALITY_ARG": "Expected type <expected_type> for `<arg_name>` but got type <actual_type>.",
    "UNSUPPORTED_OPERATION": "<operation> is not supported.",
}
