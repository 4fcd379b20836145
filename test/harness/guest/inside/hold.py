"""Holds packets: reads an NFQUEUE and never gives a verdict. `hold.py QUEUE`; says `ready`, and ends when it is killed."""
import socket
import struct
import sys

NETLINK_NETFILTER = 12
# include/uapi/linux/netfilter/nfnetlink_queue.h
CONFIG = 3 << 8 | 2
COMMAND, PARAMS = 1, 2
BIND, COPY_META = 1, 1


def attribute(kind, data):
    length = 4 + len(data)
    return struct.pack('HH', length, kind) + data + b'\0' * (-length % 4)


def configure(sock, queue, attributes):
    body = struct.pack('!BBH', 0, 0, queue) + attributes
    # NLM_F_REQUEST | NLM_F_ACK
    sock.send(struct.pack('IHHII', 16 + len(body), CONFIG, 5, 1, 0) + body)
    answer = sock.recv(4096)
    error = struct.unpack_from('i', answer, 16)[0]
    if error:
        sys.exit(f'nfnetlink_queue answers {error}')


queue = int(sys.argv[1])
sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
sock.bind((0, 0))
configure(sock, queue, attribute(COMMAND, struct.pack('!BBH', BIND, 0, 0)))
configure(sock, queue, attribute(PARAMS, struct.pack('!IB', 0, COPY_META)))
print('ready', flush=True)
while True:
    sock.recv(65536)
