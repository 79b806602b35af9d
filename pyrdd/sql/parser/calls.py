"""Function calls: arguments, lambdas, the special forms of Spark's grammar, windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import TokenType, exp

from pyrdd.sql.parser.errors import parse_error
from pyrdd.sql.parser.nodes import (
    Call,
    IdentifierClause,
    NamedWindow,
    Over,
    TableParameter,
    TypeCast,
    TypeNode,
    WindowDefinition,
)
from pyrdd.sql.parser.syntax import ExpressionSyntax, Node

_UNIT_FUNCTIONS = {
    "TIMESTAMPADD": "timestampadd", "DATEADD": "timestampadd", "DATE_ADD": "timestampadd",
    "TIMESTAMPDIFF": "timestampdiff", "DATEDIFF": "timestampdiff", "DATE_DIFF": "timestampdiff",
    "TIMEDIFF": "timestampdiff",
}  # fmt: skip
_DATETIME_UNITS = frozenset("YEAR QUARTER MONTH WEEK DAY DAYOFYEAR HOUR MINUTE SECOND MILLISECOND MICROSECOND".split())
_NULLS_INSIDE = ("FIRST", "FIRST_VALUE", "LAST", "LAST_VALUE", "ANY_VALUE")


class CallSyntax(ExpressionSyntax):
    """Calls keep their name and arguments; only forms that Spark's grammar rewrites are rewritten."""

    def _parse_function_call(
        self,
        functions: dict[str, Callable[..., Any]] | None = None,
        anonymous: bool = False,
        optional_parens: bool = True,
        any_token: bool = False,
        prefix: tuple[str, ...] = (),
    ) -> Node | None:
        token = self._curr
        if self._next.token_type != TokenType.L_PAREN:
            return None
        quoted = token.token_type == TokenType.IDENTIFIER
        if not quoted and token.token_type not in _FUNCTION_WORDS:
            return None
        start = self._index
        self._advance(2)
        if not prefix and not quoted and (form := _FORMS.get(token.text.upper())) is not None:
            found = form(self)
            if found is not None:
                return self._parse_window(found)
            self._retreat(start + 2)
        call = self._call((*prefix, token.text))
        return self._parse_window(call)

    def _qualified_call(self, prefix: tuple[str, ...]) -> Node | None:
        return self._parse_function_call(prefix=prefix)

    def _call(self, parts: tuple[str, ...]) -> Call:
        """The arguments and the closing parenthesis of a plain call."""
        call = Call(parts=parts)
        if self._match(TokenType.R_PAREN):
            return call
        if self._match(TokenType.DISTINCT):
            call.args["distinct"] = True
        else:
            self._match(TokenType.ALL)
        call.set("expressions", self._parse_csv(self._argument))
        if len(parts) == 1 and parts[0].upper() in _NULLS_INSIDE:
            self._nulls(call)
        if not call.expressions or (not self._at(TokenType.R_PAREN)):
            self.raise_error("Expected )")
        self._match_r_paren()
        return call

    def _nulls(self, call: Call) -> None:
        if self._match_text_seq("IGNORE", "NULLS"):
            call.args["nulls"] = "ignore"
        elif self._match_text_seq("RESPECT", "NULLS"):
            call.args["nulls"] = "respect"

    # --- arguments -------------------------------------------------------------------------------------------

    def _argument(self) -> Node:
        if self._next.token_type == TokenType.FARROW:
            name = self._name_text()
            self._advance()
            value = self._table_parameter() or self._required(self._parse_lambda())
            return exp.Kwarg(this=exp.var(name), expression=value)
        table = self._table_parameter()
        return table if table is not None else self._required(self._parse_lambda())

    def _parse_lambda(self, alias: bool = False) -> Node | None:
        if self._is_lambda():
            names = []
            if self._match(TokenType.L_PAREN):
                while not self._match(TokenType.R_PAREN):
                    names.append(exp.to_identifier(self._name_text(), quoted=True))
                    self._match(TokenType.COMMA)
            else:
                names.append(exp.to_identifier(self._name_text(), quoted=True))
            self._advance()
            return exp.Lambda(this=self._required(self._parse_disjunction()), expressions=names)
        return self._parse_expression() if alias else self._parse_disjunction()

    def _is_lambda(self) -> bool:
        if self._next.token_type == TokenType.ARROW:
            return True
        if not self._at(TokenType.L_PAREN):
            return False
        index = self._index + 1
        while index < self._tokens_size and self._tokens[index].token_type in (TokenType.COMMA, *self.ID_VAR_TOKENS):
            index += 1
        return (
            index + 1 < self._tokens_size
            and self._tokens[index].token_type == TokenType.R_PAREN
            and self._tokens[index + 1].token_type == TokenType.ARROW
        )

    def _table_parameter(self) -> Node | None:
        if not self._at(TokenType.TABLE):
            if self._is_query() and not self._at(TokenType.L_PAREN):
                return TableParameter(this=self._query())
            return None
        self._advance()
        wrapped = self._match(TokenType.L_PAREN)
        if not wrapped:
            name = self._name_text()
            raise parse_error(
                "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES",
                argumentName=f"`{name}`",
            )
        query = self._query() if self._is_query() else self._required(self._parse_table_parts())
        self._match_r_paren()
        parameter = TableParameter(this=query)
        if self._match_text_seq("WITH", "SINGLE", "PARTITION"):
            parameter.args["single"] = True
        elif self._match(TokenType.PARTITION_BY) or self._match(TokenType.DISTRIBUTE_BY):
            parameter.set("partition", self._one_or_wrapped(lambda: self._required(self._parse_disjunction())))
        if self._match(TokenType.ORDER_BY) or self._match(TokenType.SORT_BY):
            parameter.set("order", self._one_or_wrapped(lambda: self._required(self._parse_ordered())))
        return parameter

    def _one_or_wrapped(self, read: Callable[[], Node]) -> list[Node]:
        """One item, or several in parentheses: a comma behind a bare one begins the next argument."""
        if not self._match(TokenType.L_PAREN):
            return [read()]
        found = self._parse_csv(read)
        self._match_r_paren()
        return found

    # --- special forms ---------------------------------------------------------------------------------------

    def _cast_form(self, safe: bool) -> Node:
        start = self._index - 2
        value = self._required(self._parse_disjunction())
        if not self._match(TokenType.ALIAS):
            self.raise_error("Expected AS")
        found = TypeCast(this=value, to=TypeNode(this=self.data_type()), safe=safe)
        self._match_r_paren()
        return self._required(self._parse_column_ops(self._spans(start, found)))

    def _struct_form(self) -> Node:
        call = Call(parts=("struct",))
        if not self._match(TokenType.R_PAREN):
            call.set("expressions", self._parse_csv(self._parse_expression))
            self._match_r_paren()
        return call

    def _unit_form(self, word: str) -> Node | None:
        if self._next.token_type != TokenType.COMMA or self._curr.token_type not in (TokenType.VAR, TokenType.STRING):
            return None
        unit = self._curr.text
        count = self._argument_count()
        if self._at(TokenType.STRING):
            if count != 3:
                return None
            raise parse_error(
                "INVALID_PARAMETER_VALUE.DATETIME_UNIT", functionName=f"`{word.lower()}`", parameter="`unit`",
                invalidValue=f"'{unit}'",
            )  # fmt: skip
        if unit.upper() not in _DATETIME_UNITS or count != 3:
            return None
        self._advance(2)
        args = self._parse_csv(self._parse_disjunction)
        self._match_r_paren()
        return Call(parts=(_UNIT_FUNCTIONS[word],), expressions=[exp.Literal.string(unit), *args])

    def _argument_count(self) -> int:
        depth, count, index = 0, 1, self._index
        while index < self._tokens_size:
            kind = self._tokens[index].token_type
            if kind in (TokenType.L_PAREN, TokenType.L_BRACKET):
                depth += 1
            elif kind in (TokenType.R_PAREN, TokenType.R_BRACKET):
                depth -= 1
                if depth < 0:
                    return count
            elif kind == TokenType.COMMA and depth == 0:
                count += 1
            index += 1
        return count

    def _extract_form(self) -> Node | None:
        if self._next.token_type != TokenType.FROM:
            return None
        field = self._name_text() if not self._at(TokenType.STRING) else self._string_text()
        self._advance()
        source = self._required(self._parse_disjunction())
        self._match_r_paren()
        return Call(parts=("extract",), expressions=[exp.Literal.string(field), source])

    def _position_form(self) -> Node | None:
        needle = self._parse_bitwise()
        if needle is None or not self._match(TokenType.IN):
            return None
        haystack = self._required(self._parse_disjunction())
        self._match_r_paren()
        return Call(parts=("locate",), expressions=[needle, haystack])

    def _substring_form(self) -> Node | None:
        args = [self._parse_disjunction()]
        if args[0] is None or not self._match(TokenType.FROM):
            return None
        args.append(self._required(self._parse_disjunction()))
        if self._match(TokenType.FOR):
            args.append(self._required(self._parse_disjunction()))
        self._match_r_paren()
        return Call(parts=("substring",), expressions=args)

    def _trim_form(self) -> Node | None:
        name = "trim"
        if self._curr.text.upper() in _TRIM_KINDS and self._next.token_type not in (TokenType.R_PAREN, TokenType.COMMA):
            name = _TRIM_KINDS[self._curr.text.upper()]
            self._advance()
        characters = None if self._at(TokenType.FROM) else self._parse_disjunction()
        if not self._match(TokenType.FROM):
            return None
        source = self._required(self._parse_disjunction())
        self._match_r_paren()
        return Call(parts=(name,), expressions=[source] if characters is None else [characters, source])

    def _overlay_form(self) -> Node | None:
        args = [self._parse_disjunction()]
        if args[0] is None or not self._match_text_seq("PLACING"):
            return None
        args.append(self._required(self._parse_disjunction()))
        if not self._match(TokenType.FROM):
            self.raise_error("Expected FROM")
        args.append(self._required(self._parse_disjunction()))
        if self._match(TokenType.FOR):
            args.append(self._required(self._parse_disjunction()))
        self._match_r_paren()
        return Call(parts=("overlay",), expressions=args)

    def _exists_form(self) -> Node | None:
        query = self._query_before_paren()
        return None if query is None else exp.Exists(this=query)

    def _identifier_form(self) -> Node | None:
        text = self._parse_disjunction()
        if text is None or not self._match(TokenType.R_PAREN):
            return None
        found = IdentifierClause(this=text)
        if self._match(TokenType.L_PAREN):
            found.set("args", self._call(("",)))
        return found

    # --- windows ---------------------------------------------------------------------------------------------

    def _parse_window(self, this: Node | None, alias: bool = False) -> Node | None:
        if not isinstance(this, (Call, IdentifierClause)):
            return this
        if isinstance(this, Call):
            self._call_suffixes(this)
        if not self._match(TokenType.OVER):
            return this
        return Over(this=this, window=self._window_or_name())

    def _call_suffixes(self, call: Call) -> None:
        if self._match_text_seq("WITHIN", "GROUP"):
            order = self._parse_wrapped(self._parse_order)
            call.set("order", order.expressions if order else None)
        if self._match_pair(TokenType.FILTER, TokenType.L_PAREN):
            if not self._match(TokenType.WHERE):
                self.raise_error("Expected WHERE")
            call.set("filter", self._required(self._parse_disjunction()))
            self._match_r_paren()
        if self._at(TokenType.VAR):
            self._nulls(call)

    def _window_or_name(self) -> Node:
        if not self._match(TokenType.L_PAREN):
            return exp.Identifier(this=self._name_text(), quoted=False)
        if self._next.token_type == TokenType.R_PAREN and self._curr.token_type in self.ID_VAR_TOKENS:
            name = self._name_text()
            self._match_r_paren()
            return exp.Identifier(this=name, quoted=False)
        window = WindowDefinition()
        if self._match(TokenType.CLUSTER_BY):
            window.set("partition", self._parse_csv(self._parse_disjunction))
        else:
            if self._match_set((TokenType.PARTITION_BY, TokenType.DISTRIBUTE_BY)):
                window.set("partition", self._parse_csv(self._parse_disjunction))
            if self._match_set((TokenType.ORDER_BY, TokenType.SORT_BY)):
                window.set("order", self._parse_csv(self._parse_ordered))
        if self._match_set((TokenType.ROWS, TokenType.RANGE)):
            window.args["frame"] = self._frame(self._prev.text.lower())
        self._match_r_paren()
        return window

    def _frame(self, kind: str) -> tuple[str, Any, Any]:
        if self._match(TokenType.BETWEEN):
            lower = self._frame_bound()
            if not self._match(TokenType.AND):
                self.raise_error("Expected AND")
            return kind, lower, self._frame_bound()
        return kind, self._frame_bound(), ("current", None)

    def _frame_bound(self) -> tuple[str, Node | None]:
        if self._match_text_seq("CURRENT", "ROW"):
            return "current", None
        value = None if self._match_text_seq("UNBOUNDED") else self._required(self._parse_bitwise())
        if not self._match_texts(("PRECEDING", "FOLLOWING")):
            self.raise_error("Expected PRECEDING or FOLLOWING")
        return self._prev.text.lower(), value

    def _parse_named_window(self) -> Node | None:
        name = self._name_text()
        if not self._match(TokenType.ALIAS):
            self.raise_error("Expected AS")
        return NamedWindow(name=name, window=self._window_or_name())


_FUNCTION_WORDS = frozenset(CallSyntax.ID_VAR_TOKENS | CallSyntax.FUNC_TOKENS)
_TRIM_KINDS = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}

_FORMS: dict[str, Callable[[CallSyntax], Node | None]] = {
    "CAST": lambda self: self._cast_form(False),
    "TRY_CAST": lambda self: self._cast_form(True),
    "STRUCT": CallSyntax._struct_form,
    "EXTRACT": CallSyntax._extract_form,
    "POSITION": CallSyntax._position_form,
    "SUBSTRING": CallSyntax._substring_form,
    "SUBSTR": CallSyntax._substring_form,
    "TRIM": CallSyntax._trim_form,
    "OVERLAY": CallSyntax._overlay_form,
    "EXISTS": CallSyntax._exists_form,
    "IDENTIFIER": CallSyntax._identifier_form,
}
for _word in _UNIT_FUNCTIONS:
    _FORMS[_word] = lambda self, word=_word: self._unit_form(word)  # type: ignore[misc]
