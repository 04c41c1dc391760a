"""Which addresses of the network may be connected to: public ones only, whatever name or notation led to them."""

import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What the registry of IPv6 addresses calls global unicast; everything else is local, reserved or a way to wrap an IPv4 address.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Not yet non-global to every supported Python: 192.0.0.0/24 (protocol assignments), 192.88.99.0/24 (relays of 6to4).
_SPECIAL = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet; an IPv4 address mapped into an IPv6 one must be public too.

    6to4 and Teredo, which wrap one for relays that are no longer run, are refused: Python's versions differ on them.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in net for net in _SPECIAL)
    if (mapped := address.ipv4_mapped) is not None:
        return is_public(mapped)
    return address in _GLOBAL_UNICAST and address.is_global and address.sixtofour is None and address.teredo is None


def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of a host in the system's order; raise `OSError` when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A zone ("fe80::1%eth0") names an interface of this machine and is left out: such an address is never public.
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return [ipaddress.ip_address(text) for text in texts]
