"""Scripts of statements with what PySpark answers to each: columns and rows, or the error with its parameters.

Statements without an answer are run for what they leave behind. Rows of queries are compared in any order.
"""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import PySparkException
from pyrdd.sql import SparkSession

ANSWERS = Path(__file__).parent / "answers"
TIME = re.compile(r"\w{3} \w{3} \d\d [\d:]+ UTC \d{4}")


@pytest.mark.parametrize("script", ["tables", "functions_views_and_settings", "table_functions"])
def test_statements_answer_as_in_pyspark(script: str, make_context: Callable[..., Any], tmp_path: Path) -> None:
    warehouse, directory = str(tmp_path / "warehouse"), str(tmp_path / "files")
    sc = make_context("local[2]", **{"spark.sql.warehouse.dir": warehouse, "spark.sql.session.timeZone": "UTC"})
    session = SparkSession(sc)
    found, wanted = [], []
    try:
        for line in (ANSWERS / f"{script}.jsonl").read_text(encoding="utf-8").splitlines():
            expected = json.loads(line)
            text = expected["statement"].replace("<directory>", directory)
            answer = _answer(session, text)
            if len(expected) > 1:
                shown = json.dumps(answer).replace(warehouse, "<warehouse>").replace(directory, "<directory>")
                shown = TIME.sub("<time>", shown).replace(f'"Owner", "{getpass.getuser()}"', '"Owner", "<user>"')
                found.append({"statement": expected["statement"], **json.loads(shown)})
                wanted.append(expected)
    finally:
        SparkSession._instantiatedSession = SparkSession._activeSession = None
    assert found == wanted


def _answer(session: SparkSession, text: str) -> dict[str, Any]:
    try:
        df = session.sql(text)
        rows = [[str(value) for value in row] for row in df.collect()]
    except PySparkException as error:
        parameters = error.getMessageParameters()
        return {"error": error.getCondition(), "class": type(error).__name__, "parameters": parameters}
    ordered = re.match(r"(?is)\s*(desc|show)", text) or "-- ordered" in text
    return {"schema": df.schema.simpleString(), "rows": rows if ordered else sorted(rows)}
