"""What this machine can do at best, and what the classifier alone can."""
import json
import os
import shutil
import subprocess


def reading(programs, data_dir, corpus, count):
    """The classifier on one core, without queue, store and JSON."""
    printed = subprocess.run([os.path.join(programs, "bench_reading"), data_dir, corpus,
                              str(count)], check=True, stdout=subprocess.PIPE, timeout=600).stdout
    return json.loads(printed)


def run(programs, work_dir):
    directory = os.path.join(work_dir, "limits")
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)

    def line(name, *arguments):
        printed = subprocess.run([os.path.join(programs, name), *arguments], check=True,
                                 stdout=subprocess.PIPE, timeout=300).stdout
        return json.loads(printed)

    found = {}
    for batch in (1, 64, 256, 512):
        store = os.path.join(directory, f"lmdb-{batch}")
        os.mkdir(store)
        found[f"lmdb_{batch}"] = line("bench_lmdb", store, str(batch))
    endpoint = f"ipc://{directory}/socket"
    found["zmq"] = line("bench_zmq", "oneway", endpoint)
    found["zmq_roundtrip"] = line("bench_zmq", "roundtrip", endpoint)
    found["fdatasync"] = line("bench_sync", os.path.join(directory, "sync"))
    shutil.rmtree(directory)
    return found
