"""The conditions of reading SQL text: names and parameters are Spark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

PARSE_CONDITIONS: Mapping[str, str] = {
    "CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE": (
        "The column <columnName> has the clause <optionName> more than once."
    ),
    "DUPLICATED_CTE_NAMES": "A WITH clause defines these names more than once: <duplicateNames>.",
    "DUPLICATE_CLAUSES": "The clause <clauseName> may be given once only.",
    "DUPLICATE_KEY": "The key <keyColumn> is given more than once.",
    "FAILED_TO_PARSE_TOO_COMPLEX": "The SQL text is nested too deeply.",
    "INCOMPATIBLE_JOIN_TYPES": "A join cannot be both <joinType1> and <joinType2>.",
    "INVALID_INLINE_TABLE": "The inline table is not valid.",
    "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH": (
        "It has <expectedNumCols> columns, but its row <rowIndex> has <actualNumCols>."
    ),
    "INVALID_NUMERIC_LITERAL_RANGE": (
        "The number <rawStrippedQualifier> is not a <typeName>: those go from <minValue> to <maxValue>."
    ),
    "INVALID_PROPERTY_KEY": "The property key <key> needs quotes: SET <key>=<value>.",
    "INVALID_PROPERTY_VALUE": "The property value <value> needs quotes: SET <key>=<value>.",
    "INVALID_SET_SYNTAX": "Write SET, SET key, or SET key=value; quote keys that hold special characters.",
    "INVALID_SQL_SYNTAX": "The SQL text is not valid.",
    "INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE": (
        "A function is created either with IF NOT EXISTS or with OR REPLACE."
    ),
    "INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE": "There must be a value in the parentheses of IN.",
    "INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN": "There must be a pattern in the parentheses.",
    "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES": (
        "The TABLE argument <argumentName> of a table function needs parentheses."
    ),
    "INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND": "The bound of a window frame must be a constant.",
    "INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE": "<windowName> is not a window of the WINDOW clause.",
    "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION": "The window <windowName> is defined more than once.",
    "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE": "SHOW FUNCTIONS does not know the scope <scope>.",
    "INVALID_SQL_SYNTAX.UNRESOLVED_WINDOW_REFERENCE": "There is no window <windowName>.",
    "INVALID_TYPED_LITERAL": "<value> is not a value of the type <valueType>.",
    "PARSE_EMPTY_STATEMENT": "There is no statement in the text.",
    "REPETITIVE_WINDOW_DEFINITION": "The window <windowName> is defined more than once.",
    "SYNTAX_DISCONTINUED": "<clause> is no longer possible here.",
    "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT": "It stands for NOT before an expression only.",
    "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_PARTITION": "DESCRIBE of a column of one partition.",
    "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING": "JOIN LATERAL ... USING.",
    "UNSUPPORTED_TYPED_LITERAL": "There are no literals of the type <unsupportedType>, only of <supportedTypes>.",
    "_LEGACY_ERROR_TEMP_0014": "TABLESAMPLE needs a size: (n ROWS), (n PERCENT) or (BUCKET x OUT OF y).",
    "_LEGACY_ERROR_TEMP_0015": "TABLESAMPLE(<msg>) is not supported.",
    "_LEGACY_ERROR_TEMP_0024": "An interval with TO has one value and its two units only.",
    "_LEGACY_ERROR_TEMP_0026": "The value of an interval's unit must be a number, not <value>.",
    "_LEGACY_ERROR_TEMP_0027": "The value of an interval with TO must be a string.",
    "_LEGACY_ERROR_TEMP_0028": "There are no intervals from <from> to <to>.",
    "_LEGACY_ERROR_TEMP_0029": "An interval cannot have both months and days: <literal>.",
    "_LEGACY_ERROR_TEMP_0034": "<operation> is not supported in <command><msg>.",
    "_LEGACY_ERROR_TEMP_0035": "Operation not allowed: <message>.",
    "_LEGACY_ERROR_TEMP_0045": "A time zone is LOCAL, a string in quotes, or an interval of hours and minutes.",
    "_LEGACY_ERROR_TEMP_0051": "There cannot be an empty set in <element>.",
    "_LEGACY_ERROR_TEMP_0053": "A temporary view cannot be created with IF NOT EXISTS.",
    "_LEGACY_ERROR_TEMP_0063": "<msg>.",
    "_LEGACY_ERROR_TEMP_0064": "<msg>.",
}

PARSE_SQL_STATES: Mapping[str, str] = {
    "DUPLICATED_CTE_NAMES": "42602",
    "DUPLICATE_CLAUSES": "42614",
    "DUPLICATE_KEY": "23505",
    "FAILED_TO_PARSE_TOO_COMPLEX": "54001",
    "INCOMPATIBLE_JOIN_TYPES": "42613",
    "INVALID_INLINE_TABLE": "42000",
    "INVALID_NUMERIC_LITERAL_RANGE": "22003",
    "INVALID_PROPERTY_KEY": "42602",
    "INVALID_PROPERTY_VALUE": "42602",
    "INVALID_SET_SYNTAX": "42000",
    "INVALID_SQL_SYNTAX": "42000",
    "INVALID_TYPED_LITERAL": "42604",
    "PARSE_EMPTY_STATEMENT": "42617",
    "SYNTAX_DISCONTINUED": "42601",
    "UNSUPPORTED_TYPED_LITERAL": "0A000",
}
