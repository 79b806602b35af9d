"""The life of a context, its settings and what it says of itself."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from pyrdd import SparkConf, SparkContext
from pyrdd.errors import PySparkException, PySparkRuntimeError
from pyrdd.serializers import MarshalSerializer


def test_a_context_stops_itself_and_removes_its_files(contexts: Any) -> None:
    with SparkContext("local", "life") as sc:
        directory = sc._engine.session.path
        assert os.path.isdir(directory)
        assert (sc.master, sc.appName) == ("local", "life")
        assert SparkContext._active_spark_context is sc
    assert not os.path.exists(directory)
    assert SparkContext._active_spark_context is None


def test_settings_come_from_the_conf_and_the_arguments_win(make_context: Any) -> None:
    make_context("local").stop()
    conf = SparkConf().setMaster("local[7]").setAppName("given").set("spark.default.parallelism", "5")
    with SparkContext("local", conf=conf, environment={"COLOUR": "blue"}) as sc:
        assert (sc.master, sc.appName, sc.defaultParallelism, sc.defaultMinPartitions) == ("local", "given", 5, 2)
        assert sc.getConf().get("spark.executorEnv.COLOUR") == "blue"
        assert sc.parallelize(range(10)).getNumPartitions() == 5
        assert sc.parallelize([(1, 1)], 2).groupByKey().getNumPartitions() == 5
        sc.getConf().set("spark.app.name", "a copy")
        assert sc.appName == sc.getConf().get("spark.app.name") == "given"
    assert conf.get("spark.master") == "local[7]"


def test_a_setting_of_the_wrong_type_is_refused_and_leaves_no_context(contexts: Any) -> None:
    with pytest.raises((ValueError, PySparkException), match=r"spark\.default\.parallelism"):
        SparkContext(conf=SparkConf().setMaster("local").set("spark.default.parallelism", "many"))
    assert contexts.active() is None


def test_an_unknown_master_leaves_no_context(contexts: Any) -> None:
    with pytest.raises(PySparkException, match="master"):
        SparkContext("nowhere", "x")
    assert contexts.active() is None


def test_a_jvm_is_refused(contexts: Any) -> None:
    with pytest.raises(ValueError, match="JVM"):
        SparkContext("local", "x", gateway=object())


def test_system_properties_are_settings_of_later_contexts(make_context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SparkContext, "_system_properties", {})
    monkeypatch.setattr("pyrdd.core.context_core.ContextCore._system_properties", {})
    SparkContext.setSystemProperty("spark.default.parallelism", "3")
    assert SparkContext.getSystemProperty("spark.default.parallelism") == "3"
    assert make_context("local").defaultParallelism == 3


def test_the_context_is_not_pickled(sc: Any) -> None:
    with pytest.raises(PySparkRuntimeError, match="SPARK-5063"):
        pickle.dumps(sc)


def test_there_is_no_context_in_a_task(sc: Any) -> None:
    with pytest.raises(PySparkException, match="SPARK-5063"):
        sc.parallelize([1]).map(lambda x: SparkContext("local", "inner")).collect()


def test_the_batch_size_decides_how_records_are_sliced(contexts: Any) -> None:
    with SparkContext("local", "x", batchSize=4) as sc:
        assert sc.parallelize(range(8), 2).map(str).count() == 8
        assert sc.parallelize(list(range(10)), 2).glom().collect() == [[0, 1, 2, 3], [4, 5, 6, 7, 8, 9]]


def test_another_serializer_refuses_what_it_cannot_take(contexts: Any) -> None:
    with SparkContext("local", "x", serializer=MarshalSerializer()) as sc:
        assert sc.parallelize([1, "a"], 2).collect() == [1, "a"]
        with pytest.raises(PySparkException, match="unmarshallable"):
            sc.parallelize([object()]).count()


def test_checkpoints_go_to_a_new_directory_each_time(sc: Any, tmp_path: Path) -> None:
    found = []
    for _ in range(2):
        sc.setCheckpointDir(str(tmp_path))
        found.append(sc.getCheckpointDir())
    assert found[0] != found[1]
    assert all(each.startswith("file:") for each in found)


def test_profiles_need_their_setting(make_context: Any, capsys: pytest.CaptureFixture[str]) -> None:
    sc = make_context("local")
    with pytest.raises(PySparkRuntimeError, match=r"spark\.python\.profile"):
        sc.show_profiles()
    sc = make_context("local", **{"spark.python.profile": "true"})
    sc.parallelize(range(5), 2).map(str).count()
    sc.show_profiles()
    assert "Profile of RDD" in capsys.readouterr().out


def test_partitions_of_a_job_must_exist(sc: Any) -> None:
    rdd = sc.parallelize(range(4), 2)
    assert sc.runJob(rdd, list, [1, 0, 1]) == [2, 3, 0, 1, 2, 3]
    with pytest.raises(IndexError, match="Partition 2"):
        sc.runJob(rdd, list, [2])


def test_the_status_tracker_tells_of_jobs_and_stages(sc: Any) -> None:
    sc.setJobGroup("tracked", "a description")
    assert sc.parallelize([(1, 1)], 2).reduceByKey(max).count() == 1
    tracker = sc.statusTracker()
    (job_id,) = tracker.getJobIdsForGroup("tracked")
    job = tracker.getJobInfo(job_id)
    assert job.status == "SUCCEEDED"
    assert [tracker.getStageInfo(stage).numTasks for stage in sorted(job.stageIds)] == [2, 2]
    assert list(tracker.getActiveJobsIds()) == []
