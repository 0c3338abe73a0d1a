"""Usage: zmq_ingest.py DIR JOURNAL
Appends what has arrived to the journal, syncs once, then answers and hands out."""
import os
import struct
import sys

import zmq

BATCH = 256
context = zmq.Context()
intake = context.socket(zmq.ROUTER)
intake.set_hwm(0)
intake.bind(f"ipc://{sys.argv[1]}/submit")
work = context.socket(zmq.PUSH)
work.set_hwm(0)
work.bind(f"ipc://{sys.argv[1]}/work")
journal = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
print("READY", flush=True)
while True:
    batch = [intake.recv_multipart()]
    try:
        while len(batch) < BATCH:
            batch.append(intake.recv_multipart(zmq.NOBLOCK))
    except zmq.Again:
        pass
    os.write(journal, b"".join(struct.pack("<I", len(m)) + m for _, m in batch))
    os.fdatasync(journal)
    for peer, message in batch:
        intake.send_multipart([peer, message[:8]])
    for _, message in batch:
        work.send(message)
