"""How long the rows of a join of two streams are needed, by the event times in its condition.

Where event times of both sides must be equal, a row is done with when the watermark passes its time. Where they must be
near each other (``u >= t AND u <= t + INTERVAL 1 HOUR``), rows that are still to come on one side are later than the
watermark, which bounds the times on the other side that they can meet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyrdd.sql.expressions import Attribute, Call, Expression, Literal
from pyrdd.sql.physical.planner import conjuncts
from pyrdd.sql.plan import Join
from pyrdd.sql.types import CalendarIntervalType, DayTimeIntervalType

DAY_MICROS = 86_400_000_000
# the unit of watermarks: a time that may still be met by one at the watermark is kept for one more
MILLISECOND = 1000

_EARLIER_FIRST = {"<": True, "<=": True, ">": False, ">=": False}


@dataclass(frozen=True)
class Expiry:
    """Rows are done with when the watermark is ``after`` microseconds later than ``time``."""

    time: Attribute
    after: int = 0


def expiry(plan: Join, side: int, known: Mapping[int, int]) -> Expiry | None:
    """When rows of a side (0 is the left one) are done with; None if they are needed for ever. ``known`` are the ids of
    event times."""
    for pair in equal_times(plan, known):
        return Expiry(pair[side])
    found = [bound for bound in bounds(plan, side, known) if bound.time.id in known]
    return max(found, key=lambda bound: bound.after, default=None)


def equal_times(plan: Join, known: Mapping[int, int]) -> Iterator[tuple[Attribute, Attribute]]:
    """The columns of the left and of the right side that must be equal, where one of them is an event time."""
    for part in _parts(plan):
        if part.function.name not in ("=", "==", "<=>"):
            continue
        a, b = part.args
        if isinstance(a, Attribute) and isinstance(b, Attribute) and (a.id in known or b.id in known):
            pair = (a, b) if a.id in plan.left.output_ids else (b, a)
            if pair[0].id in plan.left.output_ids and pair[1].id in plan.right.output_ids:
                yield pair


def bounds(plan: Join, side: int, known: Mapping[int, int]) -> Iterator[Expiry]:
    """What the condition says of a side's times from below: that they are not much earlier than event times of the other
    side."""
    own, others = (plan.left.output_ids, plan.right.output_ids)[:: 1 if side == 0 else -1]
    for part in _parts(plan):
        earlier_first = _EARLIER_FIRST.get(part.function.name)
        if earlier_first is None:
            continue
        earlier, later = part.args if earlier_first else part.args[::-1]
        found = _difference(_sum(later), _sum(earlier))
        if found is None:
            continue
        columns, constant = found
        mine = [column for column in columns if column.id in own]
        theirs = [column for column in columns if column.id in others and column.id in known]
        if len(columns) == 2 and [columns[c] for c in mine] == [1] and [columns[c] for c in theirs] == [-1]:
            yield Expiry(mine[0], constant + (MILLISECOND if "=" in part.function.name else 0))


def _parts(plan: Join) -> Iterator[Call]:
    for part in conjuncts(_plain(plan.condition)):
        if isinstance(part, Call):
            yield part


def _plain(condition: Expression | None) -> Expression | None:
    """A condition without the functions that only say how a user wrote it."""
    if condition is None:
        return None
    made: Expression = condition.transform_up(lambda e: e.args[0] if _is(e, "as written") else e)
    return made


def _is(expression: Expression, name: str) -> bool:
    return isinstance(expression, Call) and expression.function.name == name


# how often each column is added, and the microseconds that are
_Sum = tuple[Counter[Attribute], int]


def _sum(expression: Expression) -> _Sum | None:
    """A time as a sum of columns and a constant; None if it is none."""
    if isinstance(expression, Attribute):
        return Counter({expression: 1}), 0
    if isinstance(expression, Literal):
        micros = _micros(expression)
        return None if micros is None else (Counter(), micros)
    if _is(expression, "timestamp + interval"):
        first, second = map(_sum, expression.children)
        return _difference(first, _difference((Counter(), 0), second))
    if _is(expression, "timestamp - interval"):
        return _difference(*map(_sum, expression.children))
    return None


def _difference(first: _Sum | None, second: _Sum | None) -> _Sum | None:
    if first is None or second is None:
        return None
    columns = Counter(first[0])
    columns.subtract(second[0])
    return Counter({column: times for column, times in columns.items() if times}), first[1] - second[1]


def _micros(literal: Literal) -> int | None:
    if literal.value is None:
        return None
    if isinstance(literal.data_type, DayTimeIntervalType):
        return int(literal.value)
    if isinstance(literal.data_type, CalendarIntervalType):
        months, days, micros = literal.value
        return None if months else days * DAY_MICROS + micros
    return None
