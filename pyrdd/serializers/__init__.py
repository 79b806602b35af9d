"""Serializers: how closures and records become bytes. The names exported here are those of
`pyspark.serializers`.

    records.py               batches of records, as everything in the engine stores and sends them
    compression.py           codecs for stored frames
    streams.py               numbers and lengths on a stream
    pyspark_serializers.py   PySpark's serializers of single values
    batched_serializers.py   PySpark's serializers of batches and pairs
    record_format.py         what a program chose: its serializer, its codec
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.lazy import homes_of, lazy_exports

if TYPE_CHECKING:
    from pyrdd.serializers.batched_serializers import (
        AutoBatchedSerializer,
        BatchedSerializer,
        CartesianDeserializer,
        FlattenedValuesSerializer,
        PairDeserializer,
    )
    from pyrdd.serializers.pyspark_serializers import (
        AutoSerializer,
        CloudPickleSerializer,
        CompressedSerializer,
        CPickleSerializer,
        FramedSerializer,
        MarshalSerializer,
        NoOpSerializer,
        PickleSerializer,
        Serializer,
        UTF8Deserializer,
        pickle_protocol,
    )
    from pyrdd.serializers.streams import (
        ChunkedStream,
        SpecialLengths,
        pack_long,
        read_bool,
        read_int,
        read_long,
        write_int,
        write_long,
        write_with_length,
    )

__all__ = [
    "AutoBatchedSerializer",
    "AutoSerializer",
    "BatchedSerializer",
    "CPickleSerializer",
    "CartesianDeserializer",
    "ChunkedStream",
    "CloudPickleSerializer",
    "CompressedSerializer",
    "FlattenedValuesSerializer",
    "FramedSerializer",
    "MarshalSerializer",
    "NoOpSerializer",
    "PairDeserializer",
    "PickleSerializer",
    "Serializer",
    "SpecialLengths",
    "UTF8Deserializer",
    "pack_long",
    "pickle_protocol",
    "read_bool",
    "read_int",
    "read_long",
    "write_int",
    "write_long",
    "write_with_length",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    homes_of(
        {
            "pyrdd.serializers.batched_serializers": (
                "AutoBatchedSerializer BatchedSerializer CartesianDeserializer "
                "FlattenedValuesSerializer PairDeserializer"
            ),
            "pyrdd.serializers.pyspark_serializers": (
                "AutoSerializer CloudPickleSerializer CompressedSerializer CPickleSerializer "
                "FramedSerializer MarshalSerializer NoOpSerializer PickleSerializer Serializer "
                "UTF8Deserializer pickle_protocol"
            ),
            "pyrdd.serializers.streams": (
                "ChunkedStream SpecialLengths pack_long read_bool read_int read_long write_int "
                "write_long write_with_length"
            ),
        }
    ),
)
