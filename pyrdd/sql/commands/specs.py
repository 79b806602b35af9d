"""Partition specifications: ``PARTITION (a = 1, b = 'x')`` as the texts that directories are named by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.io.filesystem import join
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.catalog_tables import Partition, Spec, StoredTable
from pyrdd.sql.commands.names import context
from pyrdd.sql.expressions import Cast, Expression
from pyrdd.sql.names import quoted
from pyrdd.sql.sources.partitions import NULL_PARTITION, directory_name
from pyrdd.sql.types import StringType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def spec_values(session: SparkSession, table: StoredTable, fixed: Mapping[str, Expression]) -> dict[str, str | None]:
    """The texts of resolved values, each cast to its column's type first."""
    ctx = context(session)
    kinds = {c.name: c.read_type for c in table.keys}
    found: dict[str, str | None] = {}
    for name, value in fixed.items():
        typed = value if value.data_type == kinds[name] else Cast(value, kinds[name], "ansi")
        found[name] = constant_value(Cast(typed, StringType(), "ansi"), ctx)
    return found


def resolved_spec(session: SparkSession, table: StoredTable, spec: Sequence[tuple[str, Any]]) -> dict[str, str | None]:
    """The texts of a specification as it was written. Columns without a value are left out."""
    ctx = context(session)
    values: dict[str, Expression] = {}
    for written, value in spec:
        name = next((n for n in table.partition_columns if ctx.same_name(n, written)), None)
        if name is None:
            raise wrong_columns(table, [n for n, _ in spec])
        if value is not None:
            values[name] = resolve(value, Scope(ctx))
    return spec_values(session, table, values)


def complete_spec(session: SparkSession, table: StoredTable, spec: Sequence[tuple[str, Any]]) -> Spec:
    """The partition of a specification that names all columns. Raises if it does not."""
    check_partitioned(table)
    found = resolved_spec(session, table, spec)
    if len(found) != len(table.partition_columns):
        raise wrong_columns(table, [n for n, _ in spec])
    return tuple(found[name] for name in table.partition_columns)


def check_partitioned(table: StoredTable) -> None:
    """Raises INVALID_PARTITION_OPERATION for a table without partition columns."""
    if not table.partition_columns:
        raise analysis_error("INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY", name=table.quoted_name)


def wrong_columns(table: StoredTable, names: Sequence[str]) -> Exception:
    """_LEGACY_ERROR_TEMP_1232: the specification does not name the table's partition columns."""
    return analysis_error(
        "_LEGACY_ERROR_TEMP_1232",
        specKeys=", ".join(names),
        partitionColumnNames=", ".join(table.partition_columns),
        tableName=table.quoted_name,
    )


def matching(table: StoredTable, spec: Mapping[str, str | None]) -> list[Spec]:
    """The partitions of a table that have the values given, in the order of their directories."""
    places = {index: spec[n] for index, n in enumerate(table.partition_columns) if n in spec}
    found = [one for one in table.partitions if all(one[i] == v for i, v in places.items())]
    return sorted(found, key=lambda one: directory_name(table.partition_columns, one))


def full_spec(raw: Sequence[str]) -> Spec:
    """The values of a directory's texts."""
    return tuple(None if one == NULL_PARTITION else one for one in raw)


def directory_of(table: StoredTable, spec: Spec) -> str:
    """Where a partition goes that is made without a location."""
    assert table.location is not None
    return join(table.location, *directory_name(table.partition_columns, spec).split("/"))


def spec_text(table: StoredTable, spec: Spec) -> str:
    """A partition as messages show it."""
    pairs = zip(table.partition_columns, spec, strict=True)
    return "PARTITION (" + ", ".join(f"{quoted(n)} = {'null' if v is None else v}" for n, v in pairs) + ")"


def known_partition(table: StoredTable, spec: Spec) -> Partition:
    """A partition that is there. Raises PARTITIONS_NOT_FOUND."""
    found = table.partitions.get(spec)
    if found is None:
        raise no_partitions("PARTITIONS_NOT_FOUND", table, [spec])
    return found


def no_partitions(condition: str, table: StoredTable, specs: Sequence[Spec]) -> Exception:
    """A condition on partitions, which names them."""
    return analysis_error(
        condition,
        partitionList=", ".join(spec_text(table, spec) for spec in specs),
        tableName=f"{quoted(table.database)}.{quoted(table.name)}",
    )
