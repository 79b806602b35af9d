"""Several DataFrames: joins, unions and other set operations."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from pyrdd.errors import AnalysisException
from pyrdd.sql.column import Column
from pyrdd.sql.dataframe.handle import DataFrameHandle, int_literal
from pyrdd.sql.dataframe.selfjoin import apart, resolved_self_join
from pyrdd.sql.expressions import Alias, Expression, SortOrder, UnresolvedAttribute, new_id
from pyrdd.sql.plan import AsOfJoin, Filter, Join, JoinType, Limit, Project, SetOperation, Sort, Union

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame

JOIN_TYPES: dict[str, JoinType] = {
    "inner": "inner",
    "outer": "full",
    "full": "full",
    "fullouter": "full",
    "leftouter": "left",
    "left": "left",
    "rightouter": "right",
    "right": "right",
    "leftsemi": "semi",
    "semi": "semi",
    "leftanti": "anti",
    "anti": "anti",
    "cross": "cross",
}
_SHOWN = (
    "'inner', 'outer', 'full', 'fullouter', 'full_outer', 'leftouter', 'left', 'left_outer', 'rightouter', 'right', "
    "'right_outer', 'leftsemi', 'left_semi', 'semi', 'leftanti', 'left_anti', 'anti', 'cross'"
)

_MOST_NEAREST = 100_000


class Joining(DataFrameHandle):
    """Operators with another DataFrame of the same session."""

    def join(self, other: DataFrame, on: Any = None, how: str | None = None) -> DataFrame:
        """The pairs of rows that belong together. ``on`` is a name or a list of names (each appears once in the
        result), a Column or a list of Columns that must all hold. ``how``: inner, cross, outer, left, right, semi, anti
        and Spark's other spellings. Needs a shuffle unless one side is small.

        >>> left = spark.createDataFrame([(1, "a"), (2, "b")], ["id", "l"])
        >>> right = spark.createDataFrame([(1, "x")], ["id", "r"])
        >>> left.join(right, "id", "left").sort("id").collect()
        [Row(id=1, l='a', r='x'), Row(id=2, l='b', r=None)]
        """
        kind = join_type("inner" if how is None else how)
        given = _listed(on)
        if given and isinstance(given[0], str):
            return self._with(Join(self._plan, other._plan, kind, using=tuple(given)))
        assert not given or isinstance(given[0], Column), "on should be Column or list of Column"
        return self._joined(other, _all_of(given), kind)

    def _joined(
        self, other: DataFrame, condition: Expression | None, kind: JoinType, lateral: bool = False
    ) -> DataFrame:
        left, right = self._plan, other._plan
        if not lateral and left.resolved and right.resolved and not left.output_ids.isdisjoint(right.output_ids):
            right, renewed = apart(left, right)
            condition = None if condition is None else resolved_self_join(condition, renewed)
        return self._with(Join(left, right, kind, condition, lateral=lateral))

    def crossJoin(self, other: DataFrame) -> DataFrame:
        """Every pair of rows.

        >>> spark.range(2).crossJoin(spark.range(3)).count()
        6
        """
        return self._joined(other, None, "cross")

    def lateralJoin(self, other: DataFrame, on: Column | None = None, how: str | None = None) -> DataFrame:
        """A join whose right side may read the columns of the row on the left, marked by `Column.outer`."""
        condition = None if on is None else on.expression
        return self._joined(other, condition, join_type("inner" if how is None else how), lateral=True)

    def nearestByJoin(
        self,
        other: DataFrame,
        rankingExpression: Column,
        numResults: int,
        mode: str,
        direction: str,
        *,
        joinType: str = "inner",
    ) -> DataFrame:
        """Each row with the ``numResults`` rows of the other DataFrame that rank best by an expression over both:
        smallest first for the ``direction`` distance, largest first for similarity; rows whose rank is null are left out.
        Both modes (approx, exact) are exact here.

        >>> left = spark.createDataFrame([(1,), (9,)], ["a"])
        >>> right = spark.createDataFrame([(2,), (8,)], ["b"])
        >>> left.nearestByJoin(right, (left.a - right.b) ** 2, 1, "exact", "distance").sort("a").collect()
        [Row(a=1, b=2), Row(a=9, b=8)]
        """
        _check_nearest(int(numResults), mode, direction, joinType)
        # ranked in a projection: sorting itself may not read the columns of the other side
        number = new_id()
        rank = Alias(rankingExpression.expression, f"rank {number}", number)
        key = UnresolvedAttribute((rank.name,))
        ranked = Filter(Column(key).isNotNull().expression, Project((rank, *other._output), other._plan))
        order = SortOrder(key, direction.lower() == "distance")
        best = Limit(int_literal(int(numResults)), Sort((order,), True, ranked))
        return self._with(Join(self._plan, Project(other._output, best), join_type(joinType), lateral=True))

    def _joinAsOf(
        self,
        other: DataFrame,
        leftAsOfColumn: Any,
        rightAsOfColumn: Any,
        on: Any = None,
        how: str | None = None,
        *,
        tolerance: Column | None = None,
        allowExactMatches: bool = True,
        direction: str = "backward",
    ) -> DataFrame:
        left = self._column(leftAsOfColumn) if isinstance(leftAsOfColumn, str) else leftAsOfColumn
        right = other._column(rightAsOfColumn) if isinstance(rightAsOfColumn, str) else rightAsOfColumn
        given = _listed(on)
        if given and isinstance(given[0], str):
            given = [self._column(name) == other._column(name) for name in given]
        return self._with(
            AsOfJoin(
                self._plan,
                other._plan,
                left.expression,
                right.expression,
                _all_of(given),
                join_type("inner" if how is None else how),
                None if tolerance is None else tolerance.expression,
                allowExactMatches,
                direction,
            )
        )

    # --- set operations -------------------------------------------------------------------------------------------

    def union(self, other: DataFrame) -> DataFrame:
        """The rows of both, duplicates included; columns are matched by position. Narrow and lazy.

        >>> spark.range(2).union(spark.range(1)).count()
        3
        """
        return self._with(Union((self._plan, other._plan)))

    def unionAll(self, other: DataFrame) -> DataFrame:
        """`union` by another name."""
        return self.union(other)

    def unionByName(self, other: DataFrame, allowMissingColumns: bool = False) -> DataFrame:
        """`union` with columns matched by name; those that one side lacks are filled with null if allowed.

        >>> a = spark.createDataFrame([(1, 2)], ["x", "y"])
        >>> b = spark.createDataFrame([(3, 4)], ["y", "x"])
        >>> a.unionByName(b).collect()
        [Row(x=1, y=2), Row(x=4, y=3)]
        """
        return self._with(Union((self._plan, other._plan), by_name=True, allow_missing=allowMissingColumns))

    def intersect(self, other: DataFrame) -> DataFrame:
        """The different rows that both have. Needs a shuffle.

        >>> spark.range(3).intersect(spark.range(1, 5)).count()
        2
        """
        return self._set_operation("intersect", other)

    def intersectAll(self, other: DataFrame) -> DataFrame:
        """`intersect` that keeps a row as often as both have it."""
        return self._set_operation("intersect", other, every=True)

    def subtract(self, other: DataFrame) -> DataFrame:
        """The different rows that the other does not have. Needs a shuffle.

        >>> spark.range(3).subtract(spark.range(1, 5)).collect()
        [Row(id=0)]
        """
        return self._set_operation("except", other)

    def exceptAll(self, other: DataFrame) -> DataFrame:
        """`subtract` that takes a row away only as often as the other has it."""
        return self._set_operation("except", other, every=True)

    def _set_operation(
        self, kind: Literal["intersect", "except"], other: DataFrame, *, every: bool = False
    ) -> DataFrame:
        return self._with(SetOperation(kind, every, self._plan, other._plan))


def _listed(on: Any) -> list[Any]:
    """What a join is on: nothing, one thing, or a list of them."""
    if on is None:
        return []
    return on if isinstance(on, list) else [on]


def _all_of(conditions: list[Column]) -> Expression | None:
    return reduce(lambda a, b: a & b, conditions).expression if conditions else None


def join_type(how: str) -> JoinType:
    """The join that one of Spark's names means. Raises AnalysisException (UNSUPPORTED_JOIN_TYPE)."""
    assert isinstance(how, str), "how should be a string"
    found = JOIN_TYPES.get(how.lower().replace("_", ""))
    if found is None:
        raise AnalysisException(errorClass="UNSUPPORTED_JOIN_TYPE", messageParameters={"typ": how, "supported": _SHOWN})
    return found


def _check_nearest(count: int, mode: str, direction: str, how: str) -> None:
    if mode.lower() not in ("approx", "exact"):
        raise _not_nearest("UNSUPPORTED_MODE", mode=mode, supported="'approx', 'exact'")
    if direction.lower() not in ("distance", "similarity"):
        raise _not_nearest("UNSUPPORTED_DIRECTION", direction=direction, supported="'distance', 'similarity'")
    if join_type(how) not in ("inner", "left"):
        raise _not_nearest("UNSUPPORTED_JOIN_TYPE", joinType=how, supported="'INNER', 'LEFT OUTER'")
    if not 1 <= count <= _MOST_NEAREST:
        raise _not_nearest("NUM_RESULTS_OUT_OF_RANGE", numResults=str(count), min="1", max=str(_MOST_NEAREST))


def _not_nearest(sub: str, **parameters: str) -> AnalysisException:
    return AnalysisException(errorClass=f"NEAREST_BY_JOIN.{sub}", messageParameters=parameters)
