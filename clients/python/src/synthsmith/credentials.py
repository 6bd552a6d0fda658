"""What a caller shows, and whom it trusts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import grpc

# Named as the settings of the daemons and of the command.
_VARIABLE = "SYNTHSMITH_SECURITY__"


@dataclass(frozen=True)
class Credentials:
    """A key, and certificates for ``https://`` addresses.

    Files of keys are read again for each call, so that a key can be exchanged while a process runs. Files of certificates
    are read when a channel is opened.
    """

    key: str | None = None
    key_file: str | os.PathLike[str] | None = None
    authority_file: str | os.PathLike[str] | None = None
    certificate_file: str | os.PathLike[str] | None = None
    private_key_file: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        if self.key is not None and self.key_file is not None:
            raise ValueError("give key or key_file, not both")
        if (self.certificate_file is None) != (self.private_key_file is None):
            raise ValueError("certificate_file and private_key_file belong together; give both or none")

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Credentials:
        """What ``SYNTHSMITH_SECURITY__KEY_FILE``, ``…__AUTHORITY_FILE``, ``…__CERTIFICATE_FILE`` and ``…__PRIVATE_KEY_FILE`` name."""
        names = ("key_file", "authority_file", "certificate_file", "private_key_file")
        return cls(**{name: variables.get(_VARIABLE + name.upper()) for name in names})

    def __repr__(self) -> str:
        shown = "..." if self.key else None
        return f"Credentials(key={shown}, key_file={self.key_file!r}, authority_file={self.authority_file!r})"

    def metadata(self) -> list[tuple[str, str]]:
        """What goes with each call."""
        key = self.key if self.key_file is None else Path(self.key_file).read_text()
        return [] if key is None else [("authorization", f"Bearer {key.strip()}")]

    def channel_credentials(self) -> grpc.ChannelCredentials:
        """Those of a protected channel; without an authority, those that the system trusts are."""
        return grpc.ssl_channel_credentials(
            root_certificates=_read(self.authority_file),
            private_key=_read(self.private_key_file),
            certificate_chain=_read(self.certificate_file),
        )


def _read(file: str | os.PathLike[str] | None) -> bytes | None:
    return None if file is None else Path(file).read_bytes()
