"""Expressions that mean the same although they are written in another order: ``a + b`` and ``b + a``.

A key of GROUP BY is found in the select list under all its spellings: `unified` puts the key in their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql.expressions import AggregateCall, Attribute, Call, Expression
from pyrdd.sql.functions.declare import lookup

_CHAINS = frozenset(("+", "*", "and", "or", "&", "|", "^"))
"""Functions of two arguments that may be regrouped and whose arguments may change places."""
_SYMMETRIC = frozenset(("=", "<=>", "greatest", "least"))
"""Functions whose arguments may change places."""
_MIRRORED = {">": "<", ">=": "<="}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}  # of what is not null


def unified(expression: Any, keys: Sequence[Expression]) -> Any:
    """The expression with each part that means the same as a key replaced by this key."""
    forms: dict[Any, Expression] = {}
    for key in keys:
        if not isinstance(key, Attribute):
            forms.setdefault(canonical(key), key)
    if not forms:
        return expression

    def replaced(part: Any) -> Any:
        if isinstance(part, AggregateCall):
            return part
        key = forms.get(canonical(part))
        return part.map_children(replaced) if key is None else key

    return replaced(expression)


def canonical(expression: Expression) -> Any:
    """A value that is equal for expressions that mean the same."""
    found: Any = expression.map_children(canonical)
    if not isinstance(found, Call):
        return found
    name = found.function.name
    if name == "not" and isinstance(found.args[0], Call) and found.args[0].function.name in _NEGATED:
        name, found = _NEGATED[found.args[0].function.name], found.args[0]
    args = found.args
    if name in _MIRRORED:
        name, args = _MIRRORED[name], (args[1], args[0])
    found = found.copy(function=lookup(name), args=args, written=name)
    if name in _CHAINS and len(found.args) == 2:
        return found.copy(args=_sorted(_links(found, name, found.data_type)))
    if name in _SYMMETRIC:
        return found.copy(args=_sorted(found.args))
    return found.copy(args=(found.args[0], *_sorted(found.args[1:]))) if name == "in" else found


def _links(expression: Any, name: str, data_type: Any) -> list[Expression]:
    if not isinstance(expression, Call) or expression.function.name != name or expression.data_type != data_type:
        return [expression]
    return [link for arg in expression.args for link in _links(arg, name, data_type)]


def _sorted(args: Sequence[Expression]) -> tuple[Expression, ...]:
    return tuple(sorted(args, key=hash))
