"""Texts that are in an RDD or a DataFrame already, read as JSON, CSV or XML by the parsers of files. Each text is a record,
whatever line ends it holds. Without a schema a job looks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from pyrdd.rdd.facade import RDD
from pyrdd.sql.analysis.problems import analysis_error, quoted_type
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.plan import LogicalPlan, RddRelation, attributes_of
from pyrdd.sql.sources import Options, format_named
from pyrdd.sql.types import DataType, NullType, StringType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.sql.session import SparkSession

Read = Callable[[Sequence[str], StructType, Options], Iterable[Any]]


def text_relation(
    session: SparkSession, name: str, texts: Any, schema: StructType | None, options: Mapping[str, Any]
) -> LogicalPlan:
    """The relation of texts in a format. Raises AnalysisException for a DataFrame whose first column is no string."""
    given = Options(options, dict(session.conf._values))
    rdd: RDD[Any] = texts.mapPartitions(_as_texts) if isinstance(texts, RDD) else _column(texts)
    if name not in _MAKERS:
        raise not_implemented(f"Reading {name} from an RDD or DataFrame of texts", "Write the texts to files.")
    return _MAKERS[name](rdd, schema, given)


def _column(df: Any) -> RDD[Any]:
    kind = df.schema.fields[0].dataType if df.schema.fields else NullType()
    if not isinstance(kind, StringType):
        raise analysis_error("DATAFRAME_INPUT_NOT_STRING_TYPE", dataType=quoted_type(kind))
    found: RDD[Any] = df.rdd.map(_first)
    return found


def _first(row: Any) -> Any:
    return row[0]


def _as_texts(values: Iterable[Any]) -> Iterator[str]:
    return map(str, values)


def _relation(rdd: RDD[str], name: str, schema: StructType, options: Options, read: Read) -> LogicalPlan:
    format_named(name).check_read(schema, options)
    nullable = schema.toNullable()
    tables: RDD[Any] = rdd.mapPartitions(partial(_tables, read, nullable, options))
    return RddRelation(attributes_of(nullable), tables, nullable, arrow=True)


def _tables(read: Read, schema: StructType, options: Options, texts: Iterable[str]) -> Iterator[pa.Table]:
    import pyarrow as pa  # here: the driver may only plan

    for batch in read(list(texts), schema, options):
        yield pa.Table.from_batches([batch])


# --- JSON --------------------------------------------------------------------------------------------------------


def _json(rdd: RDD[str], schema: StructType | None, options: Options) -> LogicalPlan:
    from pyrdd.sql.sources import json_infer, json_reader  # here: one format is read, not all

    if schema is None:
        kinds = rdd.mapPartitions(partial(_json_kinds, options)).collect()
        schema = json_infer.schema_of_kinds(kinds, options)
    return _relation(rdd, "json", schema, options, json_reader.read_texts)


def _json_kinds(options: Options, texts: Iterable[str]) -> Iterator[DataType]:
    from pyrdd.sql.sources import json_infer  # here: runs in tasks

    yield json_infer.kind_of_texts(list(texts), options)


# --- CSV ---------------------------------------------------------------------------------------------------------


def _csv(rdd: RDD[str], schema: StructType | None, options: Options) -> LogicalPlan:
    from pyrdd.sql.sources import csv_reader  # here: one format is read, not all
    from pyrdd.sql.sources.csv_dialect import read_dialect  # here: as above

    dialect = read_dialect(options)
    lines: RDD[str] = rdd.mapPartitions(partial(_csv_records, dialect))
    header = lines.take(1) if schema is None or dialect.header else []
    if dialect.header and header:
        # every line like the first is a header, as Spark has it: the texts may be those of several files
        lines = lines.filter(partial(_differs, header[0]))
    if schema is None:
        schema = _csv_schema(lines, header, dialect, options)
    return _relation(lines, "csv", schema, options, csv_reader.read_lines)


def _csv_records(dialect: Any, texts: Iterable[str]) -> Iterator[str]:
    from pyrdd.sql.sources.csv_reader import records  # here: runs in tasks

    return iter(records([text for text in texts if text is not None], dialect))


def _differs(header: str, line: str) -> bool:
    return line != header


def _csv_schema(lines: RDD[str], header: list[str], dialect: Any, options: Options) -> StructType:
    from pyrdd.sql.sources import csv_infer  # here: most readers know their schema
    from pyrdd.sql.sources.csv_dialect import flag  # here: as above
    from pyrdd.sql.sources.csv_tokens import Tokenizer  # here: as above

    if not header:
        return StructType([])
    first = Tokenizer(dialect).line(header[0])
    names = csv_infer.column_names(first, dialect, options.setting_flag("spark.sql.caseSensitive"))
    kinds: list[DataType] = [StringType() for _ in names]
    if flag(options, "inferSchema", False):
        found = lines.mapPartitions(partial(_csv_types, len(names), dialect, options)).collect()
        void: DataType = NullType()
        columns = [reduce(csv_infer.wider, column, void) for column in zip(*found, strict=True)]
        kinds = [StringType() if isinstance(kind, NullType) else kind for kind in columns]
    return StructType([StructField(name, kind, True) for name, kind in zip(names, kinds, strict=True)])


def _csv_types(width: int, dialect: Any, options: Options, lines: Iterable[str]) -> Iterator[list[DataType]]:
    from pyrdd.sql.sources import csv_infer  # here: runs in tasks

    yield csv_infer.types_of_lines(list(lines), width, dialect, options)


# --- XML ---------------------------------------------------------------------------------------------------------


def _xml(rdd: RDD[str], schema: StructType | None, options: Options) -> LogicalPlan:
    from pyrdd.sql.sources import xml_reader  # here: one format is read, not all
    from pyrdd.sql.sources.xml_options import check_options  # here: as above

    check_options(options, texts=True)
    if schema is None:
        schema = xml_reader.schema_of_kinds(rdd.mapPartitions(partial(_xml_kinds, options)).collect(), options)
    return _relation(rdd, "xml", schema, options, xml_reader.read_texts)


def _xml_kinds(options: Options, texts: Iterable[str]) -> Iterator[DataType]:
    from pyrdd.sql.sources import xml_reader  # here: runs in tasks

    yield from xml_reader.kinds(xml_reader.text_records(texts, options), options)


_MAKERS: dict[str, Callable[[RDD[str], StructType | None, Options], LogicalPlan]] = {
    "json": _json,
    "csv": _csv,
    "xml": _xml,
}
