"""UserDefinedType: a user's class stored as a SQL type."""

from __future__ import annotations

import base64
from importlib import import_module
from typing import Any

from pyrdd.errors import PySparkNotImplementedError, PySparkTypeError, PySparkValueError
from pyrdd.sql.types.base import DataType


class UserDefinedType(DataType):
    """The base of types that store objects of a user's class: subclasses say how (`sqlType`, `serialize`,
    `deserialize`, `module`), and the class names its type in ``__UDT__``."""

    @classmethod
    def typeName(cls) -> str:
        return cls.__name__.lower()

    @classmethod
    def sqlType(cls) -> DataType:
        """The SQL type in which objects are stored."""
        raise _not_implemented("sqlType()")

    @classmethod
    def module(cls) -> str:
        """The module of the type."""
        raise _not_implemented("module()")

    @classmethod
    def scalaUDT(cls) -> str:
        """The name of the type's twin in Scala, or an empty string."""
        return ""

    def serialize(self, obj: Any) -> Any:
        """The SQL value of an object."""
        raise _not_implemented("toInternal()")

    def deserialize(self, datum: Any) -> Any:
        """The object of a SQL value."""
        raise _not_implemented("fromInternal()")

    def needConversion(self) -> bool:
        return True

    @classmethod
    def _cachedSqlType(cls) -> DataType:
        if "_cached_sql_type" not in cls.__dict__:
            cls._cached_sql_type = cls.sqlType()
        return cls._cached_sql_type

    _cached_sql_type: DataType

    def toInternal(self, obj: Any) -> Any:
        return None if obj is None else self._cachedSqlType().toInternal(self.serialize(obj))

    def fromInternal(self, obj: Any) -> Any:
        value = self._cachedSqlType().fromInternal(obj)
        return None if value is None else self.deserialize(value)

    def simpleString(self) -> str:
        return "udt"

    def jsonValue(self) -> dict[str, Any]:
        name = f"{self.module()}.{type(self).__name__}"
        sql_type = self.sqlType().jsonValue()
        if self.scalaUDT():
            assert self.module() != "__main__", "a type with a twin in Scala must be in a module, not in __main__"
            return {"type": "udt", "class": self.scalaUDT(), "pyClass": name, "sqlType": sql_type}
        from pyrdd.serializers import closure  # only schemas written as JSON need it

        pickled = base64.b64encode(closure.dumps(type(self))).decode("ascii")
        return {"type": "udt", "pyClass": name, "serializedClass": pickled, "sqlType": sql_type}

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> UserDefinedType:
        """The type that ``json["pyClass"]`` names, imported."""
        module, _, name = str(json["pyClass"]).rpartition(".")
        udt = getattr(import_module(module), name, None)
        if udt is None:
            raise PySparkValueError(
                errorClass="UNSUPPORTED_OPERATION",
                messageParameters={"operation": "unpickling user defined types"},
            )
        if not (isinstance(udt, type) and issubclass(udt, UserDefinedType)):
            raise PySparkTypeError(
                errorClass="FIELD_TYPE_MISMATCH",
                messageParameters={"obj": str(udt), "data_type": "UserDefinedType"},
            )
        return udt()


def _not_implemented(feature: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": feature})
