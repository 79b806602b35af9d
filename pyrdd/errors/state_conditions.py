"""The conditions of functions with state: names and parameters are Spark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

STATE_CONDITIONS: Mapping[str, str] = {
    "CANNOT_ASSIGN_EVENT_TIME_COLUMN_WITHOUT_WATERMARK": (
        "A column of results can be an event time only where the stream has a watermark: call `withWatermark` before."
    ),
    "FAILED_PARSE_STRUCT_TYPE": "<raw> is not the type of a struct.",
    "INVALID_TIMEOUT_TIMESTAMP": "The timeout <timestamp> is before the watermark <watermark>.",
    "STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE": (
        "A stateful processor cannot do <operationType> while its handle is <handleState>."
    ),
    "STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_TIME_MODE": (
        "A stateful processor cannot do <operationType> in the time mode <timeMode>."
    ),
    "STATEFUL_PROCESSOR_INCORRECT_TIME_MODE_TO_ASSIGN_TTL": (
        "The state <stateName> cannot have a TTL in the time mode <timeMode>, but in ProcessingTime."
    ),
    "STATEFUL_PROCESSOR_TTL_DURATION_MUST_BE_POSITIVE": (
        "The TTL of the state <stateName> must be more than nothing for <operationType>."
    ),
    "STATEFUL_PROCESSOR_UNKNOWN_TIME_MODE": (
        "<timeMode> is no time mode: there are 'none', 'processingTime' and 'eventTime'."
    ),
    "STATE_NOT_EXISTS": "The group has no state.",
    "STATE_STORE_CANNOT_CREATE_COLUMN_FAMILY_WITH_RESERVED_CHARS": "The name <colFamilyName> begins with a reserved sign.",
    "STATE_STORE_CANNOT_USE_COLUMN_FAMILY_WITH_INVALID_NAME": (
        "<operationName> is not possible with the name '<colFamilyName>': it is empty, reserved, or has spaces around it."
    ),
    "_LEGACY_ERROR_TEMP_3176": "applyInPandasWithState is for streams. In a batch query, use applyInPandas.",
}

STATE_SQL_STATES: Mapping[str, str] = {
    "CANNOT_ASSIGN_EVENT_TIME_COLUMN_WITHOUT_WATERMARK": "42611",
    "FAILED_PARSE_STRUCT_TYPE": "22018",
    "STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE": "42802",
    "STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_TIME_MODE": "42802",
    "STATEFUL_PROCESSOR_INCORRECT_TIME_MODE_TO_ASSIGN_TTL": "42802",
    "STATEFUL_PROCESSOR_TTL_DURATION_MUST_BE_POSITIVE": "42802",
    "STATEFUL_PROCESSOR_UNKNOWN_TIME_MODE": "42802",
    "STATE_STORE_CANNOT_CREATE_COLUMN_FAMILY_WITH_RESERVED_CHARS": "42802",
    "STATE_STORE_CANNOT_USE_COLUMN_FAMILY_WITH_INVALID_NAME": "42802",
}
