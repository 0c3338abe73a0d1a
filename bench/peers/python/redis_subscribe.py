"""Usage: redis_subscribe.py REDIS_SOCKET COUNT"""
import sys

import redis

from common import Updates, wait_for_end

subscription = redis.Redis(unix_socket_path=sys.argv[1]).pubsub(ignore_subscribe_messages=True)
subscription.psubscribe("update.*")
subscription.get_message(timeout=5)
updates = Updates(int(sys.argv[2]))
print("READY", flush=True)
for message in subscription.listen():
    if message["type"] == "pmessage" and updates.add(*map(int, message["data"].split())):
        break
wait_for_end()
