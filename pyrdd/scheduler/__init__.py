"""When and where: the DAG scheduler. Pure decisions; no thread, socket, clock or file is touched here.

    messages.py        what it is told (events in) and what it decides (actions out): immutable classes
    dag_scheduler.py   jobs in, decisions out: `DAGScheduler.handle(event) -> list[Action]`
    stage.py           stages and how jobs share them; lineage.py cuts them at shuffles
    stage_runner.py    when a stage runs, and what is computed again after a loss
    completion.py      what follows from the end of a task
    task_scheduler.py  which task runs where: pools, locality, barrier, speculation, exclusion
"""
