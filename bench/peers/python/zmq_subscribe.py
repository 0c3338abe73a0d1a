"""Usage: zmq_subscribe.py DIR COUNT"""
import struct
import sys

import zmq

from common import Updates, wait_for_end

socket = zmq.Context().socket(zmq.SUB)
socket.set_hwm(0)
socket.connect(f"ipc://{sys.argv[1]}/updates")
socket.setsockopt(zmq.SUBSCRIBE, b"update.")
updates = Updates(int(sys.argv[2]))
print("READY", flush=True)
while not updates.add(*struct.unpack("<QQ", socket.recv_multipart()[1])):
    pass
wait_for_end()
