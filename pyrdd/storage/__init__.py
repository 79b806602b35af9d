"""Storage: the memory budget, cached blocks in memory and on disk, broadcast values, checkpoints."""
