"""Usage: redis_worker.py REDIS_SOCKET NAME PHRASES DATABASE
Up to 64 articles a turn: classify, one synced LMDB commit, then acknowledge and notify."""
import struct
import sys

import lmdb
import redis

from plain import Table, classify_automaton

socket, name, phrases, database = sys.argv[1:5]
automaton = Table(phrases).automaton()
r = redis.Redis(unix_socket_path=socket)
store = lmdb.open(database, map_size=1 << 32)
try:
    r.xgroup_create("articles", "workers", "0", mkstream=True)
except redis.ResponseError as error:
    if "BUSYGROUP" not in str(error):
        raise
print("READY", flush=True)
while True:
    reply = r.xreadgroup("workers", name, {"articles": ">"}, count=64, block=1000)
    if not reply:
        continue
    messages = reply[0][1]
    results = [(int(m[b"i"]), m[b"at"], *classify_automaton(automaton, m[b"text"].decode()))
               for _, m in messages]
    with store.begin(write=True) as transaction:
        for i, _, category, score in results:
            transaction.put(struct.pack(">Q", i), f"{category}\t{score}".encode())
    answer = r.pipeline(transaction=False)
    answer.xack("articles", "workers", *[number for number, _ in messages])
    for i, at, category, _ in results:
        answer.publish("update." + category, b"%d %s" % (i, at))
    answer.execute()
