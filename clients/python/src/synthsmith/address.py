"""Where a service is."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """A target of gRPC, the host that calls and certificates name, and whether connections are protected."""

    target: str
    authority: str
    is_protected: bool

    @classmethod
    def parse(cls, text: str) -> Address:
        """Reads ``http://HOST:PORT`` or ``https://HOST:PORT``; ``ValueError`` where it is neither.

        A name may stand for several addresses, of which each gets calls; numbers may be listed: ``http://10.0.0.1:7106,10.0.0.2:7106``.
        """
        scheme, separator, rest = text.strip().partition("://")
        places = rest.removesuffix("/").split(",")
        if not separator or scheme not in ("http", "https") or not all(map(_is_place, places)):
            raise ValueError(f"{text!r} is not an address of a service; use the form http://HOST:PORT or https://HOST:PORT")
        return cls(_target(text, places), places[0], scheme == "https")


def _is_place(place: str) -> bool:
    host, _, port = place.rpartition(":")
    return bool(host) and not set(host) & set("/@? ") and port.isascii() and port.isdigit() and 0 < int(port) < 65536


def _target(text: str, places: list[str]) -> str:
    versions = {_version(place.rpartition(":")[0]) for place in places}
    if versions == {4}:
        return "ipv4:" + ",".join(places)
    if versions == {6}:
        return "ipv6:" + ",".join(places)
    if len(places) > 1:
        raise ValueError(f"{text!r} lists names; gRPC takes several numbers of one kind, or one name of several addresses")
    return "dns:///" + places[0]


def _version(host: str) -> int | None:
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).version
    except ValueError:
        return None
