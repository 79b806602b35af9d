"""The pytest plugin, as a project that tests a PySpark program uses it. Each run is a process of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import pyrdd

PROGRAM = """
    from pyspark.sql import DataFrame, functions as F

    def totals(df: DataFrame) -> DataFrame:
        return df.groupBy("k").agg(F.sum("v").alias("total"))
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project that imports nothing of pyrdd."""
    monkeypatch.setenv("PYTHONPATH", str(Path(pyrdd.__file__).parents[1]))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyfile(program=PROGRAM)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> Any:
    return project.runpytest_subprocess("-p", "pyrdd.testing.plugin", "-p", "no:cacheprovider", *arguments)


def test_a_program_of_pyspark_is_tested_without_a_change(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pyspark
        from pyspark.testing import assertDataFrameEqual
        from program import totals

        def test_totals(spark):
            df = spark.createDataFrame([("a", 1), ("a", 2), ("b", 5)], ["k", "v"])
            assertDataFrameEqual(totals(df), spark.createDataFrame([("a", 3), ("b", 5)], ["k", "total"]))

        def test_words(sc):
            assert sc.parallelize(["a b", "b"]).flatMap(str.split).countByValue() == {"a": 1, "b": 2}
            assert pyspark.__version__.startswith("4")
        """
    )
    found = run(project, "--spark-engine", "pyrdd")
    found.assert_outcomes(passed=2)
    found.stdout.fnmatch_lines(["spark engine: pyrdd, master local"])


def test_without_the_option_there_are_no_fixtures_and_no_alias(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_nothing_is_there():
            assert not {"pyrdd.sql", "pyrdd.alias", "pyrdd.testing.fixtures"} & set(sys.modules)

        def test_no_fixture(spark):
            pass
        """
    )
    found = run(project)
    found.assert_outcomes(passed=1, errors=1)
    found.stdout.fnmatch_lines(["*fixture 'spark' not found*"])


def test_no_test_sees_what_another_left(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from pyspark.sql import SparkSession

        @pytest.mark.parametrize("turn", [1, 2])
        def test_state(spark, sc, turn):
            assert SparkSession.builder.getOrCreate() is spark
            assert spark.sparkContext is sc
            assert spark.catalog.listTables() == []
            assert spark.catalog.listTables("global_temp") == []
            assert [d.name for d in spark.catalog.listDatabases()] == ["default"]
            assert spark.conf.get("spark.sql.shuffle.partitions") != "3"
            assert not spark.catalog.functionExists("plus_one")
            assert sc.getLocalProperty("spark.jobGroup.id") is None
            spark.range(3).createOrReplaceTempView("v")
            spark.range(3).createGlobalTempView("g")
            spark.range(3).write.saveAsTable("t")
            spark.sql("CREATE DATABASE other")
            spark.range(1).write.saveAsTable("other.u")
            spark.catalog.setCurrentDatabase("other")
            spark.conf.set("spark.sql.shuffle.partitions", "3")
            spark.udf.register("plus_one", lambda n: n + 1)
            spark.range(3).cache().count()
            sc.setJobGroup("mine", "work")
        """
    )
    run(project, "--spark-engine", "pyrdd").assert_outcomes(passed=2)
    assert not {"spark-warehouse", "artifacts", "metastore_db"} & set(os.listdir(project.path))


def test_a_test_that_stops_its_session_does_not_stop_the_others(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", [1, 2, 3])
        def test_stop(spark, turn):
            assert spark.range(3).count() == 3
            if turn < 3:
                spark.stop()
        """
    )
    run(project, "--spark-engine", "pyrdd").assert_outcomes(passed=3)


def test_settings_and_master_are_those_of_the_command_line(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_settings(spark, sc):
            assert sc.master == "local[2]"
            assert spark.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
        """
    )
    conf = "spark.sql.session.timeZone=Asia/Tokyo"
    run(project, "--spark-engine=pyrdd", "--spark-master=local[2]", "--spark-conf", conf).assert_outcomes(passed=1)


def test_a_seed_exposes_tests_that_rely_on_an_order(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_relies_on_the_order_of_groups(sc, spark):
            pairs = sc.parallelize([(n % 50, 1) for n in range(100)]).reduceByKey(lambda a, b: a + b, 1)
            rows = spark.range(50).distinct().collect()
            assert [k for k, _ in pairs.collect()] == list(range(50))
            assert rows

        def test_sorts(sc, spark):
            pairs = sc.parallelize([(n % 50, 1) for n in range(100)]).reduceByKey(lambda a, b: a + b, 1)
            assert [k for k, _ in pairs.sortByKey().collect()] == list(range(50))
            assert [row.id for row in spark.range(50).distinct().orderBy("id").collect()] == list(range(50))
        """
    )
    run(project, "--spark-engine", "pyrdd").assert_outcomes(passed=2)
    run(project, "--spark-engine", "pyrdd", "--spark-shuffle-order", "7").assert_outcomes(passed=1, failed=1)


def test_workers_of_xdist_have_contexts_of_their_own(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(6))
        def test_table(spark, turn):
            spark.range(turn).write.saveAsTable("t")
            assert spark.table("t").count() == turn
        """
    )
    run(project, "--spark-engine", "pyrdd", "-n", "2").assert_outcomes(passed=6)


def test_a_missing_module_is_named_with_what_to_use_instead(project: pytest.Pytester) -> None:
    project.makepyfile("import pyspark.ml\n\ndef test_nothing():\n    pass")
    found = run(project, "--spark-engine", "pyrdd")
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(["*No module named 'pyspark.ml' in pyrdd: use scikit-learn*"])


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_summary_names_the_members_in_use_and_those_that_are_refused(project: pytest.Pytester, workers: str) -> None:
    project.makepyfile(
        """
        from program import totals

        def test_totals(spark):
            assert totals(spark.createDataFrame([("a", 1)], ["k", "v"])).count() == 1

        def test_plot(spark):
            spark.range(3).plot.bar()
        """
    )
    found = run(project, "--spark-engine", "pyrdd", "-n", workers)
    found.assert_outcomes(passed=1, failed=1)
    found.stdout.fnmatch_lines(
        [
            "*members of PySpark in use*",
            "* members, 1 of them refused by pyrdd",
            "    test_the_summary*.py:7: pyspark.sql.DataFrame.plot: *",
            "    test_the_summary*.py::test_plot: *[[]NOT_IMPLEMENTED[]]*",
            "pyspark.sql.DataFrame: count, groupBy, plot",
            "pyspark.sql.functions: sum",
        ]
    )


def test_both_engines_are_compared_test_by_test(project: pytest.Pytester) -> None:
    # a stand-in for PySpark, which no test may need: a package of that name, which answers differently
    project.mkpydir("pyspark")
    Path(project.path, "pyspark", "__init__.py").write_text("__version__ = 'stand-in'\n")
    project.makepyfile(
        """
        import pyspark

        def test_same():
            assert 1 + 1 == 2

        def test_differs():
            assert pyspark.__version__ == "stand-in", "another version"
        """
    )
    found = run(project, "--spark-engine", "both")
    found.assert_outcomes(passed=1, failed=1)
    found.stdout.fnmatch_lines(
        [
            "*pyrdd and PySpark*",
            "1 of 2 tests ended alike",
            "*test_differs",
            "    pyrdd:   failed - AssertionError: another version*",
            "    PySpark: passed",
        ]
    )
    assert found.ret == 1
