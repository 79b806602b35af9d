"""Our dialect of sqlglot: its Spark dialect, with what Spark's own grammar does differently put right.

What differs, and why it cannot stay as sqlglot has it:

    keywords            sqlglot knows the words of thirty databases, and each is a token of its own that Spark takes for
                        an ordinary name (``list``, ``text``, ``uuid``, ``kill``): only Spark's structural words remain
    function calls      sqlglot rewrites them to generic nodes (``date_add`` to TsOrDsAdd) and so loses the name, the
                        order of arguments and what null does; all calls stay as written (`calls`)
    special forms       TRIM(BOTH x FROM y), SUBSTRING(x FROM 1), POSITION(a IN b), OVERLAY(... PLACING), EXTRACT,
                        TIMESTAMPADD(unit, ...) become the calls that Spark's grammar makes of them (`calls`)
    precedence          ``&``, ``^``, ``|`` and shifts have levels of their own in Spark, ``||`` that of ``+``; NOT and
                        ``!`` bind looser than comparisons; a sign before a number belongs to the number (`syntax`)
    numbers             ``1L``, ``1.5BD``, ``1e3``: kept as one token with its suffix (sqlglot makes casts of them)
    strings             ``'It''s'`` is one string; a name before a string is a typed literal
    intervals           all forms, with their values and units as written (`syntax`)
    types               those of `pyrdd.sql.types`, char and varchar lengths kept (`syntax_types`)
    GROUP BY            CUBE, ROLLUP and GROUPING SETS keep their place in the list (`syntax_query`)
    PIVOT, TABLESAMPLE, MAX RECURSION LEVEL, ``|>``, hints, options: Spark's forms (`syntax_query`, `syntax_tables`)
    commands            read from the tokens into kinds and parts (`commands` has the table), for sqlglot keeps most of
                        them as text or spreads them over properties of other databases
"""

from __future__ import annotations

from typing import ClassVar

from sqlglot import Token, TokenType
from sqlglot.dialects.spark import Spark

_WORDS = (
    "ALL", "AND", "ANTI", "ANY", "AS", "ASC", "BETWEEN", "CASE", "CLUSTER BY", "CROSS", "CUBE", "DESC", "DISTINCT",
    "DISTRIBUTE BY", "DIV", "ELSE", "END", "ESCAPE", "EXCEPT", "EXISTS", "FALSE", "FILTER", "FOR", "FROM", "FULL",
    "GROUP BY", "GROUPING SETS", "HAVING", "ILIKE", "IN", "INNER", "INTERSECT", "INTERVAL", "INTO", "IS", "JOIN",
    "LATERAL", "LEFT", "LIKE", "LIMIT", "MINUS", "NATURAL", "NOT", "NULL", "OFFSET", "ON", "OR", "ORDER BY", "OUTER",
    "OVER", "PARTITION BY", "PERCENT", "PIVOT", "QUALIFY", "RANGE", "RECURSIVE", "REGEXP", "RIGHT", "RLIKE", "ROLLUP",
    "ROWS", "SELECT", "SEMI", "SOME", "SORT BY", "TABLE", "TABLESAMPLE", "THEN", "TRUE", "UNION", "UNPIVOT", "USING",
    "VALUES", "VIEW", "WHEN", "WHERE", "WINDOW", "WITH",
)  # fmt: skip

_SYMBOLS = ("/*+", "==", "::", "||", "|>", ">=", "<=", "<>", "!=", "<=>", "->", "=>")


class SparkTokenizer(Spark.Tokenizer):
    """Spark's words and symbols; no text is swallowed as the body of an unknown command."""

    KEYWORDS: ClassVar[dict[str, TokenType]] = {
        **{word: Spark.Tokenizer.KEYWORDS[word] for word in (*_WORDS, *_SYMBOLS)},
        "!<": TokenType.GTE,
        "!>": TokenType.LTE,
    }
    TOKENS_PRECEDING_HINT: ClassVar[set[TokenType]] = {TokenType.SELECT, TokenType.HINT}
    COMMANDS: ClassVar[set[TokenType]] = set()
    STRING_ESCAPES: ClassVar[list[str]] = ["\\", "'", '"']
    HEX_STRINGS: ClassVar[list[str | tuple[str, str]]] = []
    NUMERIC_LITERALS: ClassVar[dict[str, str]] = {}


class SparkSql(Spark):
    """The dialect. Its parser is `pyrdd.sql.parser.grammar.SparkParser`, called with `tokenize`'s result."""

    Tokenizer = SparkTokenizer


class _ConsecutiveStringsTokenizer(SparkTokenizer):
    STRING_ESCAPES: ClassVar[list[str]] = ["\\"]


class ConsecutiveStringsSql(SparkSql):
    """With ``spark.sql.legacy.consecutiveStringLiterals.enabled``: ``'a''b'`` is two strings."""

    Tokenizer = _ConsecutiveStringsTokenizer


def tokenize(text: str, consecutive_strings: bool = False) -> list[Token]:
    """The tokens of a text; numbers have their suffixes. Raises sqlglot's TokenError."""
    dialect = ConsecutiveStringsSql() if consecutive_strings else SparkSql()
    return _adjusted(dialect.tokenize(text), text)


_SUFFIXES = ("BD", "L", "S", "Y", "D", "F")
_NOT_AN_OPERAND = (TokenType.COMMA, TokenType.FROM, TokenType.ALIAS, TokenType.R_PAREN)
_SELECT_ALL = [TokenType.SELECT, TokenType.ALL]
_NAME_ENDS = (TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.R_BRACKET)


def _adjusted(found: list[Token], text: str) -> list[Token]:
    result: list[Token] = []
    for token in found:
        if token.token_type == TokenType.VAR and token.text[0].isdigit() and _is_number(token.text):
            token.token_type = TokenType.NUMBER
        if token.token_type == TokenType.NUMBER and _follows_point(result, token):
            point = result.pop()
            whole = text[point.start : token.end + 1]
            token = Token(TokenType.NUMBER, whole, token.line, token.col, point.start, token.end)
        if token.token_type in _NOT_AN_OPERAND and [t.token_type for t in result[-2:]] == _SELECT_ALL:
            result[-1].token_type = TokenType.VAR  # a column named all
        result.append(token)
    return result


def _is_number(text: str) -> bool:
    upper = text.upper()
    for suffix in _SUFFIXES:
        if upper.endswith(suffix):
            return _is_plain_number(upper[: -len(suffix)])
    return _is_plain_number(upper)


def _is_plain_number(text: str) -> bool:
    mantissa, _, exponent = text.partition("E")
    digits = mantissa.replace(".", "", 1)
    return digits.isdigit() and ("E" not in text or exponent.lstrip("+-").isdigit())


def _follows_point(result: list[Token], token: Token) -> bool:
    if not result or result[-1].token_type != TokenType.DOT or result[-1].end + 1 != token.start:
        return False
    before = result[-2] if len(result) > 1 else None
    return before is None or before.end + 1 != result[-1].start or before.token_type not in _NAME_ENDS
