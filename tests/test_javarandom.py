"""The JVM's generators, number for number: the expected values were recorded on a JVM."""

from __future__ import annotations

import pytest

from pyrdd.javarandom import JavaRandom, XORShiftRandom

JAVA = {
    42: (
        [-1170105035, 234785527, -1360544799, 0, 5, 7, 505, 196118093],
        [-1782466964123969572, 6802844026563419272],
        [0.2757480694417024, 0.46365357580915334],
        [-0.40086993610549193, 1.577411619884327, -0.4088580666890422],
        [True, False, False, False],
    ),
    -7: (
        [1155869324, -423064701, -1403676116, 0, 0, 1, 591, 677675436],
        [1581709715777812225, 8489923501858577330],
        [0.8997581597647245, 0.17232327979194384],
        [1.9413977414569221, 1.5109304069804204, -2.2202606533233027],
        [False, False, False, False],
    ),
}
XORSHIFT = {
    42: (
        [444206279, 1508163723, -1911958253, 6, 1, 184],
        [-500590421022957877, 6534265281388188915],
        [0.5173283545794627, 0.9991441647585968],
    ),
    1234567890123: (
        [-84077669, -944210887, 162822173, 4, 2, 971],
        [849192815312844095, 1969787133550047941],
        [0.6043139276267786, 0.5059076380857696],
    ),
}


@pytest.mark.parametrize("seed", JAVA)
def test_java_s_random_numbers(seed: int) -> None:
    ints, longs, doubles, gaussians, booleans = JAVA[seed]
    rng = JavaRandom(seed)
    drawn = [rng.next_int() for _ in range(3)]
    assert drawn + [rng.next_int(bound) for bound in (1, 7, 8, 1000, 2**30 + 1)] == ints
    assert [rng.next_long() for _ in range(2)] == longs
    assert [rng.next_double() for _ in range(2)] == doubles
    assert [rng.next_gaussian() for _ in range(3)] == pytest.approx(gaussians, rel=1e-14)
    assert [rng.next_boolean() for _ in range(4)] == booleans


@pytest.mark.parametrize("seed", XORSHIFT)
def test_spark_s_random_numbers(seed: int) -> None:
    ints, longs, doubles = XORSHIFT[seed]
    rng = XORShiftRandom(seed)
    drawn = [rng.next_int() for _ in range(3)]
    assert drawn + [rng.next_int(bound) for bound in (7, 8, 1000)] == ints
    assert [rng.next_long() for _ in range(2)] == longs
    assert [rng.next_double() for _ in range(2)] == doubles


def test_a_bound_must_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        JavaRandom(1).next_int(0)
