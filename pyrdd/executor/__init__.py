"""Who runs tasks: inline, threads, worker processes, a local cluster. Shells around the scheduler's decisions."""
