"""Puts entries into the connection table of this network namespace: entries.py COUNT TIMEOUT assured|unreplied SOURCE.

By netlink (net/netfilter/nf_conntrack_netlink.c, ctnetlink_new_conntrack), a hundred to a message: a table of 262 144
entries is full within some seconds. They count against nf_conntrack_max like any other. SOURCE has nine tenths of them.
"""

import socket
import struct
import sys

COUNT, TIMEOUT, KIND, SOURCE = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
NETLINK_NETFILTER = 12
CT_NEW = (1 << 8) | 0
REQUEST_CREATE_EXCLUSIVE = 0x1 | 0x400 | 0x200
NESTED = 0x8000
# include/uapi/linux/netfilter/nfnetlink_conntrack.h
TUPLE_ORIG, TUPLE_REPLY, STATUS, PROTOINFO, TIMEOUT_ATTR = 1, 2, 3, 4, 7
SEEN_REPLY, ASSURED, CONFIRMED = 2, 4, 8
ESTABLISHED, SYN_SENT = 3, 1


def attribute(kind, data, nested=False):
    length = 4 + len(data)
    return struct.pack("=HH", length, kind | (NESTED if nested else 0)) + data + b"\0" * (-length % 4)


def tuple_of(kind, source, target, source_port, target_port):
    addresses = attribute(1, attribute(1, source) + attribute(2, target), True)
    ports = attribute(2, struct.pack("!H", source_port)) + attribute(3, struct.pack("!H", target_port))
    return attribute(kind, addresses + attribute(2, attribute(1, b"\x06") + ports, True), True)


status = CONFIRMED | (SEEN_REPLY | ASSURED if KIND == "assured" else 0)
state = ESTABLISHED if KIND == "assured" else SYN_SENT
rest = (
    attribute(STATUS, struct.pack("!I", status))
    + attribute(TIMEOUT_ATTR, struct.pack("!I", TIMEOUT))
    + attribute(PROTOINFO, attribute(1, attribute(1, bytes([state])), True), True)
)
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
netlink.bind((0, 0))
messages = []
for index in range(COUNT):
    # Of one address as many as it has ports, to several targets.
    source = socket.inet_aton(SOURCE) if index % 10 else struct.pack("!I", 0x0A800000 + index)
    target = struct.pack("!I", 0x0AFF0001 + index // 50000)
    body = struct.pack("=BBH", socket.AF_INET, 0, 0)
    body += tuple_of(TUPLE_ORIG, source, target, 1024 + index % 50000, 80)
    body += tuple_of(TUPLE_REPLY, target, source, 80, 1024 + index % 50000) + rest
    messages.append(struct.pack("=IHHII", 16 + len(body), CT_NEW, REQUEST_CREATE_EXCLUSIVE, index, 0) + body)
    if len(messages) == 100:
        netlink.send(b"".join(messages))
        messages = []
if messages:
    netlink.send(b"".join(messages))
