"""Usage: zmq_submit.py DIR CORPUS COUNT RATE
At most 256 articles are unanswered at a time."""
import struct
import sys

import zmq

from common import now_us, pace, texts, wait_for_end, wait_for_start

WINDOW = 256
directory, corpus, count, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
articles = texts(corpus, count)
socket = zmq.Context().socket(zmq.DEALER)
socket.set_hwm(0)
socket.connect(f"ipc://{directory}/submit")


def submit(i):
    socket.send(struct.pack("<QQ", i, now_us()) + articles[i])


sent = answered = 0
wait_for_start()
if rate:
    for i in pace(count, rate):
        submit(i)
else:
    while sent < count:
        while sent < count and sent - answered < WINDOW:
            submit(sent)
            sent += 1
        socket.recv()
        answered += 1
while answered < count:
    socket.recv()
    answered += 1
wait_for_end()
