"""What happened: the event model, the bus, the log, and the state that follows from them.

The scheduler and the executors *emit* events and never read them; progress bars, the status tracker, the
event log, the user interface and tests *read* events and nothing else.
"""
