# shellcheck shell=sh
# needs: lib/limit.sh
# What could stop a verb on this host, or should make a person think again, in one round trip and within 20 s. Reads only. Every
# reader may fail alone and says why by its exit code and stderr: 127 the tool is missing, 124 it did not end in time. As root where that
# can be had. What each frame holds: shared/parse/preflight.ts.
# Arguments: the root folder of the tree to read, empty but in tests; verb; the registry it pulls from (host or host:port), may be empty;
# the image that it pulls from there (a reference without a transport), may be empty.

QUICK=10   # seconds for readers that answer at once unless the host is ill
REGISTRY=8 # seconds for the registry
IMAGE=6    # seconds for the image

main() {
  ROOT=${1:-}
  VERB=${2:-}
  REGISTRY_HOST=${3:-}
  IMAGE_NAME=${4:-}
  # First, for whoever compares the clocks knows when it was asked.
  frame clock date +%s
  frame arguments check_arguments
  [ -n "$VERB" ] || return 0
  frame user id -u
  case $VERB in usr-overlay | pause-updates | resume-updates | etc) ;; *)
    # What runs as an operation has the lock for long: nobody waits for it.
    LOOKS=4
    if [ -n "$(read_operations)" ]; then LOOKS=1; fi
    frame lock read_lock
    frame operations read_operations
    ;;
  esac
  case $VERB in download | upgrade | switch | kernel-arguments | apply-download | reboot | soft-reboot)
    frame space read_space
    ;;
  esac
  case $VERB in check | download | upgrade | switch)
    if [ -n "$REGISTRY_HOST" ]; then
      frame registry ask_registry
      frame auth read_auth
    fi
    frame policy read_policy
    if [ -n "$IMAGE_NAME" ] && [ "$VERB" != check ]; then
      frame image read_image
      frame layers read_layers
    fi
    ;;
  reboot | soft-reboot)
    frame users read_users
    frame inhibitors read_inhibitors
    frame battery read_battery
    ;;
  esac
}

check_arguments() {
  case $VERB in
    '' | *[!a-z-]*) refuse_argument verb || return ;;
  esac
  case $REGISTRY_HOST in
    *[!A-Za-z0-9.:-]* | -* | :* | *:*:*) refuse_argument registry || return ;;
  esac
  case $IMAGE_NAME in
    -* | *[!A-Za-z0-9._:/@-]*) refuse_argument image || return ;;
  esac
  case $REGISTRY_HOST in *:*)
    case ${REGISTRY_HOST#*:} in '' | *[!0-9]*) refuse_argument registry || return ;; esac
    ;;
  esac
}

refuse_argument() {
  printf 'not a %s\n' "$1" >&2
  VERB=
  REGISTRY_HOST=
  IMAGE_NAME=
  return 64
}

# `held`, then `holder <pid> <unit> <command line>` for each process found, when something has the lock of the sysroot. Whoever only
# looks (bootc status) has it for a moment, so it is looked at again.
read_lock() {
  LOCK=$ROOT/ostree/lock
  [ -e "$LOCK" ] || return 0
  need stat || return
  inode=$(stat -L -c %i "$LOCK") || return
  looks=0
  while is_locked; do
    looks=$((looks + 1))
    if [ "$looks" -eq "$LOOKS" ]; then
      printf 'held\n'
      tell_holders
      return 0
    fi
    sleep 1
  done
}

# Locks of open files have no pid in /proc/locks; those that wait are marked by an arrow.
is_locked() {
  while read -r _ first rest; do
    [ "$first" = '->' ] && continue
    case $rest in *":$inode "*) return 0 ;; esac
  done </proc/locks
  return 1
}

# Who has it stands in /proc/<pid>/fdinfo, which others than root see of their own processes only.
tell_holders() {
  has xargs && has grep || return 0
  lock_at=$(stat -L -c %d:%i "$LOCK")
  printf '%s\n' /proc/[0-9]*/fdinfo/* | xargs grep -ls "^lock:.*:$inode " 2>/dev/null | while IFS=/ read -r _ _ pid _ fd; do
    [ "$(stat -L -c %d:%i "/proc/$pid/fd/$fd" 2>/dev/null)" = "$lock_at" ] || continue
    unit=-
    while IFS= read -r line; do
      case $line in *.service | *.scope) unit=${line##*/} ;; esac
    done <"/proc/$pid/cgroup" 2>/dev/null
    printf 'holder %s %s %s\n' "$pid" "$unit" "$(head -c 300 "/proc/$pid/cmdline" 2>/dev/null | tr '\000-\037' ' ')"
  done
}

# `== <id>`, then what was written down of it, for each operation of a Berth, here or elsewhere, that has not ended.
read_operations() {
  for folder in "$ROOT"/run/berth/*; do
    [ -d "$folder/began" ] || continue
    [ -e "$folder/exit-code" ] && continue
    unit=
    { IFS= read -r unit <"$folder/unit"; } 2>/dev/null
    case $(limit "$QUICK" systemctl is-active "$unit" 2>/dev/null) in
      active | activating | deactivating | reloading) ;;
      *) continue ;;
    esac
    printf '\n== %s\n' "${folder##*/}"
    head -c 2000 "$folder/meta" 2>/dev/null
  done
  return 0
}

# `== <path>`, then df of it in kilobytes; then what ostree keeps free, as its configuration has it.
read_space() {
  need df || return
  space_result=1
  for path in /sysroot /boot /; do
    [ -d "$ROOT$path" ] || continue
    printf '\n== %s\n' "$path"
    if limit "$QUICK" df -P -k "$ROOT$path"; then space_result=0; fi
  done
  printf '\n== reserve\n'
  while IFS= read -r line; do
    case $line in min-free-space-*) printf '%s\n' "$line" ;; esac
  done <"$ROOT/ostree/repo/config" 2>/dev/null
  return "$space_result"
}

# `tool=`, and what it found: `exit=<code of curl>` and `status=<HTTP status>` of https, `plain=<HTTP status>` where only http answers;
# `open=yes|no` by a tool that knows TCP alone. `proxy=yes`: services of this host use one, `configured=yes`: registries.conf says something of
# mirrors or insecure registries.
ask_registry() {
  if has grep && grep -rqsE '^[[:space:]]*(\[\[registry|insecure|mirror)' "$ROOT/etc/containers/registries.conf" "$ROOT/etc/containers/registries.conf.d"; then
    printf 'configured=yes\n'
  fi
  use_proxy
  name=${REGISTRY_HOST%:*}
  port=443
  case $REGISTRY_HOST in *:*) port=${REGISTRY_HOST##*:} ;; esac
  if has curl; then
    printf 'tool=curl\n'
    status=$(try_curl "https://$REGISTRY_HOST/v2/")
    result=$?
    printf 'exit=%s\nstatus=%s\n' "$result" "$status"
    # 35: what answers does not speak TLS; 77: this curl has no authorities, and so nothing was asked.
    case $result in 35 | 77)
      if status=$(try_curl "http://$REGISTRY_HOST/v2/"); then printf 'plain=%s\n' "$status"; fi
      ;;
    esac
  elif [ -n "${https_proxy:-}" ]; then
    printf 'curl: not found\n' >&2
    return 127
  elif has bash; then
    printf 'tool=bash\n'
    # shellcheck disable=SC2016 # for bash
    tell_open limit "$REGISTRY" bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$name" "$port"
  elif has python3; then
    printf 'tool=python3\n'
    tell_open limit "$REGISTRY" python3 -c 'import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 7)' "$name" "$port"
  else
    printf 'curl: not found\n' >&2
    return 127
  fi
}

try_curl() {
  limit "$((REGISTRY + 1))" curl --silent --output /dev/null --max-time "$((REGISTRY / 2 + 2))" --write-out '%{http_code}' "$1"
}

tell_open() {
  if "$@" >/dev/null 2>&1; then printf 'open=yes\n'; else printf 'open=no\n'; fi
}

# Pulls run in a service, so a proxy that services have counts, and nothing that a login shell says. It may hold a password: never told.
use_proxy() {
  unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
  has systemctl || return 0
  proxies=$(limit "$QUICK" systemctl show-environment 2>/dev/null) || return 0
  while IFS= read -r line; do
    case $line in
      https_proxy=* | HTTPS_PROXY=*) https_proxy=${line#*=} ;;
      no_proxy=* | NO_PROXY=*) no_proxy=${line#*=} ;;
    esac
  done <<PROXIES
$proxies
PROXIES
  if [ -n "${https_proxy:-}" ]; then
    printf 'proxy=yes\n'
    export https_proxy
    if [ -n "${no_proxy:-}" ]; then export no_proxy; fi
  fi
}

# `file=<the one that bootc reads>`, then `"<registry>": {` for each entry: names, and never what stands in them. `podman=<file>`:
# logins that bootc does not read.
read_auth() {
  for file in /run/ostree/auth.json /etc/ostree/auth.json /usr/lib/ostree/auth.json; do
    [ -e "$ROOT$file" ] || continue
    printf 'file=%s\n' "$file"
    if ! [ -r "$ROOT$file" ]; then
      printf 'unreadable=yes\n'
    elif has grep && has tr; then
      head -c 1000000 "$ROOT$file" | tr '\n' ' ' | grep -oE '"[^"]*"[[:space:]]*:[[:space:]]*\{'
    fi
    return 0
  done
  for file in /run/containers/0/auth.json /root/.config/containers/auth.json; do
    [ -e "$ROOT$file" ] && printf 'podman=%s\n' "$file"
  done
  return 0
}

# `== image`, then what skopeo says of the image before anything is pulled: of the one for this machine, where there are several. Where
# that fails, `== index` and the list of all. skopeo is what bootc itself asks registries with; as bootc, it is given one login file or none.
read_image() {
  need skopeo || return
  use_proxy
  set -- --no-creds
  for file in /run/ostree/auth.json /etc/ostree/auth.json /usr/lib/ostree/auth.json; do
    [ -e "$ROOT$file" ] || continue
    set -- --authfile "$ROOT$file"
    break
  done
  printf '\n== image\n'
  limit "$IMAGE" skopeo inspect --no-tags "$@" "docker://$IMAGE_NAME" && return
  image_result=$?
  # There was no answer, and there would be none.
  [ "$image_result" -eq 124 ] && return "$image_result"
  printf '\n== index\n'
  limit "$IMAGE" skopeo inspect --raw "$@" "docker://$IMAGE_NAME" 2>/dev/null || return "$image_result"
}

# The layers that ostree has already: `ostree/container/blob/sha256_3A_<hex>` lines.
read_layers() {
  need ostree || return
  [ -d "$ROOT/ostree/repo" ] || return 1
  limit "$QUICK" ostree refs --repo="$ROOT/ostree/repo" --list ostree/container/blob
}

# `== <path>`, then the signature policy that applies.
read_policy() {
  for file in /root/.config/containers/policy.json /etc/containers/policy.json /usr/share/containers/policy.json; do
    [ -e "$ROOT$file" ] || continue
    printf '\n== %s\n' "$file"
    head -c 200000 "$ROOT$file"
    return
  done
}

# `own=<session>` of this connection, then the properties of every session, an empty line between them.
read_users() {
  need loginctl || return
  while IFS= read -r line; do
    case $line in
      */session-*.scope*)
        own=${line##*/session-}
        printf 'own=%s\n\n' "${own%%.scope*}"
        ;;
    esac
  done </proc/self/cgroup
  sessions=$(limit "$QUICK" loginctl list-sessions --no-legend --no-pager) || return
  set --
  while read -r session _; do
    case $session in '' | *[!a-zA-Z0-9]*) ;; *) set -- "$@" "$session" ;; esac
  done <<SESSIONS
$sessions
SESSIONS
  [ "$#" -eq 0 ] && return 0
  limit "$QUICK" loginctl show-session --no-pager -p Id -p Name -p Class -p TTY -p RemoteHost -p State "$@"
}

read_inhibitors() {
  need busctl || return
  limit "$QUICK" busctl --json=short call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ListInhibitors
}

# `battery=<per cent> <status>` of each battery that this machine runs from, `mains=<0 or 1>` of each other supply.
read_battery() {
  for supply in "$ROOT"/sys/class/power_supply/*; do
    type='' scope='' capacity='' status='' online=''
    { read -r type <"$supply/type"; } 2>/dev/null || continue
    { read -r scope <"$supply/scope"; } 2>/dev/null
    # The battery of a mouse.
    [ "$scope" = Device ] && continue
    if [ "$type" = Battery ]; then
      { read -r capacity <"$supply/capacity"; } 2>/dev/null
      { read -r status <"$supply/status"; } 2>/dev/null
      printf 'battery=%s %s\n' "$capacity" "$status"
    elif { read -r online <"$supply/online"; } 2>/dev/null; then
      printf 'mains=%s\n' "$online"
    fi
  done
}

main "$@"
