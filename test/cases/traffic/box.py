"""A box on the wire: passes frames between two interfaces, and does to some of them what such boxes do.

A rule says which frames (way: `out` from the first interface to the second, `back`; flags that must be set; data;
port of either end; every nth; from the nth second on) and what: drop, delay, copy (once more, later), corrupt (a byte, without its
checksum), strip (TCP options by number, overwritten with NOPs), scale (another
window scale in a SYN), old (answers a SYN with the SYN/ACK of another connection). `shift`: SEQ of `out` and ACK of `back` are moved by so much; with
`sack` also the edges of SACK blocks, which some boxes forget.
"""
import heapq
import select
import socket
import struct
import time

import craft

ETH_P_ALL, PACKET_OUTGOING = 3, 4
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC = 263, 1, 1


def link(name):
    one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    one.bind((name, 0))
    index = socket.if_nametoindex(name)
    one.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, struct.pack("iHH8s", index, PACKET_MR_PROMISC, 0, b""))
    return one


class Segment:
    """TCP in an Ethernet frame, or nothing."""

    def __init__(self, frame):
        self.frame = bytearray(frame)
        kind = frame[12:14]
        self.at = None
        self.protocol = frame[23] if kind == b"\x08\x00" else frame[20] if kind == b"\x86\xdd" else 0
        if kind == b"\x08\x00" and frame[23] == craft.TCP:
            self.at = 14 + (frame[14] & 15) * 4
            self.end = 14 + struct.unpack("!H", frame[16:18])[0]
            self.ends = frame[26:34]
        elif kind == b"\x86\xdd" and frame[20] == craft.TCP:
            self.at = 54
            self.end = 54 + struct.unpack("!H", frame[18:20])[0]
            self.ends = frame[22:54]
        if self.at is None:
            return
        at = self.at
        self.sport, self.dport, self.seq, self.ack = struct.unpack("!HHII", frame[at : at + 12])
        self.head = (frame[at + 12] >> 4) * 4
        self.flags = frame[at + 13]
        self.data = self.end - at - self.head

    def options(self):
        """Offset and number of each."""
        at, end = self.at + 20, self.at + self.head
        while at < end and self.frame[at] != 0:
            number = self.frame[at]
            yield at, number
            at += 1 if number == 1 else max(2, self.frame[at + 1])

    def strip(self, numbers):
        for at, number in list(self.options()):
            if number in numbers:
                length = self.frame[at + 1]
                self.frame[at : at + length] = b"\x01" * length
        self.fix()

    def scale(self, value):
        for at, number in list(self.options()):
            if number == 3:
                self.frame[at + 2] = value
        self.fix()

    def old(self):
        """What the far end would have said to a SYN of long ago."""
        ends = self.ends
        size = len(ends) // 2
        family = socket.AF_INET if size == 4 else socket.AF_INET6
        src, dst = (socket.inet_ntop(family, ends[at : at + size]) for at in (size, 0))
        packet = craft.tcp(src, dst, self.dport, self.sport, "SA", 145824453, self.seq + 643160523)
        return bytes(self.frame[6:12] + self.frame[:6] + self.frame[12:14]) + packet

    def move(self, offset, by):
        value = struct.unpack_from("!I", self.frame, offset)[0]
        struct.pack_into("!I", self.frame, offset, (value + by) & 0xFFFFFFFF)

    def shift(self, way, by, sack):
        if way == "out":
            self.move(self.at + 4, by)
        elif self.flags & 16:
            self.move(self.at + 8, -by)
            for at, number in list(self.options()):
                if number == 5 and sack:
                    for edge in range(at + 2, at + self.frame[at + 1], 4):
                        self.move(edge, -by)
        self.fix()

    def fix(self):
        at = self.at
        self.frame[at + 16 : at + 18] = b"\0\0"
        body = bytes(self.frame[at : self.end])
        ends = self.ends
        head = (
            ends + struct.pack("!BBH", 0, craft.TCP, len(body))
            if len(ends) == 8
            else ends + struct.pack("!II", len(body), craft.TCP)
        )
        struct.pack_into("!H", self.frame, at + 16, craft.total(head + body))


def meets(rule, segment, way, age):
    if rule.get("way", way) != way or not rule.get("after", 0) <= age <= rule.get("until", 1e9):
        return False
    if "protocol" in rule:
        return rule["protocol"] == segment.protocol
    if segment.at is None:
        return False
    if craft.flag_bits(rule.get("flags", "")) & ~segment.flags or craft.flag_bits(rule.get("without", "")) & segment.flags:
        return False
    if "data" in rule and rule["data"] != (segment.data > 0):
        return False
    if "port" in rule and rule["port"] not in (segment.sport, segment.dport):
        return False
    if "mod" in rule and max(segment.sport, segment.dport) % rule["mod"][0] != rule["mod"][1]:
        return False
    rule["seen"] = rule.get("seen", -1) + 1
    return rule["seen"] % rule.get("nth", 1) == rule.get("nth", 1) - 1


def box(say, first, second, rules=(), shift=0, sack=True, port=None, shift_after=0):
    links = {"out": link(first), "back": link(second)}
    to = {"out": links["back"], "back": links["out"]}
    later = []
    begun = time.monotonic()
    number = 0
    say(passing=True)
    while True:
        wait = max(0, later[0][0] - time.monotonic()) if later else 1
        ready = select.select(list(links.values()), [], [], wait)[0]
        while later and later[0][0] <= time.monotonic():
            _, _, way, frame = heapq.heappop(later)
            to[way].send(frame)
        for way, one in links.items():
            if one not in ready:
                continue
            frame, address = one.recvfrom(65600)
            if address[2] == PACKET_OUTGOING:
                continue
            segment = Segment(frame)
            age = time.monotonic() - begun
            delay = 0
            drop = False
            for rule in rules:
                if not meets(rule, segment, way, age):
                    continue
                what = rule["do"]
                if what == "drop":
                    drop = True
                elif what == "delay":
                    delay = rule["s"]
                elif what == "copy":
                    number += 1
                    heapq.heappush(later, (time.monotonic() + rule["s"], number, way, bytes(segment.frame)))
                elif what == "corrupt":
                    segment.frame[segment.end - 1] ^= 0x55
                elif what == "scale":
                    segment.scale(rule["to"])
                elif what == "old":
                    one.send(segment.old())
                elif what == "strip":
                    segment.strip(rule["options"])
            if drop:
                continue
            if shift and segment.at is not None and port in (None, segment.sport, segment.dport) and age >= shift_after:
                segment.shift(way, shift, sack)
            frame = bytes(segment.frame)
            if delay:
                number += 1
                heapq.heappush(later, (time.monotonic() + delay, number, way, frame))
            else:
                to[way].send(frame)


PROGRAMS = {"box": box}
