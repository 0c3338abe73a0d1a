"""Processes that a bench starts, measures, and ends by their id."""
import os
import select
import signal
import socket
import subprocess
import time

from .machine import TICK_US

READY_SECONDS = 60
END_SECONDS = 30


class Failed(Exception):
    """A side of the bench did not do what it was to do."""


def cpu_us(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_US


def memory_kib(pid):
    """Resident, proportional and anonymous memory. Pages of a mapped store count as resident, and
    as proportional, but the kernel takes them back when it needs room; anonymous ones it cannot."""
    wanted = {"Rss:": "rss", "Pss:": "pss", "Anonymous:": "anonymous"}
    found = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        for line in rollup:
            fields = line.split()
            if fields[0] in wanted:
                found[wanted[fields[0]]] = int(fields[1])
    return found


class Process:
    """One child. `notify`: ready when it says so to a notify socket; else by a line READY."""

    def __init__(self, name, arguments, directory, environment=None, notify=False):
        self.name = name
        self.log = open(os.path.join(directory, f"{name}.log"), "ab")
        self.notify_socket = self._open_notify(directory) if notify else None
        env = dict(os.environ, **(environment or {}))
        env.pop("NOTIFY_SOCKET", None)
        if notify:
            env["NOTIFY_SOCKET"] = self.notify_socket.getsockname()
        self.started = time.monotonic()
        self.child = subprocess.Popen(
            [str(a) for a in arguments], stdin=subprocess.PIPE, stderr=self.log, env=env,
            stdout=self.log if notify else subprocess.PIPE)
        self.pid = self.child.pid

    def _open_notify(self, directory):
        path = os.path.join(directory, f"{self.name}.notify")
        if os.path.exists(path):
            os.unlink(path)
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(path)
        return s

    def _check_alive(self):
        if self.child.poll() is not None:
            raise Failed(f"{self.name} ended with {self.child.returncode}: see {self.log.name}")

    def wait_ready(self, seconds=READY_SECONDS):
        """Seconds from its start to its word that it is ready."""
        if not self.notify_socket:
            line = self.read_line(seconds)
            if line != "READY":
                raise Failed(f"{self.name} said {line!r} instead of READY: see {self.log.name}")
            return time.monotonic() - self.started
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if select.select([self.notify_socket], [], [], 0.2)[0]:
                if b"READY=1" in self.notify_socket.recv(4096):
                    # What it says from now on would fill a socket that nobody reads.
                    self.notify_socket.close()
                    self.notify_socket = None
                    return time.monotonic() - self.started
            self._check_alive()
        raise Failed(f"{self.name} was not ready in {seconds} s: see {self.log.name}")

    def read_line(self, seconds):
        deadline = time.monotonic() + seconds
        line = b""
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.child.stdout], [], [], left)[0]:
                raise Failed(f"{self.name} said nothing for {seconds} s: see {self.log.name}")
            byte = os.read(self.child.stdout.fileno(), 1)
            if not byte:
                self.child.wait(END_SECONDS)
                self._check_alive()
            line += byte
        return line.decode().strip()

    def go(self):
        self.child.stdin.write(b"go\n")
        self.child.stdin.flush()

    def cpu_us(self):
        return cpu_us(self.pid)

    def memory_kib(self):
        return memory_kib(self.pid)

    def end(self):
        if self.child.poll() is None:
            self.child.stdin.close()
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        if self.child.stdout:
            self.child.stdout.close()
        if self.notify_socket:
            self.notify_socket.close()
        self.log.close()


class Side:
    """The processes of one side, ended together and in reverse order."""

    def __init__(self, directory):
        self.directory = directory
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.end()

    def start(self, name, arguments, environment=None, notify=False, ready=True):
        process = Process(name, arguments, self.directory, environment, notify)
        self.processes.append(process)
        if ready:
            process.wait_ready()
        return process

    def cpu_us(self):
        return {p.name: p.cpu_us() for p in self.processes}

    def memory_kib(self):
        return {p.name: p.memory_kib() for p in self.processes}
