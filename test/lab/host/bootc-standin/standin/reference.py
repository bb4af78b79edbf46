"""References of container images, as origin files and as bootc write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .failures import Failure

TRANSPORTS = ("registry", "oci", "oci-archive", "docker-archive", "docker-daemon", "containers-storage", "dir")
CONTAINER_POLICY = "containerPolicy"


@dataclass(frozen=True)
class ImageReference:
    """`signature`: None, `containerPolicy`, or the name of an ostree remote as `remote:NAME`."""

    image: str
    transport: str = "registry"
    signature: str | None = None

    def pull_spec(self) -> str:
        """As skopeo wants it: `docker://quay.io/acme/os:stable`, `oci:/path`."""
        return f"docker://{self.image}" if self.transport == "registry" else f"{self.transport}:{self.image}"

    def to_origin(self) -> str:
        """As it stands after `container-image-reference=`."""
        if self.signature == CONTAINER_POLICY:
            return f"ostree-image-signed:{self.pull_spec()}"
        if self.signature is not None:
            return f"ostree-remote-image:{self.signature.removeprefix('remote:')}:{self.pull_spec()}"
        if self.transport == "registry":
            return f"ostree-unverified-registry:{self.image}"
        return f"ostree-unverified-image:{self.pull_spec()}"

    def brief(self) -> str:
        """As in most sentences of bootc: the bare name where there is nothing more to say."""
        plain = self.signature is None and self.transport == "registry"
        return self.image if plain else self.to_origin()

    def to_json(self) -> dict[str, object]:
        """As in `bootc status`."""
        known: dict[str, object] = {"image": self.image, "transport": self.transport}
        if self.signature == CONTAINER_POLICY:
            known["signature"] = CONTAINER_POLICY
        elif self.signature is not None:
            known["signature"] = {"ostreeRemote": self.signature.removeprefix("remote:")}
        return known

    def with_tag(self, tag: str) -> ImageReference:
        """Another tag of the same repository; a digest is dropped."""
        name = self.image.partition("@")[0]
        folder, slash, last = name.rpartition("/")
        return replace(self, image=f"{folder}{slash}{last.partition(':')[0]}:{tag}")

    def ref(self) -> str:
        """The ostree ref under which the newest pulled image of this reference is kept; spelled as ostree's containers do."""
        spec = self.pull_spec()

        def escape(match: re.Match[str]) -> str:
            at = match.start()
            single = match[0] == "/" and 0 < at < len(spec) - 1 and "/" not in (spec[at - 1], spec[at + 1])
            return "/" if single else f"_{ord(match[0]):02X}_"

        return "ostree/container/image/" + re.sub(r"[^A-Za-z0-9-]", escape, spec)


def from_origin(text: str) -> ImageReference:
    """Reads what stands after `container-image-reference=`. Raises Failure for anything else."""
    scheme, colon, rest = text.partition(":")
    signature = None
    if scheme == "ostree-image-signed":
        signature = CONTAINER_POLICY
    elif scheme in ("ostree-remote-image", "ostree-remote-registry"):
        remote, colon, rest = rest.partition(":")
        signature = f"remote:{remote}"
    elif scheme not in ("ostree-unverified-image", "ostree-unverified-registry"):
        raise Failure(f"Invalid ostree image reference: {text}")
    if not colon or not rest:
        raise Failure(f"Missing ':' in {text}")
    if scheme.endswith("-registry"):
        return ImageReference(rest, "registry", signature)
    return from_pull_spec(rest, signature)


def from_pull_spec(text: str, signature: str | None = None) -> ImageReference:
    """Reads `docker://…`, `oci:/path` and so on."""
    if text.startswith("docker://"):
        return ImageReference(text.removeprefix("docker://"), "registry", signature)
    transport, _, name = text.partition(":")
    return ImageReference(name, checked_transport(transport), signature)


def checked_transport(name: str) -> str:
    """The transport of that name; Failure, in bootc's words, for a name that is none."""
    if name == "docker":
        return "registry"
    if name not in TRANSPORTS:
        raise Failure(f"Unknown transport '{name}'")
    return name
