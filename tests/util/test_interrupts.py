"""Long calls that other threads end."""

import threading

from pyrdd.util.interrupts import ended_by, interrupt, interrupt_all


def in_a_long_call(end, entered, depth=1):
    """A thread that is in a call which ``end`` ends."""

    def call():
        with ended_by(end.set):
            for _ in range(depth - 1):
                with ended_by(lambda: None):
                    pass
            entered.set()
            end.wait()

    thread = threading.Thread(target=call)
    thread.start()
    entered.wait()
    return thread


def test_a_call_is_ended_by_its_thread():
    end = threading.Event()
    thread = in_a_long_call(end, threading.Event())
    interrupt(thread.ident)
    thread.join()
    assert end.is_set()


def test_a_call_inside_another_leaves_the_outer_one_known():
    end = threading.Event()
    thread = in_a_long_call(end, threading.Event(), depth=2)
    interrupt(thread.ident)
    thread.join()


def test_a_thread_in_no_such_call_is_left_alone():
    interrupt(threading.get_ident())


def test_all_calls_but_those_of_the_caller_are_ended():
    ends = [threading.Event() for _ in range(3)]
    threads = [in_a_long_call(end, threading.Event()) for end in ends]
    own = threading.Event()
    with ended_by(own.set):
        assert interrupt_all(60)
    for thread in threads:
        thread.join()
    assert not own.is_set()


def test_a_call_that_does_not_end_is_given_up():
    end = threading.Event()
    entered, refused = threading.Event(), threading.Event()

    def call():
        with ended_by(refused.set):
            entered.set()
            end.wait()

    thread = threading.Thread(target=call)
    thread.start()
    entered.wait()
    assert not interrupt_all(0)
    end.set()
    thread.join()
    assert refused.is_set()
