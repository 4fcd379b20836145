"""Sends crafted packets and answers when the kernel at the other end is done with them.

Argument: the interface. Each line of stdin is a JSON list of Ethernet frames in hex; the last one must be an ICMP
echo request. The answer is one line: `ok`, or what went wrong.

All frames go through the queue of one CPU, so the echo reply says that everything before it has been through the
hooks of the receiver.
"""
import json
import os
import select
import socket
import sys
import time

ETH_P_ALL = 3
PACKET_OUTGOING = 4
PATIENCE_S = 5

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
link.bind((sys.argv[1], 0))


def answered(request):
    """Waits for the echo reply with the id and the sequence number of the request (Ethernet 14, IPv4 20, ICMP 8)."""
    until = time.monotonic() + PATIENCE_S
    while select.select([link], [], [], max(0, until - time.monotonic()))[0]:
        frame, address = link.recvfrom(65600)
        if address[2] == PACKET_OUTGOING or frame[12:14] != b"\x08\x00" or frame[23] != 1:
            continue
        if frame[34] == 0 and frame[38:42] == request[38:42]:
            return True
    return False


for line in sys.stdin:
    try:
        frames = [bytes.fromhex(text) for text in json.loads(line)]
        for frame in frames:
            link.send(frame)
        print("ok" if answered(frames[-1]) else "no echo reply", flush=True)
    except (OSError, ValueError, IndexError) as error:
        print(error, flush=True)
