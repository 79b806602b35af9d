"""The conditions of the DataFrame API: names and parameters are PySpark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

DATAFRAME_CONDITIONS: Mapping[str, str] = {
    "ASSIGNMENT_ARITY_MISMATCH": "There are <numExpr> names for <numTarget> columns.",
    "CANNOT_ACCESS_TO_DUNDER": "A field whose name begins with two underscores is reached by `column['name']` only.",
    "CANNOT_APPLY_IN_FOR_COLUMN": "`in` cannot be used with a Column: call `contains`, or `isin`.",
    "CANNOT_CONVERT_COLUMN_INTO_BOOL": (
        "The Column <column> has no truth value: write `&` for and, `|` for or, `~` for not."
    ),
    "CANNOT_MODIFY_CONFIG": "The setting <key> is the engine's: set it before the context starts. See <docroot>.",
    "CANNOT_MODIFY_STATIC_CONFIG": "The setting <key> is fixed when the session starts.",
    "CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF": "`<arg_name>` has a return type already: <return_type> must not be given.",
    "CATALOG_NOT_FOUND": "There is no catalog <catalogName>. Catalogs are set by <config>.",
    "CLASSIC_OPERATION_NOT_SUPPORTED_ON_DF": "A DataFrame has no `<member>` without Spark Connect.",
    "COLUMN_ALREADY_EXISTS": "There are two columns <columnName>: give one of them another name.",
    "HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN": "`<func_name>` must return a Column, not a <return_type>.",
    "INVALID_CONF_VALUE": "The setting `<confName>` cannot be '<confValue>'.",
    "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS": "It must be one of <confOptions>.",
    "INVALID_CONF_VALUE.TIME_ZONE": "There is no such zone: give a region (`Europe/Paris`) or an offset (`+02:00`).",
    "INVALID_CONF_VALUE.TYPE_MISMATCH": "It must be of type <confType>.",
    "INVALID_LIMIT_LIKE_EXPRESSION": "The number of rows <expr> is not possible.",
    "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE": "The <name> must be 0 or more, not <v>.",
    "INVALID_NDARRAY_DIMENSION": "A NumPy array must have <dimensions> dimensions.",
    "INVALID_QUERY_MIXED_QUERY_PARAMETERS": "Give either named parameters or positional ones, not both.",
    "INVALID_UDF_EVAL_TYPE": "The function must be of the kind <eval_type>.",
    "MIXED_TYPE_REPLACEMENT": "Values and their replacements must be all numbers, all strings, or all booleans.",
    "NEAREST_BY_JOIN": "The nearest rows cannot be joined so.",
    "NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE": "The number of results is <numResults>, not from <min> to <max>.",
    "NEAREST_BY_JOIN.UNSUPPORTED_DIRECTION": "There is no direction `<direction>`, but there are <supported>.",
    "NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE": "The join cannot be `<joinType>`, but one of <supported>.",
    "NEAREST_BY_JOIN.UNSUPPORTED_MODE": "There is no mode `<mode>`, but there are <supported>.",
    "NOT_COLUMN_OR_STR": "`<arg_name>` must be a Column or a str, not <arg_type>.",
    "NO_MERGE_ACTION_SPECIFIED": (
        "Say what to do with the rows before merge(): call whenMatched, whenNotMatched or whenNotMatchedBySource."
    ),
    "NO_OBSERVE_BEFORE_GET": "The observation is not attached to a DataFrame: call `DataFrame.observe` first.",
    "ONLY_ALLOWED_FOR_SINGLE_COLUMN": "`<arg_name>` can be given for a single name only.",
    "PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO": (
        "`partitionBy` has no meaning with `insertInto`: <tableName> says itself how it is partitioned."
    ),
    "REPEATED_CLAUSE": "<clause> can be used once only in <operation>.",
    "REUSE_OBSERVATION": "An Observation observes one DataFrame only: make another one.",
    "SLICE_WITH_STEP": "A slice of a Column cannot have a step.",
    "SORT_BY_WITHOUT_BUCKETING": "`sortBy` needs `bucketBy`.",
    "SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED": "A table is clustered by columns or bucketed, not both.",
    "SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED": "A table is clustered by columns or partitioned, not both.",
    "SQL_CONF_NOT_FOUND": "There is no setting <sqlConf>.",
    "STRUCT_ARRAY_LENGTH_MISMATCH": "A row has <actual> values, but the schema has <expected> fields.",
    "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS": (
        "There is a temporary view <relationName> already: choose another name, or replace it."
    ),
    "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS": "A temporary view's name has one part only, unlike <actualName>.",
    "TRANSPOSE_EXCEED_ROW_LIMIT": "There are more than <maxValues> rows to transpose (<config>).",
    "TRANSPOSE_INVALID_INDEX_COLUMN": "The index column of transpose is not possible: <reason>.",
    "TRANSPOSE_NO_LEAST_COMMON_TYPE": "Columns of <dt1> and of <dt2> cannot be transposed into one.",
    "UNRECOGNIZED_STATISTIC": "There is no statistic <stats>.",
    "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES": "There is no column <colName> among (<fieldNames>).",
    "UNSUPPORTED_FEATURE": "This is not supported.",
    "UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY": "`pivot` must follow `groupBy` directly.",
    "UNSUPPORTED_JOIN_TYPE": "There is no join `<typ>`; those that exist are <supported>.",
    "UNSUPPORTED_LITERAL": "SQL has no constant for <literal> of type <type>.",
    "UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION": "`<func_name>` must have plain positional parameters only.",
    "ONLY_SUPPORTED_WITH_SPARK_CONNECT": "<feature> exists with Spark Connect only.",
    "VALUE_NOT_PLAIN_COLUMN_REFERENCE": "`<field_name>` must be a plain column, not <val>.",
    "WRITE_STREAM_NOT_ALLOWED": "`writeStream` is for streams.",
    "WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION": "`<func_name>` must take 1 to 3 arguments, not <num_args>.",
    "ZERO_INDEX": "Positions count from 1, or from -1: 0 is none.",
    "ZIP_PLANS_NOT_MERGEABLE": "Only DataFrames made by projections of one and the same DataFrame can be zipped.",
    "_LEGACY_ERROR_TEMP_1182": (
        "The columns <ambiguousAttrs> are those of several sides of a self-join. Give the sides names with "
        "`DataFrame.alias` and qualify the columns by them, or set <config> to false."
    ),
    "_LEGACY_ERROR_TEMP_1312": "'<operation>' cannot write buckets: `saveAsTable` can.",
    "_LEGACY_ERROR_TEMP_1313": "'<operation>' cannot write sorted buckets: `saveAsTable` can.",
    "_LEGACY_ERROR_TEMP_1321": "'<viewName>' cannot name a view.",
    "_LEGACY_ERROR_TEMP_1323": '"<colName>" is not a numeric column: only numbers can be aggregated this way.',
    "_LEGACY_ERROR_TEMP_1324": (
        "The pivot column <pivotColumn> has more than <maxValues> distinct values. Name the values, or set <configKey>."
    ),
    "_LEGACY_ERROR_TEMP_2047": "There is no path to write to.",
}
