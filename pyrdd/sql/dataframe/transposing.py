"""`DataFrame.transpose`: the rows are collected, turned, and made a DataFrame again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.errors import AnalysisException
from pyrdd.sql.analysis.coercion import common_type
from pyrdd.sql.analysis.problems import quoted_type
from pyrdd.sql.column import Column
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.types import AtomicType, DataType, StringType, StructField, StructType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame

_LIMIT = "spark.sql.transposeMaxValues"


def transposed(df: DataFrame, index: Column | None) -> DataFrame:
    """A row for each column but the index, a column for each value of the index. Runs a job."""
    if index is None and not df._output:
        return df._session.createDataFrame([], StructType([]))
    by = df._output[0] if index is None else _index(df, index)
    others = [a for a in df._output if a.id != by.id]
    kind = _common_type(df, others)
    most = int(df._session.conf.get(_LIMIT) or 500)
    columns = [Column(a).cast(kind) if a.data_type != kind else Column(a) for a in others]
    ordered = df.filter(Column(by).isNotNull()).sort(Column(by))
    rows = ordered.select(Column(by).cast("string"), *columns).limit(most + 1).collect()
    if len(rows) > most:
        raise AnalysisException(
            errorClass="TRANSPOSE_EXCEED_ROW_LIMIT", messageParameters={"maxValues": str(most), "config": _LIMIT}
        )
    fields = [StructField("key", StringType(), False), *(StructField(row[0], kind) for row in rows)]
    made = [(a.name, *(row[i + 1] for row in rows)) for i, a in enumerate(others)]
    return df._session.createDataFrame(made, StructType(fields), verifySchema=False)


def _index(df: DataFrame, index: Column) -> Attribute:
    found = df._find(index.expression)
    if found is None:
        # an expression over columns: Spark wants a column itself
        df.select(index)
        raise AnalysisException(
            errorClass="TRANSPOSE_INVALID_INDEX_COLUMN",
            messageParameters={"reason": "Index column must be an atomic attribute"},
        )
    if not isinstance(found.data_type, AtomicType):
        raise AnalysisException(
            errorClass="TRANSPOSE_INVALID_INDEX_COLUMN",
            messageParameters={"reason": f"Index column must be of atomic type, but found: {found.data_type}"},
        )
    return found


def _common_type(df: DataFrame, columns: list[Attribute]) -> DataType:
    if not columns:
        return StringType()
    kind = columns[0].data_type
    for attribute in columns[1:]:
        wider = common_type(kind, attribute.data_type, df._context)
        # a number and a string have a common type elsewhere, but not here
        if wider is None or isinstance(kind, StringType) != isinstance(attribute.data_type, StringType):
            raise AnalysisException(
                errorClass="TRANSPOSE_NO_LEAST_COMMON_TYPE",
                messageParameters={"dt1": quoted_type(kind), "dt2": quoted_type(attribute.data_type)},
            )
        kind = wider
    return kind
