"""Usage: zmq_sink.py DIR DATABASE
Up to 64 results a turn: one synced LMDB commit, then a notification each."""
import sys

import lmdb
import zmq

BATCH = 64
context = zmq.Context()
results = context.socket(zmq.PULL)
results.set_hwm(0)
results.bind(f"ipc://{sys.argv[1]}/results")
updates = context.socket(zmq.PUB)
updates.set_hwm(0)
updates.bind(f"ipc://{sys.argv[1]}/updates")
store = lmdb.open(sys.argv[2], map_size=1 << 32)
print("READY", flush=True)
while True:
    batch = [results.recv()]
    try:
        while len(batch) < BATCH:
            batch.append(results.recv(zmq.NOBLOCK))
    except zmq.Again:
        pass
    with store.begin(write=True) as transaction:
        for message in batch:
            transaction.put(message[7::-1], message[16:])
    for message in batch:
        updates.send_multipart([b"update." + message[16:].split(b"\t")[0], message[:16]])
