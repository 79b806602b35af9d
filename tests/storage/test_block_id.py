"""Names of blocks."""

import pytest

from pyrdd.storage.block_id import BlockId, BroadcastBlockId, RDDBlockId, parse_block_id


@pytest.mark.parametrize("block_id", [RDDBlockId(1, 22), BroadcastBlockId(3)])
def test_a_block_is_found_by_its_name(block_id: BlockId) -> None:
    assert parse_block_id(str(block_id)) == block_id


@pytest.mark.parametrize("name", ["", "rdd", "rdd_1", "rdd_1_2_3", "rdd_1_x", "shuffle_1_2", "../etc"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a block"):
        parse_block_id(name)
