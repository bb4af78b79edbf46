# shellcheck shell=sh
# needs: lib/limit.sh lib/changes.sh
# Everything Berth shows of a host, in one round trip. Reads only: no file is written, nothing is installed. Every reader
# may fail alone and says why by its exit code and stderr: 127 the tool is missing, 124 it did not end in time.
# What each frame holds: shared/parse/facts.ts. Arguments: the root folder of the tree to read, empty but in tests; how to become
# root (auto | none | sudo | doas | run0).

QUICK=10 # seconds for readers that answer at once unless the host is ill
SLOW=20  # seconds for those that take a lock or start a daemon
BUSY=5   # seconds for these where the lock is likely to be held

main() {
  ROOT=${1:-}
  case ${2:-auto} in
    auto) TOOLS='sudo doas run0' ;;
    none) TOOLS= ;;
    *) TOOLS=$2 ;;
  esac
  USER_ID=$(id -u 2>/dev/null) || USER_ID=unknown
  ACCESS=none
  AS_ROOT=sudo
  [ "$USER_ID" = 0 ] && ACCESS=root

  frame identity read_identity
  frame cmdline read_first_file /proc/cmdline
  frame os-release read_first_file "$ROOT/etc/os-release" "$ROOT/usr/lib/os-release"
  if [ "$ACCESS" != root ]; then frame sudo try_root; fi
  frame tools read_tools
  frame changes read_changes "$ROOT"
  frame kernels read_kernels
  frame kernel-files read_kernel_files
  frame boot-entries read_boot_entries
  frame boot-links read_boot_links
  frame staged-deployment read_staged_deployment
  frame image-arguments read_image_arguments
  frame origins read_origins
  frame disks read_disks
  frame reboot-required read_reboot_required
  frame failed-units read_failed_units
  frame auto-update read_auto_update
  frame rpm-ostreed-conf read_first_file "$ROOT/etc/rpm-ostreed.conf" /dev/null
  frame greenboot read_greenboot
  frame boot-status read_first_file "$ROOT/run/motd.d/boot-status" "$ROOT/etc/motd.d/boot-status" /dev/null
  frame grubenv read_grubenv

  # What stands in for bootc, where bootc cannot be expected to answer everything.
  frame ostree read_ostree_json
  if [ "$OSTREE_RESULT" -ne 0 ]; then frame ostree-text read_ostree_text; fi
  ASKED_OTHERS=no
  if ! has bootc || [ "$ACCESS" = none ] || ! only_plain_images; then ask_others; fi
  # The slow one last: whatever becomes of it, all else is known. While an operation runs it waits for nothing.
  case $(read_operations 2>/dev/null) in berth-*) SLOW=$BUSY ;; esac
  frame bootc read_bootc
  if [ "$BOOTC_RESULT" -ne 0 ]; then ask_others; fi
  # After it: the unit of an operation lives on for a moment when it has ended.
  frame operations read_operations
}

ask_others() {
  [ "$ASKED_OTHERS" = yes ] && return
  ASKED_OTHERS=yes
  frame rpm-ostree read_rpm_ostree
  frame digests read_digests
}

# first_line FILE: its first line in $LINE, without any tool; empty where it cannot be read.
first_line() {
  LINE=
  { IFS= read -r LINE <"$1"; } 2>/dev/null
  return 0
}

# read_first_file FILE…: the first one that exists.
read_first_file() {
  for file in "$@"; do
    [ -e "$file" ] || continue
    if has cat; then
      cat "$file"
    else
      while IFS= read -r LINE || [ -n "$LINE" ]; do printf '%s\n' "$LINE"; done <"$file"
    fi
    return
  done
  printf '%s: no such file\n' "$1" >&2
  return 1
}

read_identity() {
  first_line /proc/sys/kernel/hostname && printf 'hostname=%s\n' "$LINE"
  first_line "$ROOT/etc/machine-id" && printf 'machine-id=%s\n' "$LINE"
  first_line /proc/sys/kernel/osrelease && printf 'kernel=%s\n' "$LINE"
  printf 'architecture=%s\n' "$(uname -m 2>/dev/null)"
  first_line /proc/sys/kernel/random/boot_id && printf 'boot-id=%s\n' "$LINE"
  first_line /proc/uptime && printf 'uptime=%s\n' "$LINE"
  if [ -e "$ROOT/run/ostree-booted" ]; then printf 'ostree-booted=yes\n'; fi
  printf 'user-id=%s\n' "$USER_ID"
  printf 'user=%s\n' "$(id -un 2>/dev/null)"
}

# Whether anything lets us become root without a password: sudo, and where that is missing doas or run0. The exit code tells;
# stderr has the reason. `by=<tool>` when it works.
try_root() {
  for tool in $TOOLS; do
    has "$tool" || continue
    AS_ROOT=$tool
    # run0 would talk to a terminal that is not there.
    case $tool in run0) set -- run0 --no-ask-password ;; *) set -- "$tool" -n ;; esac
    limit_outside "$QUICK" "$@" true || return
    ACCESS=sudo
    printf 'by=%s\n' "$tool"
    return
  done
  if [ -z "$TOOLS" ]; then
    printf 'not wanted\n' >&2
    return 77
  fi
  need "$TOOLS"
}

# as_root SECONDS COMMAND [ARGUMENT…]: through what try_root has found.
as_root() {
  as_root_seconds=$1
  shift
  case $AS_ROOT in
    run0) limit_outside "$as_root_seconds" run0 --no-ask-password "$@" ;;
    *) limit_outside "$as_root_seconds" "$AS_ROOT" -n "$@" ;;
  esac
}

read_tools() {
  tool bootc --version
  tool rpm-ostree --version
  tool ostree --version
  tool systemctl --version
  tool systemd-run
  tool sudo
}

# tool NAME [ARGUMENT]: `== NAME` where it exists, then what it says of its version.
tool() {
  has "$1" || return 0
  printf '\n== %s\n' "$1"
  if [ "$#" -gt 1 ]; then limit "$QUICK" "$@" 2>&1; fi
}

# `<deployment id> <kernel release>` for each deployment on disk (ostree).
read_kernels() {
  for deployment in "$ROOT"/ostree/deploy/*/deploy/*.[0-9]*; do
    for modules in "$deployment"/usr/lib/modules/*; do
      if [ -e "$modules/vmlinuz" ]; then printf '%s %s\n' "${deployment##*/}" "${modules##*/}"; fi
    done
  done
}

# `<bytes> <path>` of each kernel and initramfs in a deployment on disk (ostree): what /boot must have room for.
read_kernel_files() {
  set --
  for modules in "$ROOT"/ostree/deploy/*/deploy/*.[0-9]*/usr/lib/modules/*; do
    [ -e "$modules/vmlinuz" ] || continue
    set -- "$@" "$modules/vmlinuz"
    [ -e "$modules/initramfs.img" ] && set -- "$@" "$modules/initramfs.img"
  done
  [ "$#" -eq 0 ] && return
  need stat && stat -L -c '%s %n' "$@"
}

# `<file>:options <kernel arguments>` of each boot loader entry, and `<file>:x-options-source-berth <arguments>`, those among them that
# Berth had bootc add; entries in entries.staged wait for the next boot (composefs).
# Hardened hosts show them to root alone.
read_boot_entries() {
  need grep || return
  set --
  for folder in "$ROOT/boot/loader/entries" "$ROOT/boot/loader/entries.staged"; do
    [ -d "$folder" ] && set -- "$@" "$folder"
  done
  if [ "$#" -gt 0 ] && [ -r "$1" ]; then
    grep -rHE '^(options|x-options-source-berth)[[:space:]]' "$@"
    entries_result=$?
    # 1: there is nothing in them, which is an answer.
    [ "$entries_result" -eq 1 ] && return 0
    return "$entries_result"
  fi
  if [ "$ACCESS" = sudo ]; then
    as_root "$QUICK" grep -rHE '^(options|x-options-source-berth)[[:space:]]' "$ROOT/boot/loader/entries"
    return
  fi
  printf '%s/boot/loader/entries cannot be read\n' "$ROOT" >&2
  return 1
}

# `<link> <target>`: which deployment the ostree= of a boot loader entry leads to.
read_boot_links() {
  for link in "$ROOT"/ostree/boot.[01]/*/*/*; do
    [ -h "$link" ] || continue
    need readlink || return
    printf '%s ' "$link"
    readlink "$link"
  done
}

# What ostree will do at shutdown, in its own binary form, as hexadecimal bytes; empty where nothing is staged.
read_staged_deployment() {
  [ -e "$ROOT/run/ostree/staged-deployment" ] || return 0
  need od && od -An -v -tx1 "$ROOT/run/ostree/staged-deployment"
}

# `== <deployment id>`, then the kargs.d files of its image (bootc's kernel arguments).
read_image_arguments() {
  for file in "$ROOT"/ostree/deploy/*/deploy/*.[0-9]*/usr/lib/bootc/kargs.d/*.toml; do
    [ -e "$file" ] || continue
    id=${file#"$ROOT"/ostree/deploy/*/deploy/}
    printf '\n== %s\n' "${id%%/*}"
    read_first_file "$file"
  done
}

# `== <stateroot> <deployment id>`, then its origin file, for each deployment on disk (ostree).
read_origins() {
  origins_result=0
  for origin in "$ROOT"/ostree/deploy/*/deploy/*.origin; do
    [ -e "$origin" ] || continue
    stateroot=${origin#"$ROOT/ostree/deploy/"}
    id=${origin##*/}
    printf '\n== %s %s\n' "${stateroot%%/*}" "${id%.origin}"
    read_first_file "$origin" || origins_result=1
  done
  return "$origins_result"
}

# True when every deployment comes from a container image and nothing is layered on any of them.
only_plain_images() {
  plain=1
  for origin in "$ROOT"/ostree/deploy/*/deploy/*.origin; do
    [ -e "$origin" ] || continue
    grep -q '^container-image-reference=' "$origin" 2>/dev/null || return 1
    if grep -Eq '^\[(rpmostree|packages|overrides|modules)\]' "$origin" 2>/dev/null; then return 1; fi
    plain=0
  done
  return "$plain"
}

# `== <path>`, then df of it in kilobytes. A path that is a part of another file system shows that one.
read_disks() {
  need df || return
  disks_result=1
  for path in /sysroot /boot /var /; do
    [ -d "$ROOT$path" ] || continue
    printf '\n== %s\n' "$path"
    if limit "$QUICK" df -P -k "$ROOT$path"; then disks_result=0; fi
  done
  return "$disks_result"
}

# `present`, then the file, where there is one.
read_reboot_required() {
  [ -e "$ROOT/run/reboot-required" ] || return 0
  printf 'present\n'
  read_first_file "$ROOT/run/reboot-required"
}

read_failed_units() {
  need systemctl || return
  limit "$QUICK" systemctl list-units --state=failed --plain --no-legend --no-pager --full
}

# One line of systemctl for each operation of a Berth that runs, from whichever workstation: its unit, its state, and who started it.
read_operations() {
  need systemctl || return
  limit "$QUICK" systemctl list-units --plain --no-legend --no-pager --full 'berth-*.service'
}

# Properties of every unit that is known to update hosts by itself, an empty line between the units.
read_auto_update() {
  need systemctl || return
  limit "$QUICK" systemctl show --no-pager \
    -p Id,LoadState,UnitFileState,ActiveState,NextElapseUSecRealtime,NextElapseUSecMonotonic,ExecStart \
    bootc-fetch-apply-updates.timer bootc-fetch-apply-updates.service \
    rpm-ostreed-automatic.timer rpm-ostreed-automatic.service \
    uupd.timer uupd.service ublue-update.timer ublue-update.service \
    zincati.service flightctl-agent.service
}

read_greenboot() {
  need systemctl || return
  limit "$QUICK" systemctl show --no-pager -p Id,LoadState,ActiveState,SubState,Result greenboot-healthcheck.service
}

# Greenboot's boot counter; -1 means that the fallback was booted. Only root may read it.
read_grubenv() {
  [ -d "$ROOT/usr/lib/greenboot" ] || return 0
  case $ACCESS in
    root) need grub2-editenv && limit "$QUICK" grub2-editenv - list ;;
    sudo) as_root "$QUICK" grub2-editenv - list ;;
    *)
      # A rule may allow this one command; without it nothing is known, which is no failure.
      if may_try_sudo; then as_root "$QUICK" grub2-editenv - list 2>/dev/null; fi
      return 0
      ;;
  esac
}

# Whether sudo is there and wanted, which has rules for single commands.
may_try_sudo() {
  case $TOOLS in *sudo*) has sudo ;; *) return 1 ;; esac
}

has_ostree_tree() {
  need ostree || return
  [ -d "$ROOT/ostree/deploy" ] && return
  printf 'no /ostree/deploy\n' >&2
  return 1
}

# JSON since ostree 2025.3; older ones refuse the flag, and the text is read instead.
read_ostree_json() {
  has_ostree_tree && limit "$QUICK" ostree admin status --json ${ROOT:+"--sysroot=$ROOT"}
  OSTREE_RESULT=$?
  return "$OSTREE_RESULT"
}

read_ostree_text() {
  has_ostree_tree && limit "$QUICK" ostree admin status ${ROOT:+"--sysroot=$ROOT"}
}

# `<deployment id> '<manifest digest>'`: bootc and rpm-ostree leave it in the commit that they deploy.
read_digests() {
  has_ostree_tree || return
  for origin in "$ROOT"/ostree/deploy/*/deploy/*.origin; do
    [ -e "$origin" ] || continue
    id=${origin##*/}
    id=${id%.origin}
    digest=$(limit "$QUICK" ostree --repo="$ROOT/ostree/repo" show --print-metadata-key=ostree.manifest-digest "${id%.*}" 2>/dev/null) &&
      printf '%s %s\n' "$id" "$digest"
  done
  return 0
}

read_rpm_ostree() {
  need rpm-ostree && limit "$SLOW" rpm-ostree status --json
}

read_bootc() {
  bootc_status --format=json --format-version=1
  BOOTC_RESULT=$?
  # 2 is a usage error: bootc before 0.1.14 has only the old spelling.
  if [ "$BOOTC_RESULT" -eq 2 ]; then
    bootc_status --json
    BOOTC_RESULT=$?
  fi
  return "$BOOTC_RESULT"
}

# bootc status takes the lock of a running upgrade and waits, so it runs under a limit, as root where that can be had.
bootc_status() {
  need bootc || return
  case $ACCESS in
    root) limit "$SLOW" bootc status "$@" ;;
    sudo)
      # sudo cannot be ended by its caller, so the limit is inside. Rules may allow bootc and true, and not timeout.
      if [ "$AS_ROOT" = sudo ] && has timeout && sudo -n -l timeout "$SLOW" bootc status "$@" >/dev/null 2>&1; then
        sudo -n timeout "$SLOW" bootc status "$@"
        limit_code "$?"
      else
        as_root "$SLOW" bootc status "$@"
      fi
      ;;
    *)
      # A rule may allow this one command. Without it bootc itself says that it needs root, or that the host is not its own.
      if may_try_sudo; then
        limit_outside "$SLOW" sudo -n bootc status "$@" 2>/dev/null
        ruled=$?
        # It ran, or it was allowed and had to wait.
        if [ "$ruled" -eq 0 ] || [ "$ruled" -eq 124 ]; then return "$ruled"; fi
      fi
      limit "$SLOW" bootc status "$@"
      ;;
  esac
}

main "$@"
