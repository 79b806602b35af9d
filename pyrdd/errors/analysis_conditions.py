"""Conditions of the DataFrame layer's analysis and of running queries. See `pyrdd.errors.conditions`."""

from __future__ import annotations

from collections.abc import Mapping

ANALYSIS_CONDITIONS: Mapping[str, str] = {
    # --- names ------------------------------------------------------------------------------------------------
    "AMBIGUOUS_ALIAS_IN_NESTED_CTE": "Both an inner and an outer WITH define <name>. <config> decides which one counts.",
    "AMBIGUOUS_LATERAL_COLUMN_ALIAS": "<n> aliases of the select list are called <name>.",
    "AMBIGUOUS_REFERENCE": "<name> may be any of <referenceNames>. Qualify it.",
    "AMBIGUOUS_REFERENCE_TO_FIELDS": "The struct has <count> fields called <field>.",
    "CANNOT_RESOLVE_STAR_EXPAND": "<targetString>.* stands for nothing here. The input has the columns <columns>.",
    "EXCEPT_OVERLAPPING_COLUMNS": "EXCEPT names a column more than once: <columns>.",
    "FIELD_NOT_FOUND": "There is no field <fieldName>; the struct has <fields>.",
    "INVALID_ATTRIBUTE_NAME_SYNTAX": "<name> is no column name: its back-quotes or dots do not fit.",
    "INVALID_EXTRACT_BASE_FIELD_TYPE": "Nothing can be taken out of <base>: it is a <other>, not a struct, array or map.",
    "INVALID_EXTRACT_FIELD": "<field> cannot be extracted from <expr>.",
    "INVALID_EXTRACT_FIELD_TYPE": "A field is named by a constant string, not by <extraction>.",
    "INVALID_USAGE_OF_STAR_OR_REGEX": "<elem> cannot stand in <prettyName>.",
    "MISSING_ATTRIBUTES": "The column(s) <missingAttributes> are not among the input's (<input>) in <operator>.",
    "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_APPEAR_IN_OPERATION": (
        "The input has <operation> under the same name, but it is another column: was it taken from an earlier DataFrame?"
    ),
    "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT": "It belongs to another DataFrame.",
    "NOT_A_CONSTANT_STRING": "<name> wants a constant string, not <expr>.",
    "NOT_A_CONSTANT_STRING.NOT_CONSTANT": "A constant reads no column, holds no subquery and no random function.",
    "TABLE_OR_VIEW_NOT_FOUND": "There is no table or view <relationName>. It was looked for in <searchPath>.",
    "UNBOUND_SQL_PARAMETER": "The query's parameter <name> has no value: give one in `args`.",
    "UNRESOLVABLE_TABLE_VALUED_FUNCTION": "There is no table function <name>.",
    "UNRESOLVED_COLUMN": "<objectName> cannot be resolved: no column, variable or parameter has this name.",
    "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION": "The input has no columns at all.",
    "UNRESOLVED_COLUMN.WITH_SUGGESTION": "Perhaps one of these is meant: [<proposal>].",
    "UNRESOLVED_ROUTINE": "There is no function <routineName> in <searchPath>.",
    "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES": "There is no <colName> among <fieldNames>.",
    "UNRESOLVED_USING_COLUMN_FOR_JOIN": "USING names <colName>, which the <side> side has not. It has: <suggestion>.",
    # --- calls ------------------------------------------------------------------------------------------------
    "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT": "The call of <routineName> gives <parameterName> twice:",
    "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED": "once by its position, once by its name.",
    "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE": "by its name both times.",
    "FAILED_FUNCTION_CALL": "The call of <funcName> could not be prepared: look at its arguments.",
    "INVALID_LAMBDA_FUNCTION_CALL": "A lambda is used wrongly.",
    "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES": (
        "Its parameters <args> are not all different (see <caseSensitiveConfig>)."
    ),
    "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION": "<class> takes no lambda.",
    "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH": (
        "It has <expectedNumArgs> parameters, but the function passes <actualNumArgs>."
    ),
    "NAMED_PARAMETERS_NOT_SUPPORTED": "The parameters of <functionName> have no names: pass them by position.",
    "NON_FOLDABLE_ARGUMENT": "<funcName> wants a constant <paramType> for <paramName>.",
    "REQUIRED_PARAMETER_NOT_FOUND": "The call of <routineName> lacks <parameterName> (at position <index>).",
    "UNEXPECTED_INPUT_TYPE": (
        "Parameter <paramIndex> of <functionName> is a <requiredType>, but <inputSql> is a <inputType>."
    ),
    "UNEXPECTED_POSITIONAL_ARGUMENT": (
        "In the call of <routineName>, an argument without a name follows the named <parameterName>."
    ),
    "UNRECOGNIZED_PARAMETER_NAME": "<routineName> has no parameter <argumentName>; perhaps <proposal>.",
    "WRONG_NUM_ARGS": "<functionName> takes <expectedNum> arguments, not <actualNum>.",
    "WRONG_NUM_ARGS.WITHOUT_SUGGESTION": "See the reference of functions (<docroot>).",
    "WRONG_NUM_ARGS.WITH_SUGGESTION": "For <legacyNum> arguments set <legacyConfKey> to <legacyConfValue>.",
    "COLUMN_IN_LIST": "A list for `<func_name>` cannot hold a Column.",
    "NOT_COLUMN_OR_INT": "`<arg_name>` must be a Column or an int, not a <arg_type>.",
    "WRONG_NUM_COLUMNS": "`<func_name>` takes at least <num_cols> columns.",
    "DATATYPE_MISMATCH.HASH_MAP_TYPE": "<functionName> cannot hash what holds a map.",
    "DATATYPE_MISMATCH.HASH_VARIANT_TYPE": "<functionName> cannot hash a variant.",
    "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INVALID": "What `analyze` of <functionName> asks for is not possible: <reason>",
    "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL": (
        "<functionName> asks for <requestedMetadata>, but the call <invalidFunctionCallProperty>."
    ),
    "TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS": "A table function takes one TABLE argument, not <num>.",
    # --- types ------------------------------------------------------------------------------------------------
    "CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE": "<left> and <right> have no type in common.",
    "DATATYPE_MISMATCH": "The types in <sqlExpr> do not fit:",
    "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES": (
        "<functionName> takes an <dataType> and a value of its elements' type, not [<leftType>, <rightType>]."
    ),
    "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES": "the operands are a <left> and a <right>, which have no type in common.",
    "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE": "the operator works on <inputType>, not on <actualDataType>.",
    "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION": "a <srcType> cannot be cast to <targetType>.",
    "DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION": (
        "in ANSI mode a <srcType> cannot be cast to <targetType>; with <config> set to <configVal> it can."
    ),
    "DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION": "a <srcType> is turned into a <targetType> by <functionNames>.",
    "DATATYPE_MISMATCH.DATA_DIFF_TYPES": "the arguments of <functionName> must be of one type, but are <dataType>.",
    "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN": "a filter is a boolean, but <filter> is a <type>.",
    "DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE": "<exprName> must have the length 1.",
    "DATATYPE_MISMATCH.INVALID_ARG_VALUE": "<inputName> must be a <requireType> among <validValues>, not <inputValue>.",
    "DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE": "the key of a map cannot be or contain a <keyType>.",
    "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE": "<functionName> needs values that have an order; a <dataType> has none.",
    "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH": (
        "left of IN stand [<leftType>], the subquery gives [<rightType>]; these differ: [<mismatchedColumns>]."
    ),
    "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH": (
        "left of IN stand <leftLength> values ([<leftColumns>]), the subquery gives <rightLength> ([<rightColumns>])."
    ),
    "DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES": (
        "<functionName> takes a <dataType> and a key of its keys' type, not [<leftType>, <rightType>]."
    ),
    "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT": "<inputName> must be a constant <inputType>, not <inputExpr>.",
    "DATATYPE_MISMATCH.NON_STRING_TYPE": "all arguments of <funcName> must be strings.",
    "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE": (
        "ordered by a <orderSpecType>, a range frame cannot have a bound of type <valueBoundaryType>."
    ),
    "DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER": "a range frame with an offset wants one sort key, not <orderSpec>.",
    "DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER": "a range frame with an offset wants a sort key.",
    "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES": "the bounds are a <lower>(<lowerType>) and a <upper>(<upperType>).",
    "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND": "the bound <upper> does not come after <lower>.",
    "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE": (
        "the <location> bound of the frame is a <exprType>, not a <expectedType>."
    ),
    "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WITHOUT_FOLDABLE": "the <location> bound <expression> is no constant.",
    "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON": "the lower bound must be <comparison> to the upper one.",
    "DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES": (
        "column <columnIndex> is a <leftType> (argument <leftParamIndex>) and a <rightType> (argument <rightParamIndex>)."
    ),
    "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE": (
        "the <paramIndex> parameter is a <requiredType>, but <inputSql> is a <inputType>."
    ),
    "DATATYPE_MISMATCH.UNEXPECTED_NULL": "<exprName> must not be null.",
    "DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE": "<functionName> must return <expectedType>, not <actualType>.",
    "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE": "<exprName> must be within <valueRange>, but is <currentValue>.",
    "DATATYPE_MISMATCH.WRONG_NUM_ARG_TYPES": "these are not the types that the function takes.",
    "INVALID_COLUMN_OR_FIELD_DATA_TYPE": "<name> is a <type>, where a <expectedType> is required.",
    "INVALID_SCHEMA": "<inputSchema> is no schema.",
    "INVALID_SCHEMA.NON_STRING_LITERAL": "It must be a constant string that is not null.",
    "INVALID_SCHEMA.NON_STRUCT_TYPE": "It must be the schema of a struct, not of a <dataType>.",
    "INVALID_SCHEMA.PARSE_ERROR": "It cannot be parsed: <reason>",
    "NULLABLE_COLUMN_OR_FIELD": "<name> can be null, where that is not allowed.",
    # --- groups -----------------------------------------------------------------------------------------------
    "GROUPING_COLUMN_MISMATCH": "grouping(<grouping>) does not name one of the keys <groupingColumns>.",
    "GROUPING_ID_COLUMN_MISMATCH": "grouping_id(<groupingIdColumn>) does not name the keys <groupByColumns>.",
    "GROUP_BY_AGGREGATE": "GROUP BY cannot hold an aggregate function, but it holds <sqlExpr>.",
    "GROUP_BY_POS_AGGREGATE": "GROUP BY <index> stands for <aggExpr>, which holds an aggregate function.",
    "GROUP_BY_POS_OUT_OF_RANGE": "GROUP BY <index>: the select list has <size> columns.",
    "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE": "<sqlExpr> cannot be a group's key: a <dataType> has no order.",
    "INVALID_AGGREGATE_FILTER": "<filterExpr> cannot be the FILTER of an aggregate function.",
    "INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE": "It holds the aggregate function <aggExpr>.",
    "INVALID_AGGREGATE_FILTER.CONTAINS_WINDOW_FUNCTION": "It holds the window function <windowExpr>.",
    "INVALID_AGGREGATE_FILTER.NON_DETERMINISTIC": "It is not deterministic.",
    "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN": "It is not a boolean.",
    "MISSING_AGGREGATION": (
        "<expression> is neither a key of GROUP BY nor inside an aggregate function. Add it to the keys, or take"
        " <expressionAnyValue> if any of the group's values will do."
    ),
    "MISSING_GROUP_BY": "Columns stand beside aggregate functions, but there is no GROUP BY. Add one, or a window (OVER).",
    "NESTED_AGGREGATE_FUNCTION": "An aggregate function stands inside another. Compute the inner one in a subquery.",
    "STAR_GROUP_BY_POS": "A select list with a star has no positions that GROUP BY could name.",
    "UNRESOLVED_ALL_IN_GROUP_BY": "GROUP BY ALL cannot tell the keys from this select list: name them.",
    "UNSUPPORTED_GROUPING_EXPRESSION": "grouping() and grouping_id() need GROUPING SETS, CUBE or ROLLUP.",
    # --- windows ----------------------------------------------------------------------------------------------
    "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED": "DISTINCT is not possible over a window: <windowExpr>.",
    "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC": "<aggFunc> takes no ORDER BY and no frame in its window.",
    "INVALID_WITHIN_GROUP_EXPRESSION": "WITHIN GROUP of <funcName> is wrong:",
    "INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED": "it does not go with DISTINCT.",
    "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT": (
        "with DISTINCT, <orderingExpr> must be the argument <funcArg> itself."
    ),
    "INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING": "it is missing.",
    "INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS": "it must have <expectedNum> sort keys, not <actualNum>.",
    "MISSING_WINDOW_SPECIFICATION": "The WINDOW clause does not define <windowName>.",
    "UNSUPPORTED_EXPR_FOR_WINDOW": "<sqlExpr> cannot stand before OVER.",
    "_LEGACY_ERROR_TEMP_1037": "The window of <wf> must be ordered.",
    # --- hints ------------------------------------------------------------------------------------------------
    "_LEGACY_ERROR_TEMP_1046": "A hint of joins names relations by identifiers or strings, not by <unsupported> (<class>).",
    "_LEGACY_ERROR_TEMP_1047": "The hint <hintName> takes a number of partitions, columns, or both in this order; "
    "it cannot take <invalidParams>.",
    "_LEGACY_ERROR_TEMP_1048": "The hint <hintName> takes a number of partitions.",
    # --- plans ------------------------------------------------------------------------------------------------
    "ASSIGNMENT_ARITY_MISMATCH": "<numTarget> names are given for <numExpr> columns.",
    "INCOMPARABLE_PIVOT_COLUMN": "Values of <columnName> cannot be compared, so it cannot be pivoted.",
    "INCOMPATIBLE_COLUMN_TYPE": (
        "<operator>: the <columnOrdinalNumber> column is a <dataType1> in the <tableOrdinalNumber> input"
        " and a <dataType2> in the first.<hint>"
    ),
    "INTERNAL_ERROR": "<message>",
    "INVALID_INLINE_TABLE": "VALUES is wrong.",
    "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE": "<expr> is no constant.",
    "INVALID_INLINE_TABLE.FAILED_SQL_EXPRESSION_EVALUATION": "<sqlExpr> could not be computed.",
    "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE": "The values of <colName> have no type in common.",
    "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH": "Row <rowIndex> has <actualNumCols> values, not <expectedNumCols>.",
    "INVALID_LIMIT_LIKE_EXPRESSION": "<expr> cannot be a limit.",
    "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE": "The <name> must be an integer, not a <dataType>.",
    "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE": "The <name> must be 0 or more, not <v>.",
    "INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL": "The <name> must not be null.",
    "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE": "The <name> must be a constant.",
    "INVALID_RECURSIVE_CTE": "A recursive WITH is a UNION ALL of two parts, of which the first does not recur.",
    "INVALID_RECURSIVE_REFERENCE": "WITH RECURSIVE refers to itself where it cannot.",
    "INVALID_RECURSIVE_REFERENCE.NUMBER": "It may do so once in its second part.",
    "INVALID_RECURSIVE_REFERENCE.PLACE": "Outer sides of joins, aggregations and subqueries are no places for it.",
    "INVALID_SUBQUERY_EXPRESSION": "The subquery is wrong:",
    "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN": "a value has one column, not <number>.",
    "INVALID_WHERE_CONDITION": "WHERE <condition> holds what belongs elsewhere (HAVING, QUALIFY): <expressionList>.",
    "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE": "A join's condition is a boolean, but <joinCondition> is a <conditionType>.",
    "NON_LITERAL_PIVOT_VALUES": "The values of a pivot are constants, not <expression>.",
    "NUM_COLUMNS_MISMATCH": (
        "<operator>: the first input has <firstNumColumns> columns, the <invalidOrdinalNum> <invalidNumColumns>."
    ),
    "NUM_TABLE_VALUE_ALIASES_MISMATCH": "<funcName> makes <outColsNum> columns, but <aliasesNum> names are given.",
    "ORDER_BY_POS_OUT_OF_RANGE": "ORDER BY <index>: the select list has <size> columns.",
    "PIVOT_VALUE_DATA_TYPE_MISMATCH": "The pivot value <value> is a <valueType>, the pivoted column a <pivotType>.",
    "RECURSION_LEVEL_LIMIT_EXCEEDED": "The recursion went <levelLimit> levels deep and has not ended.",
    "RECURSION_ROW_LIMIT_EXCEEDED": "The recursion made <rowLimit> rows and has not ended.",
    "SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION": (
        "The correlated subquery <sqlExpr> must be a key of GROUP BY or stand in an aggregate function."
    ),
    "SCALAR_SUBQUERY_TOO_MANY_ROWS": "A subquery that stands for a value gave more than one row.",
    "UDTF_ALIAS_NUMBER_MISMATCH": "The function makes <aliasesSize> columns, but these names are given: [<aliasesNames>].",
    "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE": "A recursion is a UNION ALL; UNION is not possible.",
    "UNSUPPORTED_EXPR_FOR_OPERATOR": "<operator> cannot hold these: <invalidExprSqls>.",
    "UNSUPPORTED_GENERATOR": "The generator cannot stand here:",
    "UNSUPPORTED_GENERATOR.MULTI_GENERATOR": "a select list can have one, not <num>: <generators>.",
    "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS": "it is inside <expression>.",
    "UNSUPPORTED_GENERATOR.NOT_GENERATOR": "<functionName> (<classCanonicalName>) makes no rows.",
    "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT": "only a select list can hold one, not <plan>.",
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY": "Such a subquery is not possible:",
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED": (
        "columns of the outer query cannot be read here: <treeNode>"
    ),
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES": (
        "<function> mixes columns of the inner and the outer query."
    ),
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_COLUMN_NOT_FOUND": (
        "the groups of the outer query have no column <value>."
    ),
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE": (
        "columns of the outer query are read outside WHERE and HAVING: <sqlExprs>"
    ),
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.LATERAL_JOIN_CONDITION_NON_DETERMINISTIC": (
        "the condition of a lateral join is not deterministic: <condition>"
    ),
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.NON_DETERMINISTIC_LATERAL_SUBQUERIES": (
        "a lateral subquery that is not deterministic meets more than one row: <treeNode>"
    ),
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY": (
        "a correlated value can stand in filters, aggregations, projections and UPDATE only: <treeNode>"
    ),
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY": (
        "IN and EXISTS can stand in filters, joins, aggregations, windows, projections and UPDATE only: <treeNode>"
    ),
    # --- running ----------------------------------------------------------------------------------------------
    "DIVIDE_BY_ZERO": "Division by zero. `try_divide` gives null instead; so does <config> set to false.",
    "DUPLICATED_MAP_KEY": "The map would have the key <key> twice. <mapKeyDedupPolicy> set to LAST_WIN keeps the last.",
    "INTERVAL_DIVIDED_BY_ZERO": "An interval is divided by zero. `try_divide` gives null instead.",
    "INVALID_ARRAY_INDEX_IN_ELEMENT_AT": "There is no element <indexValue>: the array has <arraySize>. See `try_element_at`.",
    "INVALID_INDEX_OF_ZERO": "There is no element 0: counting begins at 1, or at -1 from the end.",
    "REMAINDER_BY_ZERO": "Remainder by zero. `try_mod` gives null instead; so does <config> set to false.",
    "USER_RAISED_EXCEPTION": "<errorMessage>",
    "INVALID_OPTIONS": "The options are wrong:",
    "INVALID_OPTIONS.NON_MAP_FUNCTION": "they must be given by map().",
    "INVALID_OPTIONS.NON_STRING_TYPE": "keys and values of map() must be strings, not <mapType>.",
    "UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE": "<colName> is a <dataType>: set operations cannot compare variants.",
    "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE": "<colName> is a <dataType>: maps cannot be compared by set operations.",
    "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX": "<prettyName> does not go with <syntax>.",
    "UNPIVOT_REQUIRES_VALUE_COLUMNS": "No column is left to unpivot.",
    "UNPIVOT_VALUE_DATA_TYPE_MISMATCH": "The columns to unpivot have no type in common: <types>.",
    "UNPIVOT_VALUE_SIZE_MISMATCH": "Each group of columns to unpivot must have <names> columns.",
    "_LEGACY_ERROR_TEMP_1006": "A pivot needs an aggregate function, but '<sql>' stands in none.",
}
