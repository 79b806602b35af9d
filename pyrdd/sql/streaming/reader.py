"""DataStreamReader: what `SparkSession.readStream` returns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from pyrdd.errors import AnalysisException, PySparkValueError
from pyrdd.sql.arguments import check_not_blank, not_implemented, wrong_type
from pyrdd.sql.builders import Reader
from pyrdd.sql.options import named_options as _options
from pyrdd.sql.plan.streaming import is_streaming
from pyrdd.sql.streaming.sources.registry import stream

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame


class DataStreamReader(Reader):
    """Collects a format (rate, rate-micro-batch, csv, json, parquet, orc, text, xml, or a registered Python data source), a
    schema and options; `load` makes the DataFrame of a stream, which `writeStream` runs. Streams of files need a schema,
    unless ``spark.sql.streaming.schemaInference`` is set.

    >>> spark.readStream.format("rate").load().isStreaming
    True
    """

    # where PySpark has it
    __module__ = "pyrdd.sql.streaming.readwriter"

    def name(self, source_name: str) -> NoReturn:
        """Refused: sources are known by their order in the query."""
        if not isinstance(source_name, str):
            raise wrong_type("source_name", "str", source_name)
        if not re.match(r"^[a-zA-Z0-9_]+$", source_name):
            raise PySparkValueError(
                errorClass="INVALID_STREAMING_SOURCE_NAME", messageParameters={"source_name": source_name}
            )
        raise not_implemented("DataStreamReader.name", "Keep the order of the sources in the query.")

    def load(self, path: str | None = None, format: str | None = None, schema: Any = None, **options: Any) -> DataFrame:
        """The DataFrame of a stream, in the format (``spark.sql.sources.default`` if none was set). Reads nothing."""
        if format is not None:
            self.format(format)
        self._given(schema, options)
        if path is not None:
            check_not_blank("path", path)
        name = self._format_or_default()
        return self._spark._frame(stream(self._spark, name, path, self._schema, self._options))

    def table(self, tableName: str) -> DataFrame:
        """The stream of a table's files, or that of a view of a stream."""
        if not isinstance(tableName, str):
            raise wrong_type("tableName", "str", tableName)
        parts = self._spark._name(tableName)
        view = self._spark._catalog.view_of(parts)
        if view is not None and not is_streaming(view):
            raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1008", messageParameters={"quoted": tableName})
        found = None if view is not None else self._spark._catalog.find_table(parts)
        if found is None:
            return self._spark.table(tableName)
        if found.location is None or found.partitions:
            raise not_implemented(f"The stream of the table {tableName}", "Use readStream.load with its directory.")
        return self.load(found.location, found.provider, self._spark.table(tableName).schema)

    def changes(self, tableName: str) -> NoReturn:
        """Refused: tables here do not record changes."""
        raise not_implemented("DataStreamReader.changes", "Read the table.")

    def _files(self, name: str, path: Any, schema: Any, options: dict[str, Any]) -> DataFrame:
        if not isinstance(path, str):
            raise wrong_type("path", "str", path)
        return self._given(schema, options).format(name).load(path)

    def json(
        self,
        path: str,
        schema: Any = None,
        primitivesAsString: Any = None,
        prefersDecimal: Any = None,
        allowComments: Any = None,
        allowUnquotedFieldNames: Any = None,
        allowSingleQuotes: Any = None,
        allowNumericLeadingZero: Any = None,
        allowBackslashEscapingAnyCharacter: Any = None,
        mode: Any = None,
        columnNameOfCorruptRecord: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        multiLine: Any = None,
        allowUnquotedControlChars: Any = None,
        lineSep: Any = None,
        locale: Any = None,
        dropFieldIfAllNull: Any = None,
        encoding: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        allowNonNumericNumbers: Any = None,
        useUnsafeRow: Any = None,
    ) -> DataFrame:
        """The objects of JSON files, one a line, or ``multiLine``, as they appear in a directory."""
        return self._files("json", path, schema, _options(locals(), "path", "schema"))

    def orc(
        self,
        path: str,
        mergeSchema: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
    ) -> DataFrame:
        """The rows of ORC files as they appear in a directory."""
        return self._files("orc", path, None, _options(locals(), "path"))

    def parquet(
        self,
        path: str,
        mergeSchema: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        datetimeRebaseMode: Any = None,
        int96RebaseMode: Any = None,
    ) -> DataFrame:
        """The rows of Parquet files as they appear in a directory."""
        return self._files("parquet", path, None, _options(locals(), "path"))

    def text(
        self,
        path: str,
        wholetext: bool = False,
        lineSep: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
    ) -> DataFrame:
        """The lines of text files as they appear in a directory, in the string column ``value``."""
        return self._files("text", path, None, _options(locals(), "path"))

    def csv(
        self,
        path: str,
        schema: Any = None,
        sep: Any = None,
        encoding: Any = None,
        quote: Any = None,
        escape: Any = None,
        comment: Any = None,
        header: Any = None,
        inferSchema: Any = None,
        ignoreLeadingWhiteSpace: Any = None,
        ignoreTrailingWhiteSpace: Any = None,
        nullValue: Any = None,
        nanValue: Any = None,
        positiveInf: Any = None,
        negativeInf: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        maxColumns: Any = None,
        maxCharsPerColumn: Any = None,
        maxMalformedLogPerPartition: Any = None,
        mode: Any = None,
        columnNameOfCorruptRecord: Any = None,
        multiLine: Any = None,
        charToEscapeQuoteEscaping: Any = None,
        enforceSchema: Any = None,
        emptyValue: Any = None,
        locale: Any = None,
        lineSep: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        unescapedQuoteHandling: Any = None,
    ) -> DataFrame:
        """The rows of CSV files as they appear in a directory."""
        return self._files("csv", path, schema, _options(locals(), "path", "schema"))

    def xml(
        self,
        path: str,
        rowTag: Any = None,
        schema: Any = None,
        excludeAttribute: Any = None,
        attributePrefix: Any = None,
        valueTag: Any = None,
        ignoreSurroundingSpaces: Any = None,
        rowValidationXSDPath: Any = None,
        ignoreNamespace: Any = None,
        wildcardColName: Any = None,
        encoding: Any = None,
        inferSchema: Any = None,
        nullValue: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        mode: Any = None,
        columnNameOfCorruptRecord: Any = None,
        multiLine: Any = None,
        samplingRatio: Any = None,
        locale: Any = None,
    ) -> DataFrame:
        """The elements ``rowTag`` of XML files as they appear in a directory."""
        return self._files("xml", path, schema, _options(locals(), "path", "schema"))
