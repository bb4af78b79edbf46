"""Pulled images, and what a host remembers of them.

An image is pulled as bootc pulls it: its content is a commit (here the one that the label `ostree.commit` names), on top of
which the host writes a *merge commit* of its own: the same tree, and in its metadata what bootc keeps there:

    version                      the image's version, so that `ostree admin status` shows it
    ostree.manifest-digest       sha256:… of the manifest
    ostree.manifest              the manifest, JSON
    ostree.container.image-config  the configuration, JSON: version, timestamp and architecture are read from it

The merge commit is what gets deployed, so this is found for every deployment, after every reboot, and without bootc too:
`ostree show --print-metadata-key=ostree.manifest-digest <checksum>`. The newest pulled image of a reference is the ref
`ostree/container/image/<escaped reference>`. A merge commit has the image's time and no parent: it is the same on all hosts.

Two things are kept in files, below /ostree/bootc/standin: `layers/<hex>`, one for each layer that was downloaded (real
bootc has a ref for each), and `cached-updates/<merge commit>.json` (real bootc: detached metadata of the commit).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property

from .failures import Failure
from .ostree import Ostree
from .reference import ImageReference

DIGEST_KEY = "ostree.manifest-digest"
MANIFEST_KEY = "ostree.manifest"
CONFIG_KEY = "ostree.container.image-config"


@dataclass(frozen=True)
class Layer:
    """A blob of an image. `kind`: `ostree chunk` for those that an ostree commit was split into, else `layer`."""

    digest: str
    size: int
    kind: str


@dataclass(frozen=True)
class Image:
    """An image in a registry, known by its manifest and its configuration (both JSON, as they came)."""

    digest: str
    manifest_text: str
    config_text: str

    @cached_property
    def labels(self) -> dict[str, str]:
        """Labels of the configuration."""
        return json.loads(self.config_text).get("config", {}).get("Labels") or {}

    @property
    def version(self) -> str | None:
        """The image's version, if its maker gave one."""
        return self.labels.get("org.opencontainers.image.version") or self.labels.get("version")

    @property
    def timestamp(self) -> str | None:
        """When it was built, RFC 3339."""
        return self.labels.get("org.opencontainers.image.created") or json.loads(self.config_text).get("created")

    @property
    def architecture(self) -> str:
        """OCI's name of it."""
        return json.loads(self.config_text).get("architecture", "")

    @property
    def content(self) -> str:
        """The ostree commit that holds what its layers hold."""
        commit = self.labels.get("ostree.commit")
        if commit is None:
            raise Failure("the lab's stand-in for bootc only knows images with the label ostree.commit; this one has none")
        return commit

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """In the order of the manifest."""
        last_chunk = self.labels.get("ostree.final-diffid")
        diffs = json.loads(self.config_text).get("rootfs", {}).get("diff_ids", [])
        chunks = diffs.index(last_chunk) + 1 if last_chunk in diffs else 0
        return tuple(
            Layer(layer["digest"], int(layer["size"]), "ostree chunk" if at < chunks else "layer")
            for at, layer in enumerate(json.loads(self.manifest_text)["layers"])
        )


class ImageStore:
    """The pulled images of one sysroot."""

    def __init__(self, ostree: Ostree) -> None:
        self.ostree = ostree
        self.folder = os.path.join(ostree.root, "ostree/bootc")

    def pulled(self, reference: ImageReference) -> str | None:
        """The merge commit of the newest pulled image of a reference."""
        return self.ostree.resolve(reference.ref())

    def read(self, commit: str) -> Image:
        """The image that a merge commit was made of."""
        texts = [self.ostree.metadata(commit, key) for key in (DIGEST_KEY, MANIFEST_KEY, CONFIG_KEY)]
        digest, manifest, config = texts
        if digest is None or manifest is None or config is None:
            raise Failure(f"Querying image commit: Missing metadata key {DIGEST_KEY} on commit {commit}")
        return Image(digest, manifest, config)

    def write(self, reference: ImageReference, image: Image) -> str:
        """Writes the merge commit of an image whose content has been pulled, and its ref."""
        metadata = {DIGEST_KEY: image.digest, MANIFEST_KEY: image.manifest_text, CONFIG_KEY: image.config_text}
        if image.version is not None:
            metadata["version"] = image.version
        printed = self.ostree.in_repo(
            "commit",
            f"--branch={reference.ref()}",
            f"--tree=ref={image.content}",
            "--parent=none",
            "--no-bindings",
            f"--timestamp={image.timestamp or '1970-01-01T00:00:00Z'}",
            f"--subject={image.digest}",
            *(f"--add-metadata-string={key}={value}" for key, value in metadata.items()),
        )
        return printed.strip().rpartition("\n")[2]

    def has_layer(self, digest: str) -> bool:
        """Whether a layer was downloaded before."""
        return os.path.exists(self._layer(digest))

    def keep_layer(self, layer: Layer) -> None:
        """Remembers that a layer has been downloaded. Its content is in the repository once the commit is pulled."""
        os.makedirs(os.path.dirname(self._layer(layer.digest)), exist_ok=True)
        with open(self._layer(layer.digest), "w", encoding="ascii") as file:
            file.write(f"{layer.size}\n")

    def layers(self) -> dict[str, int]:
        """Digests and sizes of all downloaded layers."""
        folder = os.path.join(self.folder, "standin/layers")
        known = {}
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            with open(os.path.join(folder, name), encoding="ascii") as file:
                known[f"sha256:{name}"] = int(file.read())
        return known

    def drop_layer(self, digest: str) -> None:
        """Forgets a layer that no image needs."""
        os.unlink(self._layer(digest))

    def cached_update(self, commit: str) -> Image | None:
        """What the last look at the registry found for the image of this commit."""
        try:
            with open(self._cached_update(commit), encoding="utf-8") as file:
                known = json.load(file)
        except FileNotFoundError:
            return None
        return Image(known["digest"], known["manifest"], known["config"])

    def keep_cached_update(self, commit: str, image: Image) -> None:
        """Remembers what the registry has."""
        path = self._cached_update(commit)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            json.dump({"digest": image.digest, "manifest": image.manifest_text, "config": image.config_text}, file)
        os.rename(f"{path}.new", path)

    def drop_cached_updates(self, commits: set[str]) -> None:
        """Forgets what was found for all but these."""
        folder = os.path.dirname(self._cached_update(""))
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.removesuffix(".json") not in commits:
                os.unlink(os.path.join(folder, name))

    def touch(self) -> None:
        """bootc's sign that something has changed: the time of /ostree/bootc."""
        os.makedirs(self.folder, exist_ok=True)
        os.utime(self.folder)

    def _layer(self, digest: str) -> str:
        return os.path.join(self.folder, "standin/layers", digest.removeprefix("sha256:"))

    def _cached_update(self, commit: str) -> str:
        return os.path.join(self.folder, "standin/cached-updates", f"{commit}.json")
