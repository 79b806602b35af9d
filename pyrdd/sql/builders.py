"""What readers and writers have in common: they collect options, a format, a schema, and give themselves back.

WithOptions                    option, options
    DataFrameWriterV2
    WithFormat                 format
        Reader                 schema                   DataFrameReader, DataStreamReader
        Writer                 partitionBy, clusterBy   DataFrameWriter, DataStreamWriter
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from pyrdd.errors import AnalysisException
from pyrdd.sql.arguments import unpacked, wrong_type
from pyrdd.sql.options import option_text
from pyrdd.sql.types import DataType, StructType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.session import SparkSession

TWO_PATHS = "spark.sql.legacy.pathOptionBehavior.enabled"
"""The setting that lets an option and an argument both name paths."""


def default_format(session: SparkSession) -> str:
    """The format where none is named."""
    return session.conf.get("spark.sql.sources.default") or "parquet"


class WithOptions:
    """Options: texts by names that may be in any case."""

    def __init__(self) -> None:
        self._options: dict[str, str] = {}

    def option(self, key: str, value: Any) -> Self:
        """Sets an option; None is ignored. The name may be in any case."""
        if value is not None:
            self._options = self._options_but(key)
            self._options[key] = option_text(value)
        return self

    def options(self, **options: Any) -> Self:
        """Sets several options."""
        for key, value in options.items():
            self.option(key, value)
        return self

    def _option(self, key: str) -> str | None:
        return next((v for k, v in self._options.items() if k.lower() == key.lower()), None)

    def _options_but(self, *keys: str) -> dict[str, str]:
        left_out = {key.lower() for key in keys}
        return {k: v for k, v in self._options.items() if k.lower() not in left_out}


class WithFormat(WithOptions):
    """Options, and the format that they are for."""

    def __init__(self, session: SparkSession) -> None:
        super().__init__()
        self._spark = session
        self._format: str | None = None

    def format(self, source: str) -> Self:
        """Sets the format; ``spark.sql.sources.default`` (parquet) if none is set."""
        self._format = source
        return self

    def _format_or_default(self) -> str:
        return self._format or default_format(self._spark)

    def _check_one_path(self, condition: str) -> None:
        """Raises the condition if the options name a path, where an argument does too."""
        allowed = str(self._spark.conf._values.get(TWO_PATHS, "false")).lower() == "true"
        if not allowed and self._options_but("path", "paths") != self._options:
            raise AnalysisException(errorClass=condition, messageParameters={"config": TWO_PATHS})


class Reader(WithFormat):
    """A reader: its format, options, and the columns that are there."""

    def __init__(self, session: SparkSession) -> None:
        super().__init__(session)
        self._schema: StructType | None = None

    def schema(self, schema: StructType | str) -> Self:
        """Sets the columns, as a struct or as SQL text, so that files need not be looked into."""
        made = DataType.fromDDL(schema) if isinstance(schema, str) else schema
        if not isinstance(made, StructType):
            raise wrong_type("schema", "str or struct type", schema)
        self._schema = made
        return self

    def _given(self, schema: StructType | str | None, options: dict[str, Any]) -> Self:
        """Notes the arguments of a method that reads."""
        if schema is not None:
            self.schema(schema)
        return self.options(**options)


class Writer(WithFormat):
    """A writer: a DataFrame, its format, options, and how its rows are spread."""

    def __init__(self, df: DataFrame) -> None:
        super().__init__(df.sparkSession)
        self._df = df
        self._partitions: list[str] = []
        self._clusters: list[str] = []

    def partitionBy(self, *cols: Any) -> Self:
        """Spreads the rows over directories ``column=value``. Raises AnalysisException beside `clusterBy`."""
        self._partitions = list(unpacked(cols, (list, tuple)))
        check_one_layout(partitioned=bool(self._partitions), clustered=bool(self._clusters))
        return self

    def clusterBy(self, *cols: Any) -> Self:
        """Notes columns by which rows are to lie together. A new table remembers them; files are written as without.
        Raises AnalysisException beside `partitionBy`."""
        self._clusters = list(unpacked(cols, (list, tuple)))
        check_one_layout(partitioned=bool(self._partitions), clustered=bool(self._clusters))
        return self

    def _given(self, format: str | None, partitionBy: str | Sequence[str] | None, options: dict[str, Any]) -> Self:
        """Notes the arguments of a method that writes."""
        if partitionBy is not None:
            self.partitionBy(*([partitionBy] if isinstance(partitionBy, str) else partitionBy))
        if format is not None:
            self.format(format)
        return self.options(**options)


def check_one_layout(*, clustered: bool, partitioned: bool = False, bucketed: bool = False) -> None:
    """Raises AnalysisException for rows that are clustered, and partitioned or bucketed too."""
    if clustered and partitioned:
        raise AnalysisException(
            errorClass="SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED", messageParameters={}
        )
    if clustered and bucketed:
        raise AnalysisException(errorClass="SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED", messageParameters={})
