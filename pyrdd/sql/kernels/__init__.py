"""Python kernels: what SQL functions compute where DuckDB has no exact equal.

Pure functions on plain values, one in and one out; the caller deals with nulls unless a docstring says otherwise.
Dates are days since 1970-01-01, timestamps microseconds since 1970-01-01T00:00Z (local microseconds for
``timestamp_ntz``), times of day microseconds since midnight: Python's own dates end at the year 9999, Spark's do not.

    timezones, calendars           zone ids, offsets, local time; civil dates of any year
    datetime_pattern, _items       a datetime pattern compiled to items that print and read themselves
    datetime_format, _parse        formatting and parsing with a pattern; casts from and to strings
    intervals, date_arithmetic     intervals as text; months, weeks, windows
    java_regex, regexps            Java's regular expressions for `re` and RE2; the functions on them, LIKE
    number_text, numbers           numbers as the JVM prints and reads them; rounding, bases, format_number
    number_format, printf          to_number and to_char; format_string
    strings, encodings, urls       what their names say
    hashes, hash_columns           Spark's hashes of any value, and of whole columns (numpy)
    json_text, _path, _rows        JSON; csv_rows and xml_rows are its siblings, xpath an evaluator
    variants                       casts, paths and schemas of variants
    sketches, quantile_summary     approximate aggregates
    random_columns                 Spark's random streams (numpy)
    aes                            AES and digests
"""
