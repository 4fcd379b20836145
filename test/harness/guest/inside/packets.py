"""Sends packets that conntrack calls INVALID, each into the loopback device of this network namespace as if it had come in."""
import socket
import struct
import sys

CLIENT, SERVER = '127.0.0.2', '127.0.0.1'
SYN, ACK, FIN, RST = 2, 16, 1, 4
UDP, TCP, ICMP = 17, 6, 1


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip(protocol, payload, src=CLIENT, dst=SERVER):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0,
                       socket.inet_aton(src), socket.inet_aton(dst))
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def pseudo(protocol, payload, src, dst):
    return socket.inet_aton(src) + socket.inet_aton(dst) + struct.pack('!BBH', 0, protocol, len(payload)) + payload


def tcp(flags, sport, seq=1000, ack=0, back=False, data=b'', scale=None):
    src, dst = (SERVER, CLIENT) if back else (CLIENT, SERVER)
    ports = (80, sport) if back else (sport, 80)
    options = b'' if scale is None else struct.pack('!BBBB', 1, 3, 3, scale)
    length = (20 + len(options)) << 2
    segment = struct.pack('!HHIIBBHHH', *ports, seq, ack, length, flags, 1000, 0, 0) + options + data
    sum_ = checksum(pseudo(TCP, segment, src, dst))
    return ip(TCP, segment[:16] + struct.pack('!H', sum_) + segment[18:], src, dst)


def udp_wrong():
    return ip(UDP, struct.pack('!HHHH', 5000, 53, 12, 0x1234) + b'data')


def echo_reply():
    body = struct.pack('!BBHHH', 0, 0, 0, 77, 1) + b'ping'
    return ip(ICMP, body[:2] + struct.pack('!H', checksum(body)) + body[4:])


PACKETS = {
    'flags': [tcp(SYN | FIN, 1001)],
    'checksum': [udp_wrong()],
    'window': [tcp(SYN, 1002), tcp(SYN | ACK, 1002, 5000, 1001, True), tcp(ACK, 1002, 1001, 5001),
               tcp(ACK, 1002, 900_001, 5001, data=b'far')],
    'rst': [tcp(SYN, 1003), tcp(SYN | ACK, 1003, 5000, 1001, True), tcp(ACK, 1003, 1001, 5001),
            tcp(RST, 1003, 900_002, 0)],
    'fin': [tcp(FIN | ACK, 1004, 1, 1)],
    'reply': [echo_reply()],
    'open': [tcp(SYN, 1005), tcp(SYN | ACK, 1005, 5000, 1001, True), tcp(ACK, 1005, 1001, 5001)],
    'close': [tcp(FIN | ACK, 1005, 1001, 5001)] * 3,
    # The option of the SYN was lost on the way here.
    'scale': [tcp(SYN, 1006), tcp(SYN | ACK, 1006, 5000, 1001, True, scale=7), tcp(ACK, 1006, 1001, 5001),
              tcp(ACK, 1006, 900_003, 5001, data=b'far')],
    # In the middle of a connection, and then one that begins it anew.
    'loose': [tcp(ACK, 1007, 1001, 5001, data=b'data'), tcp(ACK, 1007, 5001, 1005, True), tcp(SYN, 1007, 1)],
}

with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
    out.bind(('lo', 0))
    for name in sys.argv[1:]:
        for packet in PACKETS[name]:
            out.send(b'\0' * 12 + b'\x08\x00' + packet)
