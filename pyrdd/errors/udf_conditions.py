"""The conditions of users' Python functions: names and parameters are PySpark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

UDF_CONDITIONS: Mapping[str, str] = {
    "AXIS_LENGTH_MISMATCH": "A value has <actual_length> items where <expected_length> are expected.",
    "CANNOT_REGISTER_UDTF": "'<name>' cannot be registered: it is no UDTF. Decorate a class with `@udtf`.",
    "DATA_SOURCE_CREATE_ERROR": "The Python data source could not be made: <error>",
    "DATA_SOURCE_EXTRANEOUS_FILTERS": (
        "<type>.pushFilters() returned filters that it was not given: <extraneous>. It was given <input>."
    ),
    "DATA_SOURCE_INVALID_RETURN_TYPE": (
        "The Python data source '<name>' returned a '<type>' where one of these is expected: <supported_types>."
    ),
    "DATA_SOURCE_PUSHDOWN_DISABLED": "<type> has pushFilters(), but the setting <conf> is off: turn it on.",
    "DATA_SOURCE_RETURN_SCHEMA_MISMATCH": "'read' returned <actual> columns where the schema has <expected>.",
    "DATA_SOURCE_TYPE_MISMATCH": "<expected> is expected, not <actual>.",
    "INPUT_NOT_FULLY_CONSUMED": "The function stopped before it had read all of its input.",
    "INVALID_ARROW_UDTF_RETURN_TYPE": (
        "'<func>' of an Arrow UDTF must return pandas DataFrames, not <return_type>: <value>."
    ),
    "INVALID_ARROW_UDTF_TABLE_ARGUMENT": "An Arrow UDTF with PARTITION BY needs a TABLE argument, not <actual_type>.",
    "INVALID_ARROW_UDTF_WITH_ANALYZE": "The Arrow UDTF '<name>' cannot have 'analyze': give it a return type.",
    "INVALID_PANDAS_UDF": "The function does not fit: <detail>",
    "INVALID_PANDAS_UDF_PLACEMENT": (
        "The Python aggregates <functionList> cannot stand beside aggregates of SQL in one aggregation."
    ),
    "INVALID_PANDAS_UDF_TYPE": "`<arg_name>` must be a value of PandasUDFType, not <arg_type>.",
    "INVALID_RETURN_TYPE_FOR_ARROW_UDF": "A function of <eval_type> returns a struct, not <return_type>.",
    "INVALID_RETURN_TYPE_FOR_PANDAS_UDF": "A function of <eval_type> returns a struct, not <return_type>.",
    "INVALID_UDTF_BOTH_RETURN_TYPE_AND_ANALYZE": "The UDTF '<name>' has both a return type and 'analyze': choose one.",
    "INVALID_UDTF_EVAL_TYPE": "The UDTF '<name>' must be of the kind <eval_type>.",
    "INVALID_UDTF_HANDLER_TYPE": "A UDTF is a class, not a '<type>'.",
    "INVALID_UDTF_NO_EVAL": "The UDTF '<name>' has no method 'eval'.",
    "INVALID_UDTF_RETURN_TYPE": "The UDTF '<name>' has neither a return type nor a static method 'analyze'.",
    "MALFORMED_GEOGRAPHY": "A Geography is expected.",
    "MALFORMED_GEOMETRY": "A Geometry is expected.",
    "MALFORMED_VARIANT": "A VariantVal is expected.",
    "OUTPUT_EXCEEDS_INPUT_ROWS": "The function returned more rows than it was given.",
    "RESULT_COLUMN_NAMES_MISMATCH": "The names of the returned columns are not those of the schema.<missing><extra>",
    "RESULT_COLUMN_SCHEMA_MISMATCH": "The function returned <actual> columns where the schema has <expected>.",
    "RESULT_COLUMN_TYPES_MISMATCH": "The types of the returned columns are not those of the schema: <mismatch>.",
    "RESULT_ROWS_MISMATCH": "The function returned <output_length> rows for <input_length> rows.",
    "TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON": "The table function's 'analyze' failed: <msg>",
    "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL": (
        "The table function <functionName> <requestedMetadata>, but the call <invalidFunctionCallProperty>"
    ),
    "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INVALID": "'analyze' of <functionName> asks for too much: <reason>.",
    "TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS": "A table function takes one table argument, not <num>.",
    "TYPE_HINT_SHOULD_BE_SPECIFIED": "Type hints of <target> are missing in <sig>.",
    "UDF_RETURN_TYPE": "The function must return <expected>, not <actual>.",
    "UDTF_ARROW_DATA_CONVERSION_ERROR": "<data> cannot be converted to Arrow as <schema> (<arrow_schema>).",
    "UDTF_ARROW_TYPE_CONVERSION_ERROR": "A PyArrow UDTF must return an iterator of Arrow tables or record batches.",
    "UDTF_CONSTRUCTOR_INVALID_IMPLEMENTS_ANALYZE_METHOD": (
        "The constructor of the UDTF '<name>' must take `self`, and at most the result of 'analyze'."
    ),
    "UDTF_CONSTRUCTOR_INVALID_NO_ANALYZE_METHOD": "The constructor of the UDTF '<name>' must take `self` alone.",
    "UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE": (
        "The arguments of the UDTF '<name>' are not those of its method 'eval': <reason>."
    ),
    "UDTF_EXEC_ERROR": "The method '<method_name>' of a UDTF raised: <error>",
    "UDTF_INVALID_OUTPUT_ROW_TYPE": "'<func>' of a UDTF must give rows as tuples, lists or dicts, not as '<type>'.",
    "UDTF_RETURN_NOT_ITERABLE": "'<func>' of a UDTF must return something to iterate over, not '<type>'.",
    "UDTF_RETURN_SCHEMA_MISMATCH": "'<func>' of a UDTF gave <actual> columns where the schema has <expected>.",
    "UDTF_RETURN_TYPE_MISMATCH": "The return type of the UDTF '<name>' must be a struct, not '<return_type>'.",
    "UDTF_SERIALIZATION_ERROR": "The UDTF '<name>' cannot be pickled: <message>",
    "UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE": (
        "A Python function of columns of both sides cannot stand in the ON clause of a <joinType> join."
    ),
    "UNSUPPORTED_SIGNATURE": "The type hints <signature> describe no kind of function.",
}
