"""The memory store against a model of least-recently-used eviction."""

from hypothesis import given
from hypothesis import strategies as st

from pyrdd.storage.block_id import RDDBlockId
from pyrdd.storage.memory import MemoryManager
from pyrdd.storage.memory_store import MemoryBlock, MemoryStore

ROOM = 10
steps = st.lists(
    st.tuples(st.sampled_from(["add", "get", "remove", "evict"]), st.integers(0, 5), st.integers(1, 6))
)


@given(steps)
def test_blocks_leave_in_the_order_of_their_last_use(steps: list[tuple[str, int, int]]) -> None:
    evicted: list[int] = []
    memory = MemoryManager(ROOM, lambda: 0, memory_fraction=1.0)
    store = MemoryStore(memory, lambda block: evicted.append(block.block_id.rdd_id))
    model: dict[int, int] = {}
    for what, rdd_id, size in steps:
        expected: list[int] = []
        block_id = RDDBlockId(rdd_id, 0)
        if what == "add" and rdd_id not in model:
            while sum(model.values()) + size > ROOM:
                expected.append(next(iter(model)))
                del model[expected[-1]]
            assert store.reserve(size, rdd_id)
            store.add(MemoryBlock(block_id, [b"x" * size], size, False))
            model[rdd_id] = size
        elif what == "get":
            assert (store.get(block_id) is not None) == (rdd_id in model)
            if rdd_id in model:
                model[rdd_id] = model.pop(rdd_id)
        elif what == "remove":
            assert store.remove(block_id) == (model.pop(rdd_id, None) is not None)
        elif what == "evict":
            wanted, freed = size, 0
            while model and freed < wanted:
                expected.append(next(iter(model)))
                freed += model.pop(expected[-1])
            assert store.evict(wanted) == freed
        assert evicted == expected
        del evicted[:]
        assert [block.rdd_id for block in store.block_ids()] == list(model)
        assert memory.storage_used == sum(model.values())
