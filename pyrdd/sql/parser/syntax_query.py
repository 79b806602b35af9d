"""Queries: what Spark's clauses have beyond sqlglot's."""

from __future__ import annotations

from typing import Any

from sqlglot import TokenType, exp

from pyrdd.sql.parser.calls import CallSyntax
from pyrdd.sql.parser.errors import not_supported, parse_error
from pyrdd.sql.parser.nodes import (
    GroupBy,
    GroupingAnalytics,
    HintText,
    IdentifierClause,
    PivotClause,
    Sampling,
    UnpivotClause,
)
from pyrdd.sql.parser.syntax import Node

_NO_ALIASES = ("INSERT", "COLLATE")
_ANALYTICS = {TokenType.CUBE: "cube", TokenType.ROLLUP: "rollup", TokenType.GROUPING_SETS: "sets"}


class QuerySyntax(CallSyntax):
    """SELECT's clauses and what may stand in FROM."""

    ADD_JOIN_ON_TRUE = False
    JOINS_HAVE_EQUAL_PRECEDENCE = False  # a comma is an inner join without a condition
    SUPPORTS_TABLE_QUERY = True
    TABLE_ALIAS_TOKENS = CallSyntax.TABLE_ALIAS_TOKENS - {TokenType.PIVOT, TokenType.UNPIVOT, TokenType.LATERAL}
    QUERY_MODIFIER_PARSERS = {
        kind: CallSyntax.QUERY_MODIFIER_PARSERS[kind]
        for kind in (
            TokenType.WHERE, TokenType.GROUP_BY, TokenType.HAVING, TokenType.QUALIFY, TokenType.WINDOW,
            TokenType.ORDER_BY, TokenType.LIMIT, TokenType.OFFSET, TokenType.SORT_BY, TokenType.CLUSTER_BY,
            TokenType.DISTRIBUTE_BY,
        )
    }  # fmt: skip
    SET_OP_MODIFIERS = {"order", "limit", "offset", "sort", "cluster", "distribute", "windows"}

    # --- GROUP BY --------------------------------------------------------------------------------------------

    def _parse_group(self, skip_group_by_token: bool = False) -> Any:
        if not skip_group_by_token and not self._match(TokenType.GROUP_BY):
            return None
        elements = self._parse_csv(self._grouping_element)
        suffix: Node | None = None
        if self._at(TokenType.WITH) and self._next.token_type in (TokenType.CUBE, TokenType.ROLLUP):
            self._advance(2)
            suffix = GroupingAnalytics(kind=_ANALYTICS[self._prev.token_type], expressions=[[e] for e in elements])
        elif self._at(TokenType.GROUPING_SETS):
            suffix = self._grouping_element()
        if not elements:
            self.raise_error("Expected an expression")
        return GroupBy(expressions=elements, suffix=suffix)

    def _grouping_element(self) -> Node:
        kind = _ANALYTICS.get(self._curr.token_type)
        if kind is None or self._next.token_type != TokenType.L_PAREN:
            return self._required(self._parse_disjunction())
        self._advance(2)
        sets = self._parse_csv(self._grouping_set)
        self._match_r_paren()
        return GroupingAnalytics(kind=kind, expressions=sets)

    def _grouping_set(self) -> Any:
        """A list of expressions, or a nested CUBE, ROLLUP or GROUPING SETS."""
        if self._curr.token_type in _ANALYTICS:
            return self._grouping_element()
        if self._at(TokenType.L_PAREN) and self._next.token_type == TokenType.R_PAREN:
            self._advance(2)
            return []
        found = self._required(self._parse_disjunction())
        if isinstance(found, exp.Tuple):
            return list(found.expressions)
        return [found.this if isinstance(found, exp.Paren) else found]

    # --- SELECT ----------------------------------------------------------------------------------------------

    def _parse_hint(self) -> Any:
        texts = []
        while self._match(TokenType.HINT):
            texts += self._prev_comments[:1]
        return HintText(this=", ".join(texts)) if texts else None

    def _parse_projections(self) -> tuple[list[exp.Expr], list[exp.Expr] | None]:
        found = self._parse_csv(self._parse_expression)
        if not found or self._prev.token_type == TokenType.COMMA:
            self.raise_error("Expected an expression")
        if self._at(TokenType.USING) and self._next.token_type == TokenType.STRING:
            not_supported("SELECT TRANSFORM ... USING", "Use mapInPandas, or a Python UDTF.")
        return found, None

    def _parse_cte(self) -> Any:
        name = self._name_text()
        columns = None
        if self._match(TokenType.L_PAREN):
            columns = self._parse_csv(self._parse_function_parameter)
            self._match_r_paren()
        depth = None
        if self._match_text_seq("MAX", "RECURSION", "LEVEL"):
            self._match(TokenType.NUMBER)
            depth = self._prev.text
        self._match(TokenType.ALIAS)
        query = self._parse_wrapped(self._query)
        alias = exp.TableAlias(this=exp.Identifier(this=name, quoted=True), columns=columns)
        cte = exp.CTE(this=query, alias=alias)
        cte.args["max_depth"] = depth
        return cte

    def _parse_star_op(self, *keywords: str) -> list[exp.Expr] | None:
        if "EXCEPT" not in keywords or not self._match_pair(TokenType.EXCEPT, TokenType.L_PAREN):
            return None
        found = self._parse_csv(self._parse_column)
        if not found:
            self.raise_error("Expected a name")
        self._match_r_paren()
        return found

    def _parse_limit(self, this: Any = None, top: bool = False, skip_limit_token: bool = False) -> Any:
        if top or not (skip_limit_token or self._match(TokenType.LIMIT)):
            return this
        if self._match(TokenType.ALL):
            return exp.Limit(this=this, expression=exp.var("ALL"))
        return exp.Limit(this=this, expression=self._required(self._parse_disjunction()))

    def _parse_offset(self, this: Any = None) -> Any:
        if not self._match(TokenType.OFFSET):
            return this
        return exp.Offset(this=this, expression=self._required(self._parse_disjunction()))

    def _parse_set_operations(self, this: exp.Expr | None) -> exp.Expr | None:
        if not isinstance(this, (exp.Query, exp.Values)) and not _is_relation_query(this):
            return this
        return super()._parse_set_operations(this)

    # --- FROM ------------------------------------------------------------------------------------------------

    def _parse_table_part(self, schema: bool = False) -> Any:
        if self._curr.text.upper() == "IDENTIFIER" and self._next.token_type == TokenType.L_PAREN:
            self._advance(2)
            text = self._required(self._parse_disjunction())
            self._match_r_paren()
            return IdentifierClause(this=text)
        if not schema and self._next.token_type == TokenType.L_PAREN and self._curr.token_type in self.ID_VAR_TOKENS:
            name = self._name_text()
            self._advance()
            return self._call((name,))
        if self._curr.token_type not in self.ID_VAR_TOKENS:
            return None
        quoted = self._at(TokenType.IDENTIFIER)
        part = exp.Identifier(this=self._name_text(), quoted=quoted)
        if not quoted and self._at(TokenType.DASH) and self._is_connected():
            self._advance()
            raise parse_error("INVALID_IDENTIFIER", ident=f"{part.this}-{self._curr.text}")
        return part

    def _parse_table_alias(self, alias_tokens: Any = None) -> exp.TableAlias | None:
        if self._at(TokenType.VAR) and self._curr.text.upper() in _NO_ALIASES:
            return None
        return super()._parse_table_alias(alias_tokens)

    def _parse_alias(self, this: Any, explicit: bool = False) -> Any:
        if self._at(TokenType.VAR) and self._curr.text.upper() == "INSERT":
            return this  # the next INSERT of FROM ... INSERT ... INSERT ...
        if self._at(TokenType.ALIAS) and self._next.token_type != TokenType.L_PAREN:
            self._advance()  # any word may stand behind AS, even SELECT
            return exp.Alias(this=this, alias=exp.Identifier(this=self._name_text(), quoted=True))
        return super()._parse_alias(this, explicit)

    def _parse_function_parameter(self) -> exp.Expr | None:
        """A column of ``t(a, b)``: a name, where sqlglot would also read a type."""
        return exp.Identifier(this=self._name_text(), quoted=True)

    def _parse_table_parts_fast(self) -> exp.Table | None:
        return None

    def _parse_table_parts(self, *args: Any, **kwargs: Any) -> Any:
        start = self._index
        found = super()._parse_table_parts(*args, **kwargs)
        return None if found is None else self._spans(start, found)

    def _parse_value(self, values: bool = True) -> exp.Tuple | None:
        """A row of VALUES. Its alias is the table's, where sqlglot would give it to a value without parentheses."""
        row = self._required(self._parse_disjunction())
        if isinstance(row, exp.Tuple):
            return row
        return exp.Tuple(expressions=[row.this if isinstance(row, exp.Paren) else row])

    def _parse_table_hints(self) -> list[exp.Expr] | None:
        """``WITH ('key' = 'value')``: options of a table, which sqlglot's place for hints carries."""
        if not self._at(TokenType.WITH) or self._next.token_type != TokenType.L_PAREN:
            return None
        self._advance(2)
        found = self._parse_csv(self._option)
        self._match_r_paren()
        return found

    def _option(self) -> exp.Expr:
        if self._match(TokenType.STRING):
            key = self._prev.text
        else:
            key = self._name_text()
            while self._match(TokenType.DOT):
                key += "." + self._name_text()
        self._match(TokenType.EQ)
        value: Node | None = None
        if self._curr.token_type not in (TokenType.COMMA, TokenType.R_PAREN):
            value = self._required(self._parse_bitwise())
        return exp.PropertyEQ(this=exp.Literal.string(key), expression=value)

    def _parse_historical_data(self) -> Any:
        words = [token.text.upper() for token in self._tokens[self._index : self._index + 4]]
        at = words[1:] if words[:1] == ["FOR"] else words[:3]
        if at[1:] == ["AS", "OF"] and at[0] in ("VERSION", "TIMESTAMP", "SYSTEM_VERSION", "SYSTEM_TIME"):
            not_supported("Time travel (VERSION AS OF, TIMESTAMP AS OF)")
        return None

    def _parse_subquery(self, this: Any, parse_alias: bool = True) -> Any:
        """A query in parentheses: the sample stands before the alias, unlike in sqlglot."""
        if this is None:
            return None
        sample = self._parse_table_sample()
        return exp.Subquery(this=this, sample=sample, alias=self._parse_table_alias() if parse_alias else None)

    def _parse_version(self) -> Any:
        return None

    def _parse_lateral(self) -> Any:
        if not self._at(TokenType.LATERAL):
            return None
        if self._next.token_type != TokenType.VIEW:
            self._advance()
            return self._lateral_source()
        self._advance(2)
        outer = self._match(TokenType.OUTER)
        call = self._required(self._parse_function_call_chain())
        table = None
        if not self._at(TokenType.ALIAS):
            table = self._parse_id_var(any_token=False, tokens=self.TABLE_ALIAS_TOKENS)
        columns: list[exp.Expr] = []
        if self._match(TokenType.ALIAS) or (self._at(TokenType.VAR) and table is not None):
            columns = self._parse_csv(lambda: exp.Identifier(this=self._name_text(), quoted=True))
        return exp.Lateral(this=call, view=True, outer=outer, alias=exp.TableAlias(this=table, columns=columns))

    def _parse_function_call_chain(self) -> Node | None:
        """A call with a name of one or more parts."""
        parts: tuple[str, ...] = ()
        while self._next.token_type == TokenType.DOT:
            parts += (self._name_text(),)
            self._advance()
        return self._parse_function_call(prefix=parts)

    def _lateral_source(self) -> exp.Lateral:
        if self._match(TokenType.L_PAREN):
            source: Node = self._query()
            self._match_r_paren()
        else:
            source = self._required(self._parse_function_call_chain())
        return exp.Lateral(this=source, alias=self._parse_table_alias())

    def _parse_table_sample(self, as_modifier: bool = False) -> Any:
        if not self._match(TokenType.TABLE_SAMPLE):
            return None
        kind = "rows"
        value: Any = None
        if not self._match(TokenType.L_PAREN):
            self.raise_error("Expected (")
        if self._match_text_seq("BUCKET"):
            kind, value = "bucket", self._bucket()
        elif not (self._at(TokenType.R_PAREN)):
            number = self._required(self._parse_bitwise())
            if self._match(TokenType.PERCENT):
                kind, value = "percent", number
            elif self._match(TokenType.ROWS):
                value = number
            else:
                raise parse_error("_LEGACY_ERROR_TEMP_0015", msg="byteLengthLiteral")
        if value is None:
            raise parse_error("_LEGACY_ERROR_TEMP_0014")
        self._match_r_paren()
        seed = None
        if self._match_text_seq("REPEATABLE"):
            seed = self._parse_wrapped(lambda: self._required(self._parse_unary()))
        return Sampling(kind=kind, value=value, seed=seed)

    def _bucket(self) -> tuple[str, str]:
        self._match(TokenType.NUMBER)
        numerator = self._prev.text
        if not self._match_text_seq("OUT", "OF"):
            self.raise_error("Expected OUT OF")
        self._match(TokenType.NUMBER)
        denominator = self._prev.text
        if self._match(TokenType.ON):
            self._parse_disjunction()
            not_supported("TABLESAMPLE (BUCKET x OUT OF y ON ...)")
        return numerator, denominator

    # --- PIVOT and UNPIVOT -----------------------------------------------------------------------------------

    def _parse_pivot(self) -> Any:
        if self._next.token_type == TokenType.L_PAREN and self._match(TokenType.PIVOT):
            return self._pivot_clause()
        if self._at(TokenType.UNPIVOT) and (
            self._next.token_type == TokenType.L_PAREN or self._next.text.upper() in ("INCLUDE", "EXCLUDE")
        ):
            self._advance()
            return self._unpivot_clause()
        return None

    def _pivot_clause(self) -> PivotClause:
        self._advance()
        aggregates = self._parse_csv(self._parse_expression)
        if not self._match(TokenType.FOR):
            self.raise_error("Expected FOR")
        columns = self._column_or_columns()
        if not self._match(TokenType.IN) or not self._match(TokenType.L_PAREN):
            self.raise_error("Expected IN (")
        values = self._parse_csv(self._parse_expression)
        self._match_r_paren()
        self._match_r_paren()
        return PivotClause(aggregates=aggregates, columns=columns, values=values, alias=self._pivot_alias())

    def _pivot_alias(self) -> Node | None:
        return self._parse_table_alias() if self._curr.token_type not in (TokenType.PIVOT, TokenType.UNPIVOT) else None

    def _column_or_columns(self) -> list[Node]:
        if not self._match(TokenType.L_PAREN):
            return [self._required(self._parse_column())]
        found = self._parse_csv(lambda: self._required(self._parse_column()))
        self._match_r_paren()
        return found

    def _unpivot_clause(self) -> UnpivotClause:
        include = self._match_text_seq("INCLUDE", "NULLS")
        if not include:
            self._match_text_seq("EXCLUDE", "NULLS")
        self._match(TokenType.L_PAREN)
        names = [self._name_of(column) for column in self._column_or_columns()]
        if not self._match(TokenType.FOR):
            self.raise_error("Expected FOR")
        variable = self._name_text()
        if not self._match(TokenType.IN) or not self._match(TokenType.L_PAREN):
            self.raise_error("Expected IN (")
        values = self._parse_csv(self._unpivot_value)
        self._match_r_paren()
        self._match_r_paren()
        return UnpivotClause(
            names=names, variable=variable, values=values, include_nulls=bool(include), alias=self._pivot_alias()
        )

    def _name_of(self, column: Node) -> str:
        return str(column.name)

    def _unpivot_value(self) -> tuple[list[Node], str | None]:
        columns = self._column_or_columns()
        if self._match(TokenType.ALIAS):
            return columns, self._name_text()
        named = self._curr.token_type in (TokenType.VAR, TokenType.IDENTIFIER)
        return columns, self._name_text() if named else None


def _is_relation_query(node: Any) -> bool:
    return isinstance(node, (exp.Subquery, exp.Table, exp.SetOperation))
