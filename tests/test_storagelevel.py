"""Storage levels and their texts."""

import pickle

import pytest

from pyrdd.storagelevel import StorageLevel

TEXTS = {
    "NONE": ("StorageLevel(False, False, False, False, 1)", "Serialized 1x Replicated"),
    "DISK_ONLY": ("StorageLevel(True, False, False, False, 1)", "Disk Serialized 1x Replicated"),
    "DISK_ONLY_2": ("StorageLevel(True, False, False, False, 2)", "Disk Serialized 2x Replicated"),
    "DISK_ONLY_3": ("StorageLevel(True, False, False, False, 3)", "Disk Serialized 3x Replicated"),
    "MEMORY_ONLY": ("StorageLevel(False, True, False, False, 1)", "Memory Serialized 1x Replicated"),
    "MEMORY_ONLY_2": ("StorageLevel(False, True, False, False, 2)", "Memory Serialized 2x Replicated"),
    "MEMORY_AND_DISK": ("StorageLevel(True, True, False, False, 1)", "Disk Memory Serialized 1x Replicated"),
    "MEMORY_AND_DISK_2": (
        "StorageLevel(True, True, False, False, 2)",
        "Disk Memory Serialized 2x Replicated",
    ),
    "OFF_HEAP": ("StorageLevel(True, True, True, False, 1)", "Disk Memory OffHeap Serialized 1x Replicated"),
    "MEMORY_AND_DISK_DESER": (
        "StorageLevel(True, True, False, True, 1)",
        "Disk Memory Deserialized 1x Replicated",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_each_level_reads_as_in_pyspark(name: str) -> None:
    level = getattr(StorageLevel, name)
    assert (repr(level), str(level)) == TEXTS[name]


def test_levels_are_compared_by_their_flags() -> None:
    assert StorageLevel(True, False, False, False) == StorageLevel.DISK_ONLY
    assert StorageLevel.DISK_ONLY != StorageLevel.DISK_ONLY_2
    assert StorageLevel.DISK_ONLY != "DISK_ONLY"
    assert pickle.loads(pickle.dumps(StorageLevel.MEMORY_ONLY_2)) == StorageLevel.MEMORY_ONLY_2
