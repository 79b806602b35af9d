"""Generators: functions that make several rows of one, in a select list or a LATERAL VIEW."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.select import scope_of
from pyrdd.sql.expressions import Alias, Attribute, Expression, GeneratorCall, new_id
from pyrdd.sql.plan import Generate, LogicalPlan, Project


def resolve_generate(plan: Generate, ctx: AnalysisContext) -> LogicalPlan:
    """LATERAL VIEW: the generator over the child's columns."""
    generator = resolve(plan.generator, scope_of(plan.child, ctx, "Generate"))
    if isinstance(generator, Alias):
        generator = generator.child
    if not isinstance(generator, GeneratorCall):
        raise analysis_error(
            "UNSUPPORTED_GENERATOR.NOT_GENERATOR", functionName=quoted_sql(generator), classCanonicalName=""
        )
    columns = generated_columns(generator, plan.names, plan.qualifier)
    return plan.copy(generator=generator, columns=columns, outer=plan.outer or generator.outer)


def generated_columns(
    generator: GeneratorCall, names: Sequence[str], qualifier: tuple[str, ...] = ()
) -> tuple[Attribute, ...]:
    """The columns that a generator makes, under the given names. Raises UDTF_ALIAS_NUMBER_MISMATCH."""
    struct = generator.data_type
    assert isinstance(struct, t.StructType)
    if names and len(names) != len(struct.fields):
        raise analysis_error("UDTF_ALIAS_NUMBER_MISMATCH", aliasesSize=len(struct.fields), aliasesNames=",".join(names))
    shown = names or [f.name for f in struct.fields]
    return tuple(
        Attribute(name, f.dataType, f.nullable or generator.outer, new_id(), qualifier)
        for name, f in zip(shown, struct.fields, strict=True)
    )


def project_generators(resolved: Sequence[Expression], child: LogicalPlan, ctx: AnalysisContext) -> LogicalPlan:
    """A select list with one generator at the top of an item: a `Generate` below the projection."""
    found = [e for e in resolved if e.contains(GeneratorCall)]
    if len(found) > 1:
        raise analysis_error(
            "UNSUPPORTED_GENERATOR.MULTI_GENERATOR",
            num=len(found),
            generators=", ".join(quoted_sql(_generator(e)) for e in found),
        )
    item = found[0]
    generator = _generator(item)
    value = item.child if isinstance(item, Alias) else item
    if value is not generator or any(c.contains(GeneratorCall) for c in generator.children):
        raise analysis_error("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", expression=quoted_sql(value))
    columns = generated_columns(generator, _names(item))
    below = Generate(generator, child, generator.outer, columns)
    above: list[Expression] = []
    for expression in resolved:
        if expression is item:
            above.extend(columns)
        else:
            above.append(expression)
    return Project(tuple(above), below)


def _generator(expression: Expression) -> GeneratorCall:
    return next(expression.find(GeneratorCall))


def _names(item: Any) -> tuple[str, ...]:
    """The names that the query gives; a name that analysis made up does not count."""
    if not isinstance(item, Alias) or item.hidden:
        return ()
    names = item.metadata.get("__names__") if isinstance(item.metadata, dict) else None
    return tuple(names) if names else (item.name,)
