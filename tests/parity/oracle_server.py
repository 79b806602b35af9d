"""PySpark at the end of a pipe: a line of JSON in, a line of JSON out, until the input ends.

Run by the interpreter that has PySpark, which needs nothing else; see `answers` for what the lines say.
"""

from __future__ import annotations

import importlib
import json
import os
import sys


def main() -> None:
    os.environ["TZ"] = "UTC"
    # the JVM writes to the standard output too
    answered = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    answers = importlib.import_module("answers")
    spark = answers.session(importlib.import_module("pyspark.sql"), "local[1]")
    spark.sparkContext.setLogLevel("OFF")
    for line in sys.stdin:
        print(json.dumps(answers.answers(spark, json.loads(line))), file=answered, flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
