"""The scheduler, event by event."""

from __future__ import annotations

import pytest
from simulator import Cluster, FakeRDD, shuffled

from pyrdd.dependency import OneToOneDependency, RangeDependency
from pyrdd.events import model
from pyrdd.scheduler import messages as m


def test_a_job_without_a_shuffle_is_one_stage_and_gives_each_result_once() -> None:
    cluster = Cluster()
    job = cluster.run(FakeRDD(5).map())
    cluster.succeed_all()
    assert cluster.results[job] == {i: ("result", i) for i in range(5)}
    assert cluster.ended == {job: None}
    assert cluster.finished == [(0, 0)]


def test_a_job_on_no_partitions_ends_at_once() -> None:
    cluster = Cluster()
    job = cluster.run(FakeRDD(3), partitions=[])
    assert cluster.ended == {job: None}


def test_a_job_on_some_partitions_runs_only_those_even_when_one_is_asked_for_twice() -> None:
    cluster = Cluster()
    job = cluster.run(FakeRDD(9), partitions=[7, 2, 7])
    cluster.succeed_all()
    assert cluster.results[job] == {0: ("result", 7), 1: ("result", 2), 2: ("result", 7)}


def test_a_reduce_stage_starts_when_its_map_stages_are_complete_and_sees_their_statuses() -> None:
    cluster = Cluster(executors=2, slots=2)
    left, right = FakeRDD(2), FakeRDD(3)
    job = cluster.run(shuffled([left, right], 2))
    infos = cluster.events(model.JobStart)[0].stages
    assert [(i.stage_id, tuple(i.parent_stage_ids)) for i in infos] == [(0, ()), (1, ()), (2, (0, 1))]
    cluster.succeed_all()
    final = cluster.stages[2, 0]
    assert sorted(len(statuses) for statuses in final.statuses.values()) == [2, 3]
    assert cluster.ended == {job: None}
    shuffle = cluster.stages[1, 0].shuffle
    assert shuffle is not None
    assert cluster.scheduler.shuffle_sizes(shuffle.shuffle_id) == [1 + 2 + 3, 3]


def test_a_second_job_skips_the_map_stage_whose_outputs_exist() -> None:
    cluster = Cluster()
    reduced = FakeRDD(3).shuffle(2)
    cluster.run(reduced)
    cluster.succeed_all()
    before = len(cluster.launched)
    job = cluster.run(reduced.map())
    cluster.succeed_all()
    assert len(cluster.launched) - before == 2
    assert len(cluster.events(model.JobStart)[-1].stages) == 2
    assert cluster.ended[job] is None


def test_a_dropped_shuffle_is_computed_again_when_needed_again() -> None:
    cluster = Cluster()
    reduced = FakeRDD(3).shuffle(2)
    cluster.run(reduced)
    cluster.succeed_all()
    shuffle_id = reduced.dependencies[0].shuffle_id
    cluster.send(m.ShuffleDropped(0.0, shuffle_id))
    assert not cluster.scheduler.is_shuffle_complete(shuffle_id)
    job = cluster.run(reduced)
    cluster.succeed_all()
    assert len(cluster.launched) == 10 and cluster.ended[job] is None


def test_two_jobs_share_a_running_map_stage_and_cancelling_one_does_not_stop_it() -> None:
    cluster = Cluster()
    reduced = FakeRDD(4).shuffle(1)
    first, second = cluster.run(reduced), cluster.run(reduced.map())
    cluster.send(m.JobCancelled(0.0, first))
    failure = cluster.ended[first]
    assert failure is not None and failure.kind == "cancelled"
    assert not cluster.killed
    cluster.succeed_all()
    assert cluster.ended[second] is None
    assert len(cluster.launched) == 5
    assert {launch.job_id for launch in cluster.launched[2:]} == {second}


def test_cached_partitions_cut_off_the_stages_behind_them() -> None:
    cluster = Cluster()
    cached = FakeRDD(3).shuffle(2).map()
    for partition in range(2):
        cluster.send(m.BlockCached(0.0, f"e{partition}", cached.rdd_id, partition, 10, 0))
    cluster.run(cached.map())
    assert [launch.executor_id for launch in cluster.launched] == ["e0", "e1"]
    cluster.succeed_all()
    assert len(cluster.launched) == 2
    assert cluster.scheduler.cached_at(cached.rdd_id, 1) == ("e1",)
    cluster.lose("e1")
    cluster.run(cached.map())
    cluster.succeed_all()
    assert len(cluster.launched) == 2 + 3 + 2


def test_a_lost_block_behind_cached_partitions_brings_its_stage_back() -> None:
    cluster = Cluster()
    cached = FakeRDD(1).shuffle(1).map()
    cluster.send(m.BlockCached(0.0, "e0", cached.rdd_id, 0, 10, 0))
    job = cluster.run(cached)
    shuffle_id = cached.dependencies[0].rdd.dependencies[0].shuffle_id
    cluster.end(cluster.launched[0].task_id, m.LostBlock(shuffle_id, 0, "e0", "evicted and gone"))
    assert cluster.stage_of(cluster.launched[-1]).shuffle.shuffle_id == shuffle_id
    cluster.succeed_all()
    assert cluster.ended[job] is None


def test_unpersist_forgets_where_partitions_are() -> None:
    cluster = Cluster()
    cluster.send(m.BlockCached(0.0, "e0", 77, 0, 10, 0))
    cluster.send(m.Unpersisted(0.0, 77))
    assert cluster.scheduler.cached_at(77, 0) == ()


def test_a_task_is_tried_up_to_the_limit() -> None:
    cluster = Cluster(executors=1, max_task_failures=3)
    job = cluster.run(FakeRDD(1))
    for attempt in range(3):
        assert job not in cluster.ended
        assert cluster.launched[-1].attempt == attempt
        cluster.fail(cluster.launched[-1])
    failure = cluster.ended[job]
    assert failure is not None
    assert (failure.kind, failure.error, failure.partition, failure.attempt) == ("task", b"pickled", 0, 2)


def test_a_fatal_failure_ends_the_job_at_once_and_kills_its_other_tasks() -> None:
    cluster = Cluster(executors=2)
    job = cluster.run(FakeRDD(2))
    cluster.fail(cluster.launched[0], fatal=True)
    assert cluster.ended[job] is not None
    assert list(cluster.killed) == [cluster.launched[1].task_id]


def test_losing_executors_is_not_a_task_failure_but_has_its_own_limit() -> None:
    cluster = Cluster(executors=1, max_task_failures=1, max_executor_losses=3)
    job = cluster.run(FakeRDD(1))
    for i in range(3):
        assert job not in cluster.ended
        cluster.add(f"next{i}")
        cluster.lose(cluster.launched[-1].executor_id)
    failure = cluster.ended[job]
    assert failure is not None and failure.kind == "executor_lost"


def test_a_fetch_failure_recomputes_only_the_lost_output_and_then_only_the_missing_results() -> None:
    cluster = Cluster(executors=2, slots=2)
    job = cluster.run(FakeRDD(4).shuffle(3))
    for launch in list(cluster.running.values()):
        cluster.succeed(launch)
    reduce0, reduce1, _ = cluster.launched[4:7]
    status = next(iter(cluster.stage_of(reduce0).statuses.values()))[2]
    cluster.succeed(reduce0)
    cluster.lose_block(reduce1, status)
    rerun = cluster.launched[7]
    assert (rerun.stage_id, rerun.stage_attempt, rerun.partition) == (0, 1, 2)
    cluster.succeed(rerun)
    again = cluster.launched[8:]
    assert {(t.stage_id, t.stage_attempt, t.partition) for t in again} == {(1, 1, 1), (1, 1, 2)}
    cluster.succeed_all()
    assert cluster.ended[job] is None
    assert [e.status for e in cluster.events(model.TaskEnd)].count("fetch_failed") == 1
    errors = [e.error for e in cluster.events(model.StageCompleted) if e.stage_id == 1]
    assert errors == ["gone", None]


def test_fetch_failures_in_a_row_end_the_job() -> None:
    cluster = Cluster(executors=1, max_stage_attempts=3)
    job = cluster.run(FakeRDD(2).shuffle(1))
    for _ in range(100):
        if job in cluster.ended:
            break
        launch = next(iter(cluster.running.values()))
        stage = cluster.stage_of(launch)
        if stage.shuffle is None:
            cluster.lose_block(launch, next(iter(stage.statuses.values()))[0])
        else:
            cluster.succeed(launch)
    failure = cluster.ended[job]
    assert failure is not None and failure.kind == "fetch"
    assert max(attempt for stage, attempt in cluster.stages if stage == 1) == 2


def test_a_late_result_of_an_older_attempt_is_used() -> None:
    cluster = Cluster(executors=1, slots=2)
    job = cluster.run(FakeRDD(1).shuffle(2))
    cluster.succeed(cluster.launched[0])
    late, failing = cluster.launched[1:3]
    cluster.lose_block(failing, next(iter(cluster.stage_of(late).statuses.values()))[0])
    cluster.succeed(late)
    cluster.succeed_all()
    assert cluster.ended[job] is None
    again = [t.partition for t in cluster.launched if t.stage_id == 1 and t.stage_attempt == 1]
    assert again == [failing.partition]


def test_a_lost_executor_takes_its_map_outputs_along_and_running_reducers_get_new_ones() -> None:
    cluster = Cluster(executors=2)
    job = cluster.run(FakeRDD(2).shuffle(2))
    for launch in list(cluster.running.values()):
        cluster.succeed(launch)
    cluster.lose("e0")
    assert not cluster.scheduler.is_shuffle_complete(cluster.stages[0, 0].shuffle.shuffle_id)
    assert (1, 0) in cluster.stages
    cluster.succeed_all()
    assert cluster.ended[job] is None
    assert (0, 1) in cluster.stages


def test_a_lost_executor_with_shared_storage_keeps_its_map_outputs() -> None:
    cluster = Cluster(executors=2)
    job = cluster.run(FakeRDD(2).shuffle(2))
    for launch in list(cluster.running.values()):
        cluster.succeed(launch)
    cluster.lose("e0", storage_lost=False)
    cluster.succeed_all()
    assert cluster.ended[job] is None
    assert (0, 1) not in cluster.stages and (1, 1) not in cluster.stages


def test_a_running_map_stage_does_lost_tasks_again() -> None:
    cluster = Cluster(executors=2)
    job = cluster.run(FakeRDD(4).shuffle(1))
    cluster.succeed(cluster.launched[0])
    cluster.lose("e0")
    cluster.succeed_all()
    assert cluster.ended[job] is None
    assert sorted(t.partition for t in cluster.launched if t.stage_id == 0)[:2] == [0, 0]


def test_a_report_of_a_lost_executor_is_ignored() -> None:
    cluster = Cluster(executors=1)
    cluster.run(FakeRDD(1))
    task_id = cluster.launched[0].task_id
    cluster.lose("e0")
    assert cluster.send(m.TaskEnded(0.0, task_id, m.Succeeded(result=1))) == []


def test_speculation_starts_a_second_copy_elsewhere_and_kills_the_loser() -> None:
    cluster = Cluster(executors=4, speculation=True, speculation_quantile=0.5)
    job = cluster.run(FakeRDD(4))
    cluster.now = 1.0
    for launch in cluster.launched[:3]:
        cluster.succeed(launch)
    slow = cluster.launched[3]
    assert len(cluster.launched) == 4
    cluster.tick(2.0)
    assert len(cluster.launched) == 4
    cluster.tick(4.0)
    copy = cluster.launched[4]
    assert (copy.partition, copy.attempt) == (slow.partition, 1) and copy.executor_id != slow.executor_id
    assert cluster.events(model.TaskStart)[-1].speculative
    cluster.succeed(copy)
    assert list(cluster.killed) == [slow.task_id]
    assert cluster.ended[job] is None
    cluster.succeed_all()
    assert cluster.counted.count((0, slow.partition)) == 1


def test_a_straggler_whose_second_copy_failed_gets_another_one() -> None:
    cluster = Cluster(executors=4, speculation=True, speculation_quantile=0.5)
    job = cluster.run(FakeRDD(4))
    cluster.now = 1.0
    for launch in cluster.launched[:3]:
        cluster.succeed(launch)
    cluster.tick(4.0)
    cluster.fail(cluster.launched[4])
    assert len(cluster.launched) == 5
    cluster.tick(5.0)
    again = cluster.launched[5]
    assert (again.partition, again.attempt) == (cluster.launched[3].partition, 2)
    cluster.succeed(again)
    assert cluster.ended[job] is None


def test_a_single_executor_is_not_excluded_as_there_is_no_other() -> None:
    cluster = Cluster(executors=1, exclude_on_failure=True, expected={"python": 1})
    job = cluster.run(FakeRDD(1))
    for _ in range(3):
        cluster.fail(next(iter(cluster.running.values())))
    cluster.succeed_all()
    assert cluster.ended == {job: None}


def test_a_task_that_no_executor_may_run_waits_for_those_that_are_to_register() -> None:
    cluster = Cluster(executors=1, exclude_on_failure=True, expected={"python": 2}, no_executor_timeout=10.0)
    job = cluster.run(FakeRDD(1))
    cluster.fail(next(iter(cluster.running.values())))
    assert not cluster.running and job not in cluster.ended
    cluster.tick(9.0)
    cluster.add("late")
    cluster.succeed_all()
    assert cluster.ended == {job: None}


def test_a_task_that_no_executor_may_run_does_not_wait_for_ever() -> None:
    cluster = Cluster(executors=1, exclude_on_failure=True, expected={"python": 2}, no_executor_timeout=10.0)
    job = cluster.run(FakeRDD(1))
    cluster.fail(next(iter(cluster.running.values())))
    cluster.tick(10.0)
    failure = cluster.ended[job]
    assert failure is not None and failure.kind == "task" and "excluded" in failure.message


def test_an_excluded_executor_gets_no_more_tasks_of_the_stage_and_later_none_at_all() -> None:
    cluster = Cluster(executors=2, exclude_on_failure=True, exclusion_timeout=100.0)
    job = cluster.run(FakeRDD(6))
    for _ in range(2):
        cluster.fail(next(t for t in cluster.running.values() if t.executor_id == "e0"))
    excluded = cluster.events(model.ExecutorExcluded)
    assert [(e.executor_id, e.stage_id, e.failures) for e in excluded] == [("e0", 0, 2)]
    assert {t.executor_id for t in cluster.running.values()} == {"e1"}
    cluster.succeed_all()
    assert cluster.ended[job] is None
    assert cluster.events(model.ExecutorExcluded)[-1].stage_id is None
    cluster.run(FakeRDD(2))
    assert {t.executor_id for t in cluster.running.values()} == {"e1"}
    cluster.tick(100.0)
    assert {t.executor_id for t in cluster.running.values()} == {"e0", "e1"}


def test_a_task_that_no_executor_may_run_fails_its_job() -> None:
    cluster = Cluster(executors=2, exclude_on_failure=True)
    job = cluster.run(FakeRDD(1))
    for _ in range(2):
        cluster.fail(next(iter(cluster.running.values())))
    failure = cluster.ended[job]
    assert failure is not None and failure.kind == "task" and "excluded" in failure.message


def test_fifo_serves_the_older_job_first() -> None:
    cluster = Cluster(executors=1)
    first, _ = cluster.run(FakeRDD(3)), cluster.run(FakeRDD(3))
    for _ in range(3):
        assert next(iter(cluster.running.values())).job_id == first
        cluster.succeed(next(iter(cluster.running.values())))


def test_fair_pools_share_slots_by_weight_and_minimum_share() -> None:
    from pyrdd.scheduler.policy import PoolPolicy

    pools = {
        "heavy": PoolPolicy("heavy", weight=3),
        "light": PoolPolicy("light"),
        "min": PoolPolicy("min", min_share=2),
    }
    cluster = Cluster(executors=0, mode="FAIR", pools=pools)
    jobs = {name: cluster.run(FakeRDD(50), spark_scheduler_pool=name) for name in pools}
    cluster.add("big", slots=10)
    running = [launch.job_id for launch in cluster.running.values()]
    assert [running.count(jobs[name]) for name in ("heavy", "light", "min")] == [6, 2, 2]
    assert running[:2] == [jobs["min"]] * 2


def test_a_task_waits_for_its_preferred_executor_then_goes_elsewhere() -> None:
    cluster = Cluster(executors=2, locality_wait=3.0)
    rdd = FakeRDD(3, places={0: ["e0"], 1: ["e0"]})
    cluster.run(rdd)
    assert {(t.partition, t.executor_id) for t in cluster.launched} == {(0, "e0"), (2, "e1")}
    cluster.succeed(next(t for t in cluster.launched if t.partition == 2))
    assert len(cluster.launched) == 2 and cluster.wakes[-1] == 3.0
    cluster.tick(3.0)
    cluster.tick(6.0)
    assert (cluster.launched[-1].partition, cluster.launched[-1].executor_id) == (1, "e1")
    assert [e.locality for e in cluster.events(model.TaskStart)] == ["PROCESS_LOCAL", "NO_PREF", "ANY"]


def test_a_host_is_preferred_too_and_an_unknown_place_is_not_waited_for() -> None:
    cluster = Cluster(executors=2, locality_wait=3.0)
    cluster.run(FakeRDD(2, places={0: ["host-e1"], 1: ["elsewhere"]}).map())
    assert {(t.partition, t.executor_id) for t in cluster.launched} == {(0, "e1"), (1, "e0")}


def test_a_place_that_appears_later_is_used() -> None:
    cluster = Cluster(executors=0, locality_wait=3.0)
    cluster.run(FakeRDD(4, places={3: ["late"]}))
    cluster.add("early")
    cluster.add("late")
    assert [(t.partition, t.executor_id) for t in cluster.launched] == [(0, "early"), (3, "late")]


def test_preferences_are_found_through_unions() -> None:
    parents = [FakeRDD(2, places={0: [f"e{i}"], 1: [f"e{i}"]}) for i in range(2)]
    union = FakeRDD(4, [RangeDependency(parent, 2 * i, 2) for i, parent in enumerate(parents)])
    cluster = Cluster(executors=2, slots=2, locality_wait=3.0)
    cluster.run(union.map())
    assert {(t.partition, t.executor_id) for t in cluster.launched} == {
        (0, "e0"),
        (1, "e0"),
        (2, "e1"),
        (3, "e1"),
    }


def test_tasks_run_only_on_executors_that_serve_their_lane() -> None:
    cluster = Cluster(executors=1)
    cluster.add("driver", slots=2, lanes=["vectorised"])
    cluster.run(FakeRDD(3, lane="vectorised"))
    assert [t.executor_id for t in cluster.launched] == ["driver", "driver"]


@pytest.mark.parametrize("cancel", [{"group": "g"}, {"tag": "b"}, {}, {"job_id": 0}])
def test_cancel_by_group_tag_id_or_all_kills_the_tasks(cancel: dict[str, object]) -> None:
    cluster = Cluster(executors=2)
    job = cluster.run(FakeRDD(2), spark_jobGroup_id="g", spark_job_tags="a,b")
    other = cluster.run(FakeRDD(1), spark_job_interruptOnCancel="false")
    cluster.send(m.JobCancelled(0.0, **cancel))  # type: ignore[arg-type]
    assert job in cluster.ended and (other in cluster.ended) is (cancel == {})
    assert [kill.interrupt for kill in cluster.killed.values()] == [True, True]
    assert cluster.events(model.JobEnd)[0].cancelled
    cluster.succeed_all()
    assert not cluster.scheduler.tasks.attempts


def test_a_barrier_stage_starts_all_at_once_with_all_addresses() -> None:
    cluster = Cluster(executors=2)
    cluster.run(FakeRDD(1))
    job = cluster.run(FakeRDD(2, is_barrier=True))
    cluster.run(FakeRDD(1))
    assert len(cluster.launched) == 1
    cluster.succeed(cluster.launched[0])
    gang = cluster.launched[1:3]
    assert [(t.job_id, t.partition) for t in gang] == [(job, 0), (job, 1)]
    assert gang[0].barrier_tasks == ("host-e1", "host-e0")
    cluster.succeed_all()
    assert set(cluster.results[job]) == {0, 1}


def test_a_failed_barrier_task_starts_the_whole_stage_again() -> None:
    cluster = Cluster(executors=3, max_stage_attempts=2)
    job = cluster.run(FakeRDD(3, is_barrier=True))
    done, failing, other = cluster.launched
    cluster.succeed(done)
    assert cluster.results[job] == {}
    cluster.fail(failing)
    assert list(cluster.killed) == [other.task_id]
    assert len(cluster.launched) == 3
    cluster.end(other.task_id, m.Killed("asked"))
    assert [(t.stage_attempt, t.partition) for t in cluster.launched[3:]] == [(1, 0), (1, 1), (1, 2)]
    cluster.fail(cluster.launched[3])
    failure = cluster.ended[job]
    assert failure is not None and failure.kind == "task"
    assert cluster.counted == [(0, 0)]


def test_a_barrier_stage_larger_than_the_cluster_fails_after_the_grace_time() -> None:
    cluster = Cluster(executors=1, slots=2, barrier_wait=5.0)
    job = cluster.run(FakeRDD(3, is_barrier=True))
    assert cluster.wakes == [5.0]
    cluster.tick(5.0)
    failure = cluster.ended[job]
    assert failure is not None and failure.kind == "barrier"


def test_a_barrier_stage_cannot_run_some_of_its_partitions() -> None:
    cluster = Cluster()
    job = cluster.run(FakeRDD(2, is_barrier=True), partitions=[0])
    failure = cluster.ended[job]
    assert failure is not None and failure.kind == "barrier"


def test_a_stage_that_cannot_be_serialised_fails_the_jobs_that_need_it() -> None:
    cluster = Cluster()
    mapped = FakeRDD(2).shuffle(1)
    jobs = [cluster.run(mapped), cluster.run(mapped.map()), cluster.run(FakeRDD(1))]
    cluster.send(m.StageAborted(0.0, 0, 0, "cannot pickle", error="why"))
    failure = cluster.ended[jobs[0]]
    assert failure is not None and (failure.kind, failure.error) == ("stage", "why")
    assert jobs[1] in cluster.ended and jobs[2] not in cluster.ended


def test_a_job_without_executors_fails_after_a_while() -> None:
    cluster = Cluster(executors=0, no_executor_timeout=10.0)
    job = cluster.run(FakeRDD(1))
    assert cluster.wakes == [10.0]
    cluster.tick(9.0)
    assert not cluster.ended
    cluster.tick(10.0)
    failure = cluster.ended[job]
    assert failure is not None and failure.kind == "no_executors"


def test_long_chains_and_wide_unions_are_cut_without_recursion() -> None:
    chain = FakeRDD(2)
    for _ in range(10_000):
        chain = chain.map()
    union = FakeRDD(2000, [RangeDependency(chain, 2 * i, 2) for i in range(1000)])
    deep = union.shuffle(2)
    for _ in range(1_500):
        deep = deep.shuffle(2)
    cluster = Cluster(executors=2, slots=8, validate=False)
    job = cluster.run(FakeRDD(2, [OneToOneDependency(deep)]))
    assert len(cluster.events(model.JobStart)[0].stages) == 1_502
    cluster.succeed_all()
    assert cluster.ended[job] is None


def test_accumulators_of_a_map_task_count_once_though_it_ran_twice() -> None:
    cluster = Cluster(executors=2)
    cluster.run(FakeRDD(2).shuffle(1))
    cluster.succeed(cluster.launched[0])
    cluster.lose("e0")
    cluster.succeed_all()
    assert sorted(cluster.counted) == [(0, 0), (0, 1), (1, 0)]


def test_an_unasked_kill_is_tried_again_but_not_for_ever() -> None:
    cluster = Cluster(executors=1, max_executor_losses=3)
    job = cluster.run(FakeRDD(1))
    for _ in range(3):
        cluster.end(cluster.launched[-1].task_id, m.Killed("out of memory"))
    failure = cluster.ended[job]
    assert failure is not None and failure.kind == "executor_lost"


def test_task_end_carries_what_a_map_task_wrote() -> None:
    cluster = Cluster(executors=1)
    cluster.run(FakeRDD(1).shuffle(2))
    cluster.succeed(cluster.launched[0])
    end = cluster.events(model.TaskEnd)[0]
    assert (end.bytes_by_reduce, end.records_by_reduce) == ([1, 1], [1, 1])


def test_the_same_events_give_the_same_actions() -> None:
    def play(rdd: FakeRDD) -> list[m.Action]:
        cluster = Cluster(executors=3)
        cluster.run(rdd)
        cluster.fail(cluster.launched[0])
        cluster.lose("e1")
        cluster.succeed_all()
        return cluster.actions

    rdd = FakeRDD(5).shuffle(3)
    assert play(rdd) == play(rdd)


def test_when_a_lane_is_broken_only_the_jobs_that_wait_for_it_fail() -> None:
    cluster = Cluster(executors=0)
    python = cluster.run(FakeRDD(2, lane="python"))
    vectorised = cluster.run(FakeRDD(2, lane="vectorised"))
    cluster.send(m.LaneBroken(cluster.now, "python", "no interpreter"))
    failure = cluster.ended[python]
    assert failure is not None and failure.kind == "no_executors" and "no interpreter" in failure.message
    assert vectorised not in cluster.ended


def test_a_broken_lane_with_an_executor_left_goes_on() -> None:
    cluster = Cluster(executors=1)
    job = cluster.run(FakeRDD(2))
    cluster.send(m.LaneBroken(cluster.now, "python", "no more"))
    cluster.succeed_all()
    assert cluster.ended == {job: None}
