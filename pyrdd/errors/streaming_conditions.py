"""The conditions of streams: names and parameters are Spark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

STREAMING_CONDITIONS: Mapping[str, str] = {
    "CALL_ON_STREAMING_DATASET_UNSUPPORTED": "<methodName> is for DataFrames that are no streams: use `writeStream`.",
    "CANNOT_GET_BATCH_ID": "<obj_name> does not know the batch: the function runs in no stream.",
    "CANNOT_LOAD_STATE_STORE": "The state of a stream could not be loaded.",
    "CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS": (
        "The file <fileToRead> of <clazz> is not there: the checkpoint directory is incomplete, or its state was removed."
    ),
    "EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE": "The event time <eventName> must be a TIMESTAMP, not <eventType>.",
    "INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER": "It has no number where '<number>' is.",
    "INVALID_STREAMING_SOURCE_NAME": (
        "A source's name has ASCII letters, digits and underscores only, unlike <source_name>."
    ),
    "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING": (
        "A stream has no windows over rows: <windowFunc> of the column <columnName>, over <windowSpec>. "
        "Group by `window` of the event time."
    ),
    "ONLY_ALLOW_SINGLE_TRIGGER": "A query has exactly one trigger.",
    "SIMPLE_STREAM_READER_OFFSET_DID_NOT_ADVANCE": (
        "The reader gave rows but the offset <start_offset> did not move on to another than <end_offset>."
    ),
    "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE": (
        "The state in the checkpoint is that of another query: it has columns of the types <storedValueSchema>, but "
        "<newValueSchema> are needed. Begin anew with another checkpoint directory."
    ),
    "STREAMING_CHECKPOINT_MISMATCH": (
        "Batch <batchId> in the checkpoint <checkpoint> is not one of a query with <number> sources. Begin anew with "
        "another checkpoint directory."
    ),
    "STREAMING_CHECKPOINT_MALFORMED": "The file <path> of the checkpoint begins with <version>, which is not known here.",
    "STREAMING_OUTPUT_MODE": "The output mode <outputMode> is not possible.",
    "STREAMING_OUTPUT_MODE.INVALID": "There are append, complete and update.",
    "STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE": "It does not go with the format <className>.",
    "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION": "It does not go with <operation>.",
    "STREAM_FAILED": "The query [id = <id>, runId = <runId>] has failed: <message>",
    "_LEGACY_ERROR_TEMP_1008": "<quoted> is not the view of a stream: read it with `spark.read.table`.",
    "_LEGACY_ERROR_TEMP_1194": "A memory sink needs a name: call `queryName`.",
    "_LEGACY_ERROR_TEMP_1196": "<columnType> column <columnName> is none of the columns (<validColumnNames>).",
    "_LEGACY_ERROR_TEMP_1197": "'<operation>' takes no partitioning.",
    "_LEGACY_ERROR_TEMP_1295": "The source socket needs the option host.",
    "_LEGACY_ERROR_TEMP_1296": "The source socket needs the option port.",
    "_LEGACY_ERROR_TEMP_1297": "The option includeTimestamp is true or false.",
    "_LEGACY_ERROR_TEMP_1298": (
        "The query needs a checkpoint directory: the option checkpointLocation, or the setting <config>."
    ),
    "_LEGACY_ERROR_TEMP_1299": "This query cannot go on from a checkpoint. Delete <checkpointPath> to begin anew.",
    "_LEGACY_ERROR_TEMP_2048": "A stream of files needs a schema: give one with `schema`.",
    "_LEGACY_ERROR_TEMP_2049": "The data source <className> does not support <operator> of streams.",
    "_LEGACY_ERROR_TEMP_2242": "The source <provider> has a schema of its own.",
    "_LEGACY_ERROR_TEMP_3102": "<msg>",
}

STREAMING_SQL_STATES: Mapping[str, str] = {
    "CALL_ON_STREAMING_DATASET_UNSUPPORTED": "42KDE",
    "CANNOT_LOAD_STATE_STORE": "58030",
    "EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE": "42K09",
    "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING": "42KDE",
    "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE": "XXKST",
    "STREAMING_OUTPUT_MODE": "42KDE",
    "STREAM_FAILED": "XXKST",
    "WRITE_STREAM_NOT_ALLOWED": "42601",
}
