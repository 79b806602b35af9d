"""``query |> operator |> operator``: each operator's syntax, in the order written."""

from __future__ import annotations

from typing import Any

from sqlglot import TokenType, exp

from pyrdd.sql.parser.errors import not_supported
from pyrdd.sql.parser.nodes import GroupingAnalytics, Pipe
from pyrdd.sql.parser.syntax import Node
from pyrdd.sql.parser.syntax_query import QuerySyntax

_SET_OPERATIONS = (TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT)
_ORGANIZATION = (
    TokenType.ORDER_BY, TokenType.SORT_BY, TokenType.CLUSTER_BY, TokenType.DISTRIBUTE_BY, TokenType.LIMIT,
    TokenType.OFFSET, TokenType.WINDOW,
)  # fmt: skip


class PipeSyntax(QuerySyntax):
    """Pipes, which sqlglot rewrites to common table expressions and so loses names of tables."""

    def _parse_select(
        self,
        nested: bool = False,
        table: bool = False,
        parse_subquery_alias: bool = True,
        parse_set_operation: bool = True,
        consume_pipe: bool = True,
    ) -> Any:
        query = self._parse_select_query(nested, table, parse_subquery_alias, parse_set_operation)
        if not consume_pipe or query is None or not self._at(TokenType.PIPE_GT):
            return query
        piped = self._parse_pipe_syntax_query(query)
        return exp.Subquery(this=piped) if table else piped

    def _parse_pipe_syntax_query(self, query: Any) -> Any:
        operators: list[tuple[str, Any]] = []
        while self._match(TokenType.PIPE_GT):
            operators.append(self._pipe_operator())
        with_ = query.args.get("with_")
        found = Pipe(this=query, operators=operators)
        if with_ is not None:
            found.set("with_", with_.pop())
        return found

    def _pipe_operator(self) -> tuple[str, Any]:
        kind = self._curr.token_type
        if kind == TokenType.SELECT:
            return "select", self._required(self._parse_select(parse_set_operation=False, consume_pipe=False))
        if self._match(TokenType.WHERE):
            return "where", self._required(self._parse_disjunction())
        if self._match_text_seq("EXTEND"):
            return "extend", self._parse_csv(self._parse_expression)
        if self._match_text_seq("DROP"):
            return "drop", self._parse_csv(lambda: self._required(self._parse_column()))
        if self._match_text_seq("SET"):
            not_supported("|> SET", "Use |> SELECT with every column.")
        if self._match_text_seq("AGGREGATE"):
            return "aggregate", self._pipe_aggregate()
        if self._match(TokenType.ALIAS):
            return "alias", self._name_text()
        if kind in (TokenType.PIVOT, TokenType.UNPIVOT):
            return "pivot", self._required(self._parse_pivot())
        if kind == TokenType.TABLE_SAMPLE:
            return "sample", self._parse_table_sample()
        return self._pipe_rest(kind)

    def _pipe_rest(self, kind: TokenType) -> tuple[str, Any]:
        if kind in _SET_OPERATIONS:
            self._advance()
            distinct = not self._match(TokenType.ALL)
            if distinct:
                self._match(TokenType.DISTINCT)
            right = self._parse_select(nested=True, parse_set_operation=False, consume_pipe=False)
            return "set_operation", (kind, distinct, self._required(right))
        if kind in _ORGANIZATION:
            return "organization", self._parse_query_modifiers(exp.Select())
        join = self._parse_join()
        if join is None:
            self.raise_error("Expected a pipe operator")
        return "join", join

    def _pipe_aggregate(self) -> tuple[list[Node], Any]:
        items: list[Node] = []
        if not self._at(TokenType.GROUP_BY):
            items = self._parse_csv(self._parse_expression)
        keys = self._parse_csv(self._pipe_key) if self._match(TokenType.GROUP_BY) else None
        return items, keys

    def _pipe_key(self) -> Node:
        found = self._grouping_element()
        if isinstance(found, GroupingAnalytics):
            not_supported("|> AGGREGATE ... GROUP BY with CUBE, ROLLUP or GROUPING SETS")
        return self._required(self._parse_alias(found))
