"""Python kernels: what SQL functions compute where DuckDB has no exact equal.

Pure functions on plain values, one in and one out; the caller deals with nulls unless a docstring says otherwise.
Dates are days since 1970-01-01, timestamps microseconds since 1970-01-01T00:00Z (local microseconds for
``timestamp_ntz``), times of day microseconds since midnight: Python's own dates end at the year 9999, Spark's do not.

    timezones.py         zone ids, offsets, local time to instant and back
    calendars.py         civil dates of any year
    datetime_pattern.py  a datetime pattern compiled to items
    datetime_format.py   formatting and parsing with a pattern
    datetime_parse.py    casts between strings and dates, timestamps, times
    ...                  one module per topic
"""
