"""The conditions of databases, tables, views, variables and SQL functions: names and parameters are Spark's, the
sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

CATALOG_CONDITIONS: Mapping[str, str] = {
    "CANNOT_MERGE_SCHEMAS": "The schemas <left> and <right> cannot be merged.",
    "CANNOT_TRUNCATE_EXTERNAL_TABLE": "The files of the external table <tableName> are not its own: they stay.",
    "CREATE_VIEW_COLUMN_ARITY_MISMATCH": "The view <viewName> cannot be made:",
    "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS": (
        "there are fewer columns in the query (<dataColumns>) than names (<viewColumns>)."
    ),
    "CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS": (
        "there are more columns in the query (<dataColumns>) than names (<viewColumns>)."
    ),
    "DUPLICATE_ASSIGNMENTS": "These are assigned more than once: <nameList>.",
    "DUPLICATE_ROUTINE_PARAMETER_NAMES": "Several parameters of <routineName> have the names <names>.",
    "DUPLICATE_ROUTINE_RETURNS_COLUMNS": "Several columns of <routineName> have the names <columns>.",
    "DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE": "The variable <variableName> is declared twice.",
    "INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE": "EXECUTE IMMEDIATE takes a text, not a value of type <exprType>.",
    "INVALID_TEMP_OBJ_QUALIFIER": "The temporary <objectType> <objectName> cannot be in <qualifier>.",
    "NOT_A_PARTITIONED_TABLE": "<operation> is for partitioned tables, and <tableIdentWithDB> is none.",
    "NOT_A_SCALAR_FUNCTION": "<functionName> makes tables: call it in FROM.",
    "NOT_A_TABLE_FUNCTION": "<functionName> makes values: it cannot be called in FROM.",
    "NULL_QUERY_STRING_EXECUTE_IMMEDIATE": "EXECUTE IMMEDIATE has no text to run: <varName> is NULL.",
    "SHOW_COLUMNS_WITH_CONFLICT_NAMESPACE": "SHOW COLUMNS names two databases: <namespaceA> and <namespaceB>.",
    "CANNOT_LOAD_FUNCTION_CLASS": (
        "The class <className> of the function <functionName> cannot be loaded: there is no Java here. Register a Python"
        " function."
    ),
    "_LEGACY_ERROR_TEMP_1012": (
        "DataFrame.writeTo cannot write into the table <identifier>, which is one of files. Use DataFrame.write."
    ),
    "_LEGACY_ERROR_TEMP_1060": "<command> does not take the nested column <column>.",
    "_LEGACY_ERROR_TEMP_1073": "RENAME cannot move a table from the database <db> to <newDb>.",
    "_LEGACY_ERROR_TEMP_1201": "INSERT OVERWRITE DIRECTORY needs a path.",
    "_LEGACY_ERROR_TEMP_1251": "<action> is for partitioned tables, and <tableName> is none.",
    "CAST_OVERFLOW_IN_TABLE_INSERT": (
        "A value of type <sourceType> is out of the range of <targetType>, the type of the column <columnName>. "
        "Use `try_cast` to store NULL instead."
    ),
    "COLUMN_NOT_DEFINED_IN_TABLE": (
        "The <colType> column <colName> is none of the columns of <tableName>: <tableCols>."
    ),
    "COLUMN_NOT_FOUND": "There is no column <colName>. Whether case matters is set by <caseSensitiveConfig>.",
    "DEFAULT_PLACEMENT_INVALID": "DEFAULT must stand alone as a value of INSERT, SET VARIABLE or UPDATE.",
    "EXCEED_LIMIT_LENGTH": "The text is longer than the <limit> characters of its CHAR or VARCHAR.",
    "EXPECT_PERMANENT_VIEW_NOT_TEMP": "'<operation>' takes a stored view, and <viewName> is temporary.",
    "EXPECT_TABLE_NOT_VIEW": "'<operation>' takes a table, and <viewName> is a view.",
    "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE": "",
    "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW": "Use ALTER VIEW.",
    "EXPECT_VIEW_NOT_TABLE": "'<operation>' takes a view, and <tableName> is a table.",
    "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE": "",
    "EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE": "Use ALTER TABLE.",
    "FORBIDDEN_OPERATION": "<statement> is not possible for the <objectType> <objectName>.",
    "INCOMPATIBLE_DATA_FOR_TABLE": "The rows cannot be stored in <tableName>.",
    "INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME": "Several of their columns are called <colName>.",
    "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_FIND_DATA": "They have no column <colName>.",
    "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST": "<srcType> does not fit the type <targetType> of <colName>.",
    "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS": "The table does not have their columns <extraColumns>.",
    "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_STRUCT_FIELDS": "The struct <colName> has no fields <extraFields>.",
    "INCOMPATIBLE_DATA_FOR_TABLE.NULLABLE_COLUMN": "The column <colName> takes no nulls.",
    "INCOMPATIBLE_DATA_FOR_TABLE.STRUCT_MISSING_FIELDS": "The struct <colName> needs the fields <missingFields>.",
    "INCOMPATIBLE_VIEW_SCHEMA_CHANGE": (
        "The view <viewName> was made of a query with <expectedNum> columns <colName>, which now has other columns: "
        "<actualCols>. Make it again: <suggestion>"
    ),
    "INSERT_COLUMN_ARITY_MISMATCH": "The columns do not match those of <tableName>:",
    "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS": (
        "there are fewer in the rows (<dataColumns>) than in the table (<tableColumns>)."
    ),
    "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS": (
        "there are more in the rows (<dataColumns>) than in the table (<tableColumns>)."
    ),
    "INSERT_PARTITION_COLUMN_ARITY_MISMATCH": (
        "The columns do not match those of <tableName>: the table has <tableColumns>, the rows <dataColumns>, and "
        "PARTITION fixes <staticPartCols>."
    ),
    "INVALID_DEFAULT_VALUE": "<statement>: the column <colName> cannot have the default <defaultValue>:",
    "INVALID_DEFAULT_VALUE.DATA_TYPE": "it must be of type <expectedType>, not <actualType>.",
    "INVALID_DEFAULT_VALUE.NOT_CONSTANT": "it must be constant.",
    "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION": "it must not contain a subquery.",
    "INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION": "it has no meaning.",
    "INVALID_PARTITION_OPERATION": "The partition command cannot be carried out.",
    "INVALID_PARTITION_OPERATION.PARTITION_MANAGEMENT_IS_UNSUPPORTED": "<name> does not manage partitions.",
    "INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY": "<name> is not partitioned.",
    "INVALID_TEMP_OBJ_REFERENCE": (
        "The stored <obj> <objName> cannot refer to the temporary <tempObj> <tempObjName>."
    ),
    "INVALID_VARIABLE_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE": "EXECUTE IMMEDIATE takes a text, not a <varType>.",
    "INVALID_VIEW_TEXT": "The view <viewName> cannot be read: its text <viewText> has no meaning.",
    "INVALID_STATEMENT_FOR_EXECUTE_INTO": "<sqlString> is no query: INTO takes the row of one.",
    "LOCATION_ALREADY_EXISTS": "The place <location> of the table <identifier> is not empty.",
    "NESTED_EXECUTE_IMMEDIATE": "EXECUTE IMMEDIATE cannot run <sqlString>, which is one itself.",
    "NOT_SUPPORTED_CHANGE_COLUMN": (
        "ALTER TABLE cannot change the column <originName> of <table> from <originType> to <newName> of type <newType>."
    ),
    "NOT_SUPPORTED_COMMAND_FOR_V2_TABLE": "<cmd> is not possible for tables of this kind.",
    "NO_SUCH_PARTITION": "<tableName> has no partition <partitionList>.",
    "PARTITIONS_ALREADY_EXIST": "<tableName> has already <partitionList>.",
    "PARTITIONS_NOT_FOUND": "<tableName> does not have <partitionList>.",
    "RECURSIVE_VIEW": "The view <viewIdent> would contain itself: <newPath>.",
    "REQUIRES_SINGLE_PART_NAMESPACE": "<sessionCatalog> takes names of one database and one table, not <identifier>.",
    "ROUTINE_ALREADY_EXISTS": (
        "There is a <existingRoutineType> <routineName> already: drop it, or make the <newRoutineType> with OR REPLACE."
    ),
    "ROUTINE_NOT_FOUND": "There is no function <routineName>.",
    "ROW_SUBQUERY_TOO_MANY_ROWS": "The query has more than one row.",
    "SCHEMA_ALREADY_EXISTS": "There is a database <schemaName> already.",
    "SCHEMA_NOT_EMPTY": "The database <schemaName> holds tables or functions: drop it with CASCADE.",
    "SCHEMA_NOT_FOUND": "There is no database <schemaName>.",
    "TABLE_OR_VIEW_ALREADY_EXISTS": "There is a table or view <relationName> already.",
    "UNRESOLVED_VARIABLE": "There is no variable <variableName> in <searchPath>.",
    "UNSET_NONEXISTENT_PROPERTIES": "<table> does not have the properties <properties>.",
    "UNSUPPORTED_FEATURE": "This is not supported:",
    "UNSUPPORTED_FEATURE.DROP_DATABASE": "dropping the database <database>.",
    "UNSUPPORTED_FEATURE.TABLE_OPERATION": "<operation> for the table <tableName>.",
    "UNSUPPORTED_OVERWRITE": "What a query reads cannot be overwritten by it:",
    "UNSUPPORTED_OVERWRITE.PATH": "the path <path>.",
    "UNSUPPORTED_OVERWRITE.TABLE": "the table <table>.",
    "USER_DEFINED_FUNCTIONS": "The SQL function cannot be made or called:",
    "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION": (
        "the default of the parameter <parameterName> of <functionName> must not refer to columns or subqueries."
    ),
    "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION": (
        "in <functionName>, the parameter <nextParameterName> after <parameterName> needs a default too."
    ),
    "USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH": (
        "<name> returns <outputSize> columns where <returnParamSize> are declared."
    ),
    "USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY": "the body of <name> must be a query.",
    "USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_MISSING_COLUMN_NAMES": "<functionName> must name its columns.",
    "VARIABLE_ALREADY_EXISTS": "There is a variable <variableName> already: use OR REPLACE.",
    "VARIABLE_NOT_FOUND": "There is no variable <variableName>.",
    "VIEW_ALREADY_EXISTS": "There is a view <relationName> already.",
    "VIEW_NOT_FOUND": "There is no view <relationName>.",
    "WRONG_COMMAND_FOR_OBJECT_TYPE": (
        "<operation> takes a <requiredType>, and <objectName> is a <foundType>: use <alternative>."
    ),
    "_LEGACY_ERROR_TEMP_1147": "PARTITION fixes a column behind one that it leaves open: <partColumns>.",
    "_LEGACY_ERROR_TEMP_1169": "<tableName> is partitioned by <partColNames>, PARTITION names <normalizedPartSpec>.",
    "_LEGACY_ERROR_TEMP_1232": (
        "<tableName> is partitioned by (<partitionColumnNames>), the specification names (<specKeys>)."
    ),
    "_LEGACY_ERROR_TEMP_1252": "The partition column <specKeys> is not one of <tableName>.",
}

CATALOG_SQL_STATES: Mapping[str, str] = {
    "CANNOT_LOAD_FUNCTION_CLASS": "46103",
    "ALL_PARTITION_COLUMNS_NOT_ALLOWED": "KD005",
    "CAST_OVERFLOW_IN_TABLE_INSERT": "22003",
    "CANNOT_TRUNCATE_EXTERNAL_TABLE": "0A000",
    "COLUMN_NOT_DEFINED_IN_TABLE": "42703",
    "CREATE_VIEW_COLUMN_ARITY_MISMATCH": "21S01",
    "DUPLICATE_ASSIGNMENTS": "42701",
    "DUPLICATE_ROUTINE_PARAMETER_NAMES": "42734",
    "DUPLICATE_ROUTINE_RETURNS_COLUMNS": "42711",
    "DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE": "42734",
    "INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE": "42K09",
    "INVALID_TEMP_OBJ_QUALIFIER": "42602",
    "NOT_A_PARTITIONED_TABLE": "42809",
    "NOT_A_SCALAR_FUNCTION": "42887",
    "NOT_A_TABLE_FUNCTION": "42887",
    "NULL_QUERY_STRING_EXECUTE_IMMEDIATE": "22004",
    "SHOW_COLUMNS_WITH_CONFLICT_NAMESPACE": "42K05",
    "COLUMN_NOT_FOUND": "42703",
    "DATA_SOURCE_NOT_FOUND": "42K02",
    "DEFAULT_PLACEMENT_INVALID": "42608",
    "EXCEED_LIMIT_LENGTH": "54006",
    "EXPECT_PERMANENT_VIEW_NOT_TEMP": "42809",
    "EXPECT_TABLE_NOT_VIEW": "42809",
    "EXPECT_VIEW_NOT_TABLE": "42809",
    "FORBIDDEN_OPERATION": "42809",
    "INCOMPATIBLE_DATA_FOR_TABLE": "KD000",
    "INCOMPATIBLE_VIEW_SCHEMA_CHANGE": "51024",
    "INSERT_COLUMN_ARITY_MISMATCH": "21S01",
    "INSERT_PARTITION_COLUMN_ARITY_MISMATCH": "21S01",
    "INVALID_DEFAULT_VALUE": "42623",
    "INVALID_PARTITION_OPERATION": "42601",
    "INVALID_TEMP_OBJ_REFERENCE": "42K0F",
    "LOCATION_ALREADY_EXISTS": "42710",
    "NOT_SUPPORTED_CHANGE_COLUMN": "0A000",
    "NOT_SUPPORTED_COMMAND_FOR_V2_TABLE": "0A000",
    "PARTITIONS_ALREADY_EXIST": "428FT",
    "PARTITIONS_NOT_FOUND": "428FT",
    "RECURSIVE_VIEW": "42K0H",
    "REQUIRES_SINGLE_PART_NAMESPACE": "42K05",
    "ROUTINE_ALREADY_EXISTS": "42723",
    "ROUTINE_NOT_FOUND": "42883",
    "SCHEMA_ALREADY_EXISTS": "42P06",
    "SCHEMA_NOT_EMPTY": "2BP01",
    "SCHEMA_NOT_FOUND": "42704",
    "TABLE_OR_VIEW_ALREADY_EXISTS": "42P07",
    "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS": "42P07",
    "UNRESOLVED_VARIABLE": "42883",
    "UNSET_NONEXISTENT_PROPERTIES": "42K0J",
    "UNSUPPORTED_FEATURE": "0A000",
    "UNSUPPORTED_OVERWRITE": "42902",
    "USER_DEFINED_FUNCTIONS": "42601",
    "VARIABLE_ALREADY_EXISTS": "42723",
    "VARIABLE_NOT_FOUND": "42883",
    "VIEW_ALREADY_EXISTS": "42P07",
    "VIEW_NOT_FOUND": "42P01",
    "WRONG_COMMAND_FOR_OBJECT_TYPE": "42809",
}
