"""Usage: redis_submit.py REDIS_SOCKET CORPUS COUNT RATE"""
import sys

import redis

from common import now_us, pace, texts, wait_for_end, wait_for_start

BATCH = 64
socket, corpus, count, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
articles = texts(corpus, count)
r = redis.Redis(unix_socket_path=socket)
r.ping()
wait_for_start()
if rate:
    for i in pace(count, rate):
        r.xadd("articles", {"i": i, "at": now_us(), "text": articles[i]})
else:
    for start in range(0, count, BATCH):
        batch = r.pipeline(transaction=False)
        for i in range(start, min(count, start + BATCH)):
            batch.xadd("articles", {"i": i, "at": now_us(), "text": articles[i]})
        batch.execute()
wait_for_end()
