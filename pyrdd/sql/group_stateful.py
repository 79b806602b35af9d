"""Python functions with state on the groups of a stream: what `GroupedData` has for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException, IllegalArgumentException, PySparkValueError
from pyrdd.sql.expressions import Alias, Attribute, Expression, UnresolvedAttribute
from pyrdd.sql.plan import LocalRelation, Project, attributes_of
from pyrdd.sql.plan.stateful import CoGroupWithState, MapGroupsWithState
from pyrdd.sql.plan.streaming import EventTimeWatermark, is_streaming
from pyrdd.sql.streaming.state import GroupStateTimeout
from pyrdd.sql.streaming.stateful_processor import StatefulProcessor
from pyrdd.sql.types import StructType
from pyrdd.util import PythonEvalType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame

_OUTPUT_MODES = {"append": "Append", "complete": "Complete", "update": "Update"}
_TIME_MODES = ("none", "processingtime", "eventtime")


class StatefulGroups:
    """The part of `GroupedData` that runs functions with state. All rows of a group meet in one task: needs a shuffle."""

    _df: DataFrame

    @property
    def _grouping(self) -> tuple[Expression, ...]:
        raise NotImplementedError

    def applyInPandasWithState(
        self,
        func: Callable[..., Any],
        outputStructType: StructType | str,
        stateStructType: StructType | str,
        outputMode: str,
        timeoutConf: str,
    ) -> DataFrame:
        """What ``func(key, frames, state)`` puts out as pandas DataFrames, for each group that has new rows and for each
        whose timeout is over. ``state`` (a `GroupState`) lasts from batch to batch. For streams only: a batch query
        raises UnsupportedOperationException when it runs.

        >>> df = spark.range(3)
        >>> df.groupBy("id").applyInPandasWithState(print, "n long", "n long", "update", "NoTimeout").columns
        ['n']
        """
        from pyrdd.sql.group_python import checked_schema, struct_of  # here: it is made of this module
        from pyrdd.sql.streaming.stateful_timeouts import GroupStateFunction  # here: it loads Arrow

        assert timeoutConf in (
            GroupStateTimeout.NoTimeout,
            GroupStateTimeout.ProcessingTimeTimeout,
            GroupStateTimeout.EventTimeTimeout,
        ), timeoutConf
        kind = PythonEvalType.SQL_GROUPED_MAP_PANDAS_UDF_WITH_STATE
        columns = attributes_of(checked_schema(func, outputStructType, kind))
        mode = output_mode(outputMode)
        if mode == "Complete":
            raise IllegalArgumentException("The output mode of the function is neither append nor update.")
        function: Any = GroupStateFunction(func, struct_of(stateStructType), mode, timeoutConf)
        return self._df._with(MapGroupsWithState(function, kind, self._key_columns(), columns, self._df._plan))

    def transformWithStateInPandas(
        self,
        statefulProcessor: StatefulProcessor,
        outputStructType: StructType | str,
        outputMode: str,
        timeMode: str,
        initialState: Any = None,
        eventTimeColumnName: str = "",
    ) -> DataFrame:
        """What a `StatefulProcessor` puts out as pandas DataFrames; see `transformWithState`."""
        return self._transformed(
            statefulProcessor, outputStructType, outputMode, timeMode, True, initialState, eventTimeColumnName
        )

    def transformWithState(
        self,
        statefulProcessor: StatefulProcessor,
        outputStructType: StructType | str,
        outputMode: str,
        timeMode: str,
        initialState: Any = None,
        eventTimeColumnName: str = "",
    ) -> DataFrame:
        """What a `StatefulProcessor` puts out as Rows, for the rows of each group and for timers. Its state lasts from
        batch to batch of a stream; in a batch query it is empty at first and forgotten at the end. ``timeMode`` is None,
        ProcessingTime or EventTime; ``initialState``, another grouped DataFrame, is what groups have in the first batch.

        >>> from pyrdd.sql.streaming.stateful_processor import StatefulProcessor
        >>> class Count(StatefulProcessor):
        ...     def init(self, handle):
        ...         self.count = handle.getValueState("count", "n long")
        ...     def handleInputRows(self, key, rows, timerValues):
        ...         self.count.update((sum(1 for row in rows),))
        ...         yield Row(k=key[0], n=self.count.get()[0])
        >>> df = spark.createDataFrame([("a",), ("a",)], ["k"])
        >>> df.groupBy("k").transformWithState(Count(), "k string, n long", "Update", "None").collect()
        [Row(k='a', n=2)]
        """
        return self._transformed(
            statefulProcessor, outputStructType, outputMode, timeMode, False, initialState, eventTimeColumnName
        )

    def _transformed(
        self,
        processor: StatefulProcessor,
        schema: StructType | str,
        mode: str,
        times: str,
        pandas: bool,
        initial: Any,
        event_time: str,
    ) -> DataFrame:
        from pyrdd.sql.group_python import struct_of  # here: as above
        from pyrdd.sql.streaming.stateful_groups import ProcessorFunction  # here: as above

        assert initial is None or isinstance(initial, StatefulGroups), "initialState should be grouped data"
        columns = attributes_of(struct_of(schema))
        function: Any = ProcessorFunction(processor, pandas, output_mode(mode), time_mode(times))
        keys = self._key_columns()
        time = self._event_time(event_time, columns) if event_time else None
        kind = _KINDS[pandas, initial is not None]
        below = self._df._plan
        if initial is None:
            return self._df._with(MapGroupsWithState(function, kind, keys, columns, below, event_time=time))
        others = _matching(keys, initial._key_columns())
        plan = CoGroupWithState(function, kind, keys, others, columns, below, initial._df._plan, event_time=time)
        return self._df._with(plan)

    def _event_time(self, name: str, columns: tuple[Attribute, ...]) -> Attribute:
        plan = self._df._plan
        if not is_streaming(plan) or not plan.contains(EventTimeWatermark):
            raise AnalysisException(
                errorClass="CANNOT_ASSIGN_EVENT_TIME_COLUMN_WITHOUT_WATERMARK", messageParameters={}
            )
        # raises UNRESOLVED_COLUMN unless a column of the results has this name
        found: Any = self._df._with(Project((UnresolvedAttribute((name,)),), LocalRelation(columns, None)))._plan
        made: Attribute = found.projections[0]
        return made

    def _key_columns(self) -> tuple[Expression, ...]:
        """The keys, which must be columns: their values come back when a timer or timeout is due."""
        keys = self._grouping
        if not keys:
            raise IllegalArgumentException("requirement failed: an operator with state needs keys to group by.")
        return tuple(self._column(key) for key in keys)

    def _column(self, key: Any) -> Expression:
        if isinstance(key, Alias) and isinstance(key.child, Attribute) and key.child.name == key.name:
            return key.child
        if isinstance(key, Attribute):
            return key
        # raises UNRESOLVED_COLUMN unless a column has this name
        plan: Any = self._df._with(Project((UnresolvedAttribute((key.name,)),), self._df._plan))._plan
        found: Expression = plan.projections[0]
        return found


def output_mode(name: str) -> str:
    """An output mode as Spark writes it. Raises IllegalArgumentException (STREAMING_OUTPUT_MODE.INVALID)."""
    found = _OUTPUT_MODES.get(name.lower())
    if found is None:
        raise IllegalArgumentException(
            errorClass="STREAMING_OUTPUT_MODE.INVALID", messageParameters={"outputMode": name}
        )
    return found


def time_mode(name: str) -> str:
    """A time mode in small letters. Raises IllegalArgumentException (STATEFUL_PROCESSOR_UNKNOWN_TIME_MODE)."""
    if name.lower() not in _TIME_MODES:
        raise IllegalArgumentException(
            errorClass="STATEFUL_PROCESSOR_UNKNOWN_TIME_MODE", messageParameters={"timeMode": name}
        )
    return name.lower()


_KINDS = {
    (True, False): PythonEvalType.SQL_TRANSFORM_WITH_STATE_PANDAS_UDF,
    (True, True): PythonEvalType.SQL_TRANSFORM_WITH_STATE_PANDAS_INIT_STATE_UDF,
    (False, False): PythonEvalType.SQL_TRANSFORM_WITH_STATE_PYTHON_ROW_UDF,
    (False, True): PythonEvalType.SQL_TRANSFORM_WITH_STATE_PYTHON_ROW_INIT_STATE_UDF,
}


def _matching(keys: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    """The keys of the initial state, which must be as the groups' are."""
    if [k.data_type for k in keys] != [k.data_type for k in others]:
        shown = [", ".join(k.data_type.simpleString() for k in side) for side in (keys, others)]
        raise PySparkValueError(f"The keys of the initial state ({shown[1]}) are not those of the groups ({shown[0]}).")
    return others
