"""Runs what a case wants in one place: shell lines, programs of this folder, jobs. First process of its pid namespace.

Each line of stdin is a JSON object with a number and what to do; the answer has the same number. A program says JSON
lines, which are passed on with its name. At the end of stdin, or after LIFE_S, it ends, and the kernel ends the rest.
"""
import ctypes
import fcntl
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import traceback

import box
import dialogue
import fill
import reasons
import spray

LIFE_S = 180
SHELL_S = 20

PROGRAMS = {
    **dialogue.PROGRAMS,
    **spray.PROGRAMS,
    **box.PROGRAMS,
    **fill.PROGRAMS,
    **reasons.PROGRAMS,
}

events = selectors.DefaultSelector()
# Of what runs, by name.
pids = {}


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Lines:
    """Whole lines of a descriptor."""

    def __init__(self, fd, on_line, on_end=lambda: None):
        self.rest = b""
        self.on_line = on_line
        self.on_end = on_end
        os.set_blocking(fd, False)
        events.register(fd, selectors.EVENT_READ, self)
        self.fd = fd

    def ready(self):
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return
        if not data:
            events.unregister(self.fd)
            os.close(self.fd)
            if self.rest:
                self.on_line(self.rest)
            self.on_end()
            return
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self.on_line(line)


def environment():
    return {**os.environ, **{name.replace("-", "_"): str(pid) for name, pid in pids.items()}}


def shell(number, text):
    child = subprocess.Popen(
        ["timeout", str(SHELL_S), "sh", "-euc", text],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
    )
    out = []
    fd = os.dup(child.stdout.fileno())
    child.stdout.close()

    def end():
        status = child.wait()
        say(id=number, ok=status == 0, out=b"\n".join(out).decode(errors="replace"))

    Lines(fd, out.append, end)


def job(number, name, text):
    # A group of its own: what it has started goes with it.
    child = subprocess.Popen(
        ["sh", "-c", text],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    pids[name] = child.pid
    say(id=number, ok=True, out=str(child.pid))


def start(number, name, program, options):
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setsid()
            os.dup2(writing, 1)
            sys.stdout = os.fdopen(1, "w")
            PROGRAMS[program](lambda **what: say(**what), **options)
            status = 0
        except KeyboardInterrupt:
            pass
        except BaseException:
            say(failed=traceback.format_exc()[-600:])
        finally:
            os._exit(status)
    os.close(writing)
    pids[name] = pid

    def pass_on(line):
        sys.stdout.write('{"from":%s,"said":%s}\n' % (json.dumps(name), line.decode(errors="replace")))
        sys.stdout.flush()

    Lines(reading, pass_on)
    say(id=number, ok=True, out=str(pid))


def stop(number, name):
    pid = pids.pop(name, None)
    if pid is not None:
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    say(id=number, ok=True, out="")


def counters(number):
    """Sums of all CPUs in this namespace (net/netfilter/nf_conntrack_standalone.c), and the number of entries."""
    sums = {}
    try:
        head, *rows = open("/proc/net/stat/nf_conntrack").read().splitlines()
        names = head.split()
        for row in rows:
            for name, value in zip(names, row.split()):
                sums[name] = sums.get(name, 0) + int(value, 16)
        sums["entries"] = int(open("/proc/sys/net/netfilter/nf_conntrack_count").read())
    except OSError:
        pass
    say(id=number, ok=True, out=json.dumps(sums))


SIOCETHTOOL = 0x8946
# Checksums, TSO, GSO and GRO off (include/uapi/linux/ethtool.h): packets as they are on a wire.
PLAIN = (0x17, 0x1F, 0x24, 0x2C)


def plain(number):
    with socket.socket() as one:
        for _, name in socket.if_nameindex():
            for command in PLAIN:
                value = ctypes.create_string_buffer(struct.pack("II", command, 0))
                request = struct.pack("16sP", name.encode(), ctypes.addressof(value))
                try:
                    fcntl.ioctl(one, SIOCETHTOOL, request)
                except OSError:
                    pass
    say(id=number, ok=True, out="")


def obey(line):
    order = json.loads(line)
    number = order.pop("id")
    action = order.pop("do")
    try:
        {"shell": shell, "job": job, "start": start, "stop": stop, "counters": counters, "plain": plain}[action](
            number, **order
        )
    except Exception as error:
        say(id=number, ok=False, out=repr(error))


def main():
    signal.alarm(LIFE_S)
    Lines(0, obey, lambda: os._exit(0))
    say(ready=True, pid=os.getpid())
    while True:
        for key, _ in events.select(0.5):
            key.data.ready()


main()
