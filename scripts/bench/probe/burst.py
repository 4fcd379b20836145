"""Sends so many TCP packets with SYN and FIN into the loopback device in one go, and prints how many seconds that took."""
import mmap
import socket
import struct
import sys
import time

SOL_PACKET, PACKET_TX_RING, PACKET_VERSION = 263, 13, 10
FRAME, BLOCK, PER_RING = 256, 1 << 16, 2048
# struct tpacket_hdr: status, len, snaplen, mac, net, sec, usec; data follows where the kernel expects it.
DATA_AT, SEND_REQUEST = 32, 1


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(port):
    src, dst = socket.inet_aton('127.0.0.2'), socket.inet_aton('127.0.0.1')
    segment = struct.pack('!HHIIBBHHH', port, 80, 1, 0, 0x50, 3, 1000, 0, 0)
    pseudo = src + dst + struct.pack('!BBH', 0, 6, len(segment)) + segment
    segment = segment[:16] + struct.pack('!H', checksum(pseudo)) + segment[18:]
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(segment), 1, 0, 64, 6, 0, src, dst)
    return b'\0' * 12 + b'\x08\x00' + head[:10] + struct.pack('!H', checksum(head)) + head[12:] + segment


count = int(sys.argv[1])
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
    blocks = FRAME * PER_RING // BLOCK
    out.setsockopt(SOL_PACKET, PACKET_TX_RING, struct.pack('IIII', BLOCK, blocks, FRAME, PER_RING))
    ring = mmap.mmap(out.fileno(), BLOCK * blocks)
    out.bind(('lo', 0))
    frames = [packet(1024 + index) for index in range(PER_RING)]
    for index, frame in enumerate(frames):
        at = index * FRAME
        ring[at + DATA_AT:at + DATA_AT + len(frame)] = frame
    took = 0.0
    sent = 0
    at = 0
    while sent < count:
        some = min(PER_RING, count - sent)
        for _ in range(some):
            struct.pack_into('LII', ring, at * FRAME, SEND_REQUEST, len(frames[0]), len(frames[0]))
            at = (at + 1) % PER_RING
        begun = time.monotonic()
        out.send(b'')
        took += time.monotonic() - begun
        sent += some
    print(took)
