"""Structured Streaming in micro-batches: a query over an endless table is run as one ordinary query after another.

reader, readwriter     readStream, writeStream                     sources/   where new rows are found, by offsets
query, manager         StreamingQuery, spark.streams               sinks      where the rows of a batch go
listener               events and progress                         log        the checkpoint's offsets and commits
execution              the loop: offsets, plan, run, commit        incremental, operators   the plan of one batch
checks                 what a stream cannot do                     state_store              keyed state, by version

After Armbrust et al., "Structured Streaming: A Declarative API for Real-Time Applications in Apache Spark" (SIGMOD 2018).
"""
