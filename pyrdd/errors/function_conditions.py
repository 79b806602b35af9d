"""The conditions of the arguments of SQL functions: names and parameters are Spark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

_MISMATCH = "DATATYPE_MISMATCH"

FUNCTION_CONDITIONS: Mapping[str, str] = {
    f"{_MISMATCH}.BINARY_ARRAY_DIFF_TYPES": (
        "<functionName> needs two values of type <arrayType> with elements of one type, not a <leftType> and a <rightType>."
    ),
    f"{_MISMATCH}.CREATE_MAP_KEY_DIFF_TYPES": "the keys of <functionName> must be of one type, but they are of <dataType>.",
    f"{_MISMATCH}.CREATE_MAP_VALUE_DIFF_TYPES": (
        "the values of <functionName> must be of one type, but they are of <dataType>."
    ),
    f"{_MISMATCH}.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING": (
        "names of fields must be constant strings, not <inputExprs>."
    ),
    f"{_MISMATCH}.MAP_CONCAT_DIFF_TYPES": "<functionName> takes maps of one type, but these are of <dataType>.",
    f"{_MISMATCH}.NULL_TYPE": "<functionName> does not take a bare NULL.",
    f"{_MISMATCH}.SEQUENCE_WRONG_INPUT_TYPES": (
        "<functionName> takes ends of type <startType> with a step of type <stepType>, or all of <otherStartType>."
    ),
    f"{_MISMATCH}.INVALID_JSON_SCHEMA": "<schema> is not the schema of a struct, an array, a map or a variant.",
    f"{_MISMATCH}.INVALID_JSON_MAP_KEY_TYPE": "the keys of a map of JSON are strings, not <schema>.",
    f"{_MISMATCH}.CANNOT_CONVERT_TO_JSON": "the column <name> of type <type> cannot become JSON.",
    "COLLECTION_SIZE_LIMIT_EXCEEDED": "An array of <numberOfElements> elements exceeds the limit of <maxRoundedArrayLength>.",
    "COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION": "<functionName> would make it.",
    "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER": "The value of <parameter> in <functionName> asks for it.",
    "COMPARATOR_RETURNS_NULL": "The comparator gives NULL for <firstValue> and <secondValue>: it must give a number.",
    "COUNTER_DIFF_NEGATIVE_COUNTER_VALUE": "counter_diff got the counter <value>: counters are not negative.",
    "COUNTER_DIFF_START_TIME_DECREASED": (
        "counter_diff got the start time <currentStartTime> after <previousStartTime>: start times do not go back."
    ),
    "NULL_MAP_KEY": "NULL cannot be the key of a map.",
    "SEED_EXPRESSION_IS_UNFOLDABLE": "The seed <seedExpr> of <exprWithSeed> must be a constant.",
    "ST_INVALID_ENDIANNESS_VALUE": "The order of bytes '<endianness>' is neither NDR (little-endian) nor XDR (big-endian).",
    "WKB_PARSE_ERROR": "The bytes are no shape: <parseError> (at position <pos>).",
    "VECTOR_DIMENSION_MISMATCH": "<functionName> needs vectors of one dimension, not of <leftDim> and <rightDim>.",
    f"{_MISMATCH}.CANNOT_DROP_ALL_FIELDS": "a struct must keep a field.",
    f"{_MISMATCH}.PARAMETER_CONSTRAINT_VIOLATION": (
        "<leftExprName>, which is <leftExprValue>, must be <constraint> <rightExprName>, which is <rightExprValue>."
    ),
    "_LEGACY_ERROR_TEMP_1039": "Windows of time of two kinds in one operator would multiply the rows: use one.",
    "_LEGACY_ERROR_TEMP_1040": "The gap of a session window is an interval, not a <dt>.",
    "_LEGACY_ERROR_TEMP_3101": "<windowTime> needs a column that window or session_window made.",
    "_LEGACY_ERROR_TEMP_3231": "A window cannot last <interval>: months differ in length.",
    "_LEGACY_ERROR_TEMP_2128": "The arrays of keys and of values of a map must have the same length.",
}

FUNCTION_SQL_STATES: Mapping[str, str] = {
    "COLLECTION_SIZE_LIMIT_EXCEEDED": "54000",
    "COMPARATOR_RETURNS_NULL": "22004",
    "COUNTER_DIFF_NEGATIVE_COUNTER_VALUE": "22003",
    "COUNTER_DIFF_START_TIME_DECREASED": "22023",
    "NULL_MAP_KEY": "2200E",
    "SEED_EXPRESSION_IS_UNFOLDABLE": "42K08",
    "ST_INVALID_ENDIANNESS_VALUE": "22023",
    "WKB_PARSE_ERROR": "22023",
    "VECTOR_DIMENSION_MISMATCH": "22000",
}
