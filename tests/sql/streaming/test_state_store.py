"""State by version: what a batch commits is found by the next one, and again by a batch that is run again."""

import pytest

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.streaming.state_store import StateStore, StateStoreId, purge


@pytest.fixture
def which(tmp_path):
    return StateStoreId(str(tmp_path / "state"), 0, 3)


def counted(which, versions):
    for version in range(versions):
        store = StateStore(which, version)
        store.put("n", (store.get("n") or 0) + 1)
        store.put(version, version)
        assert store.commit() == version + 1


def test_a_version_is_what_the_batches_before_left(which):
    counted(which, 25)
    for version in (0, 1, 9, 10, 11, 25):
        assert StateStore(which, version).get("n") == (version or None)
        assert StateStore(which, version).size() == (version + 1 if version else 0)


def test_a_batch_that_runs_again_begins_where_it_began(which):
    counted(which, 2)
    again = StateStore(which, 1)
    again.remove(0)
    again.put("n", 20)
    assert again.changes == (1, 1)
    again.commit()
    assert list(StateStore(which, 2).iterate()) == [("n", 20)]


def test_what_was_aborted_did_not_happen(which):
    counted(which, 1)
    store = StateStore(which, 1)
    store.put("n", 7)
    store.remove(0)
    store.abort()
    assert dict(store.iterate()) == {"n": 1, 0: 0}
    assert store.changes == (0, 0)


def test_families_do_not_see_each_other(which):
    store = StateStore(which, 0)
    store.put("k", 1, family="a")
    store.put("k", None, family="b")
    store.commit()
    found = StateStore(which, 1)
    assert (found.get("k", "a"), found.contains("k", "b"), found.contains("k")) == (1, True, False)


def test_old_versions_are_purged_but_not_what_later_ones_are_made_of(which):
    counted(which, 25)
    purge(which, 23)
    assert StateStore(which, 23).get("n") == 23
    with pytest.raises(SparkRuntimeException) as caught:
        StateStore(which, 9)
    assert caught.value.getCondition() == "CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS"
