"""Serve an ASGI app on a free port of 127.0.0.1 while a block runs.

A server over a real socket, because a connector's failures are those of sockets: resets, timeouts,
half a body. Nothing leaves the machine, and nothing is logged per request.
"""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive

START_SECONDS = 10.0


@contextmanager
def serve(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Yield the base URL, `http://127.0.0.1:<port>`; port 0 lets the system choose a free one.

    Raises OSError when the port is taken, RuntimeError when the server does not come up.
    """
    # No `Date` from the system's clock: a vendor's clock may be set to another time.
    config = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        lifespan="off",
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", port)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield url
        finally:
            server.should_exit = True
            thread.join(timeout=START_SECONDS)


def reset(receive: Receive) -> None:
    """Drop the connection of this request with a TCP reset, before any byte of a response.

    ASGI has no word for that, so this reaches for the transport behind uvicorn's `receive`; it must
    be the server's own, not one that a middleware wrapped.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("a connection is reset only below uvicorn, by the outermost middleware")
    # Lingering for zero seconds makes the kernel send a reset, where a plain close says goodbye.
    linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the loopback server did not start")
        time.sleep(0.005)
