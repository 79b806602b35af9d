"""Conditions of aggregate and window functions. See `pyrdd.errors.conditions`."""

from __future__ import annotations

from collections.abc import Mapping

AGGREGATE_CONDITIONS: Mapping[str, str] = {
    "DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE": "<functionName> does not take values of type <dataType>.",
    "EXPRESSION_TYPE_IS_NOT_ORDERABLE": "Rows cannot be sorted by <expr>: values of type <exprType> have no order.",
    "INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT": (
        "count(<tableName>.*) is not possible. Write count(*), or the columns one by one."
    ),
    "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION": "The frequency <frequencyExpression> is <negativeValue>, but must not be negative.",
    "WINDOW_FUNCTION_FRAME_NOT_ORDERED": "The window of <wf_name> must be ordered: add an ORDER BY to that of <wf_expr>.",
    "WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE": "A window function cannot stand in <clauseName>.",
    "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE": "The window function <funcName> needs an OVER.",
    "_LEGACY_ERROR_TEMP_1031": "A window function cannot stand inside an aggregate function: compute it in a subquery.",
    "_LEGACY_ERROR_TEMP_1035": "<prettyName> takes no window frame.",
    "_LEGACY_ERROR_TEMP_1036": "The frame <wf> is not the one that the function needs: <required>.",
    "_LEGACY_ERROR_TEMP_1104": "The second argument must be a constant double.",
    "_LEGACY_ERROR_TEMP_1210": "The second argument of <funcName> must be a constant boolean.",
}

AGGREGATE_SQL_STATES: Mapping[str, str] = {
    "EXPRESSION_TYPE_IS_NOT_ORDERABLE": "42822",
    "INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT": "42000",
    "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION": "22003",
    "WINDOW_FUNCTION_FRAME_NOT_ORDERED": "42601",
    "WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE": "42601",
    "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE": "42601",
}
