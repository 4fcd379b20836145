"""Reads from NFLOG group 0 why packets are INVALID: what the kernel itself says, for the proof of a case."""
import collections
import os
import select
import socket
import struct
import time

import craft

NETLINK_NETFILTER = 12
SETTINGS = "/proc/sys/net/netfilter/"
# include/uapi/linux/netfilter/nfnetlink_log.h
PACKET, CONFIG = 4 << 8, 4 << 8 | 1
BIND, COPY_PACKET = 1, 2
PREFIX, PAYLOAD = 10, 9
NAMES = "FSRPAU"


def write(name, value):
    path = SETTINGS + name
    with open(path) as file:
        before = file.read().strip()
    with open(path, "w") as file:
        file.write(value)
    return name, before


def ask(link, family, group, *attributes):
    body = struct.pack("!BBH", family, 0, group) + b"".join(attributes)
    link.send(struct.pack("IHHII", 16 + len(body), CONFIG, 5, 1, 0) + body)
    link.recv(65536)


def attribute(kind, body):
    return struct.pack("HH", 4 + len(body), kind) + body + b"\0" * (-len(body) % 4)


def attributes(data):
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("HH", data, at)
        yield kind & 0x7FFF, data[at + 4 : at + length]
        at += max(4, length + 3 & ~3)


def described(packet):
    """`10.66.1.1:40000 > 10.66.1.2:80 [FA]`."""
    four = packet[0] >> 4 == 4
    family, at = (socket.AF_INET, 12) if four else (socket.AF_INET6, 8)
    size = 4 if four else 16
    src = socket.inet_ntop(family, packet[at : at + size])
    dst = socket.inet_ntop(family, packet[at + size : at + 2 * size])
    protocol, start = (packet[9], (packet[0] & 15) * 4) if four else (packet[6], 40)
    body = packet[start:]
    if protocol == craft.TCP and len(body) >= 14:
        sport, dport = struct.unpack("!HH", body[:4])
        flags = "".join(name for bit, name in enumerate(NAMES) if body[13] >> bit & 1)
        data = len(packet) - start - (body[12] >> 4) * 4
        return f"{src} > {dst}", f"{sport} > {dport}", f"[{flags}]{' data' if data > 0 else ''}"
    if protocol == craft.UDP and len(body) >= 4:
        sport, dport = struct.unpack("!HH", body[:4])
        return f"{src} > {dst}", f"{sport} > {dport}", "udp"
    return f"{src} > {dst}", "", f"protocol {protocol}"


def read(say, seconds):
    before = [write("nf_log/2", "nfnetlink_log"), write("nf_log/10", "nfnetlink_log")]
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    link.bind((0, 0))
    ask(link, 0, 0, attribute(1, bytes([BIND])))
    ask(link, 0, 0, attribute(2, struct.pack("!IBB", 2048, COPY_PACKET, 0)))
    before.append(write("nf_conntrack_log_invalid", "255"))
    rows = collections.Counter()
    ends = {}
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if not select.select([link], [], [], left)[0]:
            continue
        data = link.recv(1 << 16)
        at = 0
        while at + 20 <= len(data):
            length, kind = struct.unpack_from("IH", data, at)
            if kind == PACKET:
                fields = dict(attributes(data[at + 20 : at + length]))
                text = fields.get(PREFIX, b"").rstrip(b"\0").decode(errors="replace").strip()
                packet = fields.get(PAYLOAD, b"")
                pair, ports, shape = described(packet) if len(packet) > 20 else ("", "", "")
                key = (text, shape)
                rows[key] += 1
                ends.setdefault(key, collections.Counter())[f"{pair} {ports}"] += 1
            at += max(16, length + 3 & ~3)
    for name, value in reversed(before):
        write(name, value)
    link.close()
    for (text, shape), count in rows.most_common():
        [(flow, most)] = ends[(text, shape)].most_common(1)
        say(reason=text, shape=shape, count=count, flows=len(ends[(text, shape)]), flow=flow, most=most)
    say(read=sum(rows.values()), pid=os.getpid())


PROGRAMS = {"reasons": read}
