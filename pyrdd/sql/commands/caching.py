"""Kept results when the files below them change: they are computed anew, from the files as they are then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyrdd.io.filesystem import qualify
from pyrdd.sql.catalog_tables import StoredTable
from pyrdd.sql.plan import FileScan, LogicalPlan
from pyrdd.sql.sources import Options, list_files
from pyrdd.sql.tables import files_of

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def renew_table(session: SparkSession, table: StoredTable) -> None:
    """Keeps anew what is kept of results that read a table."""
    name = ".".join(table.parts)
    _renew(session, lambda scan: scan.table == name)


def renew_path(session: SparkSession, path: str) -> None:
    """Keeps anew what is kept of results that read files at a path."""
    place = qualify(path).rstrip("/")
    _renew(session, lambda scan: any(root == place or root.startswith(place + "/") for root in scan.listing.root))


def forget_table(session: SparkSession, table: StoredTable) -> None:
    """Forgets what is kept of results that read a table."""
    name = ".".join(table.parts)
    for plan, _ in _kept(session, lambda scan: scan.table == name):
        session._cache.remove(plan)


def _kept(session: SparkSession, wanted: Callable[[FileScan], bool]) -> list[tuple[LogicalPlan, Any]]:
    if "_cache" not in session.__dict__:
        return []
    entries = list(session._cache._entries.values())
    return [(e.plan, e.level) for e in entries if any(wanted(scan) for scan in e.plan.find(FileScan))]


def _renew(session: SparkSession, wanted: Callable[[FileScan], bool]) -> None:
    def rule(node: Any) -> Any:
        return _with_files(session, node) if isinstance(node, FileScan) and wanted(node) else node

    for plan, level in _kept(session, wanted):
        session._cache.remove(plan)
        session._cache.add(plan.transform_up(rule), level)


def _with_files(session: SparkSession, scan: FileScan) -> FileScan:
    """The scan with the files that are there now."""
    given = Options(scan.options, dict(session.conf._values))
    table = None if scan.table is None else session._catalog.find_table(scan.table.split("."))
    if scan.table is not None:
        files = () if table is None else tuple(files_of(table, given))
        return scan.copy(listing=replace(scan.listing, files=files))
    listing = list_files(list(scan.listing.root), given, scan.listing.partition_schema, must_exist=False)
    return scan.copy(listing=replace(listing, partition_schema=scan.listing.partition_schema))
