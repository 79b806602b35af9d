"""CREATE, DROP, ALTER and their like. Each method reads one statement behind its first word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import TokenType, exp

from pyrdd.sql.parser.commands import ColumnDefinition, FunctionParameter, Transform
from pyrdd.sql.parser.errors import not_supported, parse_error
from pyrdd.sql.parser.nodes import Number, Statement, identifiers_of
from pyrdd.sql.parser.syntax_statements import StatementSyntax


class DefinitionSyntax(StatementSyntax):
    """Statements about tables, views, databases and functions."""

    # --- columns ---------------------------------------------------------------------------------------------

    def _column_definitions(self) -> tuple[ColumnDefinition, ...]:
        self._expect("(")
        found = tuple(self._parse_csv(self._column_definition))
        self._match_r_paren()
        return tuple(column for column in found if column is not None)

    def _column_definition(self) -> ColumnDefinition | None:
        if self._is_table_constraint():
            not_supported("Constraints of tables")
        name = self._name()
        self._match(TokenType.COLON)
        return self._column_rest(name, self.data_type())

    def _column_rest(self, name: tuple[str, ...], data_type: Any) -> ColumnDefinition:
        options: dict[str, Any] = {}
        while (option := self._column_option()) is not None:
            if option[0] in options:
                raise parse_error("CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE", columnName=name[-1], optionName=option[1])
            options[option[0]] = option[2]
        return ColumnDefinition(name, data_type, **options)

    def _column_option(self) -> tuple[str, str, Any] | None:
        if self._words("NOT", "NULL"):
            return "nullable", "NOT NULL", False
        if self._words("COMMENT"):
            return "comment", "COMMENT", self._string()
        if self._words("DEFAULT"):
            first = self._curr
            self._required(self._parse_disjunction())
            return "default", "DEFAULT", self._source(first)
        if self._words("GENERATED", "ALWAYS", "AS"):
            if self._words("IDENTITY"):
                not_supported("Identity columns")
            first = self._curr
            self._required(self._parse_paren())
            return "generated", "GENERATED ALWAYS AS", self._source(first)[1:-1]
        if self._words("GENERATED"):
            not_supported("Identity columns")
        if self._words("FIRST"):
            return "position", "FIRST", ("first",)
        if self._words("AFTER"):
            return "position", "AFTER", ("after", self._name_text())
        if self._curr.text.upper() in ("CONSTRAINT", "PRIMARY", "UNIQUE", "REFERENCES", "CHECK"):
            not_supported("Constraints of columns")
        return None

    def _is_table_constraint(self) -> bool:
        words = self._curr.text.upper(), self._next.text.upper()
        keys = (("PRIMARY", "KEY"), ("FOREIGN", "KEY"), ("CHECK", "("), ("UNIQUE", "("))
        return words[0] == "CONSTRAINT" or words in keys

    # --- CREATE ----------------------------------------------------------------------------------------------

    def _create(self) -> Statement:
        replace = self._words("OR", "REPLACE")
        if self._one_of("DATABASE", "SCHEMA", "NAMESPACE"):
            return self._create_database()
        is_global = self._words("GLOBAL")
        temporary = bool(self._one_of("TEMPORARY", "TEMP"))
        if self._match(TokenType.VIEW):
            return self._create_view(replace, temporary, is_global)
        if self._words("FUNCTION"):
            return self._create_function(replace, temporary)
        external = self._words("EXTERNAL")
        if self._words("TABLE"):
            return self._create_table(replace or None, temporary, external)
        word = self._curr.text.upper()
        if word in ("INDEX", "MATERIALIZED", "STREAMING", "FLOW"):
            not_supported(f"CREATE {word}")
        self.raise_error("Expected TABLE, VIEW, FUNCTION or DATABASE")
        raise AssertionError

    def _create_database(self) -> Statement:
        if_not_exists, name = self._if_not_exists(), self._name()
        parts: dict[str, Any] = {}
        while word := self._one_of("COMMENT", "LOCATION", "WITH"):
            if word == "WITH":
                self._one_of("DBPROPERTIES", "PROPERTIES")
                self._once(parts, "properties", self._property_list(), "WITH PROPERTIES")
            else:
                self._once(parts, word.lower(), self._string(), word)
        return self._made("create_database", name=name, if_not_exists=if_not_exists, **parts)

    def _once(self, parts: dict[str, Any], name: str, value: Any, clause: str) -> None:
        if name in parts:
            raise parse_error("DUPLICATE_CLAUSES", clauseName=clause)
        parts[name] = value

    def _create_view(self, replace: bool, temporary: bool, is_global: bool) -> Statement:
        if_not_exists, name = self._if_not_exists(), self._name()
        parts: dict[str, Any] = {
            "name": name, "replace": replace, "temporary": temporary, "global_": is_global,
            "if_not_exists": if_not_exists,
        }  # fmt: skip
        if temporary and (self._curr.text.upper() == "USING" or self._has_types()):
            return self._create_temp_view_using(parts)
        if self._match(TokenType.L_PAREN):
            parts["columns"] = tuple(self._parse_csv(self._commented_name))
            self._match_r_paren()
        while word := self._one_of("COMMENT", "WITH", "TBLPROPERTIES", "PARTITIONED"):
            self._view_clause(parts, word)
        if not self._match(TokenType.ALIAS):
            self.raise_error("Expected AS")
        if temporary and if_not_exists:
            raise parse_error("_LEGACY_ERROR_TEMP_0053")
        first = self._curr
        query = self._query_part()
        return self._made("create_view", **parts, query=query, text=self._source(first))

    def _view_clause(self, parts: dict[str, Any], word: str) -> None:
        if word == "COMMENT":
            self._once(parts, "comment", self._string(), word)
        elif word == "TBLPROPERTIES" and parts["temporary"]:
            message = "TBLPROPERTIES can't coexist with CREATE TEMPORARY VIEW"
            raise parse_error("_LEGACY_ERROR_TEMP_0035", message=message)
        elif word == "TBLPROPERTIES":
            self._once(parts, "properties", self._property_list(), word)
        elif word == "WITH" and self._words("METRICS"):
            not_supported("Metric views")
        elif word == "WITH":
            self._expect("SCHEMA")
            mode = "TYPE EVOLUTION" if self._words("TYPE", "EVOLUTION") else self._name_text().upper()
            self._once(parts, "schema_mode", mode, "WITH SCHEMA")
        else:
            not_supported("Partitioned views")

    def _commented_name(self) -> tuple[str, str | None]:
        name = self._identifier_text()
        return name, self._string() if self._words("COMMENT") else None

    def _has_types(self) -> bool:
        """Whether columns with types stand here: CREATE TEMPORARY VIEW ... (a INT) USING ..."""
        if not self._at(TokenType.L_PAREN) or self._index + 2 >= self._tokens_size:
            return False
        behind = self._tokens[self._index + 2]
        return behind.token_type not in (TokenType.COMMA, TokenType.R_PAREN) and behind.text.upper() != "COMMENT"

    def _create_temp_view_using(self, parts: dict[str, Any]) -> Statement:
        columns = self._column_definitions() if self._at(TokenType.L_PAREN) else None
        self._expect("USING")
        using = self._property_key()
        options = self._property_list() if self._words("OPTIONS") else None
        given = {name: parts[name] for name in ("name", "replace", "global_")}
        return self._made("create_temp_view_using", **given, columns=columns, using=using, options=options)

    def _replace(self) -> Statement:
        self._expect("TABLE")
        return self._create_table("must_exist", False, False)

    def _create_table(self, replace: Any, temporary: bool, external: bool) -> Statement:
        if_not_exists, name = self._if_not_exists(), self._name()
        if self._match(TokenType.LIKE):
            return self._create_table_like(name, if_not_exists)
        parts: dict[str, Any] = {
            "name": name, "replace": replace, "temporary": temporary, "external": external,
            "if_not_exists": if_not_exists,
        }  # fmt: skip
        if self._at(TokenType.L_PAREN) and not self._is_query():
            parts["columns"] = self._column_definitions()
        while self._table_clause(parts):
            pass
        has_query = self._match(TokenType.ALIAS) or self._is_query()
        if not has_query:
            if temporary and parts.get("using"):
                wanted = ("name", "columns", "using", "options")
                return self._made("create_temp_view_using", **{part: parts.get(part) for part in wanted})
            return self._made("create_table", **parts)
        first = self._curr
        query = self._query_part()
        return self._made("create_table", **parts, query=query, text=self._source(first))

    def _table_clause(self, parts: dict[str, Any]) -> bool:
        for words, name, read in _TABLE_CLAUSES:
            if self._words(*words):
                value = read(self)
                if isinstance(value, dict):
                    for key, item in value.items():
                        self._once(parts, key, item, " ".join(words))
                else:
                    self._once(parts, name, value, " ".join(words))
                return True
        return False

    def _partitioning(self) -> tuple[Any, ...]:
        self._expect("(")
        found = tuple(self._parse_csv(self._partition_field))
        self._match_r_paren()
        return found

    def _partition_field(self) -> Any:
        if self._next.token_type == TokenType.L_PAREN:
            name = self._name_text()
            self._advance()
            args = tuple(self._transform_argument(node) for node in self._parse_csv(self._parse_unary))
            self._match_r_paren()
            return Transform(name.lower(), args)
        name = self._name()
        if self._curr.token_type in (TokenType.COMMA, TokenType.R_PAREN):
            return Transform("identity", (name,))
        return self._column_rest(name, self.data_type())

    def _transform_argument(self, node: Any) -> Any:
        if isinstance(node, (Number, exp.Literal)):
            return int(node.this) if isinstance(node, Number) else node.this
        return identifiers_of(node)

    def _clustered(self) -> dict[str, Any]:
        found: dict[str, Any] = {"clustered_by": self._wrapped_names()}
        if self._words("SORTED", "BY"):
            self._expect("(")
            found["sorted_by"] = tuple(self._parse_csv(self._sorted_name))
            self._match_r_paren()
        self._expect("INTO")
        self._match(TokenType.NUMBER)
        found["buckets"] = int(self._prev.text)
        self._expect("BUCKETS")
        return found

    def _sorted_name(self) -> tuple[str, bool]:
        name = self._name_text()
        if self._one_of("ASC", "DESC") == "DESC":
            raise parse_error("_LEGACY_ERROR_TEMP_0035", message="Column ordering must be ASC, was 'DESC'")
        return name, True

    def _cluster_names(self) -> tuple[Any, ...]:
        if self._words("NONE") or self._words("AUTO"):
            return ()
        self._expect("(")
        found = self._names()
        self._match_r_paren()
        return found

    def _hive_clause(self) -> str:
        first = self._curr
        while self._curr and self._curr.text.upper() not in _HIVE_ENDS and not self._is_query():
            self._advance()
        return self._source(first)

    def _create_table_like(self, name: Any, if_not_exists: bool) -> Statement:
        parts: dict[str, Any] = {"name": name, "if_not_exists": if_not_exists, "source": self._name()}
        while self._table_clause(parts):
            pass
        return self._made("create_table_like", **parts)

    # --- functions -------------------------------------------------------------------------------------------

    def _create_function(self, replace: bool, temporary: bool) -> Statement:
        if_not_exists, name = self._if_not_exists(), self._name()
        if replace and if_not_exists:
            raise parse_error("INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE")
        if self._match(TokenType.ALIAS):
            class_name = self._string()
            resources = self._rest() or None
            return self._made(
                "create_java_function", name=name, replace=replace, temporary=temporary, if_not_exists=if_not_exists,
                class_name=class_name, resources=resources,
            )  # fmt: skip
        params = self._function_parameters()
        returns, returns_table = self._returns()
        characteristics: list[tuple[str, str]] = []
        while (found := self._characteristic()) is not None:
            characteristics.append(found)
        self._expect("RETURN")
        first = self._curr
        is_table = returns_table is not None
        body: Any = self._query_part() if is_table or self._starts_query_body() else self._expression()
        return self._made(
            "create_function", name=name, replace=replace, temporary=temporary, if_not_exists=if_not_exists,
            params=params, returns=returns, returns_table=returns_table, body=body,
            characteristics=tuple(characteristics),
            text=self._source(first),
        )  # fmt: skip

    def _starts_query_body(self) -> bool:
        return self._is_query() and not self._at(TokenType.L_PAREN)

    def _function_parameters(self) -> tuple[FunctionParameter, ...]:
        self._expect("(")
        if self._match(TokenType.R_PAREN):
            return ()
        found = tuple(self._parse_csv(self._function_parameter))
        self._match_r_paren()
        return found

    def _function_parameter(self) -> FunctionParameter:
        self._one_of("IN")
        name, data_type = self._name_text(), self.data_type()
        comment = default = None
        not_null = False
        while word := self._one_of("COMMENT", "DEFAULT", "NOT"):
            if word == "COMMENT":
                comment = self._string()
            elif word == "DEFAULT":
                default = self._expression()
            else:
                self._expect("NULL")
                not_null = True
        return FunctionParameter(name, data_type, comment, default, not_null)

    def _returns(self) -> tuple[Any, Any]:
        if not self._words("RETURNS"):
            return None, None
        if self._words("TABLE"):
            return None, self._function_parameters() if self._at(TokenType.L_PAREN) else ()
        return self.data_type(), None

    def _characteristic(self) -> tuple[str, str] | None:
        if word := self._one_of("LANGUAGE", "COMMENT", "SPECIFIC"):
            return word.lower(), self._string() if word == "COMMENT" else self._name_text()
        if self._words("NOT", "DETERMINISTIC"):
            return "deterministic", "false"
        if self._words("DETERMINISTIC"):
            return "deterministic", "true"
        if self._words("CONTAINS", "SQL"):
            return "data", "contains sql"
        if self._words("READS", "SQL", "DATA"):
            return "data", "reads sql data"
        if self._words("SQL", "SECURITY"):
            return "security", self._name_text().lower()
        if self._words("CALLED", "ON", "NULL", "INPUT"):
            return "null_input", "called"
        if self._words("RETURNS", "NULL", "ON", "NULL", "INPUT"):
            return "null_input", "null"
        return None

    # --- DROP and the rest -----------------------------------------------------------------------------------

    def _drop(self) -> Statement:
        if self._one_of("DATABASE", "SCHEMA", "NAMESPACE"):
            if_exists, name = self._if_exists(), self._name()
            cascade = self._one_of("RESTRICT", "CASCADE") == "CASCADE"
            return self._made("drop_database", if_exists=if_exists, name=name, cascade=cascade)
        if self._words("TABLE"):
            return self._made("drop_table", if_exists=self._if_exists(), name=self._name(), purge=self._words("PURGE"))
        if self._words("VIEW"):
            return self._made("drop_view", if_exists=self._if_exists(), name=self._name())
        temporary = bool(self._one_of("TEMPORARY", "TEMP"))
        if self._words("FUNCTION"):
            return self._made("drop_function", temporary=temporary, if_exists=self._if_exists(), name=self._name())
        if temporary and self._one_of("VAR", "VARIABLE"):
            return self._made("drop_variable", if_exists=self._if_exists(), name=self._name())
        self.raise_error("Expected TABLE, VIEW, FUNCTION or DATABASE")
        raise AssertionError

    def _repair(self) -> Statement:
        self._expect("TABLE")
        name = self._name()
        mode = self._one_of("ADD", "DROP", "SYNC")
        self._words("PARTITIONS")
        return self._made("repair_table", name=name, mode=mode or "ADD")

    def _msck(self) -> Statement:
        self._expect("REPAIR")
        return self._repair()

    def _analyze(self) -> Statement:
        if self._words("TABLES"):
            database = self._from_database()
            self._expect("COMPUTE", "STATISTICS")
            return self._made("analyze", database=database, noscan=self._words("NOSCAN"))
        self._expect("TABLE")
        name, partition = self._name(), self._partition()
        self._expect("COMPUTE", "STATISTICS")
        columns: Any = None
        if self._words("FOR", "ALL", "COLUMNS"):
            columns = "all"
        elif self._words("FOR", "COLUMNS"):
            columns = tuple(self._parse_csv(self._name_text))
        return self._made("analyze", name=name, partition=partition, columns=columns, noscan=self._words("NOSCAN"))

    def _comment_on(self) -> Statement:
        self._expect("ON")
        word = self._one_of("DATABASE", "SCHEMA", "NAMESPACE", "TABLE", "COLUMN")
        name = self._name()
        self._expect("IS")
        comment = None if self._match(TokenType.NULL) else self._string()
        kinds = {"TABLE": "table", "COLUMN": "column"}
        return self._made("comment_on", object=kinds.get(word or "", "database"), name=name, comment=comment)


_HIVE_ENDS = (
    "USING", "TBLPROPERTIES", "LOCATION", "COMMENT", "STORED", "ROW", "AS", "PARTITIONED", "OPTIONS", "CLUSTERED",
)  # fmt: skip
_D = DefinitionSyntax
_TABLE_CLAUSES: tuple[tuple[tuple[str, ...], str, Callable[[Any], Any]], ...] = (
    (("USING",), "using", lambda self: self._property_key()),
    (("OPTIONS",), "options", lambda self: self._property_list()),
    (("PARTITIONED", "BY"), "partitioned_by", _D._partitioning),
    (("CLUSTERED", "BY"), "clustered_by", _D._clustered),
    (("CLUSTER BY",), "cluster_by", _D._cluster_names),
    (("LOCATION",), "location", lambda self: self._string()),
    (("COMMENT",), "comment", lambda self: self._string()),
    (("TBLPROPERTIES",), "properties", lambda self: self._property_list()),
    (("DEFAULT", "COLLATION"), "collation", lambda self: self._name_text()),
    (("ROW", "FORMAT"), "row_format", _D._hive_clause),
    (("STORED", "AS"), "stored_as", _D._hive_clause),
    (("STORED", "BY"), "stored_as", _D._hive_clause),
)

DEFINITIONS: dict[str, Callable[[Any], Any]] = {
    "CREATE": _D._create, "REPLACE": _D._replace, "DROP": _D._drop, "REPAIR": _D._repair, "MSCK": _D._msck,
    "ANALYZE": _D._analyze, "COMMENT": _D._comment_on,
}  # fmt: skip
