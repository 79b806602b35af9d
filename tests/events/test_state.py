from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pyrdd.events import model
from pyrdd.events.state import AppState, Retention, fold
from pyrdd.events.views import JobStatus, StageStatus, TaskCounts
from pyrdd.metrics import TaskMetrics
from tests.events.strategies import any_event, application, stage_info


def job_start(job_id=0, stages=((0, 2), (1, 2)), **properties):
    infos = tuple(stage_info(stage_id, tasks) for stage_id, tasks in stages)
    return model.JobStart(10, job_id, "count at app.py:1", infos, properties)


def task_start(task_id, stage_id=0, partition=0, executor="0", time=20, attempt=0):
    return model.TaskStart(time, task_id, stage_id, attempt, partition, 0, executor, "ANY")


def task_end(task_id, stage_id=0, partition=0, executor="0", status="success", time=30, attempt=0, **metrics):
    values = TaskMetrics(**metrics).to_list()
    return model.TaskEnd(time, task_id, stage_id, attempt, partition, 0, executor, status, None, values)


def test_a_job_is_followed_from_start_to_end():
    state = fold(
        [job_start(), model.StageSubmitted(11, 0, 0, 2, (0,)), task_start(0), task_start(1, partition=1)]
    )
    assert state.stages[0].status is StageStatus.ACTIVE
    assert state.stages[1].status is StageStatus.PENDING
    assert state.jobs[0].tasks == TaskCounts(active=2)
    state.apply(task_end(0, records_read=5, peak_rss=10))
    state.apply(task_end(1, partition=1, records_read=7, peak_rss=4))
    state.apply(model.StageCompleted(40, 0, 0))
    attempt = state.stages[0].attempts[0]
    assert (attempt.completed, attempt.tasks) == (40, TaskCounts(succeeded=2))
    assert attempt.totals.metrics == TaskMetrics(records_read=12, peak_rss=10)
    state.apply(model.JobEnd(50, 0))
    assert state.jobs[0].status is JobStatus.SUCCEEDED
    assert not state.active_jobs and not state.active_stages


def test_a_stage_whose_output_exists_is_skipped_with_its_tasks():
    state = fold([job_start(), model.StageSubmitted(11, 1, 0, 2, (0,)), model.JobEnd(50, 0)])
    assert state.stages[0].status is StageStatus.SKIPPED
    assert state.jobs[0].skipped_stage_ids == (0,)
    assert state.jobs[0].skipped_tasks == 2


def test_a_stage_that_completed_for_one_job_stays_complete_when_the_next_skips_it():
    first = [
        job_start(0),
        model.StageSubmitted(11, 0, 0, 2, (0,)),
        model.StageCompleted(12, 0, 0),
        model.JobEnd(13, 0),
    ]
    state = fold([*first, job_start(1), model.JobEnd(20, 1)])
    assert state.stages[0].status is StageStatus.COMPLETE
    assert state.jobs[1].skipped_stage_ids == (0, 1)


def test_a_job_that_joins_a_running_stage_counts_its_tasks():
    state = fold(
        [job_start(0), model.StageSubmitted(11, 0, 0, 2, (0,)), task_start(0), job_start(1), task_end(0)]
    )
    assert state.jobs[1].ran == {0}
    assert state.jobs[1].tasks == TaskCounts(succeeded=1)


def test_a_failed_job_has_its_error_and_skips_nothing():
    state = fold([job_start(), model.JobEnd(50, 0, "ZeroDivisionError")])
    job = state.jobs[0]
    assert (job.status, job.error, job.skipped_stage_ids) == (JobStatus.FAILED, "ZeroDivisionError", ())


def test_task_attempts_end_as_success_failure_or_kill():
    ends = [
        task_end(0),
        task_end(1, status="failed"),
        task_end(2, status="killed"),
        task_end(3, status="fetch_failed"),
    ]
    starts = [task_start(i) for i in range(4)]
    state = fold([job_start(), model.StageSubmitted(11, 0, 0, 4, (0,)), *starts, *ends])
    assert state.jobs[0].tasks == TaskCounts(succeeded=1, failed=2, killed=1)


def test_a_second_attempt_is_counted_on_its_own():
    attempts = [model.StageSubmitted(11, 0, 0, 2, (0,)), model.StageCompleted(12, 0, 0, "fetch failed")]
    state = fold([job_start(), *attempts, model.StageSubmitted(13, 0, 1, 1, (0,)), task_start(0, attempt=1)])
    old, new = state.stages[0].attempts
    assert (old.error, old.tasks) == ("fetch failed", TaskCounts())
    assert (new.num_tasks, new.tasks) == (1, TaskCounts(active=1))
    assert state.stages[0].status is StageStatus.ACTIVE


def test_executors_count_their_tasks_and_blocks_and_lose_them():
    state = fold(
        [
            model.ExecutorAdded(1, "0", "h", 1),
            model.BlockUpdated(2, "0", 7, 0, 100, 0),
            model.BlockUpdated(3, "0", 7, 1, 0, 50),
            model.BlockUpdated(4, "0", 7, 0, 0, 100),
        ]
    )
    assert (state.executors["0"].memory_used, state.executors["0"].disk_used) == (0, 150)
    assert (state.cached[7].num_cached_partitions, state.cached[7].disk_size) == (2, 150)
    state.apply(model.ExecutorRemoved(5, "0", "killed"))
    assert state.cached == {}
    assert (state.executors["0"].reason, state.executors["0"].disk_used) == ("killed", 0)


def test_unpersisting_gives_the_memory_back():
    cached = [model.ExecutorAdded(1, "0", "h", 1), model.BlockUpdated(2, "0", 7, 0, 100, 0)]
    state = fold([*cached, model.RDDUnpersisted(3, 7)])
    assert state.executors["0"].memory_used == 0
    assert state.cached == {}


def test_old_jobs_stages_and_tasks_are_forgotten_but_never_active_ones():
    state = AppState(Retention(jobs=10, stages=10, tasks=20))
    state.apply(job_start(1000, stages=((1000, 1),)))
    state.apply(model.StageSubmitted(1, 1000, 0, 1, (1000,)))
    state.apply(task_start(10_000, 1000))
    for job_id in range(100):
        state.apply(job_start(job_id, stages=((job_id, 2),)))
        state.apply(model.StageSubmitted(1, job_id, 0, 2, (job_id,)))
        for task_id in 2 * job_id, 2 * job_id + 1:
            state.apply(task_start(task_id, job_id))
            state.apply(task_end(task_id, job_id))
        state.apply(model.StageCompleted(1, job_id, 0))
        state.apply(model.JobEnd(1, job_id))
    assert len(state.jobs) <= 11 and len(state.stages) <= 11 and len(state.tasks) <= 21
    assert 1000 in state.jobs and 1000 in state.stages and 10_000 in state.tasks
    assert 99 in state.jobs and 99 in state.stages and 199 in state.tasks


@given(st.lists(any_event, max_size=30))
def test_no_order_of_events_breaks_the_state(events):
    assert fold(events) == fold(events)


@given(st.integers(0, 2**32))
def test_nothing_is_active_when_all_jobs_have_ended(seed):
    state = fold(application(Random(seed)), Retention(jobs=2, stages=3, tasks=4, dead_executors=0))
    assert not state.active_jobs and not state.active_stages
    assert all(job.tasks.active == 0 for job in state.jobs.values())
    assert all(executor.tasks.active == 0 for executor in state.executors.values())
    assert len(state.jobs) <= 2 and len(state.tasks) <= 4
