"""ResultIterable: iterable again and again, sized, picklable."""

import pickle

from pyrdd.resultiterable import ResultIterable


def test_it_can_be_iterated_twice_and_pickled() -> None:
    values = pickle.loads(pickle.dumps(ResultIterable([1, 2])))
    assert (list(values), list(values), len(values), values.maxindex) == ([1, 2], [1, 2], 2, 2)
