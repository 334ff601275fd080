"""Which addresses events may be sent to: HTTPS only, and never into this machine or the network around it."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from ..enums import WebhookProblem

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# Translators pass these on to the IPv4 address in their last 32 bits (RFC 6052, RFC 8215).
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class AddressRefused(ValueError):
    """An address that events are not sent to."""

    problem = WebhookProblem.ADDRESS


def split_url(url: str, *, allow_private: bool) -> SplitResult:
    """The parts of a receiver's address. Raises AddressRefused unless it is https, without a user in it.

    ``allow_private`` lets plain http through as well.
    """
    try:
        parts = urlsplit(url)
        known = parts.port != 0
    except ValueError as error:
        raise AddressRefused(url) from error
    schemes = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in schemes or not parts.hostname or not known or "@" in parts.netloc:
        raise AddressRefused(url)
    return parts


def is_literal(host: str) -> bool:
    """Whether a host is an IP address already, not a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def is_global(address: str) -> bool:
    """Whether an IP address belongs to the public Internet, also when it hides another one (mapped, 6to4, NAT64)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    hidden = hidden_address(found)
    if hidden is not None:
        return is_global(str(hidden))
    if isinstance(found, ipaddress.IPv6Address) and (found.is_site_local or found.teredo is not None):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def hidden_address(address: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address to which a packet for this IPv6 address would be passed on, None when there is none."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in NAT64[0] or address in NAT64[1] or address.packed[:12] == bytes(12):
        return ipaddress.IPv4Address(address.packed[12:])
    return address.ipv4_mapped or address.sixtofour
