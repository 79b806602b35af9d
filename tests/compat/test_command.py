"""`pyrdd compat`: what it prints, and its exit code."""

from __future__ import annotations

import json

import pytest

from pyrdd.cli.main import main


@pytest.fixture
def app(tmp_path):
    path = tmp_path / "app.py"
    path.write_text("import pyspark.ml\nspark.range(3).explain()\nspark.range(3).show()\n")
    return path


def test_a_program_that_would_not_work_is_said_so(app, capsys):
    assert main(["compat", str(app)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{app}:1: no       pyspark.ml: Use scikit-learn inside of applyInPandas or mapInPandas.",
        f"{app}:2: partial  pyspark.sql.DataFrame.explain: Shows pyrdd's plans: the words are Spark's where the thing is "
        "the same.",
        "1 no, 1 partial; 2 other members in use are there",
    ]


def test_a_program_that_would_work_is_a_success(app, capsys):
    app.write_text("spark.range(3).show()\n")
    assert main(["compat", str(app)]) == 0
    assert capsys.readouterr().out == "0 no, 0 partial; 2 other members in use are there\n"


def test_a_scan_prints_json(app, capsys):
    assert main(["compat", str(app), "--json", "--only", "no"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "findings": [
            {
                "path": str(app),
                "line": 1,
                "member": "pyspark.ml",
                "support": "no",
                "note": "Use scikit-learn inside of applyInPandas or mapInPandas.",
            }
        ],
        "fine": ["pyspark.sql.DataFrame.show", "pyspark.sql.SparkSession.range"],
    }


def test_a_path_that_is_not_there_is_an_error(tmp_path, capsys):
    assert main(["compat", str(tmp_path / "nothing.py")]) == 2
    assert "There is no file" in capsys.readouterr().err


def test_the_table_is_printed_without_a_path(capsys):
    assert main(["compat", "--module", "pyspark.sql.avro.functions"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "no       pyspark.sql.avro.functions.from_avro: Decode the column by fastavro in a udf.",
        "no       pyspark.sql.avro.functions.to_avro: Encode the column by fastavro in a udf, or use to_json.",
        "0 yes, 0 partial, 2 no",
    ]


def test_the_table_is_printed_as_json(capsys):
    assert main(["compat", "--json", "--module", "pyspark.RDD.map"]) == 0
    assert json.loads(capsys.readouterr().out) == {"pyspark.RDD.map": {"support": "yes"}}
