"""What DataFrames, readers and writers ask of their session. Nothing here is public."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from pyrdd.errors import AnalysisException, ParseException
from pyrdd.sql.column import Column
from pyrdd.sql.names import quoted_parts
from pyrdd.util.loading import load_without_collection

if TYPE_CHECKING:
    from pyrdd.sql.analysis.context import AnalysisContext
    from pyrdd.sql.catalog_state import SessionCatalog
    from pyrdd.sql.conf import RuntimeConfig
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.execution.cache import CacheManager
    from pyrdd.sql.plan import LogicalPlan
    from pyrdd.sql.session import SparkSession
    from pyrdd.sql.writer import DataFrameWriter
    from pyrdd.sql.writer_v2 import DataFrameWriterV2


class SessionInternals:
    """The session's own vocabulary. Imports stand inside: a program that only wants a context does not load SQL."""

    conf: RuntimeConfig
    if TYPE_CHECKING:
        # a property of the session
        @property
        def _catalog(self) -> SessionCatalog: ...

    def _analysis_context(self) -> AnalysisContext:
        from pyrdd.sql.session_state import analysis_context  # here: see the class

        return analysis_context(self).with_(conf=self.conf._values)  # type: ignore[arg-type]

    @cached_property
    def _cache(self) -> CacheManager:
        from pyrdd.sql.execution.cache import CacheManager  # here: see the class

        return CacheManager(self)  # type: ignore[arg-type]

    def _parse_expression(self, text: str) -> Column:
        with load_without_collection("pyrdd.sql.parser"):
            from pyrdd.sql.parser import parse_expression  # here: see the class

        return Column(parse_expression(text, self.conf))

    def _name(self, text: str) -> tuple[str, ...]:
        from pyrdd.sql.parser import parse_multipart_identifier  # here: see the class

        return parse_multipart_identifier(text)

    # --- views and tables -----------------------------------------------------------------------------------------

    def _register_view(self, name: str, plan: LogicalPlan, replace: bool, is_global: bool) -> None:
        from pyrdd.sql.catalog_state import GLOBAL_DATABASE  # here: see the class

        try:
            parts = self._name(name)
        except ParseException:
            raise AnalysisException(
                errorClass="_LEGACY_ERROR_TEMP_1321", messageParameters={"viewName": name}
            ) from None
        if len(parts) > 1:
            raise AnalysisException(
                errorClass="TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", messageParameters={"actualName": ".".join(parts)}
            )
        known = (GLOBAL_DATABASE, *parts) if is_global else parts
        if not replace and self._catalog.view_of(known) is not None:
            raise AnalysisException(
                errorClass="TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
                messageParameters={"relationName": quoted_parts(parts)},
            )
        self._catalog.create_view(parts[0], plan, True, is_global)

    def _share_tables(self, other: SessionInternals) -> None:
        """Databases and tables are the application's: both sessions' catalogs get the same."""
        self._catalog.share_tables(other._catalog)

    def _command(self, kind: str, **parts: Any) -> LogicalPlan:
        """Runs a command that the API has a method for; parts of None are absent."""
        from pyrdd.sql import commands  # here: see the class
        from pyrdd.sql.plan import Command  # here: see the class

        given = tuple((name, value) for name, value in parts.items() if value is not None and value is not False)
        found: LogicalPlan = commands.run(cast("SparkSession", self), Command(kind, given))
        return found

    def _insert_into(self, df: DataFrame, table: str, overwrite: bool, by_name: bool) -> None:
        self._command("insert", name=self._name(table), overwrite=overwrite, by_name=by_name, query=df._plan)

    def _no_second_version(self, table: str) -> AnalysisException:
        """What a write in Spark's second way (`DataFrameWriterV2`) into a table of files raises."""
        from pyrdd.sql.commands.names import table_named  # here: see the class

        found = table_named(cast("SparkSession", self), self._name(table), "query")
        return AnalysisException(
            errorClass="_LEGACY_ERROR_TEMP_1012", messageParameters={"identifier": quoted_parts(found.parts)}
        )

    def _merge_into(self, table: str) -> None:
        self._command("merge", name=self._name(table))

    def _save_table(self, df: DataFrame, name: str, writer: DataFrameWriter) -> None:
        parts, mode = self._name(name), writer._mode
        exists = self._table_exists(parts)
        if exists and mode == "ignore":
            return
        if exists and mode == "append":
            self._insert_into(df, name, False, by_name=True)
            return
        buckets, bucket_columns = writer._buckets or (None, None)
        self._command(
            "create_table",
            name=parts,
            replace="overwrite" if exists and mode == "overwrite" else None,
            using=writer._format,
            partitioned_by=_transforms(writer._partitions) or None,
            clustered_by=tuple(bucket_columns) if bucket_columns else None,
            sorted_by=tuple((c, True) for c in writer._sorted_by) or None,
            buckets=buckets,
            cluster_by=tuple(writer._clusters) or None,
            options=tuple(writer._options_but("path").items()) or None,
            location=writer._option("path"),
            query=df._plan,
        )

    def _create_table(self, writer: DataFrameWriterV2, replace: bool | str = False) -> None:
        self._command(
            "create_table",
            name=self._name(writer._table),
            replace=replace,
            using=writer._provider,
            partitioned_by=tuple(writer._partitions) or None,
            cluster_by=tuple(writer._clusters) or None,
            options=tuple(writer._options.items()) or None,
            properties=tuple(writer._properties.items()) or None,
            query=writer._df._plan,
        )

    def _table_exists(self, parts: tuple[str, ...]) -> bool:
        try:
            self._catalog.find_relation(parts)
        except AnalysisException:
            return False
        return True

    # --- sources --------------------------------------------------------------------------------------------------

    def _load_source(self, name: str, path: Any, schema: Any, options: Mapping[str, Any]) -> DataFrame:
        from pyrdd.sql.foreign_sources import load  # here: see the class

        return self._frame(load(cast("SparkSession", self), name, path, schema, options))  # type: ignore[attr-defined, no-any-return]

    def _save_source(self, df: DataFrame, name: str, path: str | None, mode: str, options: Mapping[str, Any]) -> None:
        from pyrdd.sql.foreign_sources import save  # here: see the class

        save(cast("SparkSession", self), df, name, path, mode, options)

    def _read_texts(self, name: str, texts: Any, schema: Any, options: Mapping[str, Any]) -> DataFrame:
        from pyrdd.sql.text_relations import text_relation  # here: see the class

        relation = text_relation(cast("SparkSession", self), name, texts, schema, options)
        return self._frame(relation)  # type: ignore[attr-defined, no-any-return]

    # --- comparing ------------------------------------------------------------------------------------------------

    def _canonical(self, plan: LogicalPlan) -> Any:
        from pyrdd.sql.execution.canonical import canonical  # here: see the class

        return canonical(plan)


def _transforms(columns: list[str]) -> tuple[Any, ...]:
    from pyrdd.sql.parser.commands import Transform  # here: only tables with partitions need it

    return tuple(Transform("identity", ((column,),)) for column in columns)
