"""The scanner finds what a program uses, whichever way it comes to it, and says nothing of what it does not know."""

from __future__ import annotations

import textwrap

import pytest

from pyrdd.compat.scan import python_files, scan

START = "from pyspark.sql import SparkSession, DataFrame, functions as F\nspark = SparkSession.builder.getOrCreate()\n"


@pytest.fixture
def scanned(tmp_path):
    """``scanned(text)``: what a scan of that program finds, as (line, level, last part of the name)."""

    def read(text):
        (tmp_path / "app.py").write_text(textwrap.dedent(text))
        found = scan([tmp_path]).findings
        return [(finding.line, finding.support.level, finding.name.rpartition(".")[2]) for finding in found]

    return read


@pytest.mark.parametrize(
    "line",
    [
        "spark.range(3).plot",
        "spark.range(3).select('id').where('id > 1').groupBy('id').count().plot.bar()",
        "spark.read.option('header', True).csv('x').plot",
        "spark.createDataFrame([(1,)]).rdd.toDF().plot",
        "spark.sparkContext.parallelize([1]).map(str).toDF(['a']).plot",
        "[part.plot for part in spark.range(9).randomSplit([1.0, 2.0])]",
        "a, b = spark.range(9).randomSplit([1.0, 2.0]); b.plot",
        "spark.range(9).randomSplit([1.0, 2.0])[0].plot",
        "print(f'{spark.table(\"t\").plot}')",
        "spark.range(3).transform(lambda df: df.limit(1)).plot",
        "spark.range(3).transform(lambda df: df.plot)",
        "spark.readStream.load('x').writeStream.foreachBatch(lambda df, number: df.plot).start()",
        "(spark.range(1) if spark else None).plot",
        "DataFrame.plot",
        "frame: DataFrame = make(); frame.plot",
        "frames: list[DataFrame] = make(); frames[0].plot",
    ],
)
def test_a_refused_member_is_found_on_a_value_of_that_kind(scanned, line):
    assert scanned(START + line) == [(3, "no", "plot")]


def test_functions_give_what_they_return_and_take_what_they_are_given(scanned):
    program = """\
        from pyspark.sql import SparkSession
        def show(frame):
            frame.plot
        def load(session):
            found = session.range(3)
            return found
        def main():
            show(load(SparkSession.builder.getOrCreate()))
            load(SparkSession.builder.getOrCreate()).pandas_api()
    """
    assert scanned(program) == [(3, "no", "plot"), (9, "no", "pandas_api")]


def test_attributes_of_objects_hold_what_was_assigned(scanned):
    program = """\
        from pyspark.sql import SparkSession
        class Job:
            def __init__(self, session: SparkSession):
                self.session = session
            @property
            def frame(self):
                return self.session.range(3)
            def run(self):
                self.frame.plot
        Job(None).frame.pandas_api()
    """
    assert scanned(program) == [(9, "no", "plot"), (10, "no", "pandas_api")]


def test_objects_have_what_the_classes_above_hold(scanned):
    program = """\
        from pyspark.sql import SparkSession
        class Base:
            def setup_method(self):
                self.frame = SparkSession.builder.getOrCreate().range(3)
        class TestIt(Base):
            def test_it(self):
                self.frame.plot
    """
    assert scanned(program) == [(7, "no", "plot")]


def test_functions_see_what_a_module_binds_after_them(scanned):
    assert scanned("def f():\n    frame.plot\nframe = spark.range(3)\n") == [(2, "no", "plot")]


def test_names_are_followed_into_other_files(tmp_path):
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "__init__.py").touch()
    (tmp_path / "jobs" / "load.py").write_text("def load(session):\n    return session.range(3)\nclass Job: pass\n")
    (tmp_path / "app.py").write_text(
        "import jobs.load as loading\nfrom jobs import load as module\nfrom jobs.load import load\n"
        "load(spark).plot\nmodule.load(spark).plot\nloading.load(spark).plot\nloading.Job().plot\n"
    )
    (tmp_path / "jobs" / "near.py").write_text(
        "from .load import load\nfrom . import load as near\nload(1).plot\nnear.load(1).plot\n"
    )
    found = [(finding.path.rpartition("/")[2], finding.line) for finding in scan([tmp_path]).findings]
    assert found == [("app.py", 4), ("app.py", 5), ("app.py", 6), ("near.py", 3), ("near.py", 4)]


def test_fixtures_are_known_in_all_files(tmp_path):
    (tmp_path / "conftest.py").write_text(
        "import pytest\n@pytest.fixture\ndef frame(spark):\n    yield spark.range(3)\n",
    )
    (tmp_path / "test_it.py").write_text("def test_it(frame, sc):\n    frame.plot\n    sc.range(3).toDF().plot\n")
    found = scan([tmp_path]).findings
    assert [(finding.path, finding.line) for finding in found] == [
        (str(tmp_path / "test_it.py"), 2),
        (str(tmp_path / "test_it.py"), 3),
    ]


def test_imports_of_what_is_not_there_are_found(scanned):
    program = """\
        import pyspark.ml.feature
        from pyspark.ml import Pipeline
        from pyspark.sql import HiveContext, sparkle
        import pyspark.nothing as nothing
        from pyspark.sql.connect.session import SparkSession
        from pyspark.sql.dataframe import DataFrame
        import pandas, pyspark.sql.types
    """
    assert scanned(program) == [
        (1, "no", "feature"),
        (2, "no", "ml"),
        (3, "no", "HiveContext"),
        (3, "no", "sparkle"),
        (4, "no", "nothing"),
        (5, "no", "session"),
    ]


def test_imports_that_a_program_can_do_without_are_not(scanned):
    program = """\
        from typing import TYPE_CHECKING
        try:
            import pyspark.pandas
        except ImportError:
            pass
        if TYPE_CHECKING:
            from pyspark.ml import Pipeline
    """
    assert scanned(program) == []


def test_names_have_one_meaning_however_they_are_imported(scanned):
    program = """\
        import pyspark
        import pyspark.sql.functions as functions
        from pyspark.sql.functions import *
        from pyspark.sql.dataframe import DataFrame as Frame
        from pyrdd.sql import functions as own
        pyspark.sql.functions.reflect("a")
        functions.java_method("a")
        try_reflect("a")
        def f(frame: "Frame | None"): frame.plot
        own.timestamp_nanos("a")
    """
    found = [(6, "reflect"), (7, "java_method"), (8, "try_reflect"), (9, "plot"), (10, "timestamp_nanos")]
    assert scanned(program) == [(line, "no", name) for line, name in found]


def test_arguments_are_looked_at(scanned):
    program = """\
        spark.read.format("parquet").load("x")
        spark.read.format("kafka").load()
        spark.read.load("x", format="delta")
        spark.range(3).writeStream.trigger(continuous="1 second")
        spark.range(3).writeStream.trigger(processingTime="1 second")
        sc.addFile("hdfs://host/x")
        sc.addFile(path)
        SparkSession.builder.master("local[2]")
        SparkSession.builder.master("yarn")
    """
    assert scanned("from pyspark.sql import SparkSession\n" + textwrap.dedent(program)) == [
        (3, "no", "format"),
        (4, "no", "load"),
        (5, "no", "trigger"),
        (7, "no", "addFile"),
        (10, "partial", "master"),
    ]


def test_sql_texts_are_read(scanned):
    program = """\
        spark.sql("SELECT upper(a), (SELECT java_method('a', 'b')) FROM t")
        spark.sql("SELECT * FROM t VERSION AS OF 1")
        spark.sql("SELECT {columns} FROM !")
        spark.range(3).selectExpr("id", "reflect('a', 'b')").where("sentences(id) IS NULL")
        F.expr("id:x")
    """
    assert scanned(START + textwrap.dedent(program)) == [
        (3, "no", "java_method"),
        (4, "no", "Time travel (VERSION AS OF, TIMESTAMP AS OF)"),
        (6, "no", "reflect"),
        (6, "partial", "sentences"),
        (7, "no", "A path into a variant (value:path)"),
    ]


def test_handles_of_the_jvm_are_found(scanned):
    assert scanned("spark.range(3)._jdf.x\nsc._jvm.java\nspark._jsparkSession.parseDataType('int')\n") == [
        (1, "no", "_jdf"),
        (2, "no", "_jvm"),
    ]


@pytest.mark.parametrize(
    "program",
    [
        "import pandas as pd\npd.DataFrame().plot()\n",
        "frame = make()\nframe.plot\n",
        "def f(frame):\n    frame.plot\n",
        "spark.range(3).plots\n",
        "spark.range(3).toPandas().plot()\n",
        "spark = None\nspark.range(3).plot\n",
        "from pyspark.sql import functions as F\n@F.udf('int')\ndef f(x): return x\nf('a').plot\n",
    ],
)
def test_nothing_is_said_of_what_is_not_known(scanned, program):
    assert scanned(program) == []


def test_members_that_are_there_are_counted_once(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(START + "spark.range(3).show()\nspark.range(4).show()\nspark.range(5).explain()\n")
    report = scan([file])
    assert {"pyspark.sql.DataFrame.show", "pyspark.sql.SparkSession.range"} <= report.fine
    assert "pyspark.sql.DataFrame.explain" not in report.fine
    assert (report.count("no"), report.count("partial")) == (0, 1)


def test_files_that_are_no_python_are_named(tmp_path):
    (tmp_path / "broken.py").write_text("def :\n")
    (tmp_path / "deep.py").write_text("x" + ".y" * 5000)
    assert scan([tmp_path]).unreadable == (str(tmp_path / "broken.py"), str(tmp_path / "deep.py"))


def test_what_python_warns_of_is_read_as_it_is(scanned):
    assert scanned("pattern = '\\d'\nspark.range(1).plot\n") == [(2, "no", "plot")]


def test_directories_are_read_in_order_without_what_is_installed_or_hidden(tmp_path):
    for name in ("b.py", "a/c.py", ".venv/d.py", "x/site-packages/e.py", "f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [str(path.relative_to(tmp_path)) for path in python_files([tmp_path])] == ["a/c.py", "b.py"]
    with pytest.raises(FileNotFoundError):
        list(python_files([tmp_path / "nothing.py"]))
