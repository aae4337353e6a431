"""`python ask.py SOCKET ARGUMENTS`: as `python ARGUMENTS`, by the interpreter of `warm_start.py`.

It imports next to nothing, since it is what still has to start for each command.
"""

from __future__ import annotations

import json
import os
import socket
import sys

if __name__ == "__main__":
    asked = {"arguments": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}  # noqa: PTH109
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(sys.argv[1])
        socket.send_fds(link, [b"."], [0, 1, 2])
        link.sendall(json.dumps(asked).encode())
        link.shutdown(socket.SHUT_WR)
        answer = link.recv(1)
    sys.exit(answer[0] if answer else 70)
