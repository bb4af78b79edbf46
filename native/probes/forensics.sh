# shellcheck shell=sh
# needs: lib/limit.sh lib/bounded.sh lib/journal.sh
# What happened at the last boots: which deployment each ran, what became of staged updates at shutdown, greenboot, rollbacks,
# auto-updates, and the worst of the journal, in one round trip. Reads only; every frame is bounded in time and size.
# What each frame holds: shared/parse/forensics.ts. Arguments: the root folder of the tree to read, empty but in tests; `report`, or
# `bundle` for what an incident bundle has besides.

QUICK=10 # seconds
SLOW=30 # seconds, for what may read the whole journal
LOTS=1500000 # bytes
MUCH=600000 # bytes
SOME=60000 # bytes

# Fields of an entry. The journal itself leaves out values of more than 4096 bytes.
FIELDS=MESSAGE,MESSAGE_ID,F_MESSAGE_ID,PRIORITY,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT,UNIT,JOB_TYPE,JOB_RESULT,UNIT_RESULT
FIELDS=$FIELDS,EXIT_CODE,EXIT_STATUS,DEPLOYMENT_PATH,OSTREE_CHECKSUM,OSTREE_DEPLOYSERIAL,OSTREE_OSNAME
FIELDS=$FIELDS,ETC_N_MODIFIED,ETC_N_REMOVED,ETC_N_ADDED,F_BOOTC_IMAGE_REFERENCE,F_BOOTC_MANIFEST_DIGEST,BOOTC_MANIFEST_DIGEST
FIELDS=$FIELDS,F_BOOTC_OSTREE_COMMIT,BOOTC_OSTREE_COMMIT,F_BOOTC_ROLLBACK_TYPE,BOOTC_ROLLBACK_TYPE,SHUTDOWN,_COMM,_UID,_AUDIT_LOGINUID

main() {
  ROOT=${1:-}
  frame identity read_identity
  frame boots read_boots
  list_boots # sets LIST, newest first
  frame deployments read_deployments
  frame command-lines read_command_lines
  frame boot-links read_boot_links
  frame events read_events
  frame auto-updates read_auto_updates
  frame errors read_errors
  frame stamp read_stamp
  frame boot-status read_boot_status
  frame greenboot-conf read_greenboot_conf
  frame systemd read_systemd
  frame crashes read_crashes
  if [ "${2:-report}" = bundle ]; then read_bundle; fi
}

# Everything that decides what is booted, newest first: the units by what they say and by what systemd says of them, then events.
read_events() {
  set --
  for unit in ostree-finalize-staged ostree-boot-complete bootc-finalize-staged greenboot-healthcheck greenboot-status \
    greenboot-rpm-ostree-grub2-check-fallback greenboot-grub2-set-counter greenboot-set-rollback-trigger \
    redboot-auto-reboot redboot-task-runner emergency rescue; do
    set -- "$@" "_SYSTEMD_UNIT=$unit.service" + "UNIT=$unit.service" +
  done
  # Came up, goes down. Finalizing, /etc merged, deployment complete. Staged, rolled back (the field of bootc before 1.8, and since).
  # Startup finished, shutdown asked for, journal stopped.
  journal "$LOTS" -r -n 1500 "$@" UNIT=multi-user.target + UNIT=shutdown.target + \
    MESSAGE_ID=e8646cd63dff4625b77909a8e7a40994 + MESSAGE_ID=d3863baec13e4449ab0384684a8af3a7 + \
    MESSAGE_ID=dd440e3e549083b63d0efc7dc15255f1 + \
    F_MESSAGE_ID=8f7a2b1c3d4e5f6a7b8c9d0e1f2a3b4c + \
    F_MESSAGE_ID=26f3b1eb24464d12aa5e7b544a6b5468 + MESSAGE_ID=26f3b1eb24464d12aa5e7b544a6b5468 + \
    MESSAGE_ID=b07a249cd024414a82dd00cd181378ff + MESSAGE_ID=98268866d1d54a499c4e98921d93bc40 + \
    MESSAGE_ID=d93fb3c9c24d451a97cea615ce59c00b
}

# The units that update by themselves talk much, so they have a bound of their own.
read_auto_updates() {
  set --
  for unit in bootc-fetch-apply-updates rpm-ostreed-automatic uupd ublue-update; do
    set -- "$@" "_SYSTEMD_UNIT=$unit.service" + "UNIT=$unit.service" +
  done
  journal "$MUCH" -r -n 300 "$@" UNIT=zincati.service + UNIT=flightctl-agent.service
}

# `== <boot id>`, then its entries of priority err and worse, the last ones.
read_errors() {
  for boot in $LIST; do
    printf '\n== %s\n' "$boot"
    journal "$SOME" -b "$boot" -p 3 -n 60
  done
  return 0
}

# Written by a finalization that failed; the next boot takes it away.
read_stamp() {
  [ -e "$ROOT/boot/ostree/finalize-failure.stamp" ] || return 0
  bounded 4096 cat "$ROOT/boot/ostree/finalize-failure.stamp"
}

read_boot_status() {
  for file in "$ROOT/run/motd.d/boot-status" "$ROOT/etc/motd.d/boot-status"; do
    [ -e "$file" ] || continue
    bounded 4096 cat "$file"
    return
  done
}

read_greenboot_conf() {
  [ -e "$ROOT/etc/greenboot/greenboot.conf" ] || return 0
  bounded 8192 cat "$ROOT/etc/greenboot/greenboot.conf"
}

read_systemd() {
  need systemctl || return
  limit "$QUICK" systemctl show --no-pager -p SoftRebootsCount
  limit "$QUICK" systemctl show --no-pager -p Id,LoadState,ActiveState,Result ostree-boot-complete.service greenboot-healthcheck.service
}

# Names of what a kernel that died has left.
read_crashes() {
  for file in "$ROOT"/sys/fs/pstore/* "$ROOT"/var/lib/systemd/pstore/*; do
    if [ -e "$file" ]; then printf '%s\n' "${file#"$ROOT"}"; fi
  done
}

# What is not judged, only looked at by people: one file of the bundle each.
read_bundle() {
  frame text-journal-this-boot bounded "$LOTS" journalctl_quietly -b 0 -o short-iso -n 4000
  frame text-journal-previous-boot bounded "$LOTS" journalctl_quietly -b -1 -o short-iso -n 4000
  frame text-bootc-status bounded "$MUCH" run_if_there "$SLOW" bootc status --format=json --format-version=1
  frame text-ostree-status bounded "$SOME" run_if_there "$QUICK" ostree admin status
  frame text-rpm-ostree-status bounded "$MUCH" run_if_there "$SLOW" rpm-ostree status --json
  frame text-etc-changes bounded "$MUCH" run_if_there "$SLOW" ostree admin config-diff
  frame text-units bounded "$SOME" run_if_there "$QUICK" systemctl list-units --failed --no-pager --plain
  frame text-timers bounded "$SOME" run_if_there "$QUICK" systemctl list-timers --all --no-pager
  frame text-disks bounded "$SOME" run_if_there "$QUICK" df -P -k
  frame text-boot-entries bounded "$SOME" read_boot_entries
  frame text-system bounded "$SOME" read_system
}

# run_if_there SECONDS COMMAND [ARGUMENT…]
run_if_there() {
  need "$2" || return
  limit "$@"
}

read_boot_entries() {
  for file in "$ROOT"/boot/loader/entries/*.conf; do
    [ -e "$file" ] || continue
    printf '== %s\n' "${file#"$ROOT"}"
    cat "$file"
  done
}

read_system() {
  for file in /etc/os-release /proc/cmdline /proc/uptime; do
    printf '== %s\n' "$file"
    cat "$ROOT$file"
  done
  for tool in bootc ostree rpm-ostree systemctl; do
    has "$tool" || continue
    printf '== %s --version\n' "$tool"
    limit "$QUICK" "$tool" --version
  done
}

main "$@"
