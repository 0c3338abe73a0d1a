"""Usage: zmq_worker.py DIR PHRASES"""
import sys

import zmq

from plain import Table, classify_automaton

automaton = Table(sys.argv[2]).automaton()
context = zmq.Context()
work = context.socket(zmq.PULL)
work.set_hwm(64)
work.connect(f"ipc://{sys.argv[1]}/work")
results = context.socket(zmq.PUSH)
results.connect(f"ipc://{sys.argv[1]}/results")
print("READY", flush=True)
while True:
    message = work.recv()
    category, score = classify_automaton(automaton, message[16:].decode())
    results.send(message[:16] + f"{category}\t{score}".encode())
