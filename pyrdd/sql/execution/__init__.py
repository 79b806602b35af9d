"""Execution: physical plans as RDDs of Arrow tables on the engine below."""
