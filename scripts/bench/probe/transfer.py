"""A TCP transfer over the loopback device for some seconds: prints MB/s."""
import os
import socket
import time

SECONDS = 3
PIECE = b'x' * 65536

listener = socket.create_server(('127.0.0.1', 5001))
if os.fork() == 0:
    connection, _ = listener.accept()
    while connection.recv(1 << 17):
        pass
    os._exit(0)
with socket.create_connection(('127.0.0.1', 5001)) as out:
    sent = 0
    begun = time.monotonic()
    while time.monotonic() - begun < SECONDS:
        out.sendall(PIECE)
        sent += len(PIECE)
    took = time.monotonic() - begun
os.wait()
print(sent / took / 1e6)
