"""The conditions of values that SQL functions cannot take or make: names and parameters are Spark's, the sentences our
own."""

from __future__ import annotations

from collections.abc import Mapping

_ARGUMENT = "INVALID_PARAMETER_VALUE"
_INTERVAL = "INVALID_INTERVAL_FORMAT"

KERNEL_CONDITIONS: Mapping[str, str] = {
    # --- dates and times ------------------------------------------------------------------------------------
    "CANNOT_PARSE_TIME": "<input> is not a time of the format <format>. Use `try_to_time` to get NULL instead.",
    "CANNOT_PARSE_TIMESTAMP": "<message>. Use <func> to get NULL for such text instead.",
    "DATETIME_FIELD_OUT_OF_BOUNDS": "<rangeMessage>.",
    "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION": "",
    "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION": "Set <ansiConfig> to \"false\" to get NULL instead.",
    "DATETIME_OVERFLOW": "The date or time is out of range: <operation>.",
    "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION": (
        "An interval with hours, minutes or seconds cannot be added to a date. Cast the date to a timestamp first, or set"
        " <ansiConfig> to \"false\"."
    ),
    "ILLEGAL_DAY_OF_WEEK": "<string> is not a day of the week.",
    "INCONSISTENT_BEHAVIOR_CROSS_VERSION": "The result would differ between versions of Spark.",
    "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION": (
        "The pattern <pattern> meant something before Spark 3 and is wrong now (<config> decides). The patterns are"
        " described at '<docroot>/sql-ref-datetime-pattern.html'."
    ),
    "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN": (
        "Patterns of weeks are not supported, but there is the letter <c>. Use the function EXTRACT."
    ),
    "INVALID_DATETIME_PATTERN": "The datetime pattern <pattern> is wrong.",
    "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER": "The letter <c> means nothing in it.",
    "INVALID_DATETIME_PATTERN.LENGTH": "It repeats a letter too often.",
    "INVALID_DATETIME_PATTERN.WITH_SUGGESTION": (
        "The patterns are described at '<docroot>/sql-ref-datetime-pattern.html'."
    ),
    "INVALID_FRACTION_OF_SECOND": "The second 60 cannot have a fraction, but it is <secAndMicros>.",
    "INVALID_TIMEZONE": "There is no time zone <timeZone>: give a region such as 'Europe/Paris' or an offset (+HH:mm).",
    # --- casts and numbers ----------------------------------------------------------------------------------
    "BINARY_ARITHMETIC_OVERFLOW": "<value1> <symbol> <value2> is out of range. Use <functionName> to get NULL instead.",
    "ARITHMETIC_OVERFLOW": "<message>.<alternative> <config> decides whether this is an error.",
    "CAST_INVALID_INPUT": (
        "<expression> of type <sourceType> is not a <targetType>. Correct it, or use `try_cast` to get NULL"
        " (<ansiConfig> decides)."
    ),
    "CAST_OVERFLOW": "<value> of type <sourceType> is too large for <targetType> (<ansiConfig> decides).",
    "CONVERSION_INVALID_INPUT": (
        "<str> of the format <fmt> is not a <targetType>. Use <suggestion> to get NULL for such text instead."
    ),
    "INVALID_FORMAT": "The format <format> is wrong.",
    "INVALID_FORMAT.CONT_THOUSANDS_SEPS": "Thousands separators (, or G) must have digits between them.",
    "INVALID_FORMAT.CUR_MUST_BEFORE_DEC": "The currency symbol must stand before the decimal point.",
    "INVALID_FORMAT.CUR_MUST_BEFORE_DIGIT": "The currency symbol must stand before the digits.",
    "INVALID_FORMAT.EMPTY": "It is empty.",
    "INVALID_FORMAT.ESC_AT_THE_END": "The escape character must not be the last one.",
    "INVALID_FORMAT.ESC_IN_THE_MIDDLE": "The escape character must not stand before <char>.",
    "INVALID_FORMAT.MISMATCH_INPUT": "The input <input> of type <inputType> does not match it.",
    "INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC": "Thousands separators must stand before the decimal point.",
    "INVALID_FORMAT.UNEXPECTED_TOKEN": "<token> is not expected: see the documentation of the function's formats.",
    "INVALID_FORMAT.WRONG_NUM_DIGIT": "It needs at least one digit.",
    "INVALID_FORMAT.WRONG_NUM_TOKEN": "It may have at most one <token>.",
    "NUMERIC_OUT_OF_SUPPORTED_RANGE": "<value> has more than the 38 digits of a decimal.",
    "NUMERIC_VALUE_OUT_OF_RANGE": "The number is out of range.",
    "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION": (
        "<roundedValue>, from <originalValue>, does not fit into Decimal(<precision>, <scale>)."
    ),
    "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION": (
        "<value> does not fit into Decimal(<precision>, <scale>). Set <config> to \"false\" to get NULL instead."
    ),
    # --- arguments of functions -----------------------------------------------------------------------------
    _ARGUMENT: "The parameter <parameter> of <functionName> has a wrong value.",
    f"{_ARGUMENT}.AES_CRYPTO_ERROR": "The AES library says: <detailMessage>",
    f"{_ARGUMENT}.AES_IV_LENGTH": "The initialisation vector for <mode> has a wrong length: <actualLength> bytes.",
    f"{_ARGUMENT}.AES_KEY_LENGTH": "A key has 16, 24 or 32 bytes, not <actualLength>.",
    f"{_ARGUMENT}.BINARY_FORMAT": (
        "It must be one of 'base64', 'hex', 'utf-8', or the same in upper case, not <invalidFormat>."
    ),
    f"{_ARGUMENT}.BIT_POSITION_RANGE": "A bit position lies between 0 and <upper>, not at <invalidValue>.",
    f"{_ARGUMENT}.CHARSET": "It must be one of <charsets>, not <charset>.",
    f"{_ARGUMENT}.DATETIME_UNIT": "It must be a unit without quotes (YEAR, MONTH, DAY, ...), not <invalidValue>.",
    f"{_ARGUMENT}.HMAC_ALGORITHM": "It must be one of <supportedAlgorithms>, not <invalidValue>.",
    f"{_ARGUMENT}.LENGTH": "A length must not be negative, but it is <length>.",
    f"{_ARGUMENT}.PATTERN": "<value> is not a regular expression.",
    f"{_ARGUMENT}.REGEX_GROUP_INDEX": "The group index must be between 0 and <groupCount>, not <groupIndex>.",
    f"{_ARGUMENT}.START": "A position is counted from 1, or from -1 at the end.",
    f"{_ARGUMENT}.TIME_UNIT": "It must be one of the units <supportedUnits>, not <invalidValue>.",
    f"{_ARGUMENT}.ZERO_INDEX": "The index 0 is not valid: they are counted from 1, or from -1 at the end.",
    "INVALID_ARRAY_INDEX": (
        "The index <indexValue> is outside of the array of <arraySize> elements (<ansiConfig> decides). Use `get` for"
        " NULL."
    ),
    "INVALID_BITMAP_POSITION": (
        "The bit <bitPosition> is outside of the bitmap of <bitmapNumBits> bits (<bitmapNumBytes> bytes)."
    ),
    "UNSUPPORTED_FEATURE.AES_MODE": "AES-<mode> with the padding <padding> in <functionName>.",
    "UNSUPPORTED_FEATURE.AES_MODE_AAD": "<functionName> with AES-<mode> takes no additional authenticated data.",
    "UNSUPPORTED_FEATURE.AES_MODE_IV": "<functionName> with AES-<mode> takes no initialisation vector.",
    # --- strings --------------------------------------------------------------------------------------------
    "CANNOT_DECODE_URL": "<url> has a wrong percent sequence.",
    "INVALID_REGEXP_REPLACE": (
        "regexp_replace failed for the source \"<source>\", the pattern \"<pattern>\", the replacement"
        " \"<replacement>\" and the position <position>."
    ),
    "INVALID_URL": "<url> is not a URL. Use `try_parse_url` to get NULL instead.",
    "INVALID_UTF8_STRING": "The string has bytes that are not UTF-8: <str>.",
    "MALFORMED_CHARACTER_CODING": "<function> met a character that <charset> does not have.",
    # --- JSON, CSV, XML and variants ------------------------------------------------------------------------
    "CANNOT_PARSE_JSON_FIELD": "The field <fieldName> has the value <fieldValue> (<jsonType>), not a <dataType>.",
    "INVALID_JSON_RECORD_TYPE": "In the mode <failFastMode>, a record must be an object, not <invalidType>.",
    "INVALID_VARIANT_CAST": "The variant <value> is not a <dataType>. Use `try_variant_get` to get NULL instead.",
    "INVALID_VARIANT_GET_PATH": "<path> is not a path for <functionName>: it starts with $ (`$.key`, `$[0]`).",
    "MALFORMED_RECORD_IN_PARSING": (
        "The record <badRecord> is malformed. Set `mode` to 'PERMISSIVE' instead of <failFastMode> for NULL."
    ),
    "MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_STRING_AS_DATATYPE": (
        "The value <fieldValue> of the field <fieldName> is a <inputType>, not a <targetType>."
    ),
    "MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_JSON_ARRAYS_AS_STRUCTS": "An array is not a struct.",
    "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION": "",
    "MALFORMED_VARIANT": "The bytes are not a variant.",
    "PARSE_MODE_UNSUPPORTED": "<funcName> does not have the mode <mode>, only PERMISSIVE and FAILFAST.",
    "VARIANT_DUPLICATE_KEY": "An object has the key <key> twice.",
    "VARIANT_PATH_TYPE_MISMATCH": "The path <path> does not fit the value at <conflictPath> (<functionName>).",
    "VARIANT_SIZE_LIMIT": "<functionName> cannot make a variant of more than <sizeLimit>.",
    # --- intervals ------------------------------------------------------------------------------------------
    "CANNOT_PARSE_INTERVAL": "<intervalString> is not an interval.",
    "INTERVAL_ARITHMETIC_OVERFLOW": "The interval is out of range.",
    "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION": "",
    "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION": "Use <functionName> to get NULL instead.",
    _INTERVAL: "<input> is not an interval.",
    f"{_INTERVAL}.ARITHMETIC_EXCEPTION": "A number in it is too large.",
    f"{_INTERVAL}.DAY_TIME_PARSING": "Its days and times are wrong: <msg>.",
    f"{_INTERVAL}.INPUT_IS_EMPTY": "It is empty.",
    f"{_INTERVAL}.INPUT_IS_NULL": "It is null.",
    f"{_INTERVAL}.INTERVAL_PARSING": "Its <interval> part is wrong.",
    f"{_INTERVAL}.INVALID_FRACTION": "<unit> cannot have a fraction.",
    f"{_INTERVAL}.INVALID_PRECISION": "There can be at most nanoseconds, but there is <value>.",
    f"{_INTERVAL}.INVALID_PREFIX": "It begins with <prefix>.",
    f"{_INTERVAL}.INVALID_UNIT": "There is no unit <unit>.",
    f"{_INTERVAL}.INVALID_VALUE": "<value> is not a number.",
    f"{_INTERVAL}.MISSING_NUMBER": "A number is missing after <word>.",
    f"{_INTERVAL}.MISSING_UNIT": "A unit is missing after <word>.",
    f"{_INTERVAL}.SECOND_NANO_FORMAT": "Its seconds are not of the form ss.nnnnnnnnn.",
    f"{_INTERVAL}.UNKNOWN_PARSING_ERROR": "Something is wrong at <word>.",
    f"{_INTERVAL}.UNMATCHED_FORMAT_STRING": (
        "The text <intervalStr> is not of the form <supportedFormat> of <typeName>."
    ),
    f"{_INTERVAL}.UNMATCHED_FORMAT_STRING_WITH_NOTICE": (
        "The text <intervalStr> is not of the form <supportedFormat> of <typeName>. Set \"spark.sql.legacy."
        "fromDayTimeString.enabled\" to \"true\" for the behaviour before Spark 3."
    ),
    f"{_INTERVAL}.UNRECOGNIZED_NUMBER": "<number> is not a number.",
    f"{_INTERVAL}.UNSUPPORTED_FROM_TO_EXPRESSION": "There is no interval from <from> to <to>.",
}  # fmt: skip

KERNEL_SQL_STATES: Mapping[str, str] = {
    "ARITHMETIC_OVERFLOW": "22003",
    "BINARY_ARITHMETIC_OVERFLOW": "22003",
    "CANNOT_DECODE_URL": "22546",
    "CANNOT_PARSE_INTERVAL": "22006",
    "CANNOT_PARSE_JSON_FIELD": "2203G",
    "CANNOT_PARSE_TIME": "22010",
    "CANNOT_PARSE_TIMESTAMP": "22007",
    "CAST_INVALID_INPUT": "22018",
    "CAST_OVERFLOW": "22003",
    "CONVERSION_INVALID_INPUT": "22018",
    "DATETIME_FIELD_OUT_OF_BOUNDS": "22023",
    "DATETIME_OVERFLOW": "22008",
    "ILLEGAL_DAY_OF_WEEK": "22009",
    "INCONSISTENT_BEHAVIOR_CROSS_VERSION": "42K0B",
    "INTERVAL_ARITHMETIC_OVERFLOW": "22015",
    "INVALID_ARRAY_INDEX": "22003",
    "INVALID_BITMAP_POSITION": "22003",
    "INVALID_DATETIME_PATTERN": "22007",
    "INVALID_FORMAT": "42601",
    _INTERVAL: "22006",
    "INVALID_FRACTION_OF_SECOND": "22023",
    "INVALID_JSON_RECORD_TYPE": "22023",
    _ARGUMENT: "22023",
    "INVALID_REGEXP_REPLACE": "22023",
    "INVALID_TIMEZONE": "22009",
    "INVALID_URL": "22P02",
    "INVALID_UTF8_STRING": "22029",
    "INVALID_VARIANT_CAST": "22023",
    "INVALID_VARIANT_GET_PATH": "22023",
    "MALFORMED_CHARACTER_CODING": "22000",
    "MALFORMED_RECORD_IN_PARSING": "22023",
    "MALFORMED_VARIANT": "22023",
    "NUMERIC_OUT_OF_SUPPORTED_RANGE": "22003",
    "NUMERIC_VALUE_OUT_OF_RANGE": "22003",
    "PARSE_MODE_UNSUPPORTED": "42601",
    "VARIANT_DUPLICATE_KEY": "22023",
    "VARIANT_PATH_TYPE_MISMATCH": "22023",
    "VARIANT_SIZE_LIMIT": "22023",
}
