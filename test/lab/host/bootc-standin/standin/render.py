"""`bootc status` as JSON, as YAML and for people."""

from __future__ import annotations

import json
import re

from .reference import CONTAINER_POLICY
from .versions import Version

PLAIN = re.compile(r"[A-Za-z0-9/_][A-Za-z0-9 ._/:@+-]*")
# What YAML would read as something else than text.
NUMBERS = r"[-+]?[0-9][0-9_]*(\.[0-9]*)?(e[-+]?[0-9]+)?|0[xo][0-9a-f]+|\.inf|\.nan"
NOT_TEXT = re.compile(rf"(?i)(null|~|true|false|yes|no|on|off|y|n|{NUMBERS})")


def to_json(host: dict[str, object], version: Version) -> str:
    """One line without an end: canonical JSON since bootc 1.5, in the order of the structures before."""
    canonical = version.has("canonical json")
    return json.dumps(host, ensure_ascii=False, separators=(",", ":"), sort_keys=canonical)


def to_yaml(host: dict[str, object]) -> str:
    """As serde_yaml writes it."""
    return "".join(f"{line}\n" for line in mapping(host))


def mapping(value: dict[str, object]) -> list[str]:
    """A block mapping."""
    lines: list[str] = []
    for key, item in value.items():
        if key == "signature" and isinstance(item, dict):
            lines.append(f"{key}: !ostreeRemote {scalar(item['ostreeRemote'])}")
        elif isinstance(item, dict) and item:
            lines += [f"{key}:", *(f"  {line}" for line in mapping(item))]
        elif isinstance(item, list) and item:
            lines.append(f"{key}:")
            for each in item:
                first, *rest = mapping(each)
                lines += [f"- {first}", *(f"  {line}" for line in rest)]
        else:
            lines.append(f"{key}: {scalar(item)}")
    return lines


def scalar(value: object) -> str:
    """A value on its line; quoted where YAML needs it."""
    if isinstance(value, str):
        plain = PLAIN.fullmatch(value) and not NOT_TEXT.fullmatch(value) and ": " not in value and value[-1] not in ": "
        return value if plain else "'" + value.replace("'", "''") + "'"
    return json.dumps(value)


def to_text(host: dict, version: Version, verbose: bool) -> str:
    """For people; not to be parsed."""
    status = host["status"]
    if status["booted"] is None:
        return "System is not deployed via bootc.\n"
    named = [("staged", status["staged"]), ("booted", status["booted"]), ("rollback", status["rollback"])]
    entries = named + [("other", entry) for entry in status.get("otherDeployments", [])]
    blocks = [slot(name, entry, status, version, verbose) for name, entry in entries if entry]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def slot(name: str, entry: dict, status: dict, version: Version, verbose: bool) -> list[str]:
    """A deployment: a title, and rows whose names end where the title does."""
    image = entry["image"]
    kind = "image" if image else "ostree"
    title = {"booted": f"● Booted {kind}", "other": f"   Other {kind}" if image else f" Other {kind}"}
    prefix = title.get(name, f"  {name.capitalize()} {kind}")
    rows: list[tuple[str, str]] = []
    if image:
        reference = image["image"]
        transport = "" if reference["transport"] == "registry" else f"{reference['transport']}:"
        head = f"{prefix}: {transport}{reference['image']}"
        architecture = f" ({image['architecture']})" if "architecture" in image else ""
        rows.append(("Digest", f"{image['imageDigest']}{architecture}"))
        rows += dated("Version", "Timestamp", image)
    else:
        head = prefix
        rows.append(("Commit", entry["ostree"]["checksum"]))
    if entry["pinned"]:
        rows.append(("Pinned", "yes"))
    cached = entry["cachedUpdate"]
    if cached and version.has("update rows") and cached["imageDigest"] != image["imageDigest"]:
        rows += dated("UpdateVersion", "", cached) or [("Update", "Available")]
        rows.append(("UpdateDigest", cached["imageDigest"]))
    overlay = status.get("usrOverlay")
    if name == "booted" and overlay:
        mode = {"readOnly": "read-only", "readWrite": "read/write"}[overlay["accessMode"]]
        rows.append(("/usr overlay", f"{overlay['persistence']}, {mode}"))
    if verbose:
        rows += details(name, entry)
    return [head, *(f"{row:>{len(prefix)}}: {value}" for row, value in rows)]


def dated(name: str, otherwise: str, image: dict) -> list[tuple[str, str]]:
    """The version with its time, or the time alone."""
    time = None if image["timestamp"] is None else re.sub(r"\.\d+Z$", "Z", image["timestamp"])
    if image["version"] is not None:
        return [(name, image["version"] + (f" ({time})" if time else ""))]
    return [(otherwise, time)] if time and otherwise else []


def details(name: str, entry: dict) -> list[tuple[str, str]]:
    """What --verbose adds."""
    ostree = entry["ostree"]
    rows = [("StateRoot", ostree["stateroot"]), ("Deploy serial", str(ostree["deploySerial"]))]
    rows.append(("Staged", "yes" if name == "staged" else "no"))
    if entry["image"]:
        rows.append(("Commit", ostree["checksum"]))
        signature = entry["image"]["image"].get("signature")
        if signature == CONTAINER_POLICY:
            rows.append(("Signature", "container-policy"))
        elif signature:
            rows.append(("Signature", f"ostree-remote:{signature['ostreeRemote']}"))
    if "softRebootCapable" in entry:
        rows.append(("Soft-reboot", "yes" if entry["softRebootCapable"] else "no"))
    if name == "staged" and "downloadOnly" in entry:
        rows.append(("Download-only", "yes" if entry["downloadOnly"] else "no"))
    return rows
