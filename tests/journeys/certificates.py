"""An authority of the tests' own, and the certificates that it makes, with the `openssl` of the system."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Authority:
    """Vouches for whoever it made a certificate for; its own lies in `certificate`."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The file that others trust."""
        return self.folder / "authority.pem"

    def certify(self, name: str) -> tuple[Path, Path]:
        """Return the files of a new certificate and its key, for `CN=name` on the loopback address."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        self._openssl(
            f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name} -CA {self.certificate}"
            f" -CAkey {self.folder / 'authority.key'} -addext subjectAltName=IP:127.0.0.1"
            f" -addext basicConstraints=critical,CA:FALSE -keyout {key} -out {certificate}"
        )
        return certificate, key

    def keystore(self, name: str) -> Path:
        """Return a file that holds a new certificate and its key, as Kafka reads it."""
        certificate, key = self.certify(name)
        both = self.folder / f"{name}.both.pem"
        both.write_bytes(key.read_bytes() + certificate.read_bytes())
        return both

    def _openssl(self, arguments: str) -> None:
        subprocess.run(["openssl", *arguments.split()], check=True, capture_output=True)  # noqa: S607 - where the system has it


def new_authority(folder: Path) -> Authority:
    """Make an authority whose files lie in a folder."""
    authority = Authority(folder)
    authority._openssl(
        f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout {folder / 'authority.key'}"
        f" -out {authority.certificate}"
    )
    return authority
