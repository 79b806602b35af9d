"""Unresolved plans as text, in the form in which Spark's parser shows its own (without ids and quotes of names)."""

from __future__ import annotations

import re
from typing import Any

from pyrdd.sql import expressions as e
from pyrdd.sql import plan as p
from pyrdd.sql import types as t

_INFIX = set("+ - * / % div and or = <=> < <= > >= & | ^ << >> >>>".split())
_JOINS = {
    "inner": "Inner", "cross": "Cross", "left": "LeftOuter", "right": "RightOuter", "full": "FullOuter",
    "semi": "LeftSemi", "anti": "LeftAnti",
}  # fmt: skip


def plain(text: str) -> str:
    """Spark's text of a plan without ids, quotes of names, lines of the tree, and spellings of times."""
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"^[\s:+-]*'?(?=\w)", "", line)
        lines.append("InlineTable" if line.startswith(("LocalRelation", "UnresolvedInlineTable")) else line)
    found = re.sub(r"INTERVAL '[^']*' \w+( TO \w+)?", "INTERVAL", " ".join(lines))
    found = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", "TIMESTAMP", found)
    found = re.sub(r"#\d+L?", "", found).replace("'", "").replace(", None)", ")").replace("LimitAll ", "")
    return re.sub(r"\s+", " ", found).strip()


def plan_text(plan: p.LogicalPlan) -> str:
    """A plan of ours in the same form."""
    return plain("\n".join(_Writer().plan(plan)))


class _Writer:
    def __init__(self) -> None:
        self.subqueries: list[p.LogicalPlan] = []

    def plan(self, plan: p.LogicalPlan) -> list[str]:
        writer = _Writer()
        lines = writer.lines(plan)
        for subquery in writer.subqueries:
            lines += writer.plan(subquery)
        for child in _children(plan):
            lines += writer.plan(child)
        return lines

    def lines(self, plan: p.LogicalPlan) -> list[str]:
        x, xs = self.expression, self.expressions
        match plan:
            case p.Project():
                return [f"Project [{self.items(plan.projections)}]"]
            case p.Filter():
                return [("UnresolvedHaving " if plan.having else "Filter ") + x(plan.condition)]
            case p.Aggregate():
                keys = "[ALL], " if plan.group_by_all else f"[{xs(plan.grouping)}], " if plan.grouping else ""
                return [f"Aggregate {keys}[{self.items(plan.aggregates)}]"]
            case p.Sort():
                return [f"Sort [{xs(plan.order)}], {str(plan.is_global).lower()}"]
            case p.Limit():
                return [f"GlobalLimit {x(plan.limit)}", f"LocalLimit {x(plan.limit)}"]
            case p.Offset():
                return [f"Offset {x(plan.offset)}"]
            case p.RepartitionBy():
                return [f"RepartitionByExpression [{xs(plan.partitioning)}]"]
            case p.SubqueryAlias():
                return [f"SubqueryAlias {'.'.join(plan.name)}"]
            case p.ColumnAliases():
                return [f"UnresolvedSubqueryColumnAliases [{', '.join(plan.names)}]"]
            case p.UnresolvedInlineTable():
                return ["InlineTable"]
            case p.OneRow():
                return ["OneRowRelation"]
        return self.relation_lines(plan)

    def relation_lines(self, plan: p.LogicalPlan) -> list[str]:
        x, xs = self.expression, self.expressions
        match plan:
            case p.UnresolvedRelation():
                options = ", ".join(f"{key}={value}" for key, value in plan.options)
                return [f"UnresolvedRelation [{', '.join(plan.parts)}], [{options}], false"]
            case p.UnresolvedTableFunction():
                name = ", ".join(plan.name)
                names = ", ".join(plan.column_names)
                alias = [f"UnresolvedTVFAliases [{name}], [{names}]"] if names else []
                return [*alias, f"UnresolvedTableValuedFunction [{name}], [{xs(plan.args)}], false"]
            case p.Join():
                condition = "" if plan.condition is None else f", {x(plan.condition)}"
                if plan.lateral:
                    self.subqueries.append(plan.right)
                    return [f"LateralJoin lateral-subquery [], {_JOINS[plan.join_type]}{condition}"]
                kind = _JOINS[plan.join_type]
                kind = f"NaturalJoin({kind})" if plan.natural else kind
                kind = f"UsingJoin({kind}, [{', '.join(plan.using)}])" if plan.using else kind
                return [f"Join {kind}{condition}"]
            case p.Union():
                return ["Union false, false"]
            case p.SetOperation():
                every = " All" if plan.all else ""
                return [f"{plan.kind.capitalize()}{every} {str(plan.all).lower()}"]
            case p.Generate():
                qualifier = f", {plan.qualifier[0]}" if plan.qualifier else ""
                names = f", [{', '.join(plan.names)}]" if plan.names else ""
                return [f"Generate {x(plan.generator)}, {str(plan.outer).lower()}{qualifier}{names}"]
            case p.NamedWindows():
                windows = ", ".join(f"{name}={self.window(window)}" for name, window in plan.windows)
                return [f"WithWindowDefinition [{windows}], false"]
            case p.Sample():
                seed = "" if plan.seed == -1 else f", {plan.seed}"
                return [f"Sample {plan.lower}, {plan.upper}, false{seed}, Bernoulli"]
            case p.Hint():
                args = f", [{xs(plan.args)}]" if plan.args else ""
                return [f"UnresolvedHint {plan.name}{args}"]
            case p.Pivot():
                return [f"Pivot {x(plan.column)}, [{xs(plan.values)}], [{xs(plan.aggregates)}]"]
        return self.other_lines(plan)

    def other_lines(self, plan: p.LogicalPlan) -> list[str]:
        if isinstance(plan, p.UnresolvedWith):
            lines = [f"CTE [{', '.join(c.name for c in plan.definitions)}]"]
            for definition in plan.definitions:
                lines.append(f"SubqueryAlias {definition.name}")
                if definition.columns:
                    lines.append(f"UnresolvedSubqueryColumnAliases [{', '.join(definition.columns)}]")
                lines += self.plan(definition.plan)
            return lines
        if isinstance(plan, p.Unpivot):
            groups = ", ".join(f"List({self.expressions(columns)})" for columns, _ in plan.values or ())
            aliases = ", ".join(f"Some({alias})" if alias else "None" for _, alias in plan.values or ())
            names = ", ".join(plan.value_names)
            return [f"Unpivot List({groups}), List({aliases}), {plan.variable_name}, [{names}]"]
        return [type(plan).__name__]

    # --- expressions -----------------------------------------------------------------------------------------

    def items(self, found: Any) -> str:
        named = (e.UnresolvedAttribute, e.UnresolvedStar, e.UnresolvedAlias)
        texts = [(item, self.expression(item)) for item in found]
        return ", ".join(text if isinstance(item, named) else f"unresolvedalias({text})" for item, text in texts)

    def expressions(self, found: Any) -> str:
        return ", ".join(self.expression(item) for item in found)

    def expression(self, found: Any) -> str:
        x = self.expression
        match found:
            case e.Literal():
                return _literal(found)
            case e.UnresolvedAttribute():
                return found.name
            case e.UnresolvedStar():
                return ".".join((*found.target, "*"))
            case e.UnresolvedOrdinal():
                return f"unresolvedordinal({found.position})"
            case e.UnresolvedExtract():
                return f"{x(found.child)}[{x(found.key)}]"
            case e.Cast():
                kind = re.sub(r"(var)?char\(\d+\)", "string", found.data_type.simpleString())
                return f"{'try_' if found.mode == 'try' else ''}cast({x(found.child)} as {kind})"
            case e.SortOrder():
                direction, nulls = "ASC" if found.ascending else "DESC", "FIRST" if found.nulls_first else "LAST"
                return f"{x(found.child)} {direction} NULLS {nulls}"
            case e.NamedArgument():
                return f"{found.name} => {x(found.value)}"
            case e.UnresolvedAlias():
                names = found.names[0] if len(found.names) == 1 else f"({', '.join(found.names)})"
                return f"{x(found.child)} AS {names}"
            case e.SubqueryExpression():
                self.subqueries.append(found.plan)
                left = f"{x(found.values[0])} IN (list [])" if found.values else ""
                return left or ("exists []" if found.kind == "exists" else "scalar-subquery []")
            case e.UnresolvedFunction():
                return self.call(found)
        return self.other_expression(found)

    def other_expression(self, found: Any) -> str:
        match found:
            case e.UnresolvedWindowReference():
                function = self.expression(found.function)
                return f"unresolvedwindowexpression({function}, WindowSpecReference({found.name}))"
            case e.WindowExpression():
                return f"{self.expression(found.function)} {self.window(found.window)}"
            case e.UnresolvedLambda():

                def marked(node: Any) -> Any:
                    if isinstance(node, e.UnresolvedAttribute) and node.parts[0] in found.params:
                        return e.UnresolvedAttribute((f"lambda {node.parts[0]}", *node.parts[1:]))
                    return node

                body = self.expression(found.body.transform_up(marked))
                return f"lambdafunction({body}, {', '.join('lambda ' + name for name in found.params)}, false)"
        return type(found).__name__

    def call(self, found: e.UnresolvedFunction) -> str:
        x, name, args = self.expression, ".".join(found.name), found.args
        if name in _INFIX and len(args) == 2:
            return f"({x(args[0])} {name.upper() if name in ('and', 'or') else name} {x(args[1])})"
        match name:
            case "not":
                return f"NOT {x(args[0])}"
            case "-" | "~":
                return name + x(args[0])
            case "+":
                return f"positive({x(args[0])})"
            case "in":
                return f"{x(args[0])} IN ({','.join(x(arg) for arg in args[1:])})"
            case "rlike":
                return f"RLIKE({x(args[0])}, {x(args[1])})"
            case "like":
                return f"{x(args[0])} LIKE {x(args[1])}" + (f" ESCAPE {x(args[2])}" if len(args) > 2 else "")
            case "ilike":
                return f"ilike({self.expressions(args)})"
            case "when":
                return self.case(args)
        inside = [x(arg) for arg in args] + ([] if found.filter is None else [x(found.filter)])
        inside += [x(order) for order in found.order]
        return f"{name}({'distinct ' if found.distinct else ''}{', '.join(inside)})"

    def case(self, args: Any) -> str:
        text = "CASE"
        for position in range(0, len(args) - 1, 2):
            text += f" WHEN {self.expression(args[position])} THEN {self.expression(args[position + 1])}"
        return text + (f" ELSE {self.expression(args[-1])}" if len(args) % 2 else "") + " END"

    def window(self, window: Any) -> str:
        parts = [self.expression(item) for item in (*window.partition, *window.order)]
        if window.frame is None:
            return f"windowspecdefinition({', '.join([*parts, 'unspecifiedframe$()'])})"
        frame = f"specifiedwindowframe({window.frame.kind.removesuffix('s').capitalize()}Frame"
        frame += f", {self.bound(window.frame.lower, 'preceding')}, {self.bound(window.frame.upper, 'following')})"
        return f"windowspecdefinition({', '.join([*parts, frame])})"

    def bound(self, bound: Any, side: str) -> str:
        if bound == "unbounded":
            return f"unbounded{side}$()"
        return "currentrow$()" if bound == "current" else self.expression(bound)


def _children(plan: p.LogicalPlan) -> tuple[Any, ...]:
    return (plan.left,) if isinstance(plan, p.Join) and plan.lateral else plan.children


def _literal(found: e.Literal) -> str:
    value = found.value
    match found.data_type:
        case t.TimestampType() | t.TimestampNTZType():
            return "TIMESTAMP"
        case t.DayTimeIntervalType() | t.YearMonthIntervalType():
            return "INTERVAL"
        case t.NullType():
            return "null"
        case t.BooleanType():
            return str(value).lower()
        case t.BinaryType():
            return "0x" + value.hex().upper()
    return str(value)
