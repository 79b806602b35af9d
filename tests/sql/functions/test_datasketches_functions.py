"""The functions on HLL, theta, tuple and KLL sketches; `sketch_answers.json` is what PySpark answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import PySparkException, PySparkNotImplementedError
from pyrdd.sql import functions as F

pytest.importorskip("datasketches")

RECORDED = json.loads((Path(__file__).parent / "sketch_answers.json").read_text())
EVERY_MASTER = pytest.mark.masters("local", "local[2]", "local-cluster[2,1,512]")


@pytest.fixture
def views(spark: Any) -> Any:
    for name, text in RECORDED["views"].items():
        spark.sql(text).createOrReplaceTempView(name)
    return spark


def answer(spark: Any, query: str) -> Any:
    """The rows and the schema, or what was raised. Sentences are not PySpark's, and expressions in them are shorter."""
    try:
        frame = spark.sql(query)
        rows = sorted([repr(value) for value in row] for row in frame.collect())
    except PySparkException as error:
        parameters = dict(error.getMessageParameters() or {})
        for name in ("msg", "inputExpr"):
            parameters.pop(name, None)
        return {"error": [type(error).__name__, error.getCondition(), parameters]}
    return {"schema": frame.schema.simpleString(), "rows": rows}


@pytest.mark.parametrize("query", RECORDED["answers"])
def test_answers_are_those_of_pyspark(views: Any, query: str) -> None:
    assert answer(views, query) == RECORDED["answers"][query]


def one(frame: Any) -> Any:
    """The one value of a query."""
    ((value,),) = frame.collect()
    return value


@EVERY_MASTER
def test_sketches_of_many_partitions_answer_as_of_one(spark: Any) -> None:
    rows = spark.range(0, 3000, 1, 5)
    theta = rows.agg(F.theta_sketch_agg("id", 6))
    assert one(theta) == one(spark.range(0, 3000, 1, 1).agg(F.theta_sketch_agg("id", 6)))
    assert one(rows.agg(F.hll_sketch_estimate(F.hll_sketch_agg("id")))) == pytest.approx(3000, rel=0.05)
    sums = rows.agg(F.tuple_sketch_summary_integer(F.tuple_sketch_agg_integer("id", F.lit(2))))
    assert one(sums) == 6000
    assert one(rows.agg(F.kll_sketch_get_n_bigint(F.kll_sketch_agg_bigint("id")))) == 3000


def test_partitions_are_sketched_by_themselves_and_merged(spark: Any) -> None:
    rows = spark.createDataFrame(spark.sparkContext.parallelize([(i,) for i in range(4000)], 4), "id long")
    sketches = rows.agg(
        F.hex(F.theta_sketch_agg("id", 6)),
        F.kll_sketch_get_n_float(F.kll_sketch_agg_float(F.col("id").cast("float"), 20)),
        F.tuple_sketch_summary_integer(F.tuple_sketch_agg_integer("id", F.lit(3), mode="max"), "max"),
        F.hll_sketch_estimate(F.hll_sketch_agg(F.col("id").cast("string"))),
    )
    # as an RDD, a DataFrame has the partitions that Spark's would have
    (parted,), (whole,) = sketches.rdd.collect(), sketches.collect()
    assert parted[:3] == whole[:3] == (whole[0], 4000, 3)
    assert (parted[3], whole[3]) == (pytest.approx(4000, rel=0.05), pytest.approx(4000, rel=0.05))


@EVERY_MASTER
def test_sketches_of_groups_merge_to_that_of_all_rows(spark: Any) -> None:
    groups = spark.range(0, 2000, 1, 3).withColumn("g", F.col("id") % 7).groupBy("g")
    parts = groups.agg(
        F.theta_sketch_agg("id").alias("t"), F.hll_sketch_agg("id").alias("h"), F.kll_sketch_agg_bigint("id").alias("k"),
        F.tuple_sketch_agg_double("id", F.lit(0.5)).alias("d"),
    )  # fmt: skip
    whole = parts.agg(
        F.theta_sketch_estimate(F.theta_union_agg("t")),
        F.theta_sketch_estimate(F.theta_intersection_agg("t")),
        F.kll_sketch_get_n_bigint(F.kll_merge_agg_bigint("k")),
        F.tuple_sketch_summary_double(F.tuple_union_agg_double("d")),
        F.hll_sketch_estimate(F.hll_union_agg("h")),
    )
    (row,) = whole.collect()
    assert row[:4] == (2000, 0, 2000, 1000.0)
    assert row[4] == pytest.approx(2000, rel=0.05)


def test_quantiles_of_many_values_are_about_right(spark: Any) -> None:
    sketch = spark.range(0, 20000, 1, 1).agg(F.kll_sketch_agg_bigint("id").alias("s"))
    quantiles = sketch.select(F.kll_sketch_get_quantile_bigint("s", F.array(F.lit(0.1), F.lit(0.5), F.lit(0.9))))
    assert one(quantiles) == pytest.approx([2000, 10000, 18000], abs=20000 * 0.03)


def test_constants_that_are_wrong_are_named(spark: Any) -> None:
    frame = spark.range(3)
    with pytest.raises(PySparkException) as raised:
        frame.select(F.hll_sketch_agg("id", 30)).collect()
    assert raised.value.getCondition() == "HLL_INVALID_LG_K"
    with pytest.raises(PySparkException) as raised:
        frame.select(F.tuple_sketch_agg_integer("id", F.lit(1), mode="mean"))
    assert "TUPLE_INVALID_SKETCH_MODE" in str(raised.value)


# the package is taken away from this process: others still have it
@pytest.mark.masters("local")
def test_hll_without_its_package_is_refused_by_name(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasketches", None)
    with pytest.raises(PySparkNotImplementedError, match="datasketches"):
        spark.range(3).select(F.hll_sketch_agg("id")).collect()
    assert one(spark.range(3).select(F.theta_sketch_estimate(F.theta_sketch_agg("id")))) == 3


def test_strings_of_other_collations_are_refused(spark: Any) -> None:
    with pytest.raises(PySparkNotImplementedError, match="UTF8_LCASE"):
        spark.sql("select theta_sketch_agg('a' collate UTF8_LCASE)")
