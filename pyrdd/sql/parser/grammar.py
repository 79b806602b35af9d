"""SparkParser: all of our syntax together, and statements."""

from __future__ import annotations

from typing import Any

from sqlglot import TokenType, exp
from sqlglot.errors import ParseError, TokenError

from pyrdd.sql.parser.dialect import SparkSql, tokenize
from pyrdd.sql.parser.errors import not_supported, parse_error, syntax_error
from pyrdd.sql.parser.nodes import Statement
from pyrdd.sql.parser.syntax_alter import ALTERATIONS, AlterSyntax
from pyrdd.sql.parser.syntax_ddl import DEFINITIONS
from pyrdd.sql.parser.syntax_statements import STATEMENTS


class SparkParser(AlterSyntax):
    """The parser. One for each text: it holds the place where it reads."""

    def _parse_statement(self) -> exp.Expr | None:
        return self._statement_body()

    def statement(self) -> exp.Expr:
        """One statement."""
        found = self._statement_body()
        if self._curr.text.upper() == "INSERT" and not isinstance(found, Statement):
            return self._multi_insert(found)
        return found

    def _statement_body(self) -> exp.Expr:
        word = self._curr.text.upper()
        read = _READERS.get(word) if not self._at(TokenType.IDENTIFIER) else None
        if read is not None:
            self._advance()
            found: exp.Expr = read(self)
            return found
        if word in _REFUSED and self._at(TokenType.VAR):
            not_supported(f"The statement {word}")
        return self._query()

    def _multi_insert(self, source: exp.Expr) -> exp.Expr:
        """``FROM source INSERT INTO a SELECT ... INSERT INTO b SELECT ...``"""
        inserts = []
        while self._curr and self._match_text_seq("INSERT"):
            insert = self._insert()
            part = insert.args["parts"]["query"]
            part.node.set("from_", source.args["from_"].copy())
            part.node.set("laterals", [view.copy() for view in source.args.get("laterals") or ()] or None)
            if source.args.get("with_") is not None:
                part.node.set("with_", source.args["with_"].copy())
            inserts.append(insert)
        return self._made("multi_insert", inserts=tuple(inserts))

    def named_expression(self) -> exp.Expr:
        """An expression, maybe with an alias."""
        return self._required(self._parse_expression())

    def multipart_name(self) -> exp.Expr:
        """A name of one or more parts."""
        names = [exp.Identifier(this=self._name_text(), quoted=True)]
        while self._match(TokenType.DOT):
            names.append(exp.Identifier(this=self._name_text(), quoted=True))
        found: exp.Expr = names[0]
        for name in names[1:]:
            found = exp.Dot(this=found, expression=name)
        return found

    def hint_list(self) -> list[exp.Expr]:
        """The hints of a comment."""
        found = []
        while self._curr:
            found.append(self._required(self._parse_function_call() or self._parse_column()))
            self._match(TokenType.COMMA)
        return found


_READERS = {**STATEMENTS, **DEFINITIONS, **ALTERATIONS}
_REFUSED = (
    "ADD", "LIST", "LOAD", "CALL", "BEGIN", "COMMIT", "ROLLBACK", "START", "GRANT", "REVOKE", "IMPORT", "EXPORT",
    "LOCK", "UNLOCK", "OPTIMIZE", "VACUUM",
)  # fmt: skip


def _parser_for(text: str, consecutive_strings: bool) -> SparkParser:
    try:
        tokens = tokenize(text, consecutive_strings)
    except TokenError as error:
        raise _token_error(error) from error
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise syntax_error("") if text.strip() else parse_error("PARSE_EMPTY_STATEMENT")
    parser = SparkParser(dialect=SparkSql())
    parser.sql = text
    parser._chunks = [tokens]
    parser._advance_chunk()
    return parser


def _token_error(error: TokenError) -> Exception:
    """The error of text that has no tokens: a quote that nothing closes."""
    message = str(error.__cause__ or error)
    return syntax_error(message.removeprefix("Missing ").split(" from ")[0] if message.startswith("Missing ") else "")


def _error_here(parser: SparkParser, extra: bool = False) -> Exception:
    """PARSE_SYNTAX_ERROR at the token where a parser stands; ``extra``: without it the text would be right."""
    if not parser._curr:
        return syntax_error("").pointing_at(parser.sql, len(parser.sql))
    start = parser._curr.start
    text = parser.sql[start : parser._curr.end + 1]
    return syntax_error(text, f": extra input '{text}'" if extra else "").pointing_at(parser.sql, start)


def parse_with(
    text: str,
    rule: str,
    consecutive_strings: bool = False,
    bang_is_not: bool = False,
    set_operations_in_turn: bool = False,
) -> Any:
    """The syntax that the method ``rule`` reads from a whole text. Raises ParseException."""
    parser = _parser_for(text, consecutive_strings)
    parser.bang_is_not = bang_is_not
    parser.dialect.INTERSECT_BINDS_TIGHTER_THAN_UNION_AND_EXCEPT = not set_operations_in_turn
    try:
        found = getattr(parser, rule)()
    except ParseError as error:
        raise _error_here(parser) from error
    if found is None or parser._curr:
        raise _error_here(parser, extra=not parser._next)
    return found


def split_statements(text: str) -> list[str]:
    """The statements between semicolons, without those that are empty. Raises ParseException."""
    try:
        tokens = tokenize(text)
    except TokenError as error:
        raise _token_error(error) from error
    found, start, end = [], None, 0
    for token in tokens:
        if token.token_type != TokenType.SEMICOLON:
            start, end = token.start if start is None else start, token.end + 1
        elif start is not None:
            found.append(text[start:end])
            start = None
    return found if start is None else [*found, text[start:end]]
