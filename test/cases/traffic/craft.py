"""IP packets by hand, in both families, and a raw socket that sends them as they are."""
import random
import socket
import struct

TCP, UDP, ICMP, ICMP6, SCTP = 6, 17, 1, 58, 132
FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32}


def is6(address):
    return ":" in address


def raw(address):
    return socket.inet_pton(socket.AF_INET6 if is6(address) else socket.AF_INET, address)


def total(data):
    if len(data) % 2:
        data += b"\0"
    value = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while value >> 16:
        value = (value & 0xFFFF) + (value >> 16)
    return ~value & 0xFFFF


def pseudo(src, dst, protocol, length):
    if is6(src):
        return raw(src) + raw(dst) + struct.pack("!II", length, protocol)
    return raw(src) + raw(dst) + struct.pack("!BBH", 0, protocol, length)


def ip(src, dst, protocol, body, ttl=64, ident=None, fragment=0):
    if is6(src):
        return struct.pack("!IHBB", 6 << 28, len(body), protocol, ttl) + raw(src) + raw(dst) + body
    ident = random.randrange(1, 65536) if ident is None else ident
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), ident, fragment, ttl, protocol, 0) + raw(src) + raw(dst)
    return head[:10] + struct.pack("!H", total(head)) + head[12:] + body


def flag_bits(flags):
    return sum(FLAGS[one] for one in flags)


def tcp(src, dst, sport, dport, flags, seq=0, ack=0, window=64240, data=b"", options=b"", bad=False, offset=None, ttl=64):
    options += b"\0" * (-len(options) % 4)
    words = 5 + len(options) // 4 if offset is None else offset
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, words << 4, flag_bits(flags), window, 0, 0)
    body = head + options + data
    check = total(pseudo(src, dst, TCP, len(body)) + body) ^ (0x5A5A if bad else 0)
    return ip(src, dst, TCP, body[:16] + struct.pack("!H", check) + body[18:], ttl)


def udp(src, dst, sport, dport, data=b"x", bad=False, length=None, ttl=64):
    body = struct.pack("!HHHH", sport, dport, 8 + len(data) if length is None else length, 0) + data
    check = (total(pseudo(src, dst, UDP, len(body)) + body) or 0xFFFF) ^ (0x5A5A if bad else 0)
    return ip(src, dst, UDP, body[:6] + struct.pack("!H", check) + body[8:], ttl)


def icmp(src, dst, kind, code=0, rest=0, body=b"", bad=False, ttl=64):
    head = struct.pack("!BBHI", kind, code, 0, rest)
    protocol = ICMP6 if is6(src) else ICMP
    whole = head + body
    check = total((pseudo(src, dst, ICMP6, len(whole)) if is6(src) else b"") + whole) ^ (0x5A5A if bad else 0)
    return ip(src, dst, protocol, whole[:2] + struct.pack("!H", check) + whole[4:], ttl)


def unreachable(src, dst, quoted, code=3):
    """An error about a packet: port unreachable, unless told."""
    if is6(src):
        return icmp(src, dst, 1, 4 if code == 3 else code, 0, quoted[:1000])
    return icmp(src, dst, 3, code, 0, quoted[:28])


def echo(six, name, number):
    """The body alone: the kernel adds the rest, for ICMPv6 also the checksum."""
    body = struct.pack("!BBHHH", 128 if six else 8, 0, 0, name, number) + b"e" * 40
    return body if six else body[:2] + struct.pack("!H", total(body)) + body[4:]


class Sender:
    def __init__(self):
        self.four = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.six = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def send(self, packet, dst):
        (self.six if is6(dst) else self.four).sendto(packet, (dst, 0))
