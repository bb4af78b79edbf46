"""The verbs of rpm-ostree that change the host. All run as the one transaction, with the sysroot locked. Exit codes."""

from __future__ import annotations

from standin.deployments import require_reordering
from standin.failures import Failure
from standin.output import err, out

from .update import Target, Updater, finish

UNCHANGED = 77


def upgrade(options: set[str], _operands: list[str]) -> int:
    """`rpm-ostree upgrade`."""
    if "trigger-automatic-update-policy" in options:
        policy = automatic_policy()
        if policy == "none":
            return 0
        options = options | {"check": {"check"}, "apply": {"reboot"}}.get(policy, set())
    updater = Updater()
    newest = updater.newest
    target = Target.of_deployment(newest)
    if options & {"check", "preview"}:
        return tell_update(updater, target)
    if updater.find(target)[0] == updater.deployed(newest):
        out("No upgrade available.")
        return UNCHANGED if "unchanged-exit-77" in options else 0
    commit = updater.pull(target)
    if "download-only" in options:
        out("Downloaded.")
        return 0
    bring(updater, target, commit, options)
    return 0


def automatic_policy() -> str:
    """`AutomaticUpdatePolicy` of rpm-ostreed.conf: none, check, stage or apply."""
    import configparser

    settings = configparser.ConfigParser()
    settings.read("/etc/rpm-ostreed.conf")
    policy = settings.get("Daemon", "AutomaticUpdatePolicy", fallback="none")
    if policy not in ("none", "check", "stage", "apply"):
        raise Failure(f"Invalid value for AutomaticUpdatePolicy: '{policy}'")
    return policy


def tell_update(updater: Updater, target: Target) -> int:
    """`--check` and `--preview`: 77 where there is nothing new."""
    err("note: --check and --preview may be unreliable.  See https://github.com/coreos/rpm-ostree/issues/1579")
    found, version = updater.find(target)
    if found == updater.deployed(updater.newest):
        out("No updates available.")
        return UNCHANGED
    out("AvailableUpdate:")
    if version:
        out(f"        Version: {version}")
    out(f"         {'Digest' if found.startswith('sha256:') else 'Commit'}: {found}")
    return 0


def rebase(options: set[str], operands: list[str]) -> int:
    """`rpm-ostree rebase REF`."""
    if len(operands) != 1:
        raise Failure("rebase: the stand-in wants one REFSPEC or container image reference")
    updater = Updater()
    target = Target.of(operands[0])
    if target == Target.of_deployment(updater.newest):
        raise Failure(f"Old and new refs are equal: {target.value}")
    bring(updater, target, updater.pull(target), options)
    return 0


def bring(updater: Updater, target: Target, commit: str, options: set[str]) -> None:
    """Stages a commit and tells what comes with it."""
    updater.stage(target, commit, hold="lock-finalization" in options)
    updater.print_difference(updater.host.slots.booted.checksum, commit)
    finish("reboot" in options)


def rollback(options: set[str], _operands: list[str]) -> int:
    """`rpm-ostree rollback`: a toggle, but never over something staged."""
    updater = Updater()
    slots = updater.host.slots
    if slots.staged is not None:
        raise Failure("Staged deployment (remove with cleanup -p)")
    if slots.rollback is None:
        raise Failure("No rollback deployment found")
    require_reordering(updater.ostree)
    first = slots.booted if slots.rollback_queued else slots.rollback
    out(f"Moving '{first.checksum}.{first.serial}' to be first deployment")
    updater.ostree.admin("set-default", str(first.index))
    updater.print_difference(updater.newest.checksum, first.checksum)
    finish("reboot" in options)
    return 0


def cleanup(options: set[str], _operands: list[str]) -> int:
    """`rpm-ostree cleanup`."""
    if not options & {"pending", "rollback", "base", "repomd"}:
        raise Failure("At least one cleanup operation must be specified")
    updater = Updater()
    slots = updater.host.slots
    queued = slots.rollback if slots.rollback_queued else None
    doomed = []
    if "pending" in options:
        doomed += [each for each in (slots.staged, queued) if each]
    if "rollback" in options and slots.rollback is not None and queued is None:
        doomed.append(slots.rollback)
    # From the end, so that the indexes of those before stay what they are.
    for each in sorted(doomed, key=lambda deployment: -deployment.index):
        updater.ostree.admin("undeploy", str(each.index))
    if doomed:
        out(f"Bootloader updated; deployment count change: -{len(doomed)}")
    else:
        out("Deployments unchanged.")
    if "base" in options:
        updater.ostree.admin("cleanup")
    return 0
