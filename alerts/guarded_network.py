"""Limits of a process that sends: which addresses it may reach, and how much it may hold.

For a process of its own only: what is set here holds for all of it, and is never taken back.
"""

import ipaddress
import os
import resource
import socket
from collections.abc import Callable
from typing import Any

# A receiver that answers without end must not fill the memory of the machine.
MOST_MEMORY = 1024**3
# Addresses that stand for an IPv4 address of the last 32 bits (RFC 6052, RFC 4291, RFC 2765).
EMBEDDING = [ipaddress.ip_network(each) for each in ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")]
# What was meant for sites before RFC 3879.
SITE_LOCAL = ipaddress.ip_network("fec0::/10")


class PrivateAddress(OSError):
    """A name leads to an address that is not of the public internet."""


def limit_memory() -> None:
    """Let the process fail rather than take more than `MOST_MEMORY`, where the system can."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    except (OSError, ValueError):  # not on every system
        return


def stay_in_public() -> list[str]:
    """From now on, looking up a name that leads to a private address raises `PrivateAddress`.

    No proxy is used: a proxy would look the name up itself, and reach what it likes.

    The addresses that are checked are those that are then connected to: a name that changes its
    answer between a check and the connection gains nothing. The list that is returned gets every
    address that is refused, for libraries that keep the reason of an error to themselves.
    """
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    look_up: Callable[..., list[Any]] = socket.getaddrinfo
    refused: list[str] = []

    def guarded(host: Any, *args: Any, **kwargs: Any) -> list[Any]:
        found = look_up(host, *args, **kwargs)
        for *_, address in found:
            if is_private(address[0]):
                refused.append(address[0])
                raise PrivateAddress(f"{address[0]} is an address of a private network")
        return found

    socket.getaddrinfo = guarded
    return refused


def is_private(address: str) -> bool:
    """Whether an address is of this machine, a private network, a group or of no use."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in SITE_LOCAL:
            return True
        embedded = ip.ipv4_mapped or ip.sixtofour
        if any(ip in network for network in EMBEDDING):
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = embedded or ip
    return not ip.is_global or ip.is_multicast
