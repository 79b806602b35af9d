"""ALTER TABLE, ALTER VIEW and ALTER DATABASE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import TokenType

from pyrdd.sql.parser.commands import ColumnDefinition
from pyrdd.sql.parser.errors import not_supported, parse_error
from pyrdd.sql.parser.nodes import Statement
from pyrdd.sql.parser.syntax_ddl import DefinitionSyntax

Parts = dict[str, Any]


class AlterSyntax(DefinitionSyntax):
    """What comes behind ALTER."""

    def _alter(self) -> Statement:
        if self._words("TABLE"):
            return self._alter_relation("alter_table")
        if self._words("VIEW"):
            return self._alter_relation("alter_view")
        if self._one_of("DATABASE", "SCHEMA", "NAMESPACE"):
            return self._alter_database()
        self.raise_error("Expected TABLE, VIEW or DATABASE")
        raise AssertionError

    def _alter_database(self) -> Statement:
        name = self._name()
        if self._words("UNSET"):
            self._one_of("DBPROPERTIES", "PROPERTIES")
            return self._made("alter_database", name=name, action="unset_properties", **self._unset())
        self._expect("SET")
        if self._words("LOCATION"):
            return self._made("alter_database", name=name, action="set_location", location=self._string())
        self._one_of("DBPROPERTIES", "PROPERTIES")
        return self._made("alter_database", name=name, action="set_properties", properties=self._property_list())

    def _alter_relation(self, kind: str) -> Statement:
        name, partition = self._name(), self._partition()
        for words, action, read in _ACTIONS:
            if self._words(*words):
                parts = read(self)
                if partition is not None:
                    parts["partition"] = partition
                return self._made(kind, name=name, action=parts.pop("action", action), **parts)
        if kind == "alter_view":
            self._match(TokenType.ALIAS)
            first = self._curr
            return self._made(kind, name=name, action="as", query=self._query_part(), text=self._source(first))
        self.raise_error("Expected what to alter")
        raise AssertionError

    def _rename(self) -> Parts:
        self._expect("TO")
        partition = self._partition()
        if partition is not None:
            return {"action": "rename_partition", "to": partition}
        return {"to": self._name()}

    def _rename_column(self) -> Parts:
        column = self._name()
        self._expect("TO")
        return {"column": column, "to": self._name_text()}

    def _add_columns(self) -> Parts:
        if self._at(TokenType.L_PAREN):
            return {"columns": self._column_definitions()}
        return {"columns": tuple(self._parse_csv(self._column_definition))}

    def _drop_columns(self) -> Parts:
        if_exists = self._if_exists()
        if not self._match(TokenType.L_PAREN):
            return {"columns": self._names(), "if_exists": if_exists}
        columns = self._names()
        self._match_r_paren()
        return {"columns": columns, "if_exists": if_exists}

    def _alter_column(self) -> Parts:
        self._one_of("COLUMN")
        parts: Parts = {"column": self._name()}
        while self._column_change(parts):
            pass
        return parts

    def _column_change(self, parts: Parts) -> bool:
        if self._words("TYPE"):
            parts["data_type"] = self.data_type()
        elif self._words("SET", "NOT", "NULL"):
            parts["set_not_null"] = True
        elif self._words("DROP", "NOT", "NULL"):
            parts["drop_not_null"] = True
        elif self._words("SET", "DEFAULT"):
            first = self._curr
            self._required(self._parse_disjunction())
            parts["default"] = self._source(first)
        elif self._words("DROP", "DEFAULT"):
            parts["drop_default"] = True
        elif self._words("COMMENT"):
            parts["comment"] = self._string()
        elif self._words("FIRST"):
            parts["position"] = ("first",)
        elif self._words("AFTER"):
            parts["position"] = ("after", self._name_text())
        elif len(parts) == 1 and self._curr:
            return self._hive_change(parts)
        else:
            return False
        return True

    def _hive_change(self, parts: Parts) -> bool:
        """``CHANGE COLUMN a a INT COMMENT 'x'``: the column anew."""
        definition: ColumnDefinition | None = self._column_definition()
        assert definition is not None
        parts.update(data_type=definition.data_type, comment=definition.comment, position=definition.position)
        if definition.name != parts["column"]:
            raise parse_error(
                "_LEGACY_ERROR_TEMP_0034", operation="Renaming column", command="ALTER COLUMN",
                msg=", please run RENAME COLUMN instead",
            )  # fmt: skip
        return False

    def _unset(self) -> Parts:
        if_exists = self._if_exists()
        self._expect("(")
        keys = tuple(self._parse_csv(self._property_key))
        self._match_r_paren()
        return {"keys": keys, "if_exists": if_exists}

    def _add_partition(self) -> Parts:
        if_not_exists = self._if_not_exists()
        found = []
        while (partition := self._partition()) is not None:
            found.append((partition, self._string() if self._words("LOCATION") else None))
        return {"partitions": tuple(found), "if_not_exists": if_not_exists}

    def _drop_partition(self) -> Parts:
        if_exists = self._if_exists()
        found = []
        while (partition := self._partition()) is not None:
            found.append(partition)
            self._match(TokenType.COMMA)
        return {"partitions": tuple(found), "if_exists": if_exists, "purge": self._words("PURGE")}

    def _refuse_serde(self) -> Parts:
        not_supported("ALTER TABLE ... SET SERDE")

    def _refuse_constraint(self) -> Parts:
        not_supported("Constraints of tables")


_A = AlterSyntax
_ACTIONS: tuple[tuple[tuple[str, ...], str, Callable[[Any], Parts]], ...] = (
    (("RENAME", "COLUMN"), "rename_column", _A._rename_column),
    (("RENAME",), "rename", _A._rename),
    (("ADD", "COLUMN"), "add_columns", _A._add_columns),
    (("ADD", "COLUMNS"), "add_columns", _A._add_columns),
    (("ADD", "CONSTRAINT"), "", _A._refuse_constraint),
    (("DROP", "CONSTRAINT"), "", _A._refuse_constraint),
    (("DROP", "COLUMN"), "drop_columns", _A._drop_columns),
    (("DROP", "COLUMNS"), "drop_columns", _A._drop_columns),
    (("REPLACE", "COLUMNS"), "replace_columns", lambda self: {"columns": self._column_definitions()}),
    (("SET", "TBLPROPERTIES"), "set_properties", lambda self: {"properties": self._property_list()}),
    (("UNSET", "TBLPROPERTIES"), "unset_properties", _A._unset),
    (("SET", "LOCATION"), "set_location", lambda self: {"location": self._string()}),
    (("SET", "SERDE"), "", _A._refuse_serde),
    (("SET", "SERDEPROPERTIES"), "", _A._refuse_serde),
    (("RECOVER", "PARTITIONS"), "recover_partitions", lambda self: {}),
    (("CLUSTER BY",), "cluster_by", lambda self: {"columns": self._cluster_names()}),
    (("ALTER",), "alter_column", _A._alter_column),
    (("CHANGE",), "alter_column", _A._alter_column),
    (("ADD",), "add_partition", _A._add_partition),
    (("DROP",), "drop_partition", _A._drop_partition),
)

ALTERATIONS: dict[str, Callable[[Any], Any]] = {"ALTER": _A._alter}
