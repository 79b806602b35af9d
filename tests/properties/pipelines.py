"""Random programs and what they must answer: a program is a list of steps, each with a meaning on lists of records.

program --build--> RDD --collect--> records     ==     program --model--> records      (as multisets)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

from hypothesis import strategies as st

Pair = tuple[Any, int]
Records = list[Pair]


@dataclass(frozen=True)
class Operator:
    """An operator on pairs ``(key, number)``: on an RDD, and on a list. ``n`` is the partitions that it asks for."""

    name: str
    on_rdd: Callable[[Any, int, Any], Any]
    on_list: Callable[[Records, Records], Records]

    def __repr__(self) -> str:
        return self.name


def _groups(records: Records) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for key, value in records:
        found[key].append(value)
    return found


def _join(left: Records, right: Records) -> Records:
    theirs = _groups(right)
    return [(k, v + w) for k, v in left for w in theirs.get(k, ())]


def _outer(left: Records, right: Records) -> Records:
    mine, theirs = _groups(left), _groups(right)
    return [
        (k, (v or 0) - (w or 0)) for k in {**mine, **theirs} for v in mine.get(k, [None]) for w in theirs.get(k, [None])
    ]


def _subtract(left: Records, right: Records) -> Records:
    gone = set(right)
    return [record for record in left if record not in gone]


OPERATORS = [
    Operator("map", lambda r, n, o: r.map(lambda p: (p[0], p[1] + 1)), lambda a, b: [(k, v + 1) for k, v in a]),
    Operator("filter", lambda r, n, o: r.filter(lambda p: p[1] % 3), lambda a, b: [p for p in a if p[1] % 3]),
    Operator(
        "flatMap",
        lambda r, n, o: r.flatMap(lambda p: [p] * (p[1] % 3)),
        lambda a, b: [p for p in a for _ in range(p[1] % 3)],
    ),
    Operator("mapValues", lambda r, n, o: r.mapValues(lambda v: -v), lambda a, b: [(k, -v) for k, v in a]),
    Operator("rekey", lambda r, n, o: r.map(lambda p: (p[1] % 4, p[1])), lambda a, b: [(v % 4, v) for _, v in a]),
    Operator("mapPartitions", lambda r, n, o: r.mapPartitions(list), lambda a, b: a),
    Operator(
        "reduceByKey", lambda r, n, o: r.reduceByKey(add, n), lambda a, b: [(k, sum(v)) for k, v in _groups(a).items()]
    ),
    Operator(
        "groupByKey",
        lambda r, n, o: r.groupByKey(n).mapValues(len),
        lambda a, b: [(k, len(v)) for k, v in _groups(a).items()],
    ),
    Operator(
        "aggregateByKey",
        lambda r, n, o: r.aggregateByKey(0, lambda c, v: c + v * v, add, n),
        lambda a, b: [(k, sum(x * x for x in v)) for k, v in _groups(a).items()],
    ),
    Operator("distinct", lambda r, n, o: r.distinct(n), lambda a, b: list(dict.fromkeys(a))),
    Operator("partitionBy", lambda r, n, o: r.partitionBy(n), lambda a, b: a),
    Operator("repartition", lambda r, n, o: r.repartition(n), lambda a, b: a),
    Operator("coalesce", lambda r, n, o: r.coalesce(n), lambda a, b: a),
    Operator("sortByKey", lambda r, n, o: r.sortByKey(True, n, repr), lambda a, b: a),
    Operator("sortBy", lambda r, n, o: r.sortBy(lambda p: p[1], False, n), lambda a, b: a),
    Operator("cache", lambda r, n, o: r.cache(), lambda a, b: a),
    Operator("union", lambda r, n, o: r.union(o), lambda a, b: a + b),
    Operator("unionWithItself", lambda r, n, o: r.union(r), lambda a, b: a + a),
    Operator("join", lambda r, n, o: r.join(o, n).mapValues(sum), _join),
    Operator(
        "fullOuterJoin",
        lambda r, n, o: r.fullOuterJoin(o, n).mapValues(lambda s: (s[0] or 0) - (s[1] or 0)),
        _outer,
    ),
    Operator(
        "cogroup",
        lambda r, n, o: r.cogroup(o, n).mapValues(lambda s: 10 * len(s[0]) + len(s[1])),
        lambda a, b: [
            (k, 10 * len(_groups(a).get(k, ())) + len(_groups(b).get(k, ()))) for k in {**_groups(a), **_groups(b)}
        ],
    ),
    Operator("subtract", lambda r, n, o: r.subtract(o, n), _subtract),
    Operator(
        "subtractByKey", lambda r, n, o: r.subtractByKey(o, n), lambda a, b: [p for p in a if p[0] not in _groups(b)]
    ),
    Operator(
        "intersection", lambda r, n, o: r.intersection(o), lambda a, b: list(dict.fromkeys(p for p in a if p in set(b)))
    ),
    Operator("zipWithIndex", lambda r, n, o: r.zipWithIndex().map(lambda p: p[0]), lambda a, b: a),
]

keys = st.one_of(st.integers(-3, 3), st.sampled_from(["a", "ä", "longer key", ""]), st.none(), st.just((1, "x")))
records = st.lists(st.tuples(keys, st.integers(-5, 20)), max_size=25)


@dataclass(frozen=True)
class Program:
    """Records, and the operators applied to them one after the other."""

    source: Records
    other: Records
    slices: int
    steps: Sequence[tuple[Operator, int]]

    def model(self) -> Counter[Pair]:
        """What it answers, by lists alone."""
        found = self.source
        for operator, _ in self.steps:
            found = operator.on_list(found, self.other)[:LIMIT]
        return Counter(found)

    def bounded(self) -> bool:
        """Whether no step makes more records than a test wants to wait for."""
        found = self.source
        for operator, _ in self.steps:
            found = operator.on_list(found, self.other)
            if len(found) > LIMIT:
                return False
        return True

    def run(self, sc: Any, slices: int = 0, asked: int = 0) -> Counter[Pair]:
        """What pyrdd answers; ``slices`` and ``asked`` replace the program's own numbers of partitions."""
        rdd = sc.parallelize(self.source, slices or self.slices)
        other = sc.parallelize(self.other, 2)
        for operator, n in self.steps:
            rdd = operator.on_rdd(rdd, asked or n, other)
        return Counter(rdd.collect())


LIMIT = 2000

programs = st.builds(
    Program,
    records,
    records,
    st.integers(1, 5),
    st.lists(st.tuples(st.sampled_from(OPERATORS), st.integers(1, 5)), min_size=1, max_size=7),
).filter(Program.bounded)
