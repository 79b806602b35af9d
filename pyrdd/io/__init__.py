"""Files in and out: what sources read in a task and what save actions write, without any RDD.

driver    resolve paths -> list files -> cut them into splits (small picklable dataclasses)
executor  read a split -> iterator of records;  write a partition -> attempt file -> commit by rename
"""
