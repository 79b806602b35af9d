"""Avro records in columns: refused."""
