"""Shapes: on the globe (`GeographyType`) and in the plane (`GeometryType`), as well-known bytes.

The reference systems are the three that Spark knows.
"""

from __future__ import annotations

from typing import Any, Self

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.types.base import SpatialType

_CRS = {0: "SRID:0", 3857: "EPSG:3857", 4326: "OGC:CRS84"}
_GEOGRAPHIC_CRS = {4326: "OGC:CRS84"}


class _Spatial(SpatialType):
    DEFAULT_CRS = "OGC:CRS84"
    DEFAULT_SRID = 4326
    _systems = _CRS

    def __init__(self, srid: int | str) -> None:
        self.srid: int
        if srid == "ANY":
            self.srid, self._crs = self.MIXED_SRID, self.MIXED_CRS
        elif isinstance(srid, int) and srid in self._systems:
            self.srid, self._crs = srid, self._systems[srid]
        else:
            raise _invalid("ST_INVALID_SRID_VALUE", "srid", srid)

    @classmethod
    def _of_crs(cls, crs: str) -> Self:
        """The type of a reference system's name, as schemas in JSON have it."""
        if crs.lower() == cls.MIXED_CRS.lower():
            return cls("ANY")
        for srid, name in cls._systems.items():
            if name == crs:
                return cls(srid)
        raise _invalid("ST_INVALID_CRS_VALUE", "crs", crs)

    def simpleString(self) -> str:
        return f"{self.typeName()}({'any' if self.srid == self.MIXED_SRID else self.srid})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'ANY' if self.srid == self.MIXED_SRID else self.srid})"

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> dict[str, Any] | None:
        if obj is None:
            return None
        assert isinstance(obj, _Shape)
        return {"srid": obj.srid, "wkb": obj.wkb}


class GeographyType(_Spatial):
    """Shapes on the globe, in the reference system ``srid`` or, with ``"ANY"``, each in its own.

    >>> GeographyType(4326).simpleString()
    'geography(4326)'
    """

    DEFAULT_ALG = "SPHERICAL"
    _systems = _GEOGRAPHIC_CRS

    def __init__(self, srid: int | str) -> None:
        super().__init__(srid)
        self._alg = self.DEFAULT_ALG

    @classmethod
    def _from_crs(cls, crs: str, alg: str) -> GeographyType:
        if alg != cls.DEFAULT_ALG:
            raise _invalid("ST_INVALID_ALGORITHM_VALUE", "alg", alg)
        return cls._of_crs(crs)

    def jsonValue(self) -> str:
        return f"geography({self._crs}, {self._alg})"

    def fromInternal(self, obj: dict[str, Any] | None) -> Geography | None:
        return None if obj is None or not obj.keys() >= {"srid", "bytes"} else Geography(obj["bytes"], obj["srid"])


class GeometryType(_Spatial):
    """Shapes in the plane, in the reference system ``srid`` or, with ``"ANY"``, each in its own."""

    @classmethod
    def _from_crs(cls, crs: str) -> GeometryType:
        return cls._of_crs(crs)

    def jsonValue(self) -> str:
        return f"geometry({self._crs})"

    def fromInternal(self, obj: dict[str, Any] | None) -> Geometry | None:
        return None if obj is None or not obj.keys() >= {"srid", "bytes"} else Geometry(obj["bytes"], obj["srid"])


class _Shape:
    """A shape: well-known bytes and the number of their reference system."""

    def __init__(self, wkb: bytes, srid: int) -> None:
        self.wkb = wkb
        self.srid = srid

    @classmethod
    def fromWKB(cls, wkb: bytes, srid: int) -> Self:
        """The shape of these well-known bytes."""
        return cls(wkb, srid)

    def getBytes(self) -> bytes:
        """The well-known bytes."""
        return self.wkb

    def getSrid(self) -> int:
        """The number of the reference system."""
        return self.srid

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.wkb!r}, {self.srid})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self) or not isinstance(other, _Shape):
            return NotImplemented
        return (self.wkb, self.srid) == (other.wkb, other.srid)

    def __hash__(self) -> int:
        return hash((self.wkb, self.srid))


class Geography(_Shape):
    """A shape on the globe.

    >>> Geography.fromWKB(bytes.fromhex("010100000000000000000031400000000000001c40"), 4326).getSrid()
    4326
    """


class Geometry(_Shape):
    """A shape in the plane."""


def _invalid(condition: str, parameter: str, value: object) -> IllegalArgumentException:
    return IllegalArgumentException(errorClass=condition, messageParameters={parameter: str(value)})
