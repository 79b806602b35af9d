"""DataFrameWriter: what `DataFrame.write` returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pyrdd.errors import AnalysisException, IllegalArgumentException, PySparkValueError
from pyrdd.sql.arguments import wrong_type
from pyrdd.sql.builders import Writer, check_one_layout
from pyrdd.sql.commands.caching import renew_path
from pyrdd.sql.file_writes import write_files
from pyrdd.sql.options import named_options as _options
from pyrdd.sql.sources.registry import is_file_format

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame

_MODES = {"append", "overwrite", "ignore", "error", "errorifexists", "default"}


class DataFrameWriter(Writer):
    """Collects a format (parquet, csv, json, orc, text, xml, or a registered Python data source), a save mode and options; the
    methods that take a path or a name run the job."""

    # where PySpark has it
    __module__ = "pyrdd.sql.readwriter"

    def __init__(self, df: DataFrame) -> None:
        super().__init__(df)
        self._mode = "errorifexists"
        self._buckets: tuple[int, list[str]] | None = None
        self._sorted_by: list[str] = []

    def mode(self, saveMode: str | None) -> Self:
        """Sets what happens if there is something already: append, overwrite, ignore, or error (the default)."""
        if saveMode is not None:
            if saveMode.lower() not in _MODES:
                raise AnalysisException(errorClass="INVALID_SAVE_MODE", messageParameters={"mode": f'"{saveMode}"'})
            self._mode = "errorifexists" if saveMode.lower() in ("error", "default") else saveMode.lower()
        return self

    def bucketBy(self, numBuckets: int, col: Any, *cols: Any) -> Self:
        """Spreads the rows over files by the hash of some columns, for `saveAsTable`."""
        if not isinstance(numBuckets, int):
            raise wrong_type("numBuckets", "int", numBuckets)
        self._buckets = (numBuckets, _names(col, cols))
        check_one_layout(clustered=bool(self._clusters), bucketed=True)
        return self

    def sortBy(self, col: Any, *cols: Any) -> Self:
        """Sorts the rows of each bucket by some columns."""
        self._sorted_by = _names(col, cols)
        return self

    def clusterBy(self, *cols: Any) -> Self:
        """Notes columns by which rows are to lie together. A new table remembers them; files are written as without.
        Raises AnalysisException beside `partitionBy` and `bucketBy`."""
        super().clusterBy(*cols)
        assert self._clusters, "clusterBy needs one or more clustering columns."
        check_one_layout(clustered=True, bucketed=self._buckets is not None)
        return self

    # --- files ----------------------------------------------------------------------------------------------------

    def save(
        self,
        path: str | None = None,
        format: str | None = None,
        mode: str | None = None,
        partitionBy: Any = None,
        **options: Any,
    ) -> None:
        """Writes the rows to a path. All or nothing: files appear when the job has ended well."""
        self.mode(mode)._given(format, partitionBy, options)
        name = self._format_or_default()
        self._check_no_buckets("save")
        if path is not None:
            self._check_one_path("_LEGACY_ERROR_TEMP_1307")
        if not is_file_format(name):
            self._spark._save_source(self._df, name, path, self._mode, self._options)
            return
        target = path or self._option("path")
        if not target:
            raise IllegalArgumentException(errorClass="_LEGACY_ERROR_TEMP_2047", messageParameters={})
        write_files(self._df, name, target, self._mode, self._partitions, self._options_but("path"))
        renew_path(self._spark, target)

    def _save_as(self, name: str, path: str, mode: str | None, partitions: Any, options: dict[str, Any]) -> None:
        self.save(path, name, mode, partitions, **options)

    def _check_no_buckets(self, operation: str) -> None:
        if self._sorted_by and self._buckets is None:
            raise AnalysisException(errorClass="SORT_BY_WITHOUT_BUCKETING", messageParameters={})
        if self._buckets is not None:
            condition = "_LEGACY_ERROR_TEMP_1313" if self._sorted_by else "_LEGACY_ERROR_TEMP_1312"
            raise AnalysisException(errorClass=condition, messageParameters={"operation": operation})

    def csv(
        self,
        path: str,
        mode: str | None = None,
        compression: Any = None,
        sep: Any = None,
        quote: Any = None,
        escape: Any = None,
        header: Any = None,
        nullValue: Any = None,
        escapeQuotes: Any = None,
        quoteAll: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        ignoreLeadingWhiteSpace: Any = None,
        ignoreTrailingWhiteSpace: Any = None,
        charToEscapeQuoteEscaping: Any = None,
        encoding: Any = None,
        emptyValue: Any = None,
        lineSep: Any = None,
    ) -> None:
        """Writes CSV files into a new directory. Runs a job."""
        self._save_as("csv", path, mode, None, _options(locals(), "path", "mode"))

    def json(
        self,
        path: str,
        mode: str | None = None,
        compression: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        lineSep: Any = None,
        encoding: Any = None,
        ignoreNullFields: Any = None,
    ) -> None:
        """Writes JSON files, an object a line, into a new directory. Runs a job."""
        self._save_as("json", path, mode, None, _options(locals(), "path", "mode"))

    def xml(
        self,
        path: str,
        rowTag: Any = None,
        mode: str | None = None,
        attributePrefix: Any = None,
        valueTag: Any = None,
        rootTag: Any = None,
        declaration: Any = None,
        arrayElementName: Any = None,
        nullValue: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        compression: Any = None,
        encoding: Any = None,
        validateName: Any = None,
    ) -> None:
        """Writes XML files into a new directory. Runs a job."""
        self._save_as("xml", path, mode, None, _options(locals(), "path", "mode"))

    def parquet(
        self,
        path: str,
        mode: str | None = None,
        partitionBy: Any = None,
        compression: Any = None,
    ) -> None:
        """Writes Parquet files into a new directory. Runs a job.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as d:
        ...     spark.range(2).write.parquet(d, mode="overwrite")
        ...     spark.read.parquet(d).count()
        2
        """
        self._save_as("parquet", path, mode, partitionBy, _options(locals(), "path", "mode", "partitionBy"))

    def orc(
        self,
        path: str,
        mode: str | None = None,
        partitionBy: Any = None,
        compression: Any = None,
    ) -> None:
        """Writes ORC files into a new directory. Runs a job."""
        self._save_as("orc", path, mode, partitionBy, _options(locals(), "path", "mode", "partitionBy"))

    def text(
        self,
        path: str,
        compression: Any = None,
        lineSep: Any = None,
    ) -> None:
        """Writes the one string column as lines of text files. Runs a job."""
        self._save_as("text", path, None, None, _options(locals(), "path"))

    # --- tables ---------------------------------------------------------------------------------------------------

    def insertInto(self, tableName: str, overwrite: bool | None = None) -> None:
        """Adds the rows to a table; columns are matched by position. ``overwrite`` replaces what is there."""
        if overwrite is not None:
            self.mode("overwrite" if overwrite else "append")
        if self._partitions:
            raise AnalysisException(
                errorClass="PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO", messageParameters={"tableName": tableName}
            )
        self._check_no_buckets("insertInto")
        self._spark._insert_into(self._df, tableName, self._mode == "overwrite", by_name=False)

    def saveAsTable(
        self,
        name: str,
        format: str | None = None,
        mode: str | None = None,
        partitionBy: Any = None,
        **options: Any,
    ) -> None:
        """Makes a table of the rows, or adds them to one (``mode="append"``, columns matched by name)."""
        self.mode(mode)._given(format, partitionBy, options)
        if self._sorted_by and self._buckets is None:
            raise AnalysisException(errorClass="SORT_BY_WITHOUT_BUCKETING", messageParameters={})
        self._spark._save_table(self._df, name, self)

    def jdbc(self, url: str, table: str, mode: str | None = None, properties: dict[str, str] | None = None) -> None:
        """Writes the rows to a table in a database, by ``jdbc:`` URL."""
        self.mode(mode)
        options = {**self._options, **(properties or {}), "url": url, "dbtable": table}
        self._spark._save_source(self._df, "jdbc", None, self._mode, options)


def _names(col: Any, cols: tuple[Any, ...]) -> list[str]:
    if isinstance(col, (list, tuple)):
        if cols:
            raise PySparkValueError(
                errorClass="CANNOT_SET_TOGETHER",
                messageParameters={"arg_list": f"`col` of type {type(col).__name__} and `cols`"},
            )
        col, cols = col[0], tuple(col[1:])
    for name, value in (*(("cols", c) for c in cols), ("col", col)):
        if not isinstance(value, str):
            raise wrong_type(name, "list[str]", value)
    return [col, *cols]
