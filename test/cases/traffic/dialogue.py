"""Servers and clients of real connections. What is said on one is told by its client, in its first line.

A script is a list of steps: ["send", bytes], ["recv", bytes], ["wait", seconds], ["end"] (no more from here), ["eof"]
(wait for the end of the other side), ["abort"] (RST), ["gone"] (forget the socket without a word: needs a rule that
drops what the kernel says). After the last step the socket is closed.
"""
import asyncio
import errno
import json
import socket
import struct
import time

import craft

LINGER_0 = struct.pack("ii", 1, 0)
TCP_REPAIR = 19


class Hang(Exception):
    """Nothing for so long. A socket's own ETIMEDOUT is something else, and Python calls both TimeoutError."""


async def within(limit, work):
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=limit)
    if done:
        return task.result()
    task.cancel()
    raise Hang


async def follow(steps, reader, writer, limit):
    """Answers at which step it ended early, and how; None when all was done."""
    for step in steps:
        what, value = step[0], (step[1] if len(step) > 1 else 0)
        try:
            if what == "send":
                writer.write(b"." * value)
                await within(limit, writer.drain())
            elif what == "recv":
                await within(limit, reader.readexactly(value))
            elif what == "wait":
                await asyncio.sleep(value)
            elif what == "end":
                writer.write_eof()
            elif what == "eof":
                while await within(limit, reader.read(65536)):
                    pass
            elif what == "abort":
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)
                writer.transport.abort()
            elif what == "gone":
                # Closing it in repair mode sends nothing (net/ipv4/tcp.c: tcp_close).
                one = writer.get_extra_info("socket")
                one.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
                writer.transport.abort()
            elif what == "echo":
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
        except Hang:
            return what, "hang"
        except asyncio.IncompleteReadError:
            return what, "short"
        except OSError as error:
            return what, "reset" if error.errno in (errno.ECONNRESET, errno.EPIPE) else errno.errorcode[error.errno]
    return None


async def serving(say, port, address, backlog):
    async def one(reader, writer):
        try:
            steps = json.loads(await reader.readline())
            await follow(steps, reader, writer, 100)
        except (ValueError, OSError):
            pass
        writer.close()

    servers = await asyncio.start_server(one, address, port, backlog=backlog, limit=1 << 20)
    say(serving=port)
    await servers.serve_forever()


def serve(say, port, address=None, backlog=100):
    asyncio.run(serving(say, port, address, backlog))


def open_socket(address, sport, source, buffer):
    one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    one.setblocking(False)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    if sport or source:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((source or ("::" if ":" in address else "0.0.0.0"), sport or 0))
    return one


async def talk_once(say, address, port, there, here, limit, slow, sport, source, buffer):
    began = time.time()

    def outcome(how, step="", own=0):
        say(outcome=how, began=began, took=round(time.time() - began, 3), step=step, port=own)

    try:
        one = open_socket(address, sport, source, buffer)
    except OSError as error:
        return outcome(errno.errorcode[error.errno], "bind")
    try:
        await within(limit, asyncio.get_running_loop().sock_connect(one, (address, port)))
    except Hang:
        one.close()
        return outcome("hang", "connect")
    except OSError as error:
        one.close()
        how = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset"}
        return outcome(how.get(error.errno, errno.errorcode[error.errno]), "connect")
    own = one.getsockname()[1]
    reader, writer = await asyncio.open_connection(sock=one, limit=1 << 20)
    writer.write(json.dumps(there).encode() + b"\n")
    ended = await follow(here, reader, writer, limit)
    if ended is None:
        is_slow = slow and time.time() - began > slow
        outcome("slow" if is_slow else "complete", "all" if is_slow else "", own)
    else:
        outcome(ended[1], ended[0], own)
    writer.close()


async def talking(say, every, times, ports, sources, **what):
    tasks = set()
    count = 0
    while times is None or count < times:
        sport = ports[count % len(ports)] if ports else 0
        source = sources[count % len(sources)] if sources else ""
        task = asyncio.create_task(talk_once(say, sport=sport, source=source, **what))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        count += 1
        await asyncio.sleep(every)
    await asyncio.sleep(1000)


def talk(
    say, address, port, here, there, every=0.5, times=None, limit=3, slow=0, ports=None, sources=None, buffer=0
):
    """A new connection every so many seconds; `ports` and `sources` are taken in turn. One that takes longer than `slow` is not well."""
    asyncio.run(
        talking(
            say,
            every,
            times,
            ports,
            sources,
            address=address,
            port=port,
            there=there,
            here=here,
            limit=limit,
            slow=slow,
            buffer=buffer,
        )
    )


async def word(say, reader, writer, size, limit):
    began = time.time()
    try:
        writer.write(b"w" * size)
        await within(limit, reader.readexactly(size))
        how = "complete"
    except Hang:
        how = "hang"
    except (asyncio.IncompleteReadError, OSError):
        how = "reset"
    say(outcome=how, began=began, took=round(time.time() - began, 3), step="word")
    return how


async def chatting(say, address, port, every, size, limit, times, sport, source):
    """Words on one connection, each of which must come back. A connection that was reset is opened anew after a second."""
    while True:
        began = time.time()
        one = open_socket(address, sport, source, 0)
        try:
            await within(limit, asyncio.get_running_loop().sock_connect(one, (address, port)))
            reader, writer = await asyncio.open_connection(sock=one)
            writer.write(b'[["echo"]]\n')
            while True:
                how = await word(say, reader, writer, size, limit)
                if how == "reset":
                    break
                # What did not come back is still on its way: a word more would not be the next.
                while how == "hang":
                    try:
                        await within(limit, reader.readexactly(size))
                        how = "late"
                    except Hang:
                        say(outcome="hang", began=time.time() - limit, took=limit, step="word")
                await asyncio.sleep(every)
        except (Hang, asyncio.IncompleteReadError, OSError):
            say(outcome="hang", began=began, took=round(time.time() - began, 3), step="connect")
        one.close()
        await asyncio.sleep(1)


def chat(say, address, port, every=0.3, size=200, limit=2, connections=1, sport=0, source=""):
    async def all_of_them():
        await asyncio.gather(
            *(
                chatting(say, address, port, every, size, limit, None, sport and sport + index, source)
                for index in range(connections)
            )
        )

    asyncio.run(all_of_them())


def udp_serve(say, port, delay=0):
    """Sends every datagram back."""

    async def serving():
        loop = asyncio.get_running_loop()

        class Echo(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, data, peer):
                loop.call_later(delay, self.transport.sendto, data, peer)

        for address in ("0.0.0.0", "::"):
            one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
            if ":" in address:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.setblocking(False)
            one.bind((address, port))
            await loop.create_datagram_endpoint(Echo, sock=one)
        say(serving=port)
        await asyncio.sleep(1000)

    asyncio.run(serving())


def udp_ask(say, address, port, every=0.3, size=100, limit=2, sport=0, answers=True, text=None):
    """A datagram from a new socket every so many seconds, which must come back; with `answers` false nobody waits."""

    async def once():
        began = time.time()
        one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        one.setblocking(False)
        loop = asyncio.get_running_loop()
        how = "complete"
        try:
            if sport:
                one.bind(("", sport))
            one.connect((address, port))
            await loop.sock_sendall(one, b"." * size if text is None else text.encode())
            if answers:
                await within(limit, loop.sock_recv(one, 65536))
        except Hang:
            how = "hang"
        except OSError as error:
            how = errno.errorcode[error.errno]
        one.close()
        say(outcome=how, began=began, took=round(time.time() - began, 3), step="datagram")

    async def asking():
        tasks = set()
        while True:
            task = asyncio.create_task(once())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            await asyncio.sleep(every)

    asyncio.run(asking())


def ping(say, address, every=0.3, limit=1.5, apart=False):
    """An echo request every so many seconds, which must be answered; with `apart` each is a connection of its own."""
    six = ":" in address
    family, protocol = (socket.AF_INET6, socket.IPPROTO_ICMPV6) if six else (socket.AF_INET, socket.IPPROTO_ICMP)
    one = socket.socket(family, socket.SOCK_RAW, protocol)
    one.settimeout(0.05)
    asked = {}
    number = 0
    due = time.time()
    while True:
        if time.time() >= due:
            number += 1
            asked[number] = due = time.time()
            due += every
            one.sendto(craft.echo(six, number & 0xFFFF if apart else 0x7777, number & 0xFFFF), (address, 0))
        for late in [key for key, began in asked.items() if time.time() - began > limit]:
            say(outcome="hang", began=asked.pop(late), took=limit, step="echo")
        try:
            packet = one.recv(2000)
        except socket.timeout:
            continue
        body = packet if six else packet[20:]
        kind, _, _, name, answered = struct.unpack("!BBHHH", body[:8])
        if kind == (129 if six else 0) and name in (0x7777, answered) and answered in asked:
            began = asked.pop(answered)
            say(outcome="complete", began=began, took=round(time.time() - began, 3), step="echo")


PROGRAMS = {"ping": ping, "serve": serve, "talk": talk, "chat": chat, "udp-serve": udp_serve, "udp-ask": udp_ask}
