"""The conditions of files and databases as sources: names and parameters are Spark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

SOURCE_CONDITIONS: Mapping[str, str] = {
    "AVRO_DATA_SOURCE_NOT_ENABLED": "The data source <provider> is not part of pyrdd.",
    "BINARY_FILE_SCHEMA_MISMATCH": "Binary files have the columns <expected>, not <actual>.",
    "BINARY_FILE_TOO_LARGE": "The file <path> has <len> bytes; a row can hold <maxLength>.",
    "CANNOT_MERGE_SCHEMAS": "The files' columns do not go together: <left> and <right>.",
    "CONFLICTING_DIRECTORY_STRUCTURES": (
        "The directories do not belong to one table: <discoveredBasePaths>If these are partitions, name the table's "
        "directory with the option basePath; if they are several tables, read them one by one."
    ),
    "CONFLICTING_PARTITION_COLUMN_NAMES": (
        "The directories are partitioned by different columns: <distinctPartColLists>Data files belong into leaf "
        "directories, which all have the same partition columns. Look at: <suspiciousPaths>"
    ),
    "DATA_SOURCE_NOT_FOUND": "There is no data source <provider>. Check the name, and that its package is installed.",
    "EMPTY_PARTITION_COLUMN_NAME": "The directory name '<columnSpec>' has no column name before its '='.",
    "EMPTY_PARTITION_COLUMN_VALUE": "The directory name '<columnSpec>' has no value after its '='.",
    "FAILED_READ_FILE": "The file <path> could not be read.",
    "FAILED_READ_FILE.FILE_NOT_EXIST": (
        "It is not there any more: it was removed or replaced after it was listed. Read the data again."
    ),
    "FAILED_READ_FILE.NO_HINT": "<reason>",
    "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER": "It is no <format> file, or it is damaged.",
    "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH": (
        "Its column <column> has the type <actualType>, which cannot be read as <expectedType>."
    ),
    "INVALID_CORRUPT_RECORD_TYPE": (
        "The column <columnName> for corrupt records must be a nullable STRING, but it is <actualType>."
    ),
    "INVALID_LINE_SEPARATOR": "The option 'lineSep' is not usable.",
    "INVALID_LINE_SEPARATOR.EMPTY": "It must not be empty.",
    "INVALID_LINE_SEPARATOR.TOO_LONG": "It may have at most 2 characters, but has <length>.",
    "INVALID_PARAMETER_VALUE": "The parameter <parameter> of <functionName> has a value that is not usable:",
    "INVALID_PARAMETER_VALUE.CHARSET": "it must be one of <charsets>, not <charset>.",
    "INVALID_PARTITION_VALUE": (
        "The value <value> of the partition column <columnName> is not a <dataType>."
    ),
    "INVALID_SAVE_MODE": "The save mode <mode> is none of append, overwrite, ignore, error and errorifexists.",
    "INVALID_TEXT_SCHEMA": "Text has one column of the type STRING.",
    "KAFKA_DATA_SOURCE_NOT_ENABLED": "The data source <provider> is not part of pyrdd.",
    "MALFORMED_CSV_RECORD": "This CSV record is malformed: <badRecord>",
    "MALFORMED_RECORD_IN_PARSING": (
        "A record is malformed: <badRecord>. The parse mode is <failFastMode>; with the option mode=PERMISSIVE such "
        "records become nulls."
    ),
    "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION": "",
    "MULTIPLE_XML_DATA_SOURCE": "Several data sources are named <provider>.",
    "OPTION_VALUE_EXCEEDS_ONE_CHARACTER": "The option <paramName> takes one character, not <actualValue>.",
    "ALL_PARTITION_COLUMNS_NOT_ALLOWED": "At least one column must not be a partition column.",
    "COLUMN_ALREADY_EXISTS": "There are two columns <columnName>: choose other names.",
    "CODEC_NOT_AVAILABLE": "The codec <codecName> is not available.",
    "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION": "Those that are: <availableCodecs>.",
    "DATAFRAME_INPUT_NOT_STRING_TYPE": "The first column of a DataFrame of texts must be a STRING, not <dataType>.",
    "UNSUPPORTED_DATA_SOURCE_SAVE_MODE": "The source <source> cannot be written in the mode <createMode>.",
    "_LEGACY_ERROR_TEMP_1306": (
        "The paths to read are given twice: as the option 'path' or 'paths', and as an argument. Give one of them, or set "
        "<config> to true."
    ),
    "_LEGACY_ERROR_TEMP_1307": (
        "The path to write to is given twice: as the option 'path', and as an argument. Give one of them, or set <config> "
        "to true."
    ),
    "UNABLE_TO_INFER_SCHEMA": "The columns of these <format> files cannot be inferred: give a schema.",
    "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE": (
        "The <format> data source does not support the column <columnName> of the type <columnType>."
    ),
    "UNSUPPORTED_TIME_TYPE": "The format has no form for the type TIME.",
    "XML_ROW_TAG_MISSING": "The option <rowTag> is needed to read or write XML.",
    "_LEGACY_ERROR_TEMP_1155": "There is no partition column `<col>` in <schemaCatalog>.",
    "_LEGACY_ERROR_TEMP_1290": "Text has one column, but the schema has <schemaSize>.",
    "_LEGACY_ERROR_TEMP_1294": (
        "The option '<strategy>' takes a time such as 2020-06-01T13:00:00, not <timeString>."
    ),
    "_LEGACY_ERROR_TEMP_2146": "<paramName> should be an integer. Found <value>.",
    "_LEGACY_ERROR_TEMP_2147": "<paramName> flag can be true or false.",
    "UNSUPPORTED_FEATURE": "The feature is not supported:",
    "UNSUPPORTED_FEATURE.WRITE_FOR_BINARY_SOURCE": "writing binary files.",
    "UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN": (
        "a query of raw JSON or CSV files that refers to nothing but the corrupt record column. Cache or save the "
        "parsed rows first."
    ),
}

SOURCE_SQL_STATES: Mapping[str, str] = {
    "CONFLICTING_DIRECTORY_STRUCTURES": "KD009",
    "CONFLICTING_PARTITION_COLUMN_NAMES": "KD009",
    "DATA_SOURCE_NOT_FOUND": "42K02",
    "EMPTY_PARTITION_COLUMN_VALUE": "KD009",
    "EMPTY_PARTITION_COLUMN_NAME": "KD009",
    "FAILED_READ_FILE": "KD001",
    "INVALID_CORRUPT_RECORD_TYPE": "42804",
    "INVALID_LINE_SEPARATOR": "22023",
    "INVALID_PARAMETER_VALUE": "22023",
    "INVALID_PARTITION_VALUE": "42846",
    "MALFORMED_CSV_RECORD": "KD000",
    "MALFORMED_RECORD_IN_PARSING": "22023",
    "OPTION_VALUE_EXCEEDS_ONE_CHARACTER": "22023",
    "DATAFRAME_INPUT_NOT_STRING_TYPE": "42K09",
    "UNABLE_TO_INFER_SCHEMA": "42KD9",
    "UNSUPPORTED_DATA_SOURCE_SAVE_MODE": "0A000",
    "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE": "0A000",
    "UNSUPPORTED_TIME_TYPE": "0A000",
    "XML_ROW_TAG_MISSING": "42KDF",
}
