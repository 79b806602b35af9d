from pyrdd.events import model
from pyrdd.events.state import AppState, fold
from pyrdd.status import SparkJobInfo, SparkStageInfo, StatusTracker
from tests.events.strategies import stage_info


def application() -> AppState:
    infos = (stage_info(4, 2, "map at a.py:1"), stage_info(3, 2, "map at a.py:2"))
    return fold(
        [
            model.ExecutorAdded(0, "0", "localhost", 2),
            model.JobStart(1, 1, "count at a.py:3", infos, {"spark.jobGroup.id": "mine"}),
            model.JobStart(1, 2, "count at a.py:4", (stage_info(5, 1),), {}),
            model.StageSubmitted(2, 4, 0, 2, (1,)),
            model.TaskStart(3, 0, 4, 0, 0, 0, "0", "ANY"),
            model.TaskStart(3, 1, 4, 0, 1, 0, "0", "ANY"),
            model.TaskEnd(4, 1, 4, 0, 1, 0, "0", "success"),
        ]
    )


def test_jobs_and_stages_are_reported_while_they_run():
    tracker = StatusTracker(application())
    assert tracker.getActiveJobsIds() == [1, 2]
    assert tracker.getActiveStageIds() == [4]
    assert tracker.getJobInfo(1) == SparkJobInfo(1, [3, 4], "RUNNING")
    assert tracker.getStageInfo(4) == SparkStageInfo(4, 0, "map at a.py:1", 2, 1, 1, 0)
    assert tracker.getStageInfo(3) == SparkStageInfo(3, 0, "map at a.py:2", 2, 0, 0, 0)


def test_unknown_ids_give_none():
    tracker = StatusTracker(application())
    assert tracker.getJobInfo(99) is None
    assert tracker.getStageInfo(99) is None


def test_jobs_are_found_by_group_and_jobs_of_no_group_without_one():
    state = application()
    state.apply(model.JobEnd(9, 1, "boom"))
    tracker = StatusTracker(state)
    assert tracker.getJobIdsForGroup("mine") == [1]
    assert tracker.getJobIdsForGroup() == [2]
    assert tracker.getJobIdsForGroup("other") == []
    assert tracker.getJobInfo(1).status == "FAILED"


def test_executors_are_listed_with_the_driver():
    driver, executor = StatusTracker(application()).getExecutorInfos()
    assert (driver.host, driver.numRunningTasks) == ("localhost", 0)
    assert (executor.host, executor.numRunningTasks, executor.cacheSize) == ("localhost", 1, 0)


def test_events_on_their_way_are_waited_for():
    state = AppState()
    tracker = StatusTracker(state, lambda: state.apply(model.JobStart(1, 7, "count", (), {})))
    assert tracker.getActiveJobsIds() == [7]
