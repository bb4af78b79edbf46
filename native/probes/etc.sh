# shellcheck shell=sh
# needs: lib/etc-trees.sh
# All versions of /etc that a comparison takes, in one round trip. Reads only, and writes no file of its own. Names are bytes: every
# record ends in NUL, or in a word that nobody knows before. What each frame holds: shared/parse/etc.ts.
# Arguments: the root folder of the tree to read, empty but in tests; `ostree` or `composefs`; the folder of the booted deployment; the
# folder of the version to compare with, each of the two empty where there is none; a word that nobody can have put into a name.

PATIENCE=150 # seconds, for each walk through a tree
LARGE=268435456 # bytes: of files this large no hash is made

# What a line of sha256sum cannot hold, for a pattern: a backslash, a line feed.
ODD='\\
'

# Extended attributes besides the label. What an overlay keeps for itself is none.
XATTRS='^(user\.|trusted\.[^o]|security\.(capability|ima|evm)|system\.posix_acl)'

main() {
  use_trees "$@"
  DIVIDER=$5
  frame host read_host
  # Nothing to compare with: nothing is read.
  if [ -n "$TARGET" ] && [ ! -d "$TARGET" ]; then return; fi
  frame mounts read_mounts
  note_moment
  # Listed before it is hashed: what changes between the two is then seen to have changed.
  list_tree local local "$LOCAL"
  if [ "$HASHES$LISTING" = nulfind ] && has sort && has cut && has xargs; then
    # /etc itself is hashed while the other trees are read; sort keeps what comes, in memory, until it is asked for.
    hash_once "$LOCAL/." 2>/dev/null </dev/null | sort -z | read_trees apart
  else
    read_trees together
  fi
}

# read_trees apart|together: with `apart` the hashes of /etc itself come on stdin.
read_trees() {
  HASHING=$1
  if [ "$HASHING" = apart ]; then exec 4<&0; fi
  list_tree base base "$BASE"
  if [ -n "$TARGET" ]; then list_tree target target "$TARGET"; fi
  packed "hashes/$HASHES" hash_trees
  if [ "$HASHES" = lines ]; then packed odd-hashes/nul hash_odd_names; fi
  if [ "$(id -u)" != 0 ]; then over_trees find_blind; fi
  if has getfattr; then over_trees read_xattrs; fi
  over_trees read_accounts
  # Once more: what changed while it was read.
  if has_changed; then list_tree again local "$LOCAL"; fi
}

# How this host lists and hashes, and where its trees are.
read_host() {
  LABEL=
  LISTING=stat
  if find / -maxdepth 0 -newerct @0 -printf '' 2>/dev/null; then
    LISTING='find'
    # Where there is no SELinux, find complains about every file.
    if [ -e /sys/fs/selinux/enforce ] && find / -maxdepth 0 -printf '%Z' >/dev/null 2>&1; then LABEL='%Z\0'; fi
  fi
  HASHES=lines
  if sha256sum -z </dev/null >/dev/null 2>&1; then HASHES=nul; fi
  PACKING=plain
  if has gzip; then PACKING=gzip; fi
  TIMEOUT=
  if has timeout; then TIMEOUT="timeout $PATIENCE"; fi
  printf 'user-id=%s\nlocal=%s\nbase=%s\ntarget=%s\n' "$(id -u)" "$LOCAL" "$BASE" "$TARGET"
  if [ -n "$TARGET" ] && [ ! -d "$TARGET" ]; then printf 'no folder that can be looked into\n' >&2; fi
  need find && need stat && need sha256sum
}

# Lines of mountinfo: /etc, and what is mounted below it.
read_mounts() {
  while IFS= read -r mount_line; do
    mount_point=${mount_line#* * * * }
    case ${mount_point%% *} in /etc | /etc/*) printf '%s\n' "$mount_line" ;; esac
  done <"$ROOT/proc/self/mountinfo"
}

# packed NAME COMMAND [ARGUMENT…]: a frame that is compressed where the host can do that.
packed() {
  mark begin "$1" "$PACKING"
  packed_name=$1
  shift
  if [ "$PACKING" = gzip ]; then "$@" </dev/null | gzip -1 -c; else "$@" </dev/null; fi
  mark end "$packed_name" "$?"
}

# list_tree NAME SIDE FOLDER: every path of a tree but its root.
list_tree() {
  if [ "$LISTING" = find ]; then
    packed "list-$1/find${LABEL:+-label}" list_by_find "$2" "$3"
  else
    packed "list-$1/stat" list_by_stat "$2" "$3"
  fi
}

# shellcheck disable=SC2086 # $TIMEOUT is two words or none
list_by_find() {
  inside "$1" $TIMEOUT find "$2/." -mindepth 1 -xdev -printf "%y%m %U %G %s %T@ %D %i\\0%P\\0%l\\0$LABEL"
}

# stat has no NUL for its format: a word divides what it says.
# shellcheck disable=SC2086
list_by_stat() {
  inside "$1" $TIMEOUT find "$2/." -mindepth 1 -xdev \
    -exec stat -c "$DIVIDER%f %u %g %s %y %d %i$DIVIDER%n$DIVIDER%N" {} +
}

# What is needed to see later whether the local tree has changed since now. Whatever is done to a file or in a folder moves its ctime,
# which nobody can set; a second earlier, as the clock of a file system is behind the other one.
note_moment() {
  SINCE=
  if [ "$LISTING" = find ]; then SINCE=$(date +%s); fi
  case $SINCE in
    '' | *[!0-9]*)
      SINCE=
      stamps=$(tree_stamps)
      ;;
    *) SINCE=$((SINCE - 1)) ;;
  esac
}

# shellcheck disable=SC2086 # $TIMEOUT is two words or none
has_changed() {
  if [ -z "$SINCE" ]; then
    [ "$(tree_stamps)" != "$stamps" ]
    return
  fi
  [ -n "$($TIMEOUT find "$LOCAL/." -xdev -newerct "@$SINCE" -printf x -quit 2>/dev/null </dev/null)" ]
}

# One hash over all of the local tree by which it is known again: inodes, sizes, times.
# shellcheck disable=SC2086
tree_stamps() {
  if [ "$LISTING" = find ]; then
    $TIMEOUT find "$LOCAL/." -mindepth 1 -xdev -printf '%i %s %T@ %P\0'
  else
    $TIMEOUT find "$LOCAL/." -mindepth 1 -xdev -exec stat -c '%i %s %y %n' {} +
  fi 2>/dev/null </dev/null | sha256sum
}

# shellcheck disable=SC2086
hash_trees() {
  if [ "$HASHING" = apart ]; then
    if [ "$BACKEND" = ostree ]; then
      hash_once "$BASE/." ${TARGET:+"$TARGET/."}
    else
      inside base $TIMEOUT find "$BASE/." -xdev -type f -size "-${LARGE}c" -exec sha256sum -z -- {} +
      if [ -n "$TARGET" ]; then hash_once "$TARGET/."; fi
    fi
    cat <&4
    return
  fi
  set -- -xdev -type f -size "-${LARGE}c"
  if [ "$HASHES" = nul ]; then
    set -- "$@" -exec sha256sum -z -- {} +
  else
    set -- "$@" ! -path "*[$ODD]*" -exec sha256sum -- {} +
  fi
  inside base $TIMEOUT find "$BASE/." "$@"
  $TIMEOUT find "$LOCAL/." ${TARGET:+"$TARGET/."} "$@"
}

# hash_once FOLDER…: files that are one are read once, as unchanged ones of two images are; few calls with many names each.
# shellcheck disable=SC2086
hash_once() {
  find "$@" -xdev -type f -size "-${LARGE}c" -printf '%D:%i %p\0' | sort -z -u -k 1,1 | cut -z -d ' ' -f 2- |
    $TIMEOUT xargs -0 -r -s 1000000 sha256sum -z --
}

# shellcheck disable=SC2086,SC2016 # for the shell that find runs
hash_odd_names() {
  set -- 'for file do sum=$(sha256sum <"$file") && printf "%s  %s\0" "${sum%% *}" "$file"; done' sh
  over='-xdev -type f -size'
  inside base $TIMEOUT find "$BASE/." $over "-${LARGE}c" -path "*[$ODD]*" -exec sh -c "$@" {} +
  for folder in "$LOCAL/." ${TARGET:+"$TARGET/."}; do
    $TIMEOUT find "$folder" $over "-${LARGE}c" -path "*[$ODD]*" -exec sh -c "$@" {} +
  done
}

# over_trees FUNCTION: its frames are called as the function and the side are.
over_trees() {
  packed "$1/local" "$1" local "$LOCAL"
  packed "$1/base" "$1" base "$BASE"
  if [ -n "$TARGET" ]; then packed "$1/target" "$1" target "$TARGET"; fi
}

# What this user can list, and not look into.
# shellcheck disable=SC2086,SC2016
find_blind() {
  set -- "$1" "$2/." 'for path do [ -r "$path" ] && { [ -f "$path" ] || [ -x "$path" ]; } || printf "%s\0" "$path"; done'
  inside "$1" $TIMEOUT find "$2" -mindepth 1 -xdev '(' -type f -o -type d ')' -exec sh -c "$3" sh {} + 2>/dev/null
}

# shellcheck disable=SC2086
read_xattrs() {
  inside "$1" $TIMEOUT find "$2/." -mindepth 1 -xdev '(' -type f -o -type d -o -type l ')' \
    -exec getfattr --absolute-names -h -d -e hex -m "$XATTRS" -- {} + 2>/dev/null
}

# `<name of the file>`, its first fields: who there is, and nothing of any password.
# shellcheck disable=SC2016
read_accounts() {
  set -- "$1" "$2/." 'for file do printf "%s\0" "${file##*/}"; cut -d : -f 1 <"$file" | head -c 1000000; printf "\0"; done'
  inside "$1" find "$2" -maxdepth 1 -type f '(' -name passwd -o -name group -o -name shadow -o -name gshadow \
    -o -name subuid -o -name subgid ')' -exec sh -c "$3" sh {} +
}

main "$@"
