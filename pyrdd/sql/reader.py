"""DataFrameReader: what `SparkSession.read` returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from pyrdd.rdd.facade import RDD
from pyrdd.sql.arguments import not_implemented, wrong_type
from pyrdd.sql.builders import Reader
from pyrdd.sql.file_relations import file_relation
from pyrdd.sql.options import named_options as _options
from pyrdd.sql.plan import UnresolvedRelation
from pyrdd.sql.sources.registry import is_file_format

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame

_PATH_GIVEN_TWICE = "_LEGACY_ERROR_TEMP_1306"


class DataFrameReader(Reader):
    """Collects a format (csv, json, parquet, orc, text, xml, binaryFile, jdbc, or a registered Python data source), a schema
    and options; the methods that take a path or a name make the DataFrame.

    >>> spark.read.format("csv").option("header", True)
    <...DataFrameReader object at ...>
    """

    # where PySpark has it
    __module__ = "pyrdd.sql.readwriter"

    def load(self, path: Any = None, format: str | None = None, schema: Any = None, **options: Any) -> DataFrame:
        """The DataFrame of a path, or list of paths, in the format (``spark.sql.sources.default`` if none was set)."""
        if format is not None:
            self.format(format)
        self._given(schema, options)
        if path is not None:
            self._check_one_path(_PATH_GIVEN_TWICE)
        name = self._format_or_default()
        if not is_file_format(name):
            return self._spark._load_source(name, path, self._schema, self._options)
        return self._frame(name, path)

    def _files(self, name: str, path: Any, schema: Any, options: dict[str, Any]) -> DataFrame:
        self._given(schema, options)._check_one_path(_PATH_GIVEN_TWICE)
        return self._frame(name, path)

    def _frame(self, name: str, path: Any) -> DataFrame:
        options = self._options_but("path")
        return self._spark._frame(file_relation(self._spark, name, self._paths(path), self._schema, options))

    def _paths(self, given: Any) -> list[str]:
        if isinstance(given, (list, tuple)):
            return list(given)
        path = self._option("path") if given is None else given
        return [] if path is None else [path]

    def _texts(self, name: str, path: Any, schema: Any, options: dict[str, Any]) -> DataFrame:
        """`_files` of a format that can also be read from an RDD or DataFrame of texts."""
        if isinstance(path, (str, list)):
            return self._files(name, path, schema, options)
        if not isinstance(path, RDD) and not hasattr(path, "_plan"):
            raise wrong_type("path", "str, list, RDD, or DataFrame", path)
        self._given(schema, options)
        return self._spark._read_texts(name, path, self._schema, self._options)

    def table(self, tableName: str) -> DataFrame:
        """The DataFrame of a table or view."""
        name, options = self._spark._name(tableName), tuple(self._options.items())
        return self._spark._frame(UnresolvedRelation(name, options))

    def changes(self, tableName: str) -> NoReturn:
        """Refused: tables here do not record changes."""
        raise not_implemented("DataFrameReader.changes", "Read the table.")

    def parquet(self, *paths: str, **options: Any) -> DataFrame:
        """The rows of Parquet files."""
        return self._files("parquet", list(paths), None, options)

    def csv(
        self,
        path: Any,
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
        samplingRatio: Any = None,
        enforceSchema: Any = None,
        emptyValue: Any = None,
        locale: Any = None,
        lineSep: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        modifiedBefore: Any = None,
        modifiedAfter: Any = None,
        unescapedQuoteHandling: Any = None,
    ) -> DataFrame:
        """The rows of CSV files, or of an RDD or DataFrame of texts. Without ``schema`` all columns are strings, unless
        ``inferSchema``; ``header`` takes the names from the first line.

        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as d:
        ...     spark.createDataFrame([(1, "a")], ["n", "s"]).write.csv(d, mode="overwrite", header=True)
        ...     spark.read.csv(d, header=True, inferSchema=True).collect()
        [Row(n=1, s='a')]
        """
        return self._texts("csv", path, schema, _options(locals(), "path", "schema"))

    def json(
        self,
        path: Any,
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
        samplingRatio: Any = None,
        dropFieldIfAllNull: Any = None,
        encoding: Any = None,
        locale: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        modifiedBefore: Any = None,
        modifiedAfter: Any = None,
        allowNonNumericNumbers: Any = None,
        useUnsafeRow: Any = None,
    ) -> DataFrame:
        """The objects of JSON files (one a line, or ``multiLine``), or of an RDD or DataFrame of texts."""
        return self._texts("json", path, schema, _options(locals(), "path", "schema"))

    def xml(
        self,
        path: Any,
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
        """The elements ``rowTag`` of XML files, or of an RDD or DataFrame of texts."""
        return self._texts("xml", path, schema, _options(locals(), "path", "schema"))

    def text(
        self,
        paths: Any,
        wholetext: bool = False,
        lineSep: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        modifiedBefore: Any = None,
        modifiedAfter: Any = None,
    ) -> DataFrame:
        """The lines of text files, in the string column ``value``."""
        return self._files("text", paths, None, _options(locals(), "paths"))

    def orc(
        self,
        path: Any,
        mergeSchema: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        modifiedBefore: Any = None,
        modifiedAfter: Any = None,
    ) -> DataFrame:
        """The rows of ORC files."""
        return self._files("orc", path, None, _options(locals(), "path"))

    def jdbc(
        self,
        url: str,
        table: str,
        column: str | None = None,
        lowerBound: Any = None,
        upperBound: Any = None,
        numPartitions: int | None = None,
        predicates: list[str] | None = None,
        properties: dict[str, str] | None = None,
    ) -> DataFrame:
        """The rows of a table in a database, by ``jdbc:`` URL."""
        given: dict[str, Any] = {**(properties or {}), "url": url, "dbtable": table}
        if column is not None:
            bounds = {"lowerBound": lowerBound, "upperBound": upperBound, "numPartitions": numPartitions}
            for name, value in bounds.items():
                assert value is not None, f"{name} can not be None when ``column`` is specified"
            given |= {"partitionColumn": column, **{name: str(value) for name, value in bounds.items()}}
        if predicates is not None:
            given["predicates"] = predicates
        return self._spark._load_source("jdbc", None, self._schema, {**self._options, **given})
