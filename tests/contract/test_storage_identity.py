"""Storage without a key, as on Azure: an identity endpoint issues a token, and storage requires it over TLS."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.loopback import QuietHandler, serving
from tools.devstack.azurite import start_azurite
from tools.devstack.stack import REPOSITORY

CLIENT_ID = "11111111-2222-3333-4444-555555555555"
STORAGE = "https://storage.azure.com"
IDENTITY_HEADER = "a-header-of-the-platform"


@dataclass(slots=True)
class IdentityEndpoint:
    """The platform's token endpoint by https://learn.microsoft.com/azure/app-service/overview-managed-identity."""

    url: str = ""
    asked: list[Mapping[str, list[str]]] = field(default_factory=list[Mapping[str, list[str]]])


@contextmanager
def identity_endpoint() -> Generator[IdentityEndpoint]:
    """Serve tokens on a loopback port to requests with the platform's header."""
    endpoint = IdentityEndpoint()

    class Handler(QuietHandler):
        def reply(self) -> None:
            endpoint.asked.append(parse_qs(urlsplit(self.path).query))
            is_platforms = self.headers["X-IDENTITY-HEADER"] == IDENTITY_HEADER
            body = json.dumps(token() if is_platforms else {"error": "unauthorized"}).encode()
            self.answer(200 if is_platforms else 401, body, {"Content-Type": "application/json"})

    with serving(Handler) as url:
        endpoint.url = f"{url}/msi/token"
        yield endpoint


def token() -> dict[str, str]:
    """Return a token as Entra issues it for storage, but without a signature: Azurite checks only the claims."""
    now = int(time.time())
    claims: dict[str, str | int] = {
        "aud": STORAGE,
        "iss": "https://sts.windows.net/00000000-0000-0000-0000-000000000000/",
        "iat": now,
        "nbf": now - 60,
        "exp": now + 3600,
    }
    parts = [json.dumps(part).encode() for part in ({"typ": "JWT", "alg": "RS256"}, claims)] + [b"no signature"]
    encoded = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    return {"access_token": encoded, "expires_on": str(now + 3600), "token_type": "Bearer", "resource": STORAGE}


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a self-signed certificate for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = folder / "certificate.pem", folder / "key.pem"
    written[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    written[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return written


def test_managed_identity_opens_a_storage_without_a_key(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    others = {name: value for name, value in os.environ.items() if not name.startswith(("AzureWebJobs", "AZURE_"))}
    tls = ["--oauth", "basic", "--cert", str(certificate), "--key", str(key)]
    azurite = start_azurite(REPOSITORY, tmp_path / "data", tmp_path / "azurite.log", options=tls)
    try:
        with identity_endpoint() as endpoint:
            settings = {
                # As infra/modules/function-app.bicep gives them to the app.
                "AzureWebJobsStorage__blobServiceUri": f"https://127.0.0.1:{azurite.ports['blob']}/devstoreaccount1",
                "AzureWebJobsStorage__credential": "managedidentity",
                "AzureWebJobsStorage__clientId": CLIENT_ID,
                "IDENTITY_ENDPOINT": endpoint.url,
                "IDENTITY_HEADER": IDENTITY_HEADER,
                "SSL_CERT_FILE": str(certificate),
            }
            stored = subprocess.run(
                [sys.executable, "-W", "error", "-m", "tests.contract.blob_by_identity", "one"],
                cwd=REPOSITORY,
                env={**others, **settings},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
    finally:
        azurite.child.stop()

    assert (stored.returncode, stored.stdout) == (0, "by identity\n"), stored.stderr
    (asked,) = endpoint.asked
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["resource"] == [STORAGE]
