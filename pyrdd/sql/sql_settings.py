"""Spark's SQL settings with their defaults: what ``spark.conf.get`` answers for a key that nobody set.

Few of them change anything here: those that the modules of this package ask for. The others are kept so that programs
that read or set them go on working.
"""

from __future__ import annotations

from collections.abc import Mapping

_TABLE = """
spark.sql.adaptive.advisoryPartitionSizeInBytes 67108864b
spark.sql.adaptive.coalescePartitions.enabled true
spark.sql.adaptive.coalescePartitions.maxReducerPartitionsPerTask 2147483647
spark.sql.adaptive.coalescePartitions.minPartitionSize 1MB
spark.sql.adaptive.coalescePartitions.parallelismFirst true
spark.sql.adaptive.convertSortMergeJoinToShuffledHashJoin.enabled true
spark.sql.adaptive.convertSortMergeJoinToShuffledHashJoin.lookThroughOperators.enabled false
spark.sql.adaptive.convertSortMergeJoinToShuffledHashJoin.minWideningFactor 1.0
spark.sql.adaptive.costEvaluator.countLocalSort.enabled false
spark.sql.adaptive.enabled true
spark.sql.adaptive.forceOptimizeSkewedJoin false
spark.sql.adaptive.localShuffleReader.enabled true
spark.sql.adaptive.maxShuffledHashJoinLocalMapThreshold 0b
spark.sql.adaptive.optimizeSkewsInRebalancePartitions.enabled true
spark.sql.adaptive.rebalancePartitionsSmallPartitionFactor 0.2
spark.sql.adaptive.skewJoin.enabled true
spark.sql.adaptive.skewJoin.skewedPartitionFactor 5.0
spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes 256MB
spark.sql.allowNamedFunctionArguments true
spark.sql.analyzer.failAmbiguousSelfJoin true
spark.sql.ansi.doubleQuotedIdentifiers false
spark.sql.ansi.enabled true
spark.sql.ansi.enforceReservedKeywords false
spark.sql.ansi.relationPrecedence false
spark.sql.autoBroadcastJoinThreshold 10MB
spark.sql.avro.compression.codec snappy
spark.sql.avro.deflate.level -1
spark.sql.avro.filterPushdown.enabled true
spark.sql.avro.xz.level 6
spark.sql.avro.zstandard.bufferPool.enabled false
spark.sql.avro.zstandard.level 3
spark.sql.broadcastTimeout 300
spark.sql.bucketing.coalesceBucketsInJoin.enabled false
spark.sql.bucketing.coalesceBucketsInJoin.maxBucketRatio 4
spark.sql.cache.serializer org.apache.spark.sql.execution.columnar.DefaultCachedBatchSerializer
spark.sql.caseSensitive false
spark.sql.catalog.spark_catalog builtin
spark.sql.catalog.spark_catalog.defaultDatabase default
spark.sql.cbo.enabled false
spark.sql.cbo.joinReorder.dp.star.filter false
spark.sql.cbo.joinReorder.dp.threshold 12
spark.sql.cbo.joinReorder.enabled false
spark.sql.cbo.planStats.enabled false
spark.sql.cbo.starSchemaDetection false
spark.sql.charAsVarchar false
spark.sql.chunkBase64String.enabled true
spark.sql.classic.shuffleDependency.fileCleanup.enabled false
spark.sql.cli.print.header false
spark.sql.collation.allowInMapKeys false
spark.sql.columnNameOfCorruptRecord _corrupt_record
spark.sql.connect.shuffleDependency.fileCleanup.enabled false
spark.sql.connect.streaming.foreachBatch.useClonedSession true
spark.sql.crossJoin.enabled true
spark.sql.csv.filterPushdown.enabled true
spark.sql.dataFrameQueryContext.enabled true
spark.sql.datetime.java8API.enabled false
spark.sql.debug.maxToStringFields 25
spark.sql.defaultCacheStorageLevel MEMORY_AND_DISK
spark.sql.defaultCatalog spark_catalog
spark.sql.defaultPath
spark.sql.dropTableOnView.enabled true
spark.sql.error.messageFormat PRETTY
spark.sql.event.truncate.length 2147483647
spark.sql.execution.arrow.cache.prefetch.enabled false
spark.sql.execution.arrow.compression.codec none
spark.sql.execution.arrow.compression.zstd.level 3
spark.sql.execution.arrow.enabled true
spark.sql.execution.arrow.fallback.enabled true
spark.sql.execution.arrow.localRelationThreshold 48MB
spark.sql.execution.arrow.maxRecordsPerBatch 10000
spark.sql.execution.arrow.pyspark.selfDestruct.enabled false
spark.sql.execution.arrow.pyspark.validateSchema.enabled false
spark.sql.execution.arrow.pythonUDF.columnarInput.enabled true
spark.sql.execution.arrow.sparkr.enabled false
spark.sql.execution.arrow.transformWithStateInPySpark.maxStateRecordsPerBatch 10000
spark.sql.execution.arrow.useLargeVarTypes false
spark.sql.execution.bypassPartialAggregation false
spark.sql.execution.interruptOnCancel true
spark.sql.execution.pandas.convertToArrowArraySafely true
spark.sql.execution.pandas.inferPandasDictAsMap false
spark.sql.execution.pandas.structHandlingMode legacy
spark.sql.execution.pandas.udf.buffer.size 65536
spark.sql.execution.pyspark.binaryAsBytes true
spark.sql.execution.pyspark.udf.daemonKillWorkerOnFlushFailure true
spark.sql.execution.pyspark.udf.faulthandler.enabled false
spark.sql.execution.pyspark.udf.hideTraceback.enabled false
spark.sql.execution.pyspark.udf.idleTimeoutSeconds 0ms
spark.sql.execution.pyspark.udf.killOnIdleTimeout false
spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled true
spark.sql.execution.pyspark.udf.tracebackDumpIntervalSeconds 0ms
spark.sql.execution.pyspark.udf.tracebackWithLocals.enabled false
spark.sql.execution.python.udf.buffer.size 65536
spark.sql.execution.python.udf.maxRecordsPerBatch 100
spark.sql.execution.pythonUDF.arrow.enabled true
spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled false
spark.sql.execution.pythonUDF.pandas.preferIntExtensionDtype false
spark.sql.execution.pythonUDTF.arrow.enabled true
spark.sql.execution.topKSortFallbackThreshold 2147483632
spark.sql.execution.udf.unified.execution.enabled false
spark.sql.experimental.optimizer.pyTranspilers catalyst
spark.sql.experimental.optimizer.transpilePyUDFs false
spark.sql.extensions.test.loadFromCp true
spark.sql.fileSource.insert.enforceNotNull false
spark.sql.files.archive.reader.enabled false
spark.sql.files.ignoreCorruptFiles false
spark.sql.files.ignoreInvalidPartitionPaths false
spark.sql.files.ignoreMissingFiles false
spark.sql.files.ignoredPathSegmentRegex ^[._]
spark.sql.files.maxPartitionBytes 128MB
spark.sql.files.maxRecordsPerFile 0
spark.sql.function.concatBinaryAsString false
spark.sql.function.eltOutputAsString false
spark.sql.function.protobufExtensions.enabled false
spark.sql.generatedColumn.allowNullableIngest.enabled true
spark.sql.groupByAliases true
spark.sql.groupByOrdinal true
spark.sql.icu.caseMappings.enabled true
spark.sql.inMemoryColumnarStorage.batchSize 10000
spark.sql.inMemoryColumnarStorage.compressed true
spark.sql.inMemoryColumnarStorage.enableVectorizedReader true
spark.sql.inMemoryColumnarStorage.hugeVectorReserveRatio 1.2
spark.sql.inMemoryColumnarStorage.hugeVectorThreshold -1b
spark.sql.insertIntoReplaceOn.enabled true
spark.sql.insertIntoReplaceUsing.enabled true
spark.sql.json.filterPushdown.enabled true
spark.sql.json.useUnsafeRow false
spark.sql.jsonGenerator.ignoreNullFields true
spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName true
spark.sql.legacy.timeParserPolicy CORRECTED
spark.sql.mapKeyDedupPolicy EXCEPTION
spark.sql.maven.additionalRemoteRepositories https://maven-central.storage-download.googleapis.com/maven2/
spark.sql.maxBroadcastTableSize 8589934592b
spark.sql.maxMetadataStringLength 100
spark.sql.maxPlanStringLength 2147483632
spark.sql.maxSinglePartitionBytes 128m
spark.sql.metadataCacheTTLSeconds -1000ms
spark.sql.operatorPipeSyntaxEnabled true
spark.sql.optimizer.avoidCollapseUDFWithExpensiveExpr true
spark.sql.optimizer.avoidDoubleFilterEval true
spark.sql.optimizer.collapseProjectAlwaysInline false
spark.sql.optimizer.dynamicPartitionPruning.enabled true
spark.sql.optimizer.enableCsvExpressionOptimization true
spark.sql.optimizer.enableJsonExpressionOptimization true
spark.sql.optimizer.mergeSubplans.filterPropagation.dsv2SymmetricFilterPropagation.enabled false
spark.sql.optimizer.mergeSubplans.filterPropagation.enabled true
spark.sql.optimizer.mergeSubplans.filterPropagation.symmetricFilterPropagation.enabled false
spark.sql.optimizer.mergeSubplans.filterPropagation.throughJoin.enabled false
spark.sql.optimizer.pushDownJoinThroughUnion.enabled false
spark.sql.optimizer.runtime.bloomFilter.applicationSideScanSizeThreshold 10GB
spark.sql.optimizer.runtime.bloomFilter.creationSideThreshold 10MB
spark.sql.optimizer.runtime.bloomFilter.enabled true
spark.sql.optimizer.runtime.bloomFilter.expectedNumItems 1000000
spark.sql.optimizer.runtime.bloomFilter.materializedCreationSideThreshold 100MB
spark.sql.optimizer.runtime.bloomFilter.maxNumBits 67108864
spark.sql.optimizer.runtime.bloomFilter.maxNumItems 4000000
spark.sql.optimizer.runtime.bloomFilter.numBits 8388608
spark.sql.optimizer.runtime.rowLevelOperationGroupFilter.enabled true
spark.sql.optimizer.runtimeFilter.number.threshold 10
spark.sql.optimizer.singleTaskExecution.enabled false
spark.sql.orc.aggregatePushdown false
spark.sql.orc.columnarReaderBatchSize 4096
spark.sql.orc.columnarWriterBatchSize 1024
spark.sql.orc.compression.codec zstd
spark.sql.orc.enableNestedColumnVectorizedReader true
spark.sql.orc.enableVectorizedReader true
spark.sql.orc.filterPushdown true
spark.sql.orc.mergeSchema false
spark.sql.orderByOrdinal true
spark.sql.parquet.aggregatePushdown false
spark.sql.parquet.binaryAsString false
spark.sql.parquet.columnarReaderBatchSize 4096
spark.sql.parquet.compression.codec snappy
spark.sql.parquet.enableNestedColumnVectorizedReader true
spark.sql.parquet.enableVectorizedReader true
spark.sql.parquet.fieldId.read.enabled false
spark.sql.parquet.fieldId.read.ignoreMissing false
spark.sql.parquet.fieldId.write.enabled true
spark.sql.parquet.filterPushdown true
spark.sql.parquet.inferTimestampNTZ.enabled true
spark.sql.parquet.int96AsTimestamp true
spark.sql.parquet.int96TimestampConversion false
spark.sql.parquet.mergeSchema false
spark.sql.parquet.outputTimestampType INT96
spark.sql.parquet.recordLevelFilter.enabled false
spark.sql.parquet.respectSummaryFiles false
spark.sql.parquet.writeLegacyFormat false
spark.sql.parser.eagerEvalOfUnresolvedInlineTable true
spark.sql.parser.quotedRegexColumnNames false
spark.sql.parser.singleCharacterPipeOperator.enabled true
spark.sql.path.enabled false
spark.sql.pipelines.maxFlowRetryAttempts 2
spark.sql.pivotMaxValues 10000
spark.sql.preserveCharVarcharTypeInfo false
spark.sql.pyspark.inferNestedDictAsStruct.enabled false
spark.sql.pyspark.jvmStacktrace.enabled false
spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled false
spark.sql.pyspark.legacy.inferMapTypeFromFirstPair.enabled false
spark.sql.pyspark.plotting.max_rows 1000
spark.sql.pyspark.toJSON.returnDataFrame false
spark.sql.pyspark.worker.logging.enabled false
spark.sql.readSideCharPadding true
spark.sql.redaction.options.regex (?i)url
spark.sql.reflect.allowList
spark.sql.repl.eagerEval.enabled false
spark.sql.repl.eagerEval.maxNumRows 20
spark.sql.repl.eagerEval.truncate 20
spark.sql.retainGroupColumns true
spark.sql.scripting.enabled true
spark.sql.selfJoinAutoResolveAmbiguity true
spark.sql.session.localRelationCacheThreshold 1048576
spark.sql.session.localRelationChunkSizeBytes 16777216
spark.sql.session.localRelationChunkSizeRows 10000
spark.sql.shuffle.orderIndependentChecksum.enableFullRetryOnMismatch true
spark.sql.shuffle.orderIndependentChecksum.enabled true
spark.sql.shuffle.partitions 200
spark.sql.shuffle.spreadNullJoinKeys.enabled false
spark.sql.shuffleDependency.fileCleanup.enabled false
spark.sql.shuffleDependency.skipMigration.enabled false
spark.sql.shuffledHashJoinFactor 3
spark.sql.sources.bucketing.autoBucketedScan.enabled true
spark.sql.sources.bucketing.enabled true
spark.sql.sources.bucketing.maxBuckets 100000
spark.sql.sources.default parquet
spark.sql.sources.disabledJdbcConnProviderList
spark.sql.sources.parallelPartitionDiscovery.threshold 32
spark.sql.sources.partitionColumnTypeInference.enabled true
spark.sql.sources.partitionOverwriteMode STATIC
spark.sql.sources.structPredicateDecompose.enabled true
spark.sql.sources.v2.bucketing.allowCompatibleTransforms.enabled false
spark.sql.sources.v2.bucketing.allowKeysSubsetOfPartitionKeys.enabled false
spark.sql.sources.v2.bucketing.enabled true
spark.sql.sources.v2.bucketing.partiallyClusteredDistribution.enabled false
spark.sql.sources.v2.bucketing.partition.filter.enabled false
spark.sql.sources.v2.bucketing.partitionKeyOrdering.enabled false
spark.sql.sources.v2.bucketing.preserveKeyOrderingOnCoalesce.enabled false
spark.sql.sources.v2.bucketing.preserveOrderingOnCoalesce.enabled false
spark.sql.sources.v2.bucketing.pushPartValues.enabled true
spark.sql.sources.v2.bucketing.shuffle.enabled false
spark.sql.sources.v2.bucketing.sorting.enabled false
spark.sql.stackTracesInDataFrameContext 1
spark.sql.statistics.fallBackToHdfs false
spark.sql.statistics.histogram.enabled false
spark.sql.statistics.size.autoUpdate.enabled false
spark.sql.statistics.updatePartitionStatsInAnalyzeTable.enabled false
spark.sql.storeAssignmentPolicy ANSI
spark.sql.streaming.continuous.epochBacklogQueueSize 10000
spark.sql.streaming.disabledV2Writers
spark.sql.streaming.fileSource.cleaner.numThreads 1
spark.sql.streaming.forceDeleteTempCheckpointLocation false
spark.sql.streaming.metricsEnabled false
spark.sql.streaming.minBatchesToRetain 100
spark.sql.streaming.multipleWatermarkPolicy min
spark.sql.streaming.noDataMicroBatches.enabled true
spark.sql.streaming.numRecentProgressUpdates 100
spark.sql.streaming.realTimeMode.allowlistCheck true
spark.sql.streaming.realTimeMode.minBatchDuration 5000ms
spark.sql.streaming.sessionWindow.merge.sessions.in.local.partition false
spark.sql.streaming.stateStore.commitValidation.enabled true
spark.sql.streaming.stateStore.encodingFormat unsaferow
spark.sql.streaming.stateStore.stateSchemaCheck true
spark.sql.streaming.stopActiveRunOnRestart true
spark.sql.streaming.stopTimeout 0
spark.sql.streaming.transformWithState.stateSchemaVersion 3
spark.sql.streaming.ui.enabled true
spark.sql.streaming.ui.retainedProgressUpdates 100
spark.sql.streaming.ui.retainedQueries 100
spark.sql.streaming.validateEventTimeWatermarkColumn true
spark.sql.timeTravel.atSyntax.enabled true
spark.sql.timeTravelTimestampKey timestampAsOf
spark.sql.timeTravelVersionKey versionAsOf
spark.sql.timestampType TIMESTAMP_LTZ
spark.sql.transposeMaxValues 500
spark.sql.tvf.allowMultipleTableArguments.enabled false
spark.sql.udt.allowCreatingUDTFromString true
spark.sql.udt.allowedDynamicUDTClasses
spark.sql.ui.explainMode formatted
spark.sql.ui.retainedExecutions 1000
spark.sql.unionOutputPartitioning true
spark.sql.variable.substitute true
spark.sql.window.segmentTree.blockSize 65536
spark.sql.window.segmentTree.enabled false
spark.sql.xml.variant.respectInferSchema true
"""


def _read(table: str) -> dict[str, str]:
    pairs = (line.partition(" ") for line in table.strip().splitlines())
    return {key: value for key, _, value in pairs}


FALLBACKS: Mapping[str, str] = {
    "spark.sql.execution.arrow.pyspark.enabled": "spark.sql.execution.arrow.enabled",
    "spark.sql.execution.arrow.pyspark.fallback.enabled": "spark.sql.execution.arrow.fallback.enabled",
    "spark.sql.thriftServer.interruptOnCancel": "spark.sql.execution.interruptOnCancel",
}
"""Keys that have another key's value as long as nobody sets them."""

_DEFAULTS = _read(_TABLE)
DEFAULTS: Mapping[str, str] = _DEFAULTS | {key: _DEFAULTS[other] for key, other in FALLBACKS.items()}
"""Key to default, as text."""

STATIC = frozenset(
    """
spark.sql.cache.serializer
spark.sql.catalog.spark_catalog.defaultDatabase
spark.sql.event.truncate.length
spark.sql.extensions
spark.sql.extensions.test.loadFromCp
spark.sql.hive.metastore.barrierPrefixes
spark.sql.hive.metastore.jars
spark.sql.hive.metastore.jars.path
spark.sql.hive.metastore.sharedPrefixes
spark.sql.hive.metastore.version
spark.sql.hive.thriftServer.singleSession
spark.sql.hive.version
spark.sql.metadataCacheTTLSeconds
spark.sql.queryExecutionListeners
spark.sql.reflect.allowList
spark.sql.sources.disabledJdbcConnProviderList
spark.sql.streaming.streamingQueryListeners
spark.sql.streaming.ui.enabled
spark.sql.streaming.ui.retainedProgressUpdates
spark.sql.streaming.ui.retainedQueries
spark.sql.ui.retainedExecutions
spark.sql.warehouse.dir
""".split()
)
"""Keys that are read when the session starts and cannot be set later."""

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "spark.sql.sources.partitionOverwriteMode": ("STATIC", "DYNAMIC"),
    "spark.sql.timestampType": ("TIMESTAMP_LTZ", "TIMESTAMP_NTZ"),
    "spark.sql.storeAssignmentPolicy": ("ANSI", "LEGACY", "STRICT"),
    "spark.sql.legacy.timeParserPolicy": ("EXCEPTION", "CORRECTED", "LEGACY"),
    "spark.sql.mapKeyDedupPolicy": ("EXCEPTION", "LAST_WIN"),
}
"""The values that some keys are limited to."""
