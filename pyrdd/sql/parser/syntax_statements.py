"""Statements that are not queries: session, data, and what to show. Each method reads one, behind its first word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import Token, TokenType, exp

from pyrdd.sql.parser.commands import ExpressionPart, QueryPart
from pyrdd.sql.parser.errors import not_supported, parse_error
from pyrdd.sql.parser.nodes import IdentifierClause, Number, Statement
from pyrdd.sql.parser.syntax_pipes import PipeSyntax

Name = tuple[str, ...]
Pairs = tuple[tuple[str, str | None], ...]


class StatementSyntax(PipeSyntax):
    """What the statements share, and the smaller ones."""

    # --- pieces ----------------------------------------------------------------------------------------------

    def _made(self, kind: str, **parts: Any) -> Statement:
        return Statement(kind=kind, parts={name.rstrip("_"): value for name, value in parts.items()})

    def _words(self, *words: str) -> bool:
        """Reads these words if they come next."""
        return bool(self._match_text_seq(*words))

    def _one_of(self, *words: str) -> str | None:
        """Reads one of these words, if one comes next."""
        return self._prev.text.upper() if self._match_texts(words) else None

    def _expect(self, *words: str) -> None:
        if not self._match_text_seq(*words):
            self.raise_error(f"Expected {' '.join(words)}")

    def _name(self) -> Any:
        """A name of one or more parts; an expression for IDENTIFIER(...)."""
        if self._curr.text.upper() == "IDENTIFIER" and self._next.token_type == TokenType.L_PAREN:
            clause = self._parse_table_part()
            assert isinstance(clause, IdentifierClause)
            return ExpressionPart(clause)
        parts = [self._identifier_text()]
        while self._match(TokenType.DOT):
            parts.append(self._identifier_text())
        return tuple(parts)

    def _identifier_text(self) -> str:
        text, end = self._name_text(), self._prev.end
        quoted = self._prev.token_type == TokenType.IDENTIFIER
        if not quoted and self._at(TokenType.DASH) and self._curr.start == end + 1:
            self._advance()
            raise parse_error("INVALID_IDENTIFIER", ident=f"{text}-{self._curr.text}")
        return text

    def _names(self) -> tuple[Name, ...]:
        return tuple(self._parse_csv(self._name))

    def _wrapped_names(self) -> tuple[str, ...]:
        self._expect("(")
        found = tuple(self._parse_csv(self._identifier_text))
        self._match_r_paren()
        return found

    def _if_not_exists(self) -> bool:
        return self._words("IF", "NOT", "EXISTS")

    def _if_exists(self) -> bool:
        return self._words("IF", "EXISTS")

    def _string(self) -> str:
        return self._string_text()

    def _expression(self) -> ExpressionPart:
        return ExpressionPart(self._required(self._parse_disjunction()))

    def _query_part(self) -> QueryPart:
        return QueryPart(self._query())

    def _is_end(self) -> bool:
        return not self._curr

    def _source(self, first: Token) -> str:
        """The text from a token to the one read last."""
        return str(self._find_sql(first, self._prev))

    def _property_list(self) -> Pairs:
        self._expect("(")
        found = tuple(self._parse_csv(self._property_pair))
        self._match_r_paren()
        keys = [key for key, _ in found]
        for key in keys:
            if keys.count(key) > 1:
                raise parse_error("DUPLICATE_KEY", keyColumn=f"`{key}`")
        return found

    def _property_pair(self) -> tuple[str, str | None]:
        key = self._property_key()
        self._match(TokenType.EQ)
        if self._curr.token_type in (TokenType.COMMA, TokenType.R_PAREN):
            return key, None
        return key, self._property_value()

    def _property_key(self) -> str:
        if self._match(TokenType.STRING):  # one string only: the next one is the value
            return str(self._prev.text)
        key = self._name_text()
        while self._match(TokenType.DOT):
            key += "." + self._name_text()
        return key

    def _property_value(self) -> str:
        node = self._required(self._parse_unary())
        if isinstance(node, exp.Boolean):
            return "true" if node.this else "false"
        if isinstance(node, (Number, exp.Literal)):
            return str(node.this)
        return self._prev.text

    def _partition(self) -> tuple[tuple[str, ExpressionPart | None], ...] | None:
        """``PARTITION (a = 1, b)``, if it comes next."""
        if not self._words("PARTITION"):
            return None
        self._expect("(")
        found = tuple(self._parse_csv(self._partition_value))
        self._match_r_paren()
        return found

    def _partition_value(self) -> tuple[str, ExpressionPart | None]:
        name = self._name_text()
        return name, ExpressionPart(self._required(self._parse_unary())) if self._match(TokenType.EQ) else None

    def _pattern(self) -> str | None:
        self._match(TokenType.LIKE)
        return self._string() if self._at(TokenType.STRING) else None

    def _from_database(self) -> Any:
        return self._name() if self._match_set((TokenType.FROM, TokenType.IN)) else None

    # --- session ---------------------------------------------------------------------------------------------

    def _use(self) -> Statement:
        self._one_of("DATABASE", "SCHEMA", "NAMESPACE")
        return self._made("use", name=self._name())

    def _set(self) -> Statement:
        if self._words("TIME", "ZONE"):
            return self._set_time_zone()
        if self._words("CATALOG"):
            text = self._string() if self._at(TokenType.STRING) else self._name_text()
            return self._made("use_catalog", catalog=text)
        is_key = self._next.token_type in (TokenType.DOT, TokenType.EQ)
        if self._curr.text.upper() in ("VAR", "VARIABLE") and not is_key:
            self._advance()
            return self._set_variable()
        return self._set_configuration()

    def _set_time_zone(self) -> Statement:
        if self._words("LOCAL"):
            return self._made("set_time_zone", time_zone="LOCAL")
        if self._at(TokenType.STRING):
            return self._made("set_time_zone", time_zone=self._string())
        if self._at(TokenType.INTERVAL):
            return self._made("set_time_zone", interval=ExpressionPart(self._required(self._parse_interval())))
        raise parse_error("_LEGACY_ERROR_TEMP_0045")

    def _set_variable(self) -> Statement:
        if self._match(TokenType.L_PAREN):
            names = self._names()
            self._match_r_paren()
            self._expect("=")
            self._expect("(")
            query = self._query_part()
            self._match_r_paren()
            return self._made("set_variable", variables=names, query=query)
        pairs = self._parse_csv(self._variable_assignment)
        return self._made("set_variable", variables=tuple(n for n, _ in pairs), values=tuple(v for _, v in pairs))

    def _variable_assignment(self) -> tuple[Name, ExpressionPart]:
        name = self._name()
        self._expect("=")
        if self._words("DEFAULT"):
            return name, ExpressionPart(exp.Column(this=exp.Identifier(this="DEFAULT", quoted=False)))
        return name, self._expression()

    def _set_configuration(self) -> Statement:
        if self._is_end():
            return self._made("set")
        if self._match(TokenType.DASH):
            self._advance()
            return self._made("set", all=True)
        first = self._curr
        while self._curr and not self._at(TokenType.EQ):
            self._advance()
        key = self._source(first).strip().strip("`")
        if not self._match(TokenType.EQ):
            if len(key.split()) > 1:
                raise parse_error("INVALID_SET_SYNTAX")
            return self._made("set", key=key)
        if len(key.split()) > 1:
            raise parse_error("INVALID_SET_SYNTAX")
        return self._made("set", key=key, value=self._rest().strip("`"))

    def _rest(self) -> str:
        """The text up to the statement's end."""
        if not self._curr:
            return ""
        first = self._curr
        self._advance(self._tokens_size - self._index)
        return self._source(first).strip()

    def _reset(self) -> Statement:
        key = self._rest().strip("`")
        return self._made("reset", key=key or None)

    def _declare(self) -> Statement:
        replace = self._words("OR", "REPLACE")
        self._one_of("VAR", "VARIABLE")
        names = self._names()
        data_type = default = text = None
        if self._curr and not self._at(TokenType.EQ) and self._curr.text.upper() != "DEFAULT":
            data_type = self.data_type()
        if self._match(TokenType.EQ) or self._words("DEFAULT"):
            first = self._curr
            default = self._expression()
            text = self._source(first)
        return self._made(
            "declare_variable", names=names, replace=replace, data_type=data_type, default=default, text=text
        )

    def _cache(self) -> Statement:
        lazy = self._words("LAZY")
        self._expect("TABLE")
        name = self._name()
        options = self._property_list() if self._words("OPTIONS") else None
        self._match(TokenType.ALIAS)
        if self._is_end():
            return self._made("cache_table", name=name, lazy=lazy, options=options)
        first = self._curr
        query = self._query_part()
        return self._made("cache_table", name=name, lazy=lazy, options=options, query=query, text=self._source(first))

    def _uncache(self) -> Statement:
        self._expect("TABLE")
        return self._made("uncache_table", if_exists=self._if_exists(), name=self._name())

    def _clear(self) -> Statement:
        self._expect("CACHE")
        return self._made("clear_cache")

    def _refresh(self) -> Statement:
        if self._words("TABLE"):
            return self._made("refresh_table", name=self._name())
        if self._words("FUNCTION"):
            return self._made("refresh_function", name=self._name())
        if self._at(TokenType.STRING):
            return self._made("refresh_path", path=self._string())
        return self._made("refresh_path", path=self._rest())

    def _execute(self) -> Statement:
        self._expect("IMMEDIATE")
        query = self._expression()
        into = self._names() if self._words("INTO") else None
        using = None
        if self._words("USING"):
            wrapped = self._match(TokenType.L_PAREN)
            using = tuple(ExpressionPart(node) for node in self._parse_csv(self._parse_expression))
            if wrapped:
                self._match_r_paren()
        return self._made("execute_immediate", query=query, into=into, using=using)

    def _explain(self) -> Statement:
        mode = self._one_of("LOGICAL", "EXTENDED", "CODEGEN", "COST", "FORMATTED")
        if mode == "LOGICAL":
            raise parse_error("_LEGACY_ERROR_TEMP_0035", message="EXPLAIN LOGICAL")
        inner = self._statement_body()
        query = inner if isinstance(inner, Statement) else QueryPart(inner)
        return self._made("explain", mode=(mode or "simple").lower(), query=query)

    def _statement_body(self) -> exp.Expr:
        raise NotImplementedError

    # --- what is there ---------------------------------------------------------------------------------------

    def _show(self) -> Statement:
        for words, method in _SHOWS:
            if self._words(*words):
                return method(self)
        scope = self._name_text().lower()
        if not self._words("FUNCTIONS"):
            not_supported(f"SHOW {scope.upper()}")
        if scope not in ("all", "user", "system"):
            raise parse_error("INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE", scope=f"`{scope}`")
        return self._show_functions(scope)

    def _show_functions(self, scope: str = "all") -> Statement:
        database = self._from_database()
        self._match(TokenType.LIKE)
        if self._is_end():
            return self._made("show_functions", scope=scope, database=database)
        if self._at(TokenType.STRING):
            return self._made("show_functions", scope=scope, database=database, pattern=self._string())
        return self._made("show_functions", scope=scope, database=database, name=self._name())

    def _show_in_database(self, kind: str) -> Statement:
        return self._made(kind, database=self._from_database(), pattern=self._pattern())

    def _show_table_extended(self) -> Statement:
        database = self._from_database()
        self._expect("LIKE")
        return self._made("show_table_extended", database=database, pattern=self._string(), partition=self._partition())

    def _show_columns(self) -> Statement:
        if not self._match_set((TokenType.FROM, TokenType.IN)):
            self.raise_error("Expected FROM or IN")
        name, database = self._name(), self._from_database()
        return self._made("show_columns", name=name, database=database)

    def _show_create_table(self) -> Statement:
        return self._made("show_create_table", name=self._name(), serde=self._words("AS", "SERDE"))

    def _show_tblproperties(self) -> Statement:
        name, key = self._name(), None
        if self._match(TokenType.L_PAREN):
            key = self._property_key()
            self._match_r_paren()
        return self._made("show_tblproperties", name=name, key=key)

    def _describe(self) -> Statement:
        if self._words("FUNCTION"):
            extended = self._words("EXTENDED")
            name = (self._string(),) if self._at(TokenType.STRING) else self._function_name()
            return self._made("describe_function", extended=extended, name=name)
        if self._one_of("DATABASE", "SCHEMA", "NAMESPACE"):
            return self._made("describe_database", extended=self._words("EXTENDED"), name=self._name())
        if not self._words("TABLE") and (self._words("QUERY") or self._is_query()):
            first = self._curr
            return self._made("describe_query", query=self._query_part(), text=self._source(first))
        extended = bool(self._one_of("EXTENDED", "FORMATTED"))
        name, partition = self._name(), self._partition()
        json = self._words("AS", "JSON")
        column = None if self._is_end() or json else self._name()
        json = json or self._words("AS", "JSON")
        if column is not None and partition is not None:
            raise parse_error("UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_PARTITION")
        return self._made("describe_table", name=name, extended=extended, partition=partition, column=column, json=json)

    def _function_name(self) -> Any:
        """The name of a function, which may be an operator (``DESCRIBE FUNCTION <>``)."""
        if self._curr and self._curr.token_type in self.ID_VAR_TOKENS:
            return self._name()
        return (self._rest(),)

    # --- data ------------------------------------------------------------------------------------------------

    def _insert(self) -> Statement:
        overwrite = self._words("OVERWRITE")
        if not overwrite:
            self._expect("INTO")
        elif self._curr.text.upper() in ("LOCAL", "DIRECTORY"):
            return self._insert_directory()
        self._match(TokenType.TABLE)
        name = self._name()
        has_options = self._next.token_type == TokenType.L_PAREN and self._words("WITH")
        options = self._property_list() if has_options else None
        partition, if_not_exists = self._partition(), self._if_not_exists()
        dynamic = [column for column, value in partition or () if value is None]
        if if_not_exists and dynamic:
            message = f"IF NOT EXISTS with dynamic partitions: {', '.join(dynamic)}"
            raise parse_error("_LEGACY_ERROR_TEMP_0035", message=message)
        condition = self._expression() if self._words("REPLACE", "WHERE") else None
        by_name = self._words("BY", "NAME")
        columns = self._insert_columns()
        return self._made(
            "insert", name=name, overwrite=overwrite, options=options, partition=partition, if_not_exists=if_not_exists,
            replace_where=condition, by_name=by_name, columns=columns, query=self._query_part(),
        )  # fmt: skip

    def _insert_columns(self) -> tuple[str, ...] | None:
        if not self._at(TokenType.L_PAREN) or self._is_query():
            return None
        return self._wrapped_names()

    def _insert_directory(self) -> Statement:
        local = self._words("LOCAL")
        self._expect("DIRECTORY")
        path = self._string() if self._at(TokenType.STRING) else None
        if self._words("ROW") or self._words("STORED"):
            not_supported("INSERT OVERWRITE DIRECTORY in a Hive format", "Name a format with USING.")
        using = self._property_key() if self._words("USING") else None
        options = self._property_list() if self._words("OPTIONS") else None
        return self._made(
            "insert_directory", path=path, local=local, using=using, options=options, query=self._query_part()
        )

    def _truncate(self) -> Statement:
        self._expect("TABLE")
        return self._made("truncate", name=self._name(), partition=self._partition())

    def _delete(self) -> Statement:
        self._expect("FROM")
        name, alias = self._name(), self._dml_alias()
        condition = self._expression() if self._match(TokenType.WHERE) else None
        return self._made("delete", name=name, alias=alias, condition=condition)

    def _update(self) -> Statement:
        name, alias = self._name(), self._dml_alias()
        self._expect("SET")
        assignments = self._assignments()
        condition = self._expression() if self._match(TokenType.WHERE) else None
        return self._made("update", name=name, alias=alias, assignments=assignments, condition=condition)

    def _dml_alias(self) -> str | None:
        if self._match(TokenType.ALIAS):
            return self._name_text()
        words = ("SET", "USING", "WHERE", "ON")
        named = self._curr.token_type in (TokenType.VAR, TokenType.IDENTIFIER) and self._curr.text.upper() not in words
        return self._name_text() if named else None

    def _assignments(self) -> tuple[tuple[Name, ExpressionPart], ...]:
        return tuple(self._parse_csv(self._variable_assignment))

    def _merge(self) -> Statement:
        evolution = self._words("WITH", "SCHEMA", "EVOLUTION")
        self._expect("INTO")
        name, alias = self._name(), self._dml_alias()
        self._expect("USING")
        source = exp.Select(expressions=[exp.Star()], from_=exp.From(this=self._parse_table()))
        self._expect("ON")
        condition = self._expression()
        clauses = []
        while self._match(TokenType.WHEN):
            clauses.append(self._merge_clause())
        return self._made(
            "merge", name=name, alias=alias, source=QueryPart(source), condition=condition, clauses=tuple(clauses),
            evolution=evolution,
        )  # fmt: skip

    def _merge_clause(self) -> tuple[Any, ...]:
        kind = "not_matched" if self._words("NOT") else "matched"
        self._expect("MATCHED")
        if self._words("BY"):
            kind += "_by_" + (self._one_of("SOURCE", "TARGET") or "").lower()
        condition = self._expression() if self._match(TokenType.AND) else None
        self._expect("THEN")
        if self._words("DELETE"):
            return kind, condition, "delete", ()
        if self._words("UPDATE", "SET"):
            return kind, condition, "update", () if self._match(TokenType.STAR) else self._assignments()
        self._expect("INSERT")
        if self._match(TokenType.STAR):
            return kind, condition, "insert", ()
        self._expect("(")
        columns = self._names()
        self._match_r_paren()
        self._expect("VALUES")
        values = [ExpressionPart(node) for node in self._parse_wrapped_csv(self._parse_expression)]
        return kind, condition, "insert", tuple(zip(columns, values, strict=False))


_S = StatementSyntax
_SHOWS: tuple[tuple[tuple[str, ...], Callable[[Any], Statement]], ...] = (
    (("TABLES",), lambda self: self._show_in_database("show_tables")),
    (("TABLE", "EXTENDED"), _S._show_table_extended),
    (("VIEWS",), lambda self: self._show_in_database("show_views")),
    (("DATABASES",), lambda self: self._show_in_database("show_databases")),
    (("SCHEMAS",), lambda self: self._show_in_database("show_databases")),
    (("NAMESPACES",), lambda self: self._show_in_database("show_databases")),
    (("CATALOGS",), lambda self: self._made("show_catalogs", pattern=self._pattern())),
    (("CURRENT", "DATABASE"), lambda self: self._made("show_current_database")),
    (("CURRENT", "SCHEMA"), lambda self: self._made("show_current_database")),
    (("CURRENT", "NAMESPACE"), lambda self: self._made("show_current_database")),
    (("COLUMNS",), _S._show_columns),
    (("CREATE", "TABLE"), _S._show_create_table),
    (("TBLPROPERTIES",), _S._show_tblproperties),
    (("PARTITIONS",), lambda self: self._made("show_partitions", name=self._name(), partition=self._partition())),
    (("FUNCTIONS",), _S._show_functions),
)

STATEMENTS: dict[str, Callable[[Any], Any]] = {
    "USE": _S._use, "SET": _S._set, "RESET": _S._reset, "DECLARE": _S._declare, "CACHE": _S._cache,
    "UNCACHE": _S._uncache, "CLEAR": _S._clear, "REFRESH": _S._refresh, "EXECUTE": _S._execute,
    "EXPLAIN": _S._explain, "SHOW": _S._show, "DESCRIBE": _S._describe, "DESC": _S._describe, "INSERT": _S._insert,
    "TRUNCATE": _S._truncate, "DELETE": _S._delete, "UPDATE": _S._update, "MERGE": _S._merge,
}  # fmt: skip
