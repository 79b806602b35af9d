"""Missing values: dropna, fillna, replace; also as `DataFrame.na`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.sql.arguments import wrong_type
from pyrdd.sql.column import Column, call, literal
from pyrdd.sql.dataframe.handle import DataFrameHandle
from pyrdd.sql.expressions import Attribute, Expression, UnresolvedAlias
from pyrdd.sql.plan import Filter, Project
from pyrdd.sql.types import BooleanType, DoubleType, FloatType, NumericType, StringType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame

_NO_VALUE = object()


class Missing(DataFrameHandle):
    """Operators on null and NaN."""

    @property
    def na(self) -> DataFrameNaFunctions:
        """`dropna`, `fillna` and `replace` under one roof: ``df.na.drop()``, ``df.na.fill(0)``."""
        return DataFrameNaFunctions(self._self)

    def dropna(
        self, how: str = "any", thresh: int | None = None, subset: str | Sequence[str] | None = None
    ) -> DataFrame:
        """The rows without null or NaN: in any of the columns, or not in all of them (``how="all"``), or with at least
        ``thresh`` other values.

        >>> df = spark.createDataFrame([(1, "a"), (None, "b"), (None, None)], ["n", "s"])
        >>> df.dropna().count(), df.dropna("all").count(), df.dropna(subset="s").count()
        (1, 2, 2)
        """
        if how is not None and how not in ("any", "all"):
            raise PySparkValueError(
                errorClass="VALUE_NOT_ALLOWED",
                messageParameters={"arg_name": "how", "allowed_values": "['any', 'all']"},
            )
        if subset is not None and not isinstance(subset, (str, list, tuple)):
            raise wrong_type("subset", "list, str or tuple", subset)
        found = self._subset(subset)
        least = thresh if thresh is not None else len(found) if how == "any" else 1
        if not found:
            return self._with(Filter(literal(least <= 0).expression, self._plan))
        present = [call("when", _present(a), 1, 0) for a in found]
        return self._with(Filter((reduce(lambda a, b: a + b, present) >= least).expression, self._plan))

    def _subset(self, subset: str | Sequence[str] | None) -> list[Attribute]:
        if subset is None:
            return list(self._output)
        return [self._attribute(name) for name in ([subset] if isinstance(subset, str) else subset)]

    # --- fill -----------------------------------------------------------------------------------------------------

    def fillna(self, value: Any, subset: str | Sequence[str] | None = None) -> DataFrame:
        """Null and NaN replaced by a value in the columns of its kind (numbers, strings, booleans), in some of them
        (``subset``), or by a value for each column (a dictionary).

        >>> df = spark.createDataFrame([(1, None), (None, "b")], ["n", "s"])
        >>> df.fillna({"n": 0, "s": "?"}).collect()
        [Row(n=1, s='?'), Row(n=0, s='b')]
        """
        if not isinstance(value, (float, int, str, bool, dict)):
            raise wrong_type("value", "bool, dict, float, int or str", value)
        if isinstance(value, dict):
            return self._filled({self._attribute(name).id: item for name, item in value.items()})
        if subset is not None and not isinstance(subset, (str, list, tuple)):
            raise wrong_type("subset", "list or tuple", subset)
        fits, given = _kind_of(value), _as_double(value)
        return self._filled({a.id: given for a in self._subset(subset) if fits(a)})

    def _filled(self, values: dict[int, Any]) -> DataFrame:
        made = [_filled(a, values[a.id]) if a.id in values else a for a in self._output]
        return self._with(Project(tuple(made), self._plan))

    # --- replace --------------------------------------------------------------------------------------------------

    def replace(self, to_replace: Any, value: Any = _NO_VALUE, subset: str | Sequence[str] | None = None) -> DataFrame:
        """Values replaced by others: one by one, a list by a list of the same length, a list by one value, or as a
        dictionary says. Keys must be all numbers, all strings or all booleans.

        >>> df = spark.createDataFrame([(1, "a"), (2, "b")], ["n", "s"])
        >>> df.replace({"a": "x", "b": None}).collect()
        [Row(n=1, s='x'), Row(n=2, s=None)]
        """
        if value is _NO_VALUE:
            if not isinstance(to_replace, dict):
                raise PySparkTypeError(
                    errorClass="ARGUMENT_REQUIRED",
                    messageParameters={"arg_name": "value", "condition": "`to_replace` is dict"},
                )
            value = None
        pairs = _replacements(to_replace, value)
        if not (subset is None or isinstance(subset, (list, tuple, str))):
            raise wrong_type("subset", "list, str or tuple", subset)
        _check_one_kind(pairs)
        if not pairs:
            return self._with(self._plan)
        fits = _kind_of(next(iter(pairs)))
        ids = {a.id for a in self._subset(subset) if fits(a)}
        made = [_replaced(a, pairs) if a.id in ids else a for a in self._output]
        return self._with(Project(tuple(made), self._plan))


def _present(attribute: Attribute) -> Column:
    """Neither null nor NaN."""
    col = Column(attribute)
    return col.isNotNull() & ~col.isNaN() if _has_nan(attribute) else col.isNotNull()


def _has_nan(attribute: Attribute) -> bool:
    return isinstance(attribute.data_type, (FloatType, DoubleType))


def _filled(attribute: Attribute, value: Any) -> Expression:
    col = Column(attribute)
    known = call("nanvl", col, literal(None).cast(attribute.data_type)) if _has_nan(attribute) else col
    given = literal(value).cast(attribute.data_type)
    return UnresolvedAlias(call("coalesce", known, given).expression, (attribute.name,))


def _replaced(attribute: Attribute, pairs: dict[Any, Any]) -> Expression:
    col = Column(attribute)
    branches: list[Any] = []
    for old, new in pairs.items():
        branches += [col == _cast(old, attribute), _cast(new, attribute)]
    return UnresolvedAlias(call("when", *branches, col).expression, (attribute.name,))


def _cast(value: Any, attribute: Attribute) -> Column:
    return literal(_as_double(value)).cast(attribute.data_type)


def _as_double(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _kind_of(value: Any) -> Callable[[Attribute], bool]:
    """Whether a column is of the kind that a value is for."""
    if isinstance(value, bool):
        return lambda a: isinstance(a.data_type, BooleanType)
    if isinstance(value, str):
        return lambda a: isinstance(a.data_type, StringType)
    return lambda a: isinstance(a.data_type, NumericType)


_REPLACEABLE = (bool, float, int, str, list, tuple)


def _replacements(to_replace: Any, value: Any) -> dict[Any, Any]:
    if not isinstance(to_replace, (*_REPLACEABLE, dict)):
        raise wrong_type("to_replace", "bool, dict, float, int, str or tuple", to_replace)
    if isinstance(to_replace, dict):
        if value is not None:
            warnings.warn("to_replace is a dict and value is not None. value will be ignored.", stacklevel=3)
        return to_replace
    if not isinstance(value, _REPLACEABLE) and value is not None:
        raise wrong_type("value", "bool, float, int, list, None, str or tuple", value)
    if isinstance(to_replace, (list, tuple)) and isinstance(value, (list, tuple)) and len(to_replace) != len(value):
        raise PySparkValueError(
            errorClass="LENGTH_SHOULD_BE_THE_SAME",
            messageParameters={
                "arg1": "to_replace",
                "arg2": "value",
                "arg1_length": str(len(to_replace)),
                "arg2_length": str(len(value)),
            },
        )
    old = to_replace if isinstance(to_replace, (list, tuple)) else [to_replace]
    new = value if isinstance(value, (list, tuple)) else [value] * len(old)
    return dict(zip(old, new, strict=True))


def _check_one_kind(pairs: dict[Any, Any]) -> None:
    values = [*pairs, *(value for value in pairs.values() if value is not None)]
    if not any(all(isinstance(value, kind) for value in values) for kind in (bool, str, (float, int))):
        raise PySparkValueError(errorClass="MIXED_TYPE_REPLACEMENT", messageParameters={})


class DataFrameNaFunctions:
    """What `DataFrame.na` returns."""

    # where PySpark has it
    __module__ = "pyrdd.sql.dataframe"

    def __init__(self, df: DataFrame) -> None:
        self.df = df

    def drop(self, how: str = "any", thresh: int | None = None, subset: str | Sequence[str] | None = None) -> DataFrame:
        """`DataFrame.dropna`."""
        return self.df.dropna(how=how, thresh=thresh, subset=subset)

    def fill(self, value: Any, subset: str | Sequence[str] | None = None) -> DataFrame:
        """`DataFrame.fillna`."""
        return self.df.fillna(value=value, subset=subset)

    def replace(self, to_replace: Any, value: Any = _NO_VALUE, subset: str | Sequence[str] | None = None) -> DataFrame:
        """`DataFrame.replace`."""
        return self.df.replace(to_replace, value, subset)
