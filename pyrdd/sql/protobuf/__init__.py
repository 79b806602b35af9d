"""Protocol buffers in columns: refused."""
