"""Structured Streaming in micro-batches: a query over an endless table is run as one ordinary query after another.

reader, writer     readStream, writeStream                     sources/     where new rows are found, by offsets
query              StreamingQuery, spark.streams               sinks        where the rows of a batch go
listener           events and progress                         log          the checkpoint's offsets and commits
execution          the loop: offsets, plan, run, commit        incremental  the plan of one batch
checks             what a stream cannot do                     watermark    how late rows may come
aggregation, deduplication, limits: operators with state, in table_state; state_store is keyed state, by partition

After Armbrust et al., "Structured Streaming: A Declarative API for Real-Time Applications in Apache Spark" (SIGMOD 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.lazy import homes_of, lazy_exports

if TYPE_CHECKING:
    from pyrdd.errors import StreamingQueryException
    from pyrdd.sql.streaming.listener import StreamingQueryListener
    from pyrdd.sql.streaming.query import StreamingQuery, StreamingQueryManager
    from pyrdd.sql.streaming.readwriter import DataStreamReader, DataStreamWriter
    from pyrdd.sql.streaming.stateful_processor import StatefulProcessor, StatefulProcessorHandle
    from pyrdd.sql.streaming.tws_tester import TwsTester

__all__ = [
    "DataStreamReader",
    "DataStreamWriter",
    "StatefulProcessor",
    "StatefulProcessorHandle",
    "StreamingQuery",
    "StreamingQueryException",
    "StreamingQueryListener",
    "StreamingQueryManager",
    "TwsTester",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    homes_of(
        {
            "pyrdd.errors": "StreamingQueryException",
            "pyrdd.sql.streaming.listener": "StreamingQueryListener",
            "pyrdd.sql.streaming.query": "StreamingQuery StreamingQueryManager",
            "pyrdd.sql.streaming.readwriter": "DataStreamReader DataStreamWriter",
            "pyrdd.sql.streaming.stateful_processor": "StatefulProcessor StatefulProcessorHandle",
            "pyrdd.sql.streaming.tws_tester": "TwsTester",
        }
    ),
)
