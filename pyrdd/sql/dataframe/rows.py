"""Which rows, and in which order: filter, sort, limit, distinct, samples."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pyrdd.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkIndexError,
    PySparkTypeError,
    PySparkValueError,
)
from pyrdd.sql.arguments import checked, flat, wrong_item, wrong_type, wrong_type_name
from pyrdd.sql.column import Column, call, column_or_name, literal, named
from pyrdd.sql.dataframe.handle import DataFrameHandle, int_literal
from pyrdd.sql.dataframe.references import exposing
from pyrdd.sql.expressions import SortOrder
from pyrdd.sql.functions.inputs import orderable
from pyrdd.sql.plan import Deduplicate, Distinct, Filter, Limit, LogicalPlan, Offset, Project, Sample, Sort

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame


class Rows(DataFrameHandle):
    """Operators that keep the columns."""

    def filter(self, condition: Column | str) -> DataFrame:
        """The rows for which a condition is true (not false, not null): a Column, or SQL text. Narrow and lazy.

        >>> df = spark.range(5)
        >>> df.filter(df.id > 2).count(), df.filter("id % 2 = 0").count()
        (2, 3)
        """
        if isinstance(condition, str):
            condition = self._session._parse_expression(condition)
        checked(condition, Column, "condition", "Column or str")
        wider = exposing(self._plan, (condition.expression,))
        return self._narrowed(Filter(condition.expression, wider), wider)

    def _narrowed(self, made: LogicalPlan, wider: LogicalPlan) -> DataFrame:
        return self._with(made if wider is self._plan else Project(self._output, made))

    def where(self, condition: Column | str) -> DataFrame:
        """`filter` by another name."""
        return self.filter(condition)

    # --- order ----------------------------------------------------------------------------------------------------

    def sort(self, *cols: Any, **kwargs: Any) -> DataFrame:
        """The rows in an order: Columns (``df.a.desc()``), names, positions from 1 (negative: descending), or one list
        of them. ``ascending`` is a bool or a list of them. Nulls come first when ascending. Needs a shuffle.

        >>> df = spark.createDataFrame([(2, "Alice"), (5, "Bob")], ["age", "name"])
        >>> df.sort(df.age.desc()).first()
        Row(age=5, name='Bob')
        """
        orders = self._sort_orders(cols, kwargs)
        wider = exposing(self._plan, orders)
        return self._narrowed(Sort(orders, True, wider), wider)

    orderBy = sort

    def sortWithinPartitions(self, *cols: Any, **kwargs: Any) -> DataFrame:
        """`sort` inside each partition: without a shuffle."""
        return self._with(Sort(self._sort_orders(cols, kwargs), False, self._plan))

    def _sort_orders(self, cols: Sequence[Any], kwargs: dict[str, Any]) -> tuple[SortOrder, ...]:
        if not cols:
            raise PySparkValueError(errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "cols"})
        keys = [self._sort_column(col) for col in flat(cols, int)]
        ascending = kwargs.get("ascending", True)
        if isinstance(ascending, (bool, int)):
            keys = keys if ascending else [key.desc() for key in keys]
        elif isinstance(ascending, list):
            keys = [key if up else key.desc() for up, key in zip(ascending, keys, strict=False)]
        else:
            raise wrong_type("ascending", "Column, int or str", ascending)
        return tuple(sort_order(key) for key in keys)

    def _sort_column(self, col: Any) -> Column:
        if isinstance(col, int) and not isinstance(col, bool):
            if col == 0:
                raise PySparkIndexError(errorClass="ZERO_INDEX", messageParameters={})
            return self._ordinal(col - 1) if col > 0 else self._ordinal(-col - 1).desc()
        if not isinstance(col, (Column, str)):
            raise wrong_type("col", "Column, int or str", col)
        return named(col) if isinstance(col, str) else col

    # --- how many -------------------------------------------------------------------------------------------------

    def limit(self, num: int) -> DataFrame:
        """The first rows, as a DataFrame.

        >>> spark.range(10).limit(2).collect()
        [Row(id=0), Row(id=1)]
        """
        return self._with(limited(self._plan, num))

    def offset(self, num: int) -> DataFrame:
        """All rows but the first ones.

        >>> spark.range(3).offset(1).collect()
        [Row(id=1), Row(id=2)]
        """
        if isinstance(num, int) and num < 0:
            raise _negative("offset", num)
        return self._with(Offset(int_literal(num), self._plan))

    def distinct(self) -> DataFrame:
        """Each different row once. Needs a shuffle.

        >>> spark.createDataFrame([(1,), (1,), (2,)], ["n"]).distinct().count()
        2
        """
        return self._with(Distinct(self._plan))

    def dropDuplicates(self, subset: Any = None) -> DataFrame:
        """One row for each different value of some columns (the first one), or of all columns. Needs a shuffle.

        >>> df = spark.createDataFrame([(1, "a"), (1, "b")], ["n", "s"])
        >>> df.dropDuplicates(["n"]).count(), df.dropDuplicates().count()
        (1, 2)
        """
        if subset is None:
            return self._with(Deduplicate(self._output, self._plan))
        if not isinstance(subset, Iterable) or isinstance(subset, str):
            raise wrong_type("subset", "list or tuple", subset)
        for name in subset:
            checked(name, str, "subset", "str")
        keys = [attribute for name in subset for attribute in self._all_named(name)]
        return self._with(Deduplicate(tuple(dict.fromkeys(keys)), self._plan))

    drop_duplicates = dropDuplicates

    # --- samples --------------------------------------------------------------------------------------------------

    def sample(self, withReplacement: Any = None, fraction: Any = None, seed: int | None = None) -> DataFrame:
        """About ``fraction`` of the rows, chosen at random: with the same seed and partitions, Spark's very choice.

        Call it ``sample(fraction)``, ``sample(fraction, seed)`` or ``sample(withReplacement, fraction, seed)``.

        >>> spark.range(100).sample(0.5, 3).count() < 100
        True
        """
        replace, share, chosen = _sample_arguments(withReplacement, fraction, seed)
        if share < 0 or (share > 1 and not replace):
            bounds = (
                "must be nonnegative with replacement"
                if replace
                else ("must be on interval [0, 1] without replacement")
            )
            raise IllegalArgumentException(f"requirement failed: Sampling fraction ({share}) {bounds}")
        return self._with(Sample(0.0, share, replace, chosen, self._plan))

    def sampleBy(self, col: Any, fractions: dict[Any, float], seed: int | None = None) -> DataFrame:
        """A sample whose fraction depends on a column's value; values that are not in ``fractions`` are left out.

        >>> df = spark.range(100).select((F.col("id") % 3).alias("key"))
        >>> df.sampleBy("key", {0: 1.0}, seed=0).count()
        34
        """
        stratum = column_or_name(col) if isinstance(col, str) else checked(col, Column, "col", "Column or str")
        checked(fractions, dict, "fractions", "dict")
        branches: list[Any] = []
        for key, share in fractions.items():
            if not isinstance(key, (float, int, str)):
                raise wrong_item("fractions", fractions, "float, int, str", key)
            branches += [stratum == key, literal(float(share))]
        wanted = call("when", *branches, 0.0) if branches else literal(0.0)
        return self.filter(call("rand", _seed(seed)) < wanted)

    def randomSplit(self, weights: list[float], seed: int | None = None) -> list[DataFrame]:
        """The rows dealt out at random to several DataFrames, whose sizes are about as the weights.

        >>> small, big = spark.range(100).randomSplit([1.0, 2.0], 24)
        >>> small.count() + big.count()
        100
        """
        for weight in weights:
            if weight < 0.0:
                raise PySparkValueError(
                    errorClass="VALUE_NOT_POSITIVE", messageParameters={"arg_name": "weights", "arg_value": str(weight)}
                )
        total = float(sum(weights))
        if total <= 0:
            shown = ",".join(map(str, weights))
            raise IllegalArgumentException(f"requirement failed: Sum of weights must be positive, but got [{shown}]")
        chosen, plan, bounds = _seed(seed), self._sorted_for_split(), [0.0]
        for weight in weights:
            bounds.append(bounds[-1] + weight / total)
        return [self._with(Sample(low, high, False, chosen, plan)) for low, high in pairwise(bounds)]

    def _sorted_for_split(self) -> LogicalPlan:
        # every split must see the rows in one order, or a row could fall into two of them or into none
        keys = tuple(SortOrder(a) for a in self._output if orderable(a.data_type))
        return Sort(keys, False, self._plan) if keys else self._plan


def sort_order(key: Column) -> SortOrder:
    """The sort order that a Column stands for: ascending unless it says otherwise."""
    expression = key.expression
    return expression if isinstance(expression, SortOrder) else SortOrder(expression)


def limited(plan: LogicalPlan, num: int) -> LogicalPlan:
    """The first rows of a plan. Raises INVALID_LIMIT_LIKE_EXPRESSION for a negative number."""
    if isinstance(num, int) and num < 0:
        raise _negative("limit", num)
    return Limit(int_literal(num), plan)


def _negative(name: str, num: int) -> AnalysisException:
    return AnalysisException(
        errorClass="INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
        messageParameters={"name": name, "expr": f'"{num}"', "v": str(num)},
    )


def _sample_arguments(replace: Any, fraction: Any, seed: Any) -> tuple[bool, float, int]:
    if isinstance(replace, float):
        return False, replace, _seed(fraction)
    if isinstance(fraction, float) and (replace is None or isinstance(replace, bool)):
        return bool(replace), fraction, _seed(seed)
    raise _sample_error(replace, fraction, seed)


def _sample_error(*given: Any) -> PySparkTypeError:
    return wrong_type_name(
        "withReplacement (optional), fraction (required) and seed (optional)",
        "bool, float or int",
        ", ".join(type(value).__name__ for value in given),
    )


def _seed(seed: Any) -> int:
    return random.randint(0, sys.maxsize) if seed is None else int(seed)
