"""DataFrame.mergeInto: the builder, and what Spark says for tables of files."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException, PySparkTypeError, SparkRuntimeException, UnsupportedOperationException
from pyrdd.sql import SparkSession
from pyrdd.sql import functions as sf
from pyrdd.sql.utils import AnalysisException as FromUtils


@pytest.fixture
def source(sc: Any, tmp_path: Any) -> Any:
    session = SparkSession(sc)
    session.sql(f"CREATE TABLE merge_target USING parquet LOCATION '{tmp_path}/t' AS SELECT 1L AS id")
    yield session.range(5).alias("s")
    session.sql("DROP TABLE merge_target")


def test_a_merge_without_actions_says_so(source: Any) -> None:
    with pytest.raises(SparkRuntimeException) as caught:
        source.mergeInto("merge_target", sf.expr("merge_target.id = s.id")).merge()
    assert caught.value.getCondition() == "NO_MERGE_ACTION_SPECIFIED"


def test_tables_of_files_are_not_merged_into(source: Any) -> None:
    writer = source.mergeInto("merge_target", sf.expr("merge_target.id = s.id"))
    writer = writer.whenMatched(sf.col("s.id") > 1).update({"id": sf.col("s.id")}).whenNotMatched().insertAll()
    with pytest.raises(UnsupportedOperationException) as caught:
        writer.whenNotMatchedBySource().delete().withSchemaEvolution().merge()
    assert caught.value.getCondition() == "UNSUPPORTED_FEATURE.TABLE_OPERATION"


@pytest.mark.parametrize(
    "build",
    [
        lambda source: source.mergeInto("merge_target", 3),
        lambda source: source.mergeInto("merge_target", sf.lit(True)).whenMatched(3),
        lambda source: source.mergeInto("merge_target", sf.lit(True)).whenMatched().update({"id": 3}),
    ],
)
def test_conditions_and_values_of_a_merge_are_columns(source: Any, build: Any) -> None:
    with pytest.raises(PySparkTypeError) as caught:
        build(source)
    assert caught.value.getCondition() == "NOT_EXPECTED_TYPE"


def test_the_table_of_a_merge_must_exist(source: Any) -> None:
    with pytest.raises(AnalysisException) as caught:
        source.mergeInto("nobody", sf.expr("nobody.id = s.id")).whenMatched().delete().merge()
    assert caught.value.getCondition() == "TABLE_OR_VIEW_NOT_FOUND"


def test_programs_of_all_years_find_the_exceptions_in_utils() -> None:
    assert FromUtils is AnalysisException
