"""Which kind of pandas or Arrow function a Python function's type hints describe."""
def infer_eval_type_for_udf(f):
    return None
