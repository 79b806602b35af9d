"""The conditions of SQL types: names and parameters are PySpark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CONDITIONS: Mapping[str, str] = {
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
    "INVALID_TYPENAME_CALL": "A StructField has no typeName; ask its dataType.",
    "ST_INVALID_ALGORITHM_VALUE": "There is no edge interpolation algorithm <alg>.",
    "ST_INVALID_CRS_VALUE": "The coordinate reference system <crs> is not known.",
    "ST_INVALID_SRID_VALUE": "The spatial reference identifier <srid> is not known.",
    "UNEXPECTED_TUPLE_WITH_STRUCT": "<tuple> cannot be a struct: a tuple, list, dictionary or object can.",
    "UNSUPPORTED_DATA_TYPE": "The data type <data_type> is not supported.",
}
