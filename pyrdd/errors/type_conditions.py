"""The conditions of SQL types: names and parameters are PySpark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CONDITIONS: Mapping[str, str] = {
    "AXIS_LENGTH_MISMATCH": "There are <expected_length> columns, but <actual_length> names or fields.",
    "CANNOT_ACCEPT_OBJECT_IN_TYPE": "`<data_type>` cannot hold the object `<obj_name>` of type <obj_type>.",
    "CANNOT_INFER_EMPTY_SCHEMA": "There are no rows, so no schema can be inferred: give one.",
    "CANNOT_INFER_SCHEMA_FOR_TYPE": "No schema can be inferred from a <data_type>.",
    "CANNOT_INFER_TYPE_FOR_FIELD": "The type of the field `<field_name>` cannot be inferred: give a schema.",
    "CANNOT_DETERMINE_TYPE": "The first rows do not show the type of every column: give a schema.",
    "CANNOT_MERGE_TYPE": "Values of <data_type1> and of <data_type2> cannot share a column.",
    "CANNOT_PARSE_DATATYPE": "There is no data type `<msg>`.",
    "COLLATION_INVALID_PROVIDER": (
        "There is no collation provider <provider>; those that exist are <supportedProviders>."
    ),
    "FIELD_DATA_TYPE_UNACCEPTABLE": "<data_type> cannot hold the object <obj> of type <obj_type>.",
    "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME": (
        "<field_name>: <data_type> cannot hold the object <obj> of type <obj_type>."
    ),
    "FIELD_NOT_NULLABLE": "The field must not be null, but a value is None.",
    "FIELD_NOT_NULLABLE_WITH_NAME": "<field_name> must not be null, but a value is None.",
    "FIELD_STRUCT_LENGTH_MISMATCH": (
        "The object has <object_length> values, but the struct has <field_length> fields."
    ),
    "FIELD_STRUCT_LENGTH_MISMATCH_WITH_NAME": (
        "<field_name>: the object has <object_length> values, but the struct has <field_length> fields."
    ),
    "FIELD_TYPE_MISMATCH": "<obj> is not of the type <data_type>.",
    "FIELD_TYPE_MISMATCH_WITH_NAME": "<field_name>: <obj> is not of the type <data_type>.",
    "INVALID_INTERVAL_CASTING": "There is no interval from the unit <start_field> to the unit <end_field>.",
    "INVALID_JSON_DATA_TYPE_FOR_COLLATIONS": "Only strings have collations, not a <jsonType>.",
    "INVALID_NDARRAY_DIMENSION": "A NumPy array must have <dimensions> dimensions.",
    "INVALID_TYPENAME_CALL": "A StructField has no typeName; ask its dataType.",
    "ST_INVALID_ALGORITHM_VALUE": "There is no edge interpolation algorithm <alg>.",
    "ST_INVALID_CRS_VALUE": "The coordinate reference system <crs> is not known.",
    "ST_INVALID_SRID_VALUE": "The spatial reference identifier <srid> is not known.",
    "UNEXPECTED_TUPLE_WITH_STRUCT": "<tuple> cannot be a struct: a tuple, list, dictionary or object can.",
    "UNSUPPORTED_DATA_TYPE": "The data type <data_type> is not supported.",
    "COLLATION_INVALID_NAME": "There is no collation <collationName>.",
    "DATATYPE_MISSING_SIZE": "The type <type> needs a length: <type>(n).",
    "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION": (
        "A decimal has at most <maxPrecision> digits, so its precision cannot be <precision>."
    ),
    "DECIMAL_SCALE_EXCEEDS_PRECISION": (
        "A decimal cannot have more digits behind the point (<scale>) than it has digits (<precision>)."
    ),
    "INCOMPLETE_TYPE_DEFINITION": "The type is not complete.",
    "INCOMPLETE_TYPE_DEFINITION.ARRAY": "Write the type of the elements as well: ARRAY<elementType>.",
    "INCOMPLETE_TYPE_DEFINITION.MAP": "Write the types of the keys and the values as well: MAP<INT, STRING>.",
    "INCOMPLETE_TYPE_DEFINITION.STRUCT": "Write the fields as well: STRUCT<name: STRING, age: INT>.",
    "INVALID_IDENTIFIER": "The name <ident> must be quoted in backticks.",
    "INVALID_INTERVAL_FORMAT": "'<input>' is not an interval.",
    "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION": "There are no intervals from <from> to <to>.",
    "MALFORMED_VARIANT": "The bytes are not a variant.",
    "PARSE_SYNTAX_ERROR": "The SQL text cannot be read at <error><hint>.",
    "UNSUPPORTED_DATATYPE": "There is no data type <typeName>.",
    "UNSUPPORTED_TIME_PRECISION": "A time has at most 9 digits of a second's fraction, not <precision>.",
    "DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT": (
        "A struct whose fields have equal names cannot become Arrow's: its fields are <field_names>."
    ),
    "NUMERIC_VALUE_OUT_OF_RANGE": "The number does not fit.",
    "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION": (
        "<roundedValue>, rounded from <originalValue>, is not a Decimal(<precision>, <scale>)."
    ),
    "UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION": "The data type <data_type> has no counterpart in Arrow.",
    "VALUE_OUT_OF_PYTHON_RANGE": (
        "A <kind> lies outside of Python's years 1 to 9999. Cast it to a string before you collect it."
    ),
    "VARIANT_SIZE_LIMIT": "A variant cannot be larger than <sizeLimit> bytes.",
}

TYPE_SQL_STATES: Mapping[str, str] = {
    "DATATYPE_MISSING_SIZE": "42K01",
    "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION": "22003",
    "DECIMAL_SCALE_EXCEEDS_PRECISION": "22003",
    "INCOMPLETE_TYPE_DEFINITION": "42K01",
    "INVALID_IDENTIFIER": "42602",
    "INVALID_INTERVAL_FORMAT": "22006",
    "DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT": "42713",
    "NUMERIC_VALUE_OUT_OF_RANGE": "22003",
    "PARSE_SYNTAX_ERROR": "42601",
    "ST_INVALID_SRID_VALUE": "22023",
    "UNSUPPORTED_DATATYPE": "0A000",
}
