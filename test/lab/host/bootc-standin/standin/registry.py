"""A registry, asked as skopeo asks it, with skopeo's words when it does not answer as it should. Plain HTTP: lab hosts have
their registry on the same machine."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .failures import Failure
from .images import Image, Layer
from .reference import ImageReference

AUTH_FILES = ("/run/ostree/auth.json", "/etc/ostree/auth.json", "/usr/lib/ostree/auth.json")
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
SILENCE_SECONDS = 60
BLOCK_BYTES = 64 * 1024


class Registry:
    """The registry of one reference, and the repository in it."""

    def __init__(self, reference: ImageReference) -> None:
        name, at, digest = reference.image.partition("@")
        self.host, _, path = name.partition("/")
        folder, slash, last = path.rpartition("/")
        last, _, tag = last.partition(":")
        self.repository = f"{folder}{slash}{last}"
        self.tag = digest if at else tag or "latest"
        self.credentials = credentials_for(self.host)

    @property
    def content_url(self) -> str:
        """Where the lab's registries serve the ostree repository of their images."""
        return f"http://{self.host}/ostree/"

    def headers(self) -> dict[str, str]:
        """What tells who asks."""
        return {"Authorization": f"Basic {self.credentials}"} if self.credentials else {}

    def image(self) -> Image:
        """Manifest and configuration of the image."""
        with self._talk("/v2/"):
            pass
        manifest = self._get(f"manifests/{self.tag}", f"reading manifest {self.tag} in {self.host}/{self.repository}")
        config = json.loads(manifest)["config"]["digest"]
        digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
        return Image(digest, manifest.decode(), self._get(f"blobs/{config}", f"reading blob {config}").decode())

    def download(self, layer: Layer, fetched: Callable[[int], None]) -> None:
        """Fetches a layer and checks that it is what its digest says; `fetched` is told how much is there."""
        url = f"/v2/{self.repository}/blobs/{layer.digest}"
        digest = hashlib.sha256()
        count = 0
        with self._talk(url) as answer:
            if answer.status != 200:
                raise Failure(f"failed to invoke method GetBlob: {self._refusal(answer.status, 'fetching blob')}")
            try:
                while block := answer.read1(BLOCK_BYTES):
                    digest.update(block)
                    count += len(block)
                    fetched(count)
            except http.client.IncompleteRead as error:
                count += len(error.partial)
            if count != layer.size:
                raise Failure(f"failed to invoke method FinishPipe: expected {layer.size} bytes in blob, got {count}")
        if f"sha256:{digest.hexdigest()}" != layer.digest:
            raise Failure("failed to invoke method FinishPipe: corrupted blob, expecting " + layer.digest)

    def _get(self, path: str, doing: str) -> bytes:
        with self._talk(f"/v2/{self.repository}/{path}") as answer:
            if answer.status != 200:
                raise Failure(self._refusal(answer.status, doing))
            return answer.read()

    @staticmethod
    def _refusal(status: int, doing: str) -> str:
        known = {401: "unauthorized: authentication required", 403: "denied: requested access to the resource is denied"}
        known |= {404: "manifest unknown", 429: "toomanyrequests: too many requests"}
        unknown = f"received unexpected HTTP status: {status} {http.client.responses.get(status, '')}"
        return f"{doing}: {known.get(status, unknown)}"

    @contextmanager
    def _talk(self, url: str) -> Iterator[http.client.HTTPResponse]:
        where = f'pinging container registry {self.host}: Get "http://{self.host}/v2/"'
        if url != "/v2/":
            where = f'Get "http://{self.host}{url}"'
        connection = http.client.HTTPConnection(self.host, timeout=SILENCE_SECONDS)
        try:
            connection.request("GET", url, headers={"Accept": MANIFEST_TYPE, **self.headers()})
            yield connection.getresponse()
        except socket.gaierror as error:
            raise Failure(f"{where}: dial tcp: lookup {self.host.partition(':')[0]}: no such host") from error
        except ConnectionRefusedError as error:
            raise Failure(f"{where}: dial tcp {address(self.host)}: connect: connection refused") from error
        except (http.client.RemoteDisconnected, http.client.BadStatusLine) as error:
            raise Failure(f"{where}: EOF") from error
        except ConnectionResetError as error:
            raise Failure(f"{where}: read tcp {address(self.host)}: read: connection reset by peer") from error
        except TimeoutError as error:
            raise Failure(f"{where}: dial tcp {address(self.host)}: i/o timeout") from error
        except OSError as error:
            raise Failure(f"{where}: {(error.strerror or str(error)).lower()}") from error
        finally:
            connection.close()


def address(host: str) -> str:
    """`10.77.0.1:5000`, as Go names what it dials."""
    name, _, port = host.partition(":")
    try:
        return f"{socket.gethostbyname(name)}:{port or 80}"
    except OSError:
        return host


def credentials_for(host: str) -> str | None:
    """User and password for a registry, in base64, from the first file that exists; the others are not looked at."""
    path = next(filter(os.path.exists, AUTH_FILES), None)
    if path is None:
        return None
    try:
        with open(path, encoding="utf-8") as file:
            entry = json.load(file).get("auths", {}).get(host)
        return entry and base64.b64encode(base64.b64decode(entry["auth"])).decode()
    except (ValueError, KeyError, AttributeError) as error:
        raise Failure(f"failed to invoke method OpenImage: error reading JSON file {path!r}: {error}") from error
