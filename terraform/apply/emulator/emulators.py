"""Emulators that are there at once: to import moto takes two seconds of the machine, so they are forks of one process.

    python3 emulators.py SOCKET

Whoever connects to the socket says a port, in a line, and gets an emulator on it: an account with nothing in it. What it
writes comes by the connection, with which it ends.
"""

import os
import signal
import sys
from socket import AF_UNIX, socket
from threading import Thread

from emulator import SERVICES, main
from moto.backends import get_backend


def fork_for_each(path):
    for service in SERVICES:
        get_backend(service)
    # Nobody waits for what has ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket(AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        while True:
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    listener.close()
                    serve(connection)


def serve(connection):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    port = connection.makefile().readline().strip()
    for output in (sys.stdout, sys.stderr):
        os.dup2(connection.fileno(), output.fileno())
    Thread(target=end_with, args=[connection], daemon=True).start()
    main(["-H", "127.0.0.1", "-p", port])


def end_with(connection):
    connection.recv(1)
    os._exit(0)


if __name__ == "__main__":
    fork_for_each(sys.argv[1])
