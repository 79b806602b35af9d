"""INSERT in all its forms; UPDATE, DELETE and MERGE, which tables of files do not take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException, PySparkException, UnsupportedOperationException
from pyrdd.io.filesystem import filesystem_of, join, qualify
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.catalog_tables import Partition, Spec, StoredTable, column_list
from pyrdd.sql.commands.caching import renew_table
from pyrdd.sql.commands.defaults import filled
from pyrdd.sql.commands.names import analyzed, context, plain_table
from pyrdd.sql.commands.specs import directory_of, full_spec, matching, spec_values
from pyrdd.sql.dataframe import DataFrame
from pyrdd.sql.expressions import Alias, Expression, new_id
from pyrdd.sql.file_writes import run_write
from pyrdd.sql.literals import literal_of
from pyrdd.sql.names import quoted_parts
from pyrdd.sql.options import split_path
from pyrdd.sql.plan import Command, FileScan, LogicalPlan, Project
from pyrdd.sql.sources import FileWriteJob, Options, TaskCommit, format_named
from pyrdd.sql.sources.partitions import parse_directory
from pyrdd.sql.sources.registry import is_file_format
from pyrdd.sql.sources.write import BUCKET_ID_COLUMN
from pyrdd.sql.storing import rows_for, target_column
from pyrdd.sql.tables import listing_of

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def insert(session: SparkSession, command: Command) -> None:
    """INSERT INTO and INSERT OVERWRITE. Runs a job."""
    name = command["name"]
    table = plain_table(session, name, "INSERT", "query")
    query = analyzed(session, _with_defaults(session, table, command))
    if command["replace_where"] is not None:
        raise unsupported(table, "INSERT INTO ... REPLACE WHERE")
    fixed = _fixed(session, table, command)
    columns, by_name = command["columns"], bool(command["by_name"])
    texts = spec_values(session, table, fixed)
    if command["if_not_exists"] and matching(table, texts):
        return
    rows = rows_for(session, table, query, columns, by_name, fixed)
    store_rows(session, table, rows, bool(command["overwrite"]), texts, dict(command["options"] or ()))


def _with_defaults(session: SparkSession, table: StoredTable, command: Command) -> LogicalPlan:
    """The query of an INSERT, with the word DEFAULT in its VALUES replaced by the default of the column."""
    found: LogicalPlan = filled(session, table, command["query"], command["columns"], _spec(command))
    return found


def _spec(command: Command) -> tuple[tuple[str, Any], ...]:
    return tuple(command["partition"] or ())


def _fixed(session: SparkSession, table: StoredTable, command: Command) -> dict[str, Expression]:
    """The values that PARTITION gives, by the columns' names. Raises what Spark raises for wrong specifications."""
    spec = _spec(command)
    ctx = context(session)
    if not spec:
        return {}
    unknown = [n for n, _ in spec if not any(ctx.same_name(n, k) for k in table.partition_columns)]
    if unknown:
        raise analysis_error("PARTITIONS_NOT_FOUND", partitionList=column_list(unknown), tableName=table.quoted_name)
    given = {target_column(table, n, ctx).name: value for n, value in spec}
    fixed = {n: resolve(v, Scope(ctx)) for n, v in given.items() if v is not None}
    if len(given) < len(table.partition_columns) and not command["columns"]:
        raise analysis_error(
            "_LEGACY_ERROR_TEMP_1169",
            tableName=table.quoted_name,
            normalizedPartSpec=",".join(given),
            partColNames=",".join(table.partition_columns),
        )
    order = [name in fixed for name in table.partition_columns if name in given]
    if order != sorted(order, reverse=True):
        raise analysis_error("_LEGACY_ERROR_TEMP_1147", partColumns=f"[{','.join(table.partition_columns)}]")
    return fixed


def store_rows(
    session: SparkSession,
    table: StoredTable,
    rows: LogicalPlan,
    overwrite: bool,
    fixed: Mapping[str, str | None],
    options: Mapping[str, str],
) -> None:
    """Writes rows that have the table's columns into its files. Raises UNSUPPORTED_OVERWRITE for its own rows."""
    if not is_file_format(table.provider or ""):
        _store_elsewhere(session, table, rows, overwrite)
        return
    assert table.location is not None
    if overwrite and _reads(rows, table):
        raise analysis_error("UNSUPPORTED_OVERWRITE.TABLE", table=table.quoted_name)
    given = Options({**dict(table.options), **options}, dict(session.conf._values))
    if overwrite and fixed and len(fixed) == len(table.partition_columns):
        _forget_partitions(session, table, fixed)
    keys = table.partition_columns or tuple(listing_of(table, given).partition_schema.fieldNames())
    job = FileWriteJob(
        table.location, format_named(table.provider or ""), table.schema, keys,
        table.buckets.count if table.buckets else 0, table.buckets.sorted_by if table.buckets else (),
        "overwrite" if overwrite else "append", given, {n: v for n, v in fixed.items() if v is not None},
    )  # fmt: skip
    commits = run_write(DataFrame._of(session, _with_buckets(table, rows)), job)
    _register(session, table, commits, overwrite and not job._dynamic, fixed)
    renew_table(session, table)


def _store_elsewhere(session: SparkSession, table: StoredTable, rows: LogicalPlan, overwrite: bool) -> None:
    df = DataFrame._of(session, rows)
    mode = "overwrite" if overwrite else "append"
    session._save_source(df, table.provider or "", table.location, mode, dict(table.options))


def _reads(plan: LogicalPlan, table: StoredTable) -> bool:
    name = ".".join(table.parts)
    if isinstance(plan, FileScan):
        return plan.table == name
    return any(_reads(child, table) for child in plan.children)


def _with_buckets(table: StoredTable, rows: LogicalPlan) -> LogicalPlan:
    if table.buckets is None:
        return rows
    known = {c.name.lower(): c for c in rows.output}
    values = [known[name.lower()] for name in table.buckets.columns]
    number = make_call("pmod", make_call("hash", *values), literal_of(table.buckets.count))
    return Project((*rows.output, Alias(number, BUCKET_ID_COLUMN, new_id())), rows)


def _forget_partitions(session: SparkSession, table: StoredTable, fixed: Mapping[str, str | None]) -> None:
    """A partition that lies elsewhere is written to its own directory from now on."""
    spec = tuple(fixed[name] for name in table.partition_columns)
    known = table.partitions.get(spec)
    if known is not None and known.location != directory_of(table, spec):
        fs = filesystem_of(known.location)
        if fs.status(known.location) is not None:
            fs.delete(known.location)


def _register(
    session: SparkSession,
    table: StoredTable,
    commits: Sequence[TaskCommit],
    replaced: bool,
    fixed: Mapping[str, str | None],
) -> None:
    """Enters the partitions that were written, and takes out those that were replaced."""
    if not table.partition_columns:
        if table.statistics is not None:
            session._catalog.store.put(table.with_(statistics=None))
        return
    places = {index: fixed[n] for index, n in enumerate(table.partition_columns) if n in fixed}
    kept = {
        spec: p
        for spec, p in table.partitions.items()
        if not (replaced and all(spec[i] == v for i, v in places.items()))
    }
    if fixed and len(fixed) == len(table.partition_columns):
        spec = tuple(fixed[n] for n in table.partition_columns)
        kept[spec] = Partition(spec, directory_of(table, spec))
    for spec in dict.fromkeys(spec_of_directory(table, d) for c in commits for d in c.partitions):
        kept[spec] = Partition(spec, directory_of(table, spec))
    session._catalog.store.put(table.with_(partitions=kept, statistics=None))


def spec_of_directory(table: StoredTable, directory: str) -> Spec:
    """The partition of a relative directory ``a=1/b=x``."""
    assert table.location is not None
    path = join(table.location, *directory.split("/"))
    found = parse_directory(path, frozenset({table.location}))
    assert found is not None
    return full_spec(found.raw)


# --- several at once, directories --------------------------------------------------------------------------------


def multi_insert(session: SparkSession, command: Command) -> None:
    """FROM ... INSERT ... INSERT ...: one after the other."""
    for one in command["inserts"]:
        (insert_directory if one.kind == "insert_directory" else insert)(session, one)


def insert_directory(session: SparkSession, command: Command) -> None:
    """INSERT OVERWRITE DIRECTORY: the rows of a query replace the files of a directory. Runs a job."""
    named, options = split_path(command["options"])
    path = command["path"] or named
    if path is None:
        raise analysis_error("_LEGACY_ERROR_TEMP_1201")
    rows = analyzed(session, command["query"])
    given = Options(options, dict(session.conf._values))
    df = DataFrame._of(session, rows)
    kind = format_named(command["using"] or "parquet")
    run_write(df, FileWriteJob(qualify(path), kind, df.schema, (), 0, (), "overwrite", given))


# --- what tables of files do not take ----------------------------------------------------------------------------


def unsupported(table: StoredTable, operation: str, kind: type[PySparkException] = AnalysisException) -> Exception:
    """UNSUPPORTED_FEATURE.TABLE_OPERATION."""
    return kind(
        errorClass="UNSUPPORTED_FEATURE.TABLE_OPERATION",
        messageParameters={"tableName": quoted_parts(table.parts), "operation": operation},
    )


def update(session: SparkSession, command: Command) -> None:
    """UPDATE: refused, as Spark does for tables of files."""
    table = plain_table(session, command["name"], "UPDATE", "query")
    raise unsupported(table, "UPDATE TABLE", UnsupportedOperationException)


def delete(session: SparkSession, command: Command) -> None:
    """DELETE: refused, as Spark does for tables of files."""
    raise unsupported(plain_table(session, command["name"], "DELETE", "query"), "DELETE")


def merge(session: SparkSession, command: Command) -> None:
    """MERGE: refused, as Spark does for tables of files."""
    table = plain_table(session, command["name"], "MERGE", "query")
    raise unsupported(table, "MERGE INTO TABLE", UnsupportedOperationException)
