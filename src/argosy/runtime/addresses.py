"""Where a user's URL may lead: to public addresses, and to those that the operator names.

Whatever hides another address (IPv4 in IPv6, NAT64, 6to4) is judged by the one that it hides.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_PUBLIC_IPV6 = IPv6Network("2000::/3")
_HIDING_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))  # NAT64, and an older form
_CLOSED_IPV6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_CLOSED_IPV4 = tuple(
    # RFC 6890 and those after it; some releases of Python call a few of them global.
    IPv4Network(place)
    for place in (
        (0, 8), ("10.0.0.0", 8), ("100.64.0.0", 10), ("127.0.0.0", 8),
        ("169.254.0.0", 16), ("172.16.0.0", 12), ("192.0.0.0", 24), ("192.0.2.0", 24),
        ("192.88.99.0", 24), ("192.168.0.0", 16), ("198.18.0.0", 15), ("198.51.100.0", 24),
        ("203.0.113.0", 24), ("224.0.0.0", 4), ("240.0.0.0", 4),
        ("168.63.129.16", 32),  # a cloud's own service at an address that looks public
    )
)  # fmt: skip


def is_open(address: Address, named: Sequence[Network] = ()) -> bool:
    """Tell whether an address may be connected to.

    Public ones may; loopback, private, link-local, multicast, reserved and the metadata services
    of clouds only where a `named` network holds them.
    """
    address = unhidden(address)
    if any(one.version == address.version and address in one for one in named):
        return True
    if isinstance(address, IPv4Address):
        return not any(address in one for one in _CLOSED_IPV4)
    return address in _PUBLIC_IPV6 and not any(address in one for one in _CLOSED_IPV6)


def unhidden(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one leads to, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    hidden = address.ipv4_mapped or address.sixtofour
    if hidden is None and int(address) > 1 and any(address in one for one in _HIDING_IPV4):
        hidden = IPv4Address(int(address) & 0xFFFFFFFF)
    return address if hidden is None else hidden
