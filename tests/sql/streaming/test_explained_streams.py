"""What `explain` shows of a stream: its operators, as no batch of it has run."""

import re

import pytest

from pyrdd.errors import AnalysisException
from pyrdd.sql import functions as F


@pytest.fixture
def rates(session):
    return session.readStream.format("rate").load()


@pytest.fixture
def explained(capsys):
    def text(df, *mode):
        df.explain(*mode)
        return re.sub(r"#\d+", "", capsys.readouterr().out)

    return text


def test_the_operators_end_at_the_stream(rates, explained):
    text = explained(rates.select("value"))
    assert text == "== Physical Plan ==\nProject [value]\n+- StreamingRelation rate, [timestamp, value]\n\n"


def test_an_operator_with_state_is_named(rates, explained):
    marked = rates.withWatermark("timestamp", "10 seconds")
    assert "EventTimeWatermark timestamp: timestamp, 10 seconds\n" in explained(marked)
    assert "StreamingDeduplicate [value]\n" in explained(rates.dropDuplicates(["value"]))
    assert "WithinWatermark [value]\n" in explained(marked.dropDuplicatesWithinWatermark(["value"]))
    joined = rates.join(rates.select(F.col("value").alias("other")), F.expr("value = other"))
    assert "StreamingSymmetricHashJoin [value], [other], Inner, (value = other)\n" in explained(joined)


@pytest.mark.parametrize("mode", [True, "extended", "formatted", "cost", "codegen"])
def test_every_mode_shows_a_stream(rates, explained, mode):
    assert explained(rates.groupBy("value").count(), mode)


def test_sql_explains_a_stream(rates, session):
    rates.createOrReplaceTempView("rates")
    (row,) = session.sql("EXPLAIN SELECT value FROM rates").collect()
    assert "StreamingRelation rate" in row.plan


def test_only_write_stream_runs_a_stream(rates):
    with pytest.raises(AnalysisException, match="writeStream"):
        rates.collect()
    with pytest.raises(AnalysisException, match="writeStream"):
        rates.count()
