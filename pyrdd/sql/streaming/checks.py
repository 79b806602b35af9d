"""What a stream cannot do, said when its query starts: Spark's conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyrdd.errors import AnalysisException
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.expressions import AggregateCall, Alias, Attribute, Call, SubqueryExpression, WindowExpression
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import (
    Aggregate,
    CoGroup,
    Deduplicate,
    Distinct,
    Join,
    Limit,
    LogicalPlan,
    MapGroups,
    Observe,
    Offset,
    Sample,
    SetOperation,
    Sort,
    Tail,
    Union,
)
from pyrdd.sql.plan.stateful import MapGroupsWithState
from pyrdd.sql.plan.streaming import DeduplicateWithinWatermark, MergeSessions, is_streaming
from pyrdd.sql.streaming.join_times import bounds, equal_times
from pyrdd.sql.streaming.lineage import delay_of, event_columns
from pyrdd.sql.streaming.state import GroupStateTimeout

NOT_IN_STREAMS = frozenset({"monotonically_increasing_id"})
_SIDES = {"left": "LeftOuter", "right": "RightOuter", "full": "FullOuter", "semi": "LeftSemi", "anti": "LeftAnti"}


def unsupported(message: str) -> AnalysisException:
    """What Spark's checker of streams raises."""
    return AnalysisException(errorClass="_LEGACY_ERROR_TEMP_3102", messageParameters={"msg": message})


def bad_mode(mode: str, operation: str) -> AnalysisException:
    """STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION."""
    return AnalysisException(
        errorClass="STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION",
        messageParameters={"outputMode": mode, "operation": operation},
    )


def check_stream(plan: LogicalPlan, mode: str) -> None:
    """Raises AnalysisException for a plan that cannot be run as a stream in an output mode."""
    aggregates = [node for node in _streaming(plan) if isinstance(node, Aggregate | Distinct)]
    if mode == "complete" and not aggregates:
        raise bad_mode(mode, "no streaming aggregations")
    known = event_columns(plan)
    _check_stateful(plan, mode)
    for node in _streaming(plan):
        _check_node(node, mode, known, bool(aggregates))


def _streaming(plan: LogicalPlan) -> Iterator[Any]:
    return (node for node in plan.walk() if is_streaming(node))


def _check_stateful(plan: LogicalPlan, mode: str) -> None:
    """In update and complete mode an aggregation cannot be followed by another one."""
    for node in _streaming(plan):
        below = [other for other in node.walk() if other is not node and isinstance(other, Aggregate)]
        if isinstance(node, Aggregate) and mode != "append" and any(is_streaming(other) for other in below):
            raise unsupported(
                "Detected pattern of possible 'correctness' issue due to global watermark. The query contains stateful "
                "operation which can emit rows older than the current watermark plus allowed late record delay, which "
                'are "late rows" in downstream stateful operations and these rows can be discarded. Please refer the '
                "programming guide doc for more details. If you understand the possible risk of correctness issue and "
                "still need to run the query, you can disable this check by setting the config "
                "`spark.sql.streaming.statefulOperator.checkCorrectness.enabled` to false."
            )


def _check_node(node: Any, mode: str, known: dict[int, int], aggregated: bool) -> None:
    check = _CHECKS.get(type(node))
    if check is not None:
        check(node, mode, known)
    for expression in node.expressions:
        for e in expression.walk():
            if isinstance(e, WindowExpression):
                _check_window(node, expression, e)
            if isinstance(e, SubqueryExpression) and is_streaming(e.plan):
                raise not_implemented("A stream in a subquery", "Join the streams.")
            if isinstance(e, Call) and e.function.name in NOT_IN_STREAMS:
                raise unsupported(
                    f"Expression(s): {e.function.name}() is not supported with streaming DataFrames/Datasets"
                )


def _check_aggregate(node: Aggregate, mode: str, known: dict[int, int]) -> None:
    calls = [e for output in node.aggregates for e in output.walk() if isinstance(e, AggregateCall)]
    if any(call.distinct for call in calls):
        raise unsupported(
            "Distinct aggregations are not supported on streaming DataFrames/Datasets. Consider using "
            "approx_count_distinct() instead."
        )
    if isinstance(node.child, MergeSessions):
        if mode == "update":
            raise bad_mode(mode, "session window streaming aggregations")
        if not node.child.keys:
            raise unsupported("Global aggregation with session window in streaming query is not supported.")
    if mode == "append" and all(delay_of(key, known) is None for key in node.grouping):
        raise bad_mode(mode, "streaming aggregations without watermark")


def _check_distinct(node: Distinct, mode: str, known: dict[int, int]) -> None:
    if mode == "append":
        raise not_implemented("distinct() of a stream in output mode append", "Use dropDuplicates().")


def _check_within(node: DeduplicateWithinWatermark, mode: str, known: dict[int, int]) -> None:
    if not any(column.id in known for column in node.child.output):
        raise unsupported(
            "dropDuplicatesWithinWatermark is not supported on streaming DataFrames/DataSets without watermark"
        )


def _check_duplicates(node: Deduplicate, mode: str, known: dict[int, int]) -> None:
    if mode == "complete":
        raise not_implemented("dropDuplicates() of a stream in output mode complete", "Use append or update.")


def _check_sort(node: Sort, mode: str, known: dict[int, int]) -> None:
    if mode != "complete" or not any(isinstance(below, Aggregate) for below in node.walk()):
        raise unsupported(
            "Sorting is not supported on streaming DataFrames/Datasets, unless it is on aggregated DataFrame/Dataset "
            "in Complete output mode"
        )


def _check_limit(node: Limit, mode: str, known: dict[int, int]) -> None:
    if mode == "update":
        raise unsupported("Limits are not supported on streaming DataFrames/Datasets in Update output mode")


def _check_join(node: Join, mode: str, known: dict[int, int]) -> None:
    left, right = is_streaming(node.left), is_streaming(node.right)
    kind = node.join_type
    if left and right:
        _check_two_streams(node, mode, known)
    elif left and kind in ("right", "full"):
        raise unsupported(_one_stream(kind, stream_left=True))
    elif right and kind in ("left", "semi", "anti", "full"):
        raise unsupported(_one_stream(kind, stream_left=False))


def _check_two_streams(node: Join, mode: str, known: dict[int, int]) -> None:
    kind = node.join_type
    if kind == "anti":
        raise unsupported(_one_stream(kind, stream_left=False))
    name = "Inner" if kind in ("inner", "cross") else _SIDES[kind]
    anywhere = name in ("Inner", "LeftSemi")
    if mode == "complete" or (mode == "update" and not anywhere):
        raise unsupported(
            f"{name} join between two streaming DataFrames/Datasets is not supported in {mode.capitalize()} output mode, "
            f"only in {'Append and Update output modes' if anywhere else 'Append output mode'}"
        )
    sides = {"left": (0,), "semi": (0,), "right": (1,), "full": (0, 1)}.get(kind)
    if sides is None or any(True for _ in equal_times(node, known)):
        return
    if not any(True for side in sides for _ in bounds(node, side, known)):
        raise unsupported(
            f"Stream-stream {name} join between two streaming DataFrame/Datasets is not supported without a watermark in "
            "the join keys, or a watermark on the nullable side and an appropriate range condition"
        )


def _one_stream(kind: str, stream_left: bool) -> str:
    side, other = ("left", "right") if stream_left else ("right", "left")
    if kind == "full":
        return (
            f"FullOuter joins with streaming DataFrames/Datasets on the {side} and a static DataFrame/Dataset on the "
            f"{other} is not supported"
        )
    if kind == "anti":
        return "LeftAnti joins with a streaming DataFrame/Dataset on the right are not supported"
    if kind == "right":
        return (
            "RightOuter join with a streaming DataFrame/Dataset on the left and a static DataFrame/DataSet on the right "
            "not supported"
        )
    return (
        f"{_SIDES[kind]} join with a streaming DataFrame/Dataset on the right and a static DataFrame/Dataset on the left "
        "is not supported"
    )


def _check_union(node: Union, mode: str, known: dict[int, int]) -> None:
    if not all(is_streaming(child) for child in node.children):
        raise unsupported("Union between streaming and batch DataFrames/Datasets is not supported")


def _check_set_operation(node: SetOperation, mode: str, known: dict[int, int]) -> None:
    if node.kind == "intersect" and is_streaming(node.left) and is_streaming(node.right):
        raise unsupported("Intersect of streaming DataFrames/Datasets is not supported")
    if node.kind == "except" and is_streaming(node.right):
        raise unsupported("Except on a streaming DataFrame/Dataset on the right is not supported")
    raise not_implemented(f"{node.kind} of a stream", "Use a join with static rows.")


def _check_window(node: Any, alias: Any, window: WindowExpression) -> None:
    name = alias.name if isinstance(alias, Alias | Attribute) else ""
    raise AnalysisException(
        errorClass="NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING",
        messageParameters={
            "windowFunc": str(window.function).upper(),
            "columnName": quoted(name),
            "windowSpec": str(window.window).upper(),
        },
    )


def _check_observe(node: Observe, mode: str, known: dict[int, int]) -> None:
    if node.observation is not None:
        raise not_implemented(
            "An Observation of a stream", "Give observe() a name, and read the progress' observedMetrics."
        )


def _check_groups(node: MapGroups, mode: str, known: dict[int, int]) -> None:
    # Spark, too, gives the function the groups of each batch alone
    if mode == "complete":
        raise not_implemented("applyInPandas of a stream in output mode complete", "Use append or update.")


def _check_state(node: MapGroupsWithState, mode: str, known: dict[int, int]) -> None:
    function: Any = node.function
    timeout = getattr(function, "timeout", None)
    if timeout is None:
        # a processor runs in any mode
        return
    own = function.output_mode.lower()
    if own != mode:
        raise unsupported(
            f"applyInPandasWithState in {own} mode is not supported with {mode.capitalize()} output mode on a streaming "
            "DataFrame/Dataset"
        )
    if timeout == GroupStateTimeout.EventTimeTimeout and not any(c.id in known for c in node.child.output):
        raise unsupported(
            "Watermark must be specified in the query using '[Dataset/DataFrame].withWatermark()' for using event-time "
            "timeout in a applyInPandasWithState. Event-time timeout not supported without watermark."
        )


def _refuse(feature: str) -> Any:
    def check(node: Any, mode: str, known: dict[int, int]) -> None:
        raise unsupported(f"{feature} not supported on streaming DataFrames/Datasets")

    return check


_CHECKS: dict[type, Any] = {
    Aggregate: _check_aggregate,
    Distinct: _check_distinct,
    DeduplicateWithinWatermark: _check_within,
    Deduplicate: _check_duplicates,
    Sort: _check_sort,
    Limit: _check_limit,
    Join: _check_join,
    Union: _check_union,
    SetOperation: _check_set_operation,
    MapGroups: _check_groups,
    Observe: _check_observe,
    MapGroupsWithState: _check_state,
    Offset: _refuse("Offset is"),
    Sample: _refuse("Sampling is"),
    Tail: _refuse("Tail is"),
    CoGroup: _refuse("CoGrouping with a streaming DataFrame/Dataset is"),
}
