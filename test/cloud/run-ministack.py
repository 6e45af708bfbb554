"""Starts ministack with one door open: the test may speak as ECS.

PutEvents refuses sources that begin with `aws.`, as AWS does, and nothing in ministack sends the events of tasks. So
the test's own PutEvents is let through; everything behind it (rules, patterns, targets, queues, functions) is untouched.
"""

import runpy

from ministack.services import eventbridge

put_events = eventbridge._put_events
eventbridge._put_events = lambda data, allow_aws_source=True: put_events(data, allow_aws_source)

runpy.run_module("ministack", run_name="__main__", alter_sys=True)
