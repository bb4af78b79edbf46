"""The verbs by their names, and what each needs before it may run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from .arguments import Flag, HelpWanted, UsageError, Verb, parse, print_help, tell_usage
from .environment import in_container, is_ostree_booted, prepare_for_write, require_booted
from .failures import Failure, Refusal, context
from .lock import let_children_work, locked
from .output import err, out, program, write
from .versions import Version, played

PROGRESS = Flag("progress-fd", "value", hidden=True)
SOFT_REBOOT = Flag("soft-reboot", "value", since="soft reboot", values=("required", "auto"), help="Prefer a soft reboot")
QUIET = Flag("quiet", help="Don't display progress")
APPLY = Flag("apply", help="Restart or reboot into the new target image")

STATUS = Verb(
    "status",
    "Display status",
    (
        Flag("json", hidden=True),
        Flag("format", "value", values=("humanreadable", "yaml", "json"), help="The output format"),
        Flag("format-version", "value", help="The desired format version"),
        Flag("booted", help="Only display status for the booted deployment"),
        Flag("verbose", since="verbose", help="Include additional fields in human readable format"),
    ),
    short={"-v": "--verbose"},
)
UPGRADE = Verb(
    "upgrade",
    "Download and queue an updated container image to apply",
    (
        QUIET,
        Flag("check", conflicts=("apply", "soft-reboot"), help="Check if an update is available without applying it"),
        APPLY,
        SOFT_REBOOT,
        Flag("download-only", since="download-only", conflicts=("check", "apply"), help="Download without applying"),
        Flag(
            "from-downloaded",
            since="download-only",
            conflicts=("check", "download-only"),
            help="Apply a staged deployment that was previously downloaded",
        ),
        Flag("tag", "value", since="tag", help="Upgrade to a different tag of the currently booted image"),
        PROGRESS,
    ),
    aliases=("update",),
)
SWITCH = Verb(
    "switch",
    "Target a new container image reference to boot",
    (
        QUIET,
        APPLY,
        SOFT_REBOOT,
        Flag("transport", "value", help="The transport; e.g. registry, oci, oci-archive, containers-storage"),
        Flag("enforce-container-sigpolicy", help="Require a containers-policy.json that is not the default"),
        Flag("retain", help="Retain reference to currently booted image"),
        Flag("no-signature-verification", hidden=True),
        Flag("mutate-in-place", hidden=True),
        Flag("experimental-unified-storage", since="download-only", hidden=True),
        PROGRESS,
    ),
    operand="TARGET",
)
ROLLBACK = Verb(
    "rollback",
    "Change the bootloader entry ordering; the deployment under rollback will be queued",
    (APPLY, SOFT_REBOOT),
)
EDIT = Verb(
    "edit",
    "Apply full changes to the host specification",
    (Flag("filename", "value", help="Use filename to edit system specification"), QUIET),
    short={"-f": "--filename"},
)
OVERLAY = Verb(
    "usr-overlay",
    "Add a transient overlayfs on /usr",
    (Flag("read-only", since="read-only overlay", help="Mount the overlayfs as read-only"),),
    aliases=("usroverlay",),
)
VERBS = (UPGRADE, SWITCH, ROLLBACK, EDIT, STATUS, OVERLAY)
# What only the real program does, and since when it is there.
REFUSED = {
    "install": None,
    "image": None,
    "container": None,
    "internals": None,
    "state": None,
    "config-diff": "config-diff",
    "loader-entries": "loader entries",
    "delete-deployment": "delete deployment",
}

ABOUT = "Deploy and transactionally in-place with bootable container images (the lab's stand-in for bootc)"


def run() -> int:
    """The whole program."""
    version = played()
    words = sys.argv[1:]
    if not words or words[0] in ("--help", "-h", "help"):
        listing = "\n".join(f"  {verb.name:<12}{verb.about}" for verb in VERBS)
        (out if words else err)(f"{ABOUT}\n\nUsage: bootc <COMMAND>\n\nCommands:\n{listing}")
        return 0 if words else 2
    if words[0] in ("--version", "-V"):
        out(f"bootc {version}")
        return 0
    if words[0] in REFUSED and version.has(REFUSED[words[0]]):
        if words[0] == "config-diff":
            raise Failure("ConfigDiff is only supported for composefs backend")
        raise Refusal(f"bootc {words[0]}")
    verb = next((each for each in VERBS if words[0] in (each.name, *each.aliases)), None)
    try:
        if verb is None:
            kind = "unexpected argument" if words[0].startswith("-") else "unrecognized subcommand"
            found = " found" if words[0].startswith("-") else ""
            raise UsageError(f"{kind} '{words[0]}'{found}\n\nUsage: bootc <COMMAND>")
        options = parse(verb, words[1:], version)
    except HelpWanted:
        print_help(verb, version)
        return 0
    except UsageError as error:
        return tell_usage(error)
    ACTIONS[verb.name](version, options)
    return 0


def status(version: Version, options: dict) -> None:
    """`bootc status`: waits for the lock on the sysroot like everything else."""
    from . import render
    from .status import Host, null_host

    with context("Status"):
        if options.get("format-version", "1") not in ("0", "1"):
            raise Failure(f"Unsupported format version: {options['format-version']}")
        if is_ostree_booted() and not in_container():
            prepare_for_write(version)
            with locked():
                host = Host(version).to_json()
        else:
            host = null_host(version)
        if "booted" in options:
            host["status"] = {**host["status"], "staged": None, "rollback": None}
        terminal = "humanreadable" if os.isatty(1) else "yaml"
        wanted = options.get("format") or ("json" if "json" in options else terminal)
        forms = {
            "json": lambda: render.to_json(host, version),
            "yaml": lambda: render.to_yaml(host),
            "humanreadable": lambda: render.to_text(host, version, "verbose" in options),
        }
        write(1, forms[wanted]())


def changing(name: str, label: str) -> Callable[[Version, dict], None]:
    """A verb that changes the host: root, a writable /sysroot, the lock, and errors under the label of the verb."""

    def action(version: Version, options: dict) -> None:
        from . import verbs
        from .status import Host

        if "mutate-in-place" in options or "experimental-unified-storage" in options:
            raise Refusal("bootc switch --mutate-in-place and --experimental-unified-storage")
        # bootc gives an upgrade its label only once the storage is there.
        early = context("Initializing storage")
        if name == "upgrade":
            with early:
                prepare(version)
        else:
            with context(label), early:
                prepare(version)
        with context(label), locked():
            let_children_work()
            getattr(verbs, name)(Host(version), options)

    return action


def prepare(version: Version) -> None:
    """What every change needs first."""
    require_booted()
    prepare_for_write(version)


def overlay(version: Version, options: dict) -> None:
    """`bootc usr-overlay`: becomes `ostree admin unlock`."""
    if not is_ostree_booted():
        raise Failure("usroverlay only applies on booted hosts")
    from .environment import require_root

    require_root(version)
    os.execvp("ostree", ["ostree", "admin", "unlock", *(["--transient"] if "read-only" in options else [])])


ACTIONS: dict[str, Callable[[Version, dict], None]] = {
    "status": status,
    "upgrade": changing("upgrade", "Upgrading"),
    "switch": changing("switch", "Switching"),
    "rollback": changing("rollback", "Rollback"),
    "edit": changing("edit", "Editing spec"),
    "usr-overlay": overlay,
}


def error_prefix() -> str:
    """What stands before an error; also when it is the configuration that is wrong."""
    try:
        return played().error_prefix
    except Failure:
        return "error: "


def main() -> None:
    """Runs it and ends."""
    program(run, error_prefix)
