"""Statistics: describe, summary, correlations, quantiles, frequent items; also as `DataFrame.stat`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.errors import IllegalArgumentException, PySparkValueError
from pyrdd.sql.arguments import checked, unpacked, wrong_item, wrong_type, wrong_type_name
from pyrdd.sql.column import Column, call, literal, named
from pyrdd.sql.dataframe.frequent import frequent_items
from pyrdd.sql.dataframe.handle import DataFrameHandle
from pyrdd.sql.dataframe.quantiles import quantiles
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.plan import Aggregate, Project
from pyrdd.sql.types import NumericType, StringType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame

_DESCRIBED = ("count", "mean", "stddev", "min", "max")
_SUMMARISED = ("count", "mean", "stddev", "min", "25%", "50%", "75%", "max")


class Statistics(DataFrameHandle):
    """Numbers about columns."""

    @property
    def stat(self) -> DataFrameStatFunctions:
        """`corr`, `cov`, `crosstab`, `freqItems`, `sampleBy` and `approxQuantile` under one roof."""
        return DataFrameStatFunctions(self._self)

    def describe(self, *cols: Any) -> DataFrame:
        """Count, mean, standard deviation, minimum and maximum of numeric and string columns, as text.

        >>> spark.range(3).describe().collect()[1:3]
        [Row(summary='mean', id='1.0'), Row(summary='stddev', id='1.0')]
        """
        names = unpacked(cols)
        found = [self._attribute(name) for name in names] if names else list(self._output)
        return self._summary(_DESCRIBED, found)

    def summary(self, *statistics: Any) -> DataFrame:
        """Statistics of numeric and string columns, as text: count, mean, stddev, min, max, percentiles (``"33%"``),
        count_distinct, approx_count_distinct.

        >>> spark.range(3).summary("max", "50%").collect()
        [Row(summary='max', id='2'), Row(summary='50%', id='1')]
        """
        return self._summary(tuple(unpacked(statistics)) or _SUMMARISED, list(self._output))

    def _summary(self, statistics: tuple[str, ...], found: list[Attribute]) -> DataFrame:
        percentiles = {name: _percentile(name) for name in statistics if name.endswith("%")}
        unknown = [name for name in statistics if name not in percentiles and name.lower() not in _FUNCTIONS]
        if unknown:
            raise IllegalArgumentException(
                errorClass="UNRECOGNIZED_STATISTIC", messageParameters={"stats": f"'{unknown[0]}'"}
            )
        shown = [a for a in found if isinstance(a.data_type, (NumericType, StringType))]
        maps = [_statistics_of(a, statistics, percentiles).alias(a.name) for a in shown]
        summed = Aggregate((), tuple(col.expression for col in maps), self._plan)
        names = call("array", *(literal(name) for name in statistics))
        exploded = self._with(summed)._self
        rows = exploded.select(*map(Column, exploded._output), call("explode", names).alias("summary"))
        *made, summary = rows._output
        cells = [call("element_at", Column(a), Column(summary)).alias(a.name) for a in made]
        return rows._with(Project((summary, *(cell.expression for cell in cells)), rows._plan))

    # --- two columns ----------------------------------------------------------------------------------------------

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """The correlation of two numeric columns (Pearson's). Runs a job.

        >>> spark.range(3).select("id", (-F.col("id")).alias("n")).corr("id", "n")
        -1.0
        """
        _check_names(col1=col1, col2=col2)
        if (method or "pearson") != "pearson":
            raise PySparkValueError(
                errorClass="VALUE_NOT_ALLOWED",
                messageParameters={"arg_name": "method", "allowed_values": "['pearson']"},
            )
        found = self._of_two("corr", "correlation", col1, col2)
        return float("nan") if found is None else found

    def cov(self, col1: str, col2: str) -> float:
        """The sample covariance of two numeric columns. Runs a job.

        >>> spark.range(3).cov("id", "id")
        1.0
        """
        _check_names(col1=col1, col2=col2)
        found = self._of_two("covar_samp", "covariance", col1, col2)
        return 0.0 if found is None else found

    def _of_two(self, function: str, word: str, col1: str, col2: str) -> float | None:
        pair = []
        for attribute in (self._attribute(col1), self._attribute(col2)):
            if not isinstance(attribute.data_type, NumericType):
                raise IllegalArgumentException(
                    f"requirement failed: Currently {word} calculation for columns with dataType "
                    f"{attribute.data_type.simpleString()} not supported."
                )
            # a null counts as zero, as in Spark
            pair.append(call("coalesce", Column(attribute).cast("double"), literal(0.0)))
        made = self._self.agg(call(function, *pair).alias("value")).first()
        assert made is not None
        value: float | None = made[0]
        return value

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """How often each pair of values occurs: a row for each value of ``col1``, a column for each of ``col2``.

        >>> df = spark.createDataFrame([("a", 1), ("a", 1), ("b", 2)], ["x", "y"])
        >>> df.crosstab("x", "y").sort("x_y").collect()
        [Row(x_y='a', 1=2, 2=0), Row(x_y='b', 1=0, 2=1)]
        """
        _check_names(col1=col1, col2=col2)
        first, second = named(col1), named(col2)
        rows = call("when", first.isNull(), "null", first.cast("string")).alias(f"{col1}_{col2}")
        plain = call("regexp_replace", second.cast("string"), "`", "")
        columns = call("when", second.isNull(), "null", plain)
        return self._self.groupBy(rows).pivot(columns).count().fillna(0)  # type: ignore[arg-type]

    def freqItems(self, cols: Any, support: float | None = None) -> DataFrame:
        """Values that may occur in more than ``support`` (1 percent) of the rows, in an array for each column. Some may
        be rarer (Karp, Schenker, Papadimitriou). Runs a job.

        >>> df = spark.createDataFrame([(1,), (1,), (2,)], ["n"])
        >>> df.freqItems(["n"], 0.6).collect()
        [Row(n_freqItems=[1])]
        """
        names = list(cols) if isinstance(cols, tuple) else cols
        if not isinstance(names, list):
            raise wrong_type("cols", "list or tuple", cols)
        return frequent_items(self._self, names, support or 0.01)

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: float) -> Any:
        """Quantiles of numeric columns whose ranks are off by ``relativeError`` of the rows at most: a list, or one for
        each column of a list. Null and NaN are left out. Runs a job.

        >>> spark.range(11).approxQuantile("id", [0.0, 0.5, 1.0], 0.0)
        [0.0, 5.0, 10.0]
        """
        if not isinstance(col, (str, list, tuple)):
            raise wrong_type("col", "list, str or tuple", col)
        names = [col] if isinstance(col, str) else list(col)
        for name in names:
            if not isinstance(name, str):
                raise wrong_item("col", names, "str", name)
        _check_probabilities(probabilities)
        if not isinstance(relativeError, (float, int)):
            raise wrong_type("relativeError", "float or int", relativeError)
        if relativeError < 0:
            raise PySparkValueError(
                errorClass="NEGATIVE_VALUE",
                messageParameters={"arg_name": "relativeError", "arg_value": str(relativeError)},
            )
        found = quantiles(self._self, names, list(probabilities), float(relativeError))
        return found[0] if isinstance(col, str) else found


def _check_probabilities(probabilities: Any) -> None:
    if not isinstance(probabilities, (list, tuple)):
        raise wrong_type("probabilities", "list or tuple", probabilities)
    for item in probabilities:
        if not isinstance(item, (float, int)) or not 0 <= item <= 1:
            raise wrong_type_name("probabilities", "list[float, int]", type(item).__name__)


def _check_names(**names: Any) -> None:
    for argument, value in names.items():
        checked(value, str, argument, "str")


def _percentile(name: str) -> float:
    try:
        share = float(name[:-1]) / 100
    except ValueError as error:
        raise IllegalArgumentException(f"Unable to parse {name} as a percentile") from error
    if not 0 <= share <= 1:
        raise IllegalArgumentException("requirement failed: Percentiles must be in the range [0, 1]")
    return share


def _number(a: Attribute) -> Column:
    """The column as a number; text that is none is null."""
    return Column(a) if isinstance(a.data_type, NumericType) else Column(a).try_cast("double")


_FUNCTIONS: dict[str, Any] = {
    "count": lambda a: call("count", Column(a)),
    "count_distinct": lambda a: Column(call("count", Column(a)).expression.copy(distinct=True)),
    "approx_count_distinct": lambda a: call("approx_count_distinct", Column(a)),
    "mean": lambda a: call("avg", _number(a)),
    "stddev": lambda a: call("stddev", _number(a)),
    "min": lambda a: call("min", Column(a)),
    "max": lambda a: call("max", Column(a)),
}


def _statistics_of(a: Attribute, statistics: tuple[str, ...], percentiles: dict[str, float]) -> Column:
    """``map(name, value as text, ...)`` of one column."""
    items: list[Any] = []
    for name in statistics:
        if name in percentiles:
            value = call("percentile_approx", _number(a), literal(percentiles[name]), literal(10000))
        else:
            value = _FUNCTIONS[name.lower()](a)
        items += [name, value.cast("string")]
    return call("map", *items)


class DataFrameStatFunctions:
    """What `DataFrame.stat` returns."""

    # where PySpark has it
    __module__ = "pyrdd.sql.dataframe"

    def __init__(self, df: DataFrame) -> None:
        self.df = df

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: float) -> Any:
        """`DataFrame.approxQuantile`."""
        return self.df.approxQuantile(col, probabilities, relativeError)

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """`DataFrame.corr`."""
        return self.df.corr(col1, col2, method)

    def cov(self, col1: str, col2: str) -> float:
        """`DataFrame.cov`."""
        return self.df.cov(col1, col2)

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """`DataFrame.crosstab`."""
        return self.df.crosstab(col1, col2)

    def freqItems(self, cols: Any, support: float | None = None) -> DataFrame:
        """`DataFrame.freqItems`."""
        return self.df.freqItems(cols, support)

    def sampleBy(self, col: Any, fractions: dict[Any, float], seed: int | None = None) -> DataFrame:
        """`DataFrame.sampleBy`."""
        return self.df.sampleBy(col, fractions, seed)
