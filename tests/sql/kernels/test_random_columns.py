"""Random columns; the expected values are the real Spark's (two partitions of three rows)."""

from __future__ import annotations

import pytest

from pyrdd.javarandom import XORShiftRandom

random_columns = pytest.importorskip("pyrdd.sql.kernels.random_columns")

# rand(42), randn(42), uuid(42), shuffle(array(1,2,3,4,5), 42), randstr(5, 42), rand(-7), uuid(0)
ROWS = [(0.619189370225301,
  2.384479054241165,
  '6f155395-c8b9-436b-a39c-d247226bc2b2',
  [5, 3, 2, 1, 4],
  'pll6Y',
  0.14773215621571878,
  '269567e9-5d09-4af5-b20f-16851fc4a81a'),
 (0.5096018842446481,
  0.1920934041293524,
  '92da2253-2186-4525-a440-17ad3083a275',
  [4, 2, 3, 1, 5],
  'OIJNn',
  0.0914602266360357,
  '2a52c3b8-890f-4aae-9607-3331ab0d4f01'),
 (0.8325259388871524,
  0.7337336533286575,
  '24ba1728-e648-487f-8c20-446d4411d15c',
  [3, 1, 4, 2, 5],
  'I2NS5',
  0.024990435468302152,
  '46beb52b-622b-4226-bb12-4f40c6cdba04'),
 (0.8017532427858894,
  1.1027054481455365,
  'e50eff7c-bd7d-43e5-be46-7ef61d49fb7d',
  [4, 2, 3, 1, 5],
  'r52Iz',
  0.18206860645701806,
  '1ced31d7-59ef-4bbc-aaf6-d506ef49e4d2'),
 (0.6565552949992319,
  0.5721044623675455,
  '6c56eb72-2c80-4f64-a187-935dcd1768e0',
  [5, 1, 3, 2, 4],
  'kwVph',
  0.30526987155452934,
  '0444e71b-05d7-470d-9c99-c709e047a393'),
 (0.2515595782593636,
  -0.6653612526641282,
  '36db1e15-8ee7-476e-9c9e-e8ec48007aa6',
  [3, 5, 2, 1, 4],
  'AcRb1',
  0.6119901957088859,
  'ce3ee200-c328-4361-94dd-eae1d67ce86c')]  # fmt: skip


@pytest.mark.parametrize("partition", [0, 1])
def test_each_partition_has_sparks_stream(partition: int) -> None:
    rows = ROWS[3 * partition : 3 * partition + 3]
    rand, randn, uuid, shuffle, randstr, negative, zero = (list(column) for column in zip(*rows, strict=True))
    assert random_columns.rand(42, partition, 3).tolist() == rand
    assert random_columns.randn(42, partition, 3).tolist() == pytest.approx(randn, rel=1e-15)
    uuids, zeros = random_columns.uuids(42, partition), random_columns.uuids(0, partition)
    assert [next(uuids) for _ in rows] == uuid and [next(zeros) for _ in rows] == zero
    shuffler = random_columns.Shuffler(42, partition)
    assert [shuffler.shuffle([1, 2, 3, 4, 5]) for _ in rows] == shuffle
    strings = random_columns.random_strings(42, partition)
    next(strings)
    assert [strings.send(5) for _ in rows] == randstr
    assert random_columns.rand(-7, partition, 3).tolist() == negative


def test_a_column_is_the_generator_one_by_one() -> None:
    generator = XORShiftRandom(3)
    assert random_columns.rand(3, 0, 1000).tolist() == [generator.next_double() for _ in range(1000)]
