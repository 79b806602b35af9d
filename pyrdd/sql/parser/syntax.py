"""Expressions: precedence, predicates, literals, names, indexing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from sqlglot import Token, TokenType, exp

from pyrdd.sql.parser.errors import not_supported, parse_error
from pyrdd.sql.parser.nodes import (
    SPAN,
    Comparison,
    IntervalLiteral,
    Item,
    Number,
    ParameterMarker,
    QuantifiedLike,
    TypeCast,
    TypedLiteral,
    TypeNode,
    identifiers_of,
)
from pyrdd.sql.parser.syntax_types import TypeSyntax

Node = exp.Expr
E = TypeVar("E", bound=exp.Expr)

_COMPARE = {
    TokenType.EQ: "=", TokenType.NEQ: "!=", TokenType.NULLSAFE_EQ: "<=>", TokenType.LT: "<", TokenType.LTE: "<=",
    TokenType.GT: ">", TokenType.GTE: ">=",
}  # fmt: skip
_STRINGS = (TokenType.STRING, TokenType.RAW_STRING)
_UNIT_NAMES = "YEAR QUARTER MONTH WEEK DAY HOUR MINUTE SECOND MILLISECOND MICROSECOND NANOSECOND".split()
_UNITS = frozenset(name + plural for name in _UNIT_NAMES for plural in ("", "S"))


class ExpressionSyntax(TypeSyntax):
    """Where Spark's expressions differ from what sqlglot reads."""

    bang_is_not = False
    """Whether ``!`` may stand for NOT inside of predicates (``spark.sql.legacy.bangEqualsNot``)."""

    TERM = {TokenType.DASH: exp.Sub, TokenType.PLUS: exp.Add, TokenType.DPIPE: exp.DPipe}
    FACTOR = {TokenType.DIV: exp.IntDiv, TokenType.MOD: exp.Mod, TokenType.SLASH: exp.Div, TokenType.STAR: exp.Mul}
    ASSIGNMENT: ClassVar[dict[TokenType, type[exp.Expr]]] = {}

    # --- where a node stands in the text ---------------------------------------------------------------------

    def _spans(self, first: Node | int, made: Node) -> Node:
        """``made`` as what the text has from a node, or from the token of a number, up to here."""
        if isinstance(first, int):
            start: int | None = self._tokens[first].start
        else:
            start = first.meta.get("begin", first.meta.get(SPAN, (None,))[0])
        if start is not None:
            made.meta[SPAN] = (start, self._prev.end)
        return made

    def expression(self, instance: E, token: Token | None = None, comments: list[str] | None = None) -> E:
        """What sqlglot makes of operators spans from its first operand on."""
        first = instance.args.get("this")
        if isinstance(first, exp.Expr):
            self._spans(first, instance)
        return super().expression(instance, token, comments)

    # --- precedence ------------------------------------------------------------------------------------------

    def _parse_equality(self, parse_is: bool = True) -> Node | None:
        start = self._index
        if self._match(TokenType.NOT):
            return self._spans(start, exp.Not(this=self._required(self._parse_equality())))
        this = self._parse_comparison()
        return self._predicate(this) if this is not None and parse_is else this

    def _parse_comparison(self, this: Node | None = None) -> Node | None:
        this = this or self._parse_bitwise()
        while self._curr.token_type in _COMPARE:
            self._advance()
            this = self._binary(_COMPARE[self._prev.token_type], self._required(this), self._parse_bitwise)
        return this

    def _parse_range(self, this: Node | None = None, parse_is: bool = False) -> Node | None:
        return self._parse_comparison(this)

    def _parse_bitwise(self) -> Node | None:
        this = self._bit_xor()
        while self._match(TokenType.PIPE):
            this = self._binary("|", this, self._bit_xor)
        return this

    def _bit_xor(self) -> Node | None:
        this = self._bit_and()
        while self._match(TokenType.CARET):
            this = self._binary("^", this, self._bit_and)
        return this

    def _bit_and(self) -> Node | None:
        this = self._shift()
        while self._match(TokenType.AMP):
            this = self._binary("&", this, self._shift)
        return this

    def _shift(self) -> Node | None:
        this = self._parse_term()
        while name := self._shift_operator():
            this = self._binary(name, this, self._parse_term)
        return this

    def _binary(self, name: str, left: Node | None, read_right: Callable[[], Node | None]) -> Node:
        """An operator behind which the parser stands, with its operands."""
        first = self._required(left)
        return self._spans(first, Comparison(name=name, expressions=[first, self._required(read_right())]))

    def _shift_operator(self) -> str | None:
        first = self._curr.token_type
        if first not in (TokenType.LT, TokenType.GT) or self._next.token_type != first:
            return None
        if self._curr.end + 1 != self._next.start:
            return None
        self._advance(2)
        if first == TokenType.LT:
            return "<<"
        return ">>>" if self._is_connected() and self._match(TokenType.GT) else ">>"

    def _parse_unary(self) -> Node | None:
        start = self._index
        if self._match(TokenType.DASH):
            if self._match(TokenType.NUMBER):
                return self._parse_column_ops(self._spans(start, Number(this="-" + self._prev.text)))
            return self._spans(start, exp.Neg(this=self._required(self._parse_unary())))
        if self._match_set((TokenType.PLUS, TokenType.TILDE)):
            sign = self._prev.text
            return self._spans(start, Comparison(name=sign, expressions=[self._required(self._parse_unary())]))
        return self._parse_type()

    # --- predicates ------------------------------------------------------------------------------------------

    def _predicate(self, this: Node) -> Node:
        start = self._index
        negated = self._match(TokenType.NOT)
        bang = negated and self._prev.text == "!"
        found = self._predicate_after_not(this, negated)
        if found is None:
            self._retreat(start)
            return this
        if bang and not self.bang_is_not:
            raise parse_error("SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", clause="!")
        # as in Spark, a predicate is what stands behind the value that it is about
        self._spans(this, found)
        if SPAN in found.meta:
            found.meta["begin"] = found.meta[SPAN][0]
        return self._spans(start, found)

    def _predicate_after_not(self, this: Node, negated: bool) -> Node | None:
        found: Node | None = None
        if self._match(TokenType.IN):
            found = self._parse_in(this)
        elif self._match(TokenType.BETWEEN):
            found = self._parse_between(this)
        elif self._match_set((TokenType.LIKE, TokenType.ILIKE)):
            return self._like(this, "like" if self._prev.token_type == TokenType.LIKE else "ilike", negated)
        elif self._match(TokenType.RLIKE):
            found = Comparison(name="rlike", expressions=[this, self._required(self._parse_bitwise())])
        elif not negated and self._match(TokenType.IS):
            return self._parse_is(this)
        return exp.Not(this=found) if negated and found is not None else found

    def _parse_between(self, this: Node | None) -> Node:  # type: ignore[override]
        low = self._required(self._parse_comparison())
        if not self._match(TokenType.AND):
            self.raise_error("Expected AND")
        return Comparison(name="between", expressions=[this, low, self._required(self._parse_comparison())])

    def _parse_is(self, this: Node | None) -> Node | None:
        negated = self._match(TokenType.NOT)
        if negated and self._prev.text == "!" and not self.bang_is_not:
            raise parse_error("SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", clause="!")
        if self._match(TokenType.NULL):
            return Comparison(name="isnotnull" if negated else "isnull", expressions=[this])
        if self._match_text_seq("UNKNOWN"):
            return Comparison(name="isnotnull" if negated else "isnull", expressions=[this])
        if self._match_set((TokenType.TRUE, TokenType.FALSE)):
            value = exp.Boolean(this=self._prev.token_type == TokenType.TRUE)
            found: Node = Comparison(name="<=>", expressions=[this, value])
            return exp.Not(this=found) if negated else found
        if self._match_text_seq("DISTINCT", "FROM"):
            other = self._required(self._parse_comparison())
            found = Comparison(name="<=>", expressions=[this, other])
            return found if negated else exp.Not(this=found)
        self.raise_error("Expected NULL, TRUE, FALSE or DISTINCT FROM")
        return None

    def _parse_in(self, this: Node | None, alias: bool = False) -> exp.In:
        if not self._match(TokenType.L_PAREN):
            self.raise_error("Expected (")
        if (query := self._query_before_paren()) is not None:
            return exp.In(this=this, query=query)
        items = self._parse_csv(self._parse_expression)
        self._match_r_paren()
        if not items:
            raise parse_error("INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE")
        return exp.In(this=this, expressions=items)

    def _like(self, this: Node, name: str, negated: bool) -> Node:
        if self._match_set((TokenType.ANY, TokenType.SOME, TokenType.ALL)):
            every = self._prev.token_type == TokenType.ALL
            patterns = self._parse_wrapped_csv(self._parse_expression)
            return QuantifiedLike(this=this, name=name, every=every, negated=negated, expressions=patterns)
        operands = [this, self._required(self._parse_bitwise())]
        if self._match(TokenType.ESCAPE):
            operands.append(exp.Literal.string(self._string_text()))
        found = Comparison(name=name, expressions=operands)
        return exp.Not(this=found) if negated else found

    # --- operands --------------------------------------------------------------------------------------------

    def _parse_type(self, parse_interval: bool = True, fallback_to_identifier: bool = False) -> Node | None:
        return self._parse_column()

    def _parse_column(self) -> Node | None:
        simple = self._simple_column()
        if simple is not None:
            return simple
        start = self._index
        this = self._primary()
        if this is None:
            return None
        return self._parse_column_ops(this if SPAN in this.meta else self._spans(start, this))

    def _simple_column(self) -> Node | None:
        """A bare name that nothing is attached to: most operands are one."""
        if not self._at(TokenType.VAR) or self._next.token_type in _NOT_SIMPLE:
            return None
        self._advance()
        return self._spans(self._index - 1, exp.Column(this=exp.Identifier(this=self._prev.text, quoted=False)))

    def _primary(self) -> Node | None:
        token = self._curr
        match token.token_type:
            case TokenType.STRING | TokenType.RAW_STRING:
                return exp.Literal.string(self._string_text())
            case TokenType.NUMBER:
                self._advance()
                return Number(this=token.text)
            case TokenType.L_PAREN:
                return self._parse_paren()
            case TokenType.PLACEHOLDER | TokenType.COLON:
                return self._marker()
            case TokenType.STAR | TokenType.NULL | TokenType.TRUE | TokenType.FALSE:
                self._advance()
                return self._constant(token)
            case TokenType.CASE if self._next.token_type not in (TokenType.DOT, TokenType.COMMA, TokenType.FROM):
                self._advance()
                return self._parse_case()
            case TokenType.INTERVAL if (interval := self._parse_interval()) is not None:
                return interval
        return self._named_primary()

    def _constant(self, token: Token) -> Node:
        """NULL, TRUE, FALSE and the star, behind their token."""
        read: Callable[[Any, Token], Node] = self.PRIMARY_PARSERS[token.token_type]
        return read(self, token)

    def _qualified_call(self, prefix: tuple[str, ...]) -> Node | None:
        raise NotImplementedError

    def _is_lambda(self) -> bool:
        raise NotImplementedError

    def _named_primary(self) -> Node | None:
        token = self._curr
        word = token.token_type != TokenType.IDENTIFIER
        if word and self._next.token_type in _STRINGS and token.token_type in self.ID_VAR_TOKENS:
            self._advance()
            return TypedLiteral(name=token.text.upper(), this=self._string_text())
        if self._next.token_type == TokenType.L_PAREN and (call := self._parse_function_call()) is not None:
            return call
        if self._next.token_type == TokenType.ARROW and (found := self._parse_lambda()) is not None:
            return found
        is_values = token.token_type == TokenType.VALUES and self._next.token_type in _NOT_SIMPLE_VALUES
        if token.token_type != TokenType.IDENTIFIER and token.token_type not in self.ID_VAR_TOKENS and not is_values:
            return None
        self._advance()
        return exp.Column(this=exp.Identifier(this=token.text, quoted=not word))

    def _marker(self) -> Node | None:
        if self._match(TokenType.PLACEHOLDER):
            start = self._prev.start
            before = sum(t.token_type == TokenType.PLACEHOLDER and t.start < start for t in self._tokens)
            return ParameterMarker(key=before)
        self._match(TokenType.COLON)
        return ParameterMarker(key=self._name_text())

    def _parse_placeholder(self) -> Node | None:
        return self._marker() if self._curr.token_type in (TokenType.PLACEHOLDER, TokenType.COLON) else None

    def _parse_paren(self) -> Node | None:
        if self._next.token_type == TokenType.R_PAREN or self._is_lambda():
            return self._parse_lambda()
        if not self._match(TokenType.L_PAREN):
            return None
        if (query := self._query_before_paren()) is not None:
            return exp.Subquery(this=query)
        items = self._parse_csv(self._parse_expression)
        self._match_r_paren()
        if not items:
            self.raise_error("Expected an expression")
        return exp.Tuple(expressions=items) if len(items) > 1 else exp.Paren(this=items[0])

    def _parse_column_ops(self, this: Node | None) -> Node | None:
        while self._curr.token_type in _POSTFIX or self._is_collate():
            first = this
            self._advance()
            match self._prev.token_type:
                case TokenType.COLON:
                    not_supported("A path into a variant (value:path)", "Use variant_get.")
                case TokenType.L_BRACKET:
                    this = Item(this=this, key=self._required(self._parse_disjunction()))
                    if not self._match(TokenType.R_BRACKET):
                        self.raise_error("Expected ]")
                case TokenType.DCOLON:
                    this = TypeCast(this=this, to=TypeNode(this=self.data_type()))
                case TokenType.DOT:
                    this = self._member(this)
                case _:
                    this = Comparison(name="collate", expressions=[this, exp.Literal.string(self._collation())])
            if first is not None and this is not None:
                self._spans(first, this)
        return this

    def _is_collate(self) -> bool:
        return (
            self._at(TokenType.VAR)
            and self._curr.text.upper() == "COLLATE"
            and bool(self._next.token_type in (TokenType.VAR, TokenType.IDENTIFIER))
        )

    def _collation(self) -> str:
        name = self._name_text()
        while self._match(TokenType.DOT):
            name += "." + self._name_text()
        return name

    def _member(self, this: Node | None) -> Node:
        if self._match(TokenType.STAR):
            return exp.Dot(this=this, expression=self._constant(self._prev))
        names = identifiers_of(this)
        if names is not None and self._next.token_type == TokenType.L_PAREN:
            call = self._qualified_call(names)
            if call is not None:
                return call
        token = self._curr
        if token.token_type == TokenType.NUMBER or not token:
            self.raise_error("Expected a name")
        name = exp.Identifier(this=self._name_text(), quoted=token.token_type == TokenType.IDENTIFIER)
        return exp.Dot(this=this, expression=name)

    # --- intervals -------------------------------------------------------------------------------------------

    def _parse_interval(self, require_interval: bool = True, parse_function_unit: bool = True) -> Node | None:  # type: ignore[override]
        start = self._index
        self._match(TokenType.INTERVAL)
        if self._curr.token_type in _STRINGS and not self._is_unit(self._next.text):
            return TypedLiteral(name="INTERVAL", this=self._string_text())
        pairs: list[tuple[str, str]] = []
        end: str | None = None
        while (value := self._interval_value()) is not None:
            if end is not None:
                raise parse_error("_LEGACY_ERROR_TEMP_0024")
            is_string = self._prev.token_type in _STRINGS
            self._advance()
            pairs.append((value, self._prev.text))
            if self._match_text_seq("TO"):
                end = self._name_text()
                if len(pairs) > 1:
                    raise parse_error("_LEGACY_ERROR_TEMP_0024")
                if not is_string:
                    raise parse_error("_LEGACY_ERROR_TEMP_0027")
        if not pairs:
            self._retreat(start)
            return None
        return IntervalLiteral(pairs=pairs, to=end)

    @staticmethod
    def _is_unit(text: str) -> bool:
        return text.upper() in _UNITS

    def _interval_value(self) -> str | None:
        start = self._index
        sign = ""
        if self._match_set((TokenType.DASH, TokenType.PLUS)):
            sign = "-" if self._prev.token_type == TokenType.DASH else ""
        if self._curr.token_type not in (*_STRINGS, TokenType.NUMBER) or not self._is_unit(self._next.text):
            self._retreat(start)
            return None
        self._advance()
        text = self._prev.text
        if sign:
            text = text.strip()[1:] if text.strip().startswith("-") else "-" + text
        return text

    def _parse_csv(self, parse_method: Callable[[], Any], sep: TokenType = TokenType.COMMA) -> list[Any]:
        """Items between commas. Something must stand behind each comma, where sqlglot is lenient."""
        first = parse_method()
        if first is None:
            return []
        found = [first]
        while self._match(sep):
            item = parse_method()
            if item is None:
                self.raise_error("Expected an expression")
            found.append(item)
        return found

    # --- shared ----------------------------------------------------------------------------------------------

    def _required(self, node: Node | None) -> Node:
        if node is None:
            self.raise_error("Expected an expression")
            raise AssertionError("raise_error returned")
        return node

    def _is_query(self) -> bool:
        """Whether a query starts here, possibly behind parentheses."""
        index = self._index
        while index < self._tokens_size and self._tokens[index].token_type == TokenType.L_PAREN:
            index += 1
        if index >= self._tokens_size:
            return False
        token = self._tokens[index]
        following = self._tokens[index + 1] if index + 1 < self._tokens_size else None
        if token.token_type in (TokenType.SELECT, TokenType.WITH):
            return True
        if token.token_type in (TokenType.VALUES, TokenType.TABLE, TokenType.FROM):
            return following is not None and following.token_type not in _NOT_A_NAME
        return False

    def _query_before_paren(self) -> Node | None:
        """The query up to the closing parenthesis; None if an expression stands here (``(SELECT 1) + 1``)."""
        if not self._is_query():
            return None
        if not self._at(TokenType.L_PAREN):
            query: Node | None = self._query()
        else:
            start = self._index
            query = self._try_parse(self._query)
            if query is None or not self._at(TokenType.R_PAREN):
                self._retreat(start)
                return None
        self._match_r_paren()
        return query

    def _query(self) -> Node:
        start = self._index
        return self._spans(start, self._required(self._parse_ddl_select()))


_NOT_SIMPLE = (
    TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.DOT, TokenType.DCOLON, TokenType.STRING, TokenType.RAW_STRING,
    TokenType.ARROW, TokenType.VAR, TokenType.COLON,
)  # fmt: skip
_NOT_SIMPLE_VALUES = (TokenType.COMMA, TokenType.FROM, TokenType.DOT, TokenType.R_PAREN, TokenType.SENTINEL)
_POSTFIX = (TokenType.L_BRACKET, TokenType.DOT, TokenType.DCOLON, TokenType.COLON)
_NOT_A_NAME = (TokenType.R_PAREN, TokenType.COMMA, TokenType.DOT, TokenType.EQ)
