"""Fills the table of this namespace through ctnetlink, as conntrackd does with what its peer knew."""
import re
import socket
import struct
import subprocess

import craft

NETLINK_NETFILTER = 12
NLM_F_REQUEST, NLM_F_CREATE, NLM_F_EXCL, NLM_F_ACK = 1, 0x400, 0x200, 4
NESTED = 0x8000
BATCH = 200


def attribute(kind, body):
    return struct.pack("HH", 4 + len(body), kind) + body + b"\0" * (-len(body) % 4)


def nest(kind, *parts):
    return attribute(kind | NESTED, b"".join(parts))


def tuple_of(kind, src, dst, sport, dport, protocol):
    first, second = (3, 4) if craft.is6(src) else (1, 2)
    return nest(
        kind,
        nest(1, attribute(first, craft.raw(src)), attribute(second, craft.raw(dst))),
        nest(2, attribute(1, bytes([protocol])), attribute(2, struct.pack("!H", sport)), attribute(3, struct.pack("!H", dport))),
    )


def message(number, src, dst, sport, dport, seconds, assured):
    """IPCTNL_MSG_CT_NEW (include/uapi/linux/netfilter/nfnetlink_conntrack.h): TCP, ESTABLISHED."""
    status = 0x0A | (0x04 if assured else 0)
    body = b"".join(
        (
            struct.pack("!BBH", 10 if craft.is6(src) else 2, 0, 0),
            tuple_of(1, src, dst, sport, dport, craft.TCP),
            tuple_of(2, dst, src, dport, sport, craft.TCP),
            attribute(3, struct.pack("!I", status)),
            attribute(7, struct.pack("!I", seconds)),
            nest(4, nest(1, attribute(1, bytes([3])))),
        )
    )
    flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL
    return struct.pack("IHHII", 16 + len(body), 1 << 8, flags, number, 0) + body


def fill(say, prefix, dst, count, dport=443, seconds=3000, assured=True):
    """`count` entries of sources below `prefix` (`10.9.`). Only source and port differ: the rest is packed once."""
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 21)
    link.bind((0, 0))
    link.setblocking(False)
    one = message(0, "1.2.3.4", dst, 0x5A5B, dport, seconds, assured)
    hosts = [at for at in range(len(one)) if one.startswith(b"\1\2\3\4", at)]
    ports = [at for at in range(len(one)) if one.startswith(b"\x5a\x5b", at)]
    batch = bytearray(one * BATCH)
    fields = [
        (struct.Struct("!I"), [turn * len(one) + at for at in hosts], struct.Struct("!H"), [turn * len(one) + at for at in ports])
        for turn in range(BATCH)
    ]
    first = struct.unpack("!I", craft.raw(prefix + "0.1"))[0]
    made = 0
    while made < count:
        for address, here, number, there in fields:
            host, port = divmod(made, 60000)
            for at in here:
                address.pack_into(batch, at, first + host)
            for at in there:
                number.pack_into(batch, at, 1024 + port)
            made += 1
        link.send(batch)
        # Refusals of a full table are all that is ever said.
        try:
            while True:
                link.recv(65536)
        except (BlockingIOError, OSError):
            pass
    say(filled=made)


def restore(say, port):
    """Entries of this port are lost and made again from a list, as home-made failovers do: without scales and flags."""
    listed = subprocess.run(["conntrack", "-L", "-p", "tcp", "--dport", str(port)], capture_output=True, text=True)
    subprocess.run(["conntrack", "-D", "-p", "tcp", "--dport", str(port)], capture_output=True)
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    for line in listed.stdout.splitlines():
        ends = dict(re.findall(r"(src|dst|sport|dport)=(\S+)", line)[:4])
        link.send(message(1, ends["src"], ends["dst"], int(ends["sport"]), int(ends["dport"]), 3000, True))
    say(restored=len(listed.stdout.splitlines()))


PROGRAMS = {"fill": fill, "restore": restore}
