from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pyrdd.events import model
from pyrdd.events.report import job_report
from pyrdd.events.state import AppState, fold
from pyrdd.metrics import TaskMetrics
from tests.events.strategies import application, stage_info


def word_count(times=(100, 110, 120), spilled=0) -> AppState:
    infos = (stage_info(0, len(times), "map at wc.py:3"), stage_info(1, 1, "collect at wc.py:5"))
    state = fold([model.JobStart(0, 0, "collect at wc.py:5", infos, {})])
    state.apply(model.StageSubmitted(0, 0, 0, len(times), (0,)))
    metrics = TaskMetrics(
        records_read=1000, shuffle_write_records=10, shuffle_write_bytes=2048, disk_spilled=spilled
    )
    for partition, time in enumerate(times):
        task = (partition, 0, 0, partition, 0, "0")
        state.apply(model.TaskStart(0, *task, "ANY"))
        state.apply(model.TaskEnd(time, *task, "success", None, metrics.to_list()))
    state.apply(model.StageCompleted(max(times), 0, 0))
    return state


def finish(state: AppState, at: int = 1500) -> AppState:
    state.apply(model.JobEnd(at, 0))
    return state


def test_the_report_has_a_row_for_each_stage_with_what_it_moved():
    lines = job_report(finish(word_count()), [0]).splitlines()
    assert lines[0] == "Job 0: collect at wc.py:5: succeeded in 1.5 s (3 tasks, 1 skipped)"
    assert " ".join(lines[1].split()) == "stage what tasks records in shuffle write time"
    assert " ".join(lines[3].split()) == "0 map at wc.py:3 3/3 3,000 30 rec, 6.0 KiB 120 ms"
    assert lines[4].startswith("1") and lines[4].endswith("skipped: its output was there")


def test_a_task_that_takes_far_longer_than_the_others_is_pointed_out():
    assert "partition 2" in job_report(finish(word_count(times=(100, 110, 5000))), [0])
    assert "Skew" not in job_report(finish(word_count()), [0])


def test_a_spill_is_pointed_out():
    assert "spilled 3.0 MiB" in job_report(finish(word_count(spilled=2**20)), [0])


def test_a_running_job_can_be_reported():
    report = job_report(word_count())
    assert "running" in report and "waiting" in report


def test_unknown_jobs_are_left_out():
    assert job_report(AppState(), [1, 2]) == ""


@given(st.integers(0, 2**32))
def test_any_application_can_be_reported_in_aligned_columns(seed):
    state = fold(application(Random(seed)))
    assert job_report(state).count("Job ") == len(state.jobs)
