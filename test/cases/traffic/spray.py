"""Packets that no socket here sends: scans, somebody else's attack, errors about strangers, broken ones."""
import itertools
import random
import time

import craft


def random_address(prefix):
    """Of `10.9.` or `fd99:`: the rest is random."""
    if ":" in prefix:
        return prefix + ":".join("%x" % random.randrange(1, 65536) for _ in range(8 - prefix.count(":")))
    return prefix + ".".join(str(random.randrange(1, 255)) for _ in range(4 - prefix.count(".")))


def spread(value, turn):
    """A list is taken in turn; an address that ends in a dot or colon is a prefix."""
    if isinstance(value, list):
        return value[turn % len(value)]
    if value.endswith(".") or (value.endswith(":") and not value.endswith("::")):
        return random_address(value)
    return value


def of_kind(kind, src, dst, sport, dport):
    seq, ack = random.getrandbits(32), random.getrandbits(32)
    if kind.startswith("tcp-"):
        flags = kind[4:].replace("none", "")
        return craft.tcp(src, dst, sport, dport, flags, seq, ack if "A" in flags else 0, 1024)
    if kind == "udp":
        return craft.udp(src, dst, sport, dport)
    if kind == "bad-tcp":
        return craft.tcp(src, dst, sport, dport, "S", seq, 0, bad=True)
    if kind == "bad-udp":
        return craft.udp(src, dst, sport, dport, b"measured " * 20, bad=True)
    if kind == "short-tcp":
        packet = craft.tcp(src, dst, sport, dport, "S", seq)
        return packet[:-8] if craft.is6(src) else craft.ip(src, dst, craft.TCP, packet[20:32])
    if kind == "long-offset":
        return craft.tcp(src, dst, sport, dport, "PA", seq, ack, offset=15, data=b"abc")
    if kind == "short-udp":
        return craft.udp(src, dst, sport, dport, b"abc", length=200)
    if kind == "echo-reply":
        return craft.icmp(src, dst, 129 if craft.is6(src) else 0, 0, random.getrandbits(32), b"e" * 40)
    raise ValueError(kind)


def spray(say, kind, src, dst, dports, every=0.05, count=None, sports=None, wait=0):
    """One packet every so many seconds; ports as [first, last], taken in turn (dports) or at random (sports)."""
    sender = craft.Sender()
    time.sleep(wait)
    first, last = dports
    for turn in itertools.count() if count is None else range(count):
        source, target = spread(src, turn), spread(dst, turn)
        sport = random.randint(*sports) if sports else random.randint(33000, 60000)
        for one in kind if isinstance(kind, list) else [kind]:
            sender.send(of_kind(one, source, target, sport, first + turn % (last - first + 1)), target)
        time.sleep(every)


def errors(say, src, dst, about, every=0.1, kind="udp", code=3, count=None):
    """ICMP errors from `src` about datagrams that `dst` is said to have sent to `about`, and never has."""
    sender = craft.Sender()
    for turn in itertools.count() if count is None else range(count):
        target = spread(about, turn)
        make = craft.udp if kind == "udp" else lambda *ends: craft.tcp(*ends, "S", random.getrandbits(32))
        quoted = make(dst, target, random.randint(20000, 60000), random.randint(1024, 9999))
        source = spread(src, turn)
        sender.send(craft.unreachable(source, dst, quoted, code), dst)
        time.sleep(every)


def frames(say, packets, every=0.2, count=None):
    """Packets told in hexadecimal with their destinations, again and again."""
    sender = craft.Sender()
    for _ in itertools.count() if count is None else range(count):
        for dst, text in packets:
            sender.send(bytes.fromhex(text), dst)
            time.sleep(every)


PROGRAMS = {"spray": spray, "errors": errors, "frames": frames}
