"""SQL functions: one declaration each (`declare`), in a module per category of PySpark's reference."""
