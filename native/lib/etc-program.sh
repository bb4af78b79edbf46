# shellcheck shell=sh
# How paths below /etc are looked at and changed: one program for probes/etc-look.sh, actions/etc-prepare.sh and the unit of the verb `etc`.

# etc_program: prints it, for eval here and to be read by the unit. It takes its values from files and arguments alone.
etc_program() {
  cat <<'PROGRAM'
#!/bin/sh
# For Berth: functions that look at paths below /etc and change them. A name is a word in which every byte that is not plain is
# \0ooo (octal), so that it is one word on one line. No link is ever followed on the way to a path.
ETC_PLACE=/etc

# etc_base: where the booted image's own /etc is. With composefs it lies below the mount of /etc, and a bind of / without what is
# mounted on it shows it: in a mount namespace of its own, which the sleep in it keeps, and of which nobody else sees anything.
etc_base() {
  ETC_BASE=/usr/etc
  ETC_HOLDER=
  [ ! -d /usr/etc ] || return 0
  command -v unshare >/dev/null || { printf 'unshare: not found\n' >&2; return 127; }
  ETC_HOLDER=$(unshare -m sh -c 'mount --bind / /run >&2 || exit; sleep 900 </dev/null >/dev/null 2>&1 & echo "$!"') || return
  [ -n "$ETC_HOLDER" ] || return 1
  ETC_BASE=/proc/$ETC_HOLDER/root/run/etc
  [ -d "$ETC_BASE" ] || { etc_leave; printf '/etc of the image: not found\n' >&2; return 1; }
}

etc_leave() {
  if [ -n "${ETC_HOLDER:-}" ]; then kill "$ETC_HOLDER" 2>/dev/null; fi
  ETC_HOLDER=
}

# etc_word TEXT: prints it as a word.
etc_word() {
  case $1 in
    *[!A-Za-z0-9@%+=:,./_-]*) printf '%s' "$1" | od -A n -v -t o1 | tr -d '\n' | sed 's/ *\([0-7][0-7][0-7]\)/\\0\1/g' ;;
    *) printf '%s' "$1" ;;
  esac
}

# etc_text WORD: sets $ETC_TEXT to what it stands for, line feeds at its end kept.
etc_text() {
  ETC_TEXT=$(printf '%bx' "$1")
  ETC_TEXT=${ETC_TEXT%x}
}

# etc_enter ROOT PATH: goes to the folder that a path is in; $ETC_NAME is its last part. 1: a folder on the way is missing, or is
# none; 2: it is a link, or became another one on the way.
etc_enter() {
  cd -P "$1" || return 1
  ETC_NAME=$2
  while :; do
    case $ETC_NAME in */*) ;; *) return 0 ;; esac
    etc_part=${ETC_NAME%%/*}
    ETC_NAME=${ETC_NAME#*/}
    [ ! -L "./$etc_part" ] || return 2
    [ -d "./$etc_part" ] || return 1
    etc_here=$(stat -c %d:%i .)
    cd -P "./$etc_part" || return 1
    [ "$(stat -c %d:%i ..)" = "$etc_here" ] || return 2
  done
}

# etc_state: what ./$ETC_NAME is, as a word in $ETC_STATE: `-`, or type:mode:uid:gid:size:what, `what` the SHA-256 of a file or the target of a
# link in hexadecimal digits. $ETC_TIME: its mtime, seconds.
etc_state() {
  ETC_STATE=-
  ETC_TIME=0
  [ -e "./$ETC_NAME" ] || [ -L "./$ETC_NAME" ] || return 0
  # shellcheck disable=SC2046 # five words
  set -- $(stat -c '%f %u %g %s %Y' "./$ETC_NAME")
  [ "$#" -eq 5 ] || return 1
  etc_bits=$((0x$1))
  etc_size=$4
  etc_what=-
  ETC_TIME=$5
  case $((etc_bits & 61440)) in
    32768)
      etc_type='file'
      etc_what=$(sha256sum <"./$ETC_NAME") || return
      etc_what=${etc_what%% *}
      ;;
    40960)
      etc_type=symlink
      etc_what=$(readlink -n "./$ETC_NAME" | od -A n -v -t x1 | tr -d ' \n')
      ;;
    16384) etc_type=directory etc_size=0 ;;
    4096) etc_type=fifo etc_size=0 ;;
    49152) etc_type=socket etc_size=0 ;;
    24576) etc_type=block etc_size=0 ;;
    8192) etc_type=character etc_size=0 ;;
    *) etc_type=other etc_size=0 ;;
  esac
  ETC_STATE=$etc_type:$(printf '%o' "$((etc_bits & 4095))"):$2:$3:$etc_size:$etc_what
}

# etc_tell SIDE PATH: a line with the state of ./$ETC_NAME, which is at that path; nothing where nothing is.
etc_tell() {
  etc_state || return
  [ "$ETC_STATE" = - ] || printf '%s %s %s %s\n' "$1" "$(etc_word "$2")" "$ETC_STATE" "$ETC_TIME"
}

# etc_look SIDE ROOT PATH: lines for a path, all above it and all below it.
etc_look() {
  etc_above=
  etc_rest=$3
  while :; do
    case $etc_rest in
      */*) etc_next=$etc_above${etc_rest%%/*} ;;
      *) etc_next=$3 ;;
    esac
    (etc_enter "$2" "$etc_next" && etc_tell "$1" "$etc_next") || return 0
    [ "$etc_next" != "$3" ] || break
    etc_above=$etc_next/
    etc_rest=${etc_rest#*/}
  done
  (etc_enter "$2" "$3" && etc_below "$1" "$3" "$ETC_NAME")
  return 0
}

# etc_at NAME: what is spoken of next, in the folder that one is in.
etc_at() {
  ETC_NAME=$1
}

# etc_below SIDE PATH NAME: lines for all below the folder ./NAME, which is at that path.
etc_below() {
  [ ! -L "./$3" ] && [ -d "./$3" ] || return 0
  (
    cd -P "./$3" || exit
    for etc_one in ./* ./.[!.]* ./..?*; do
      etc_at "${etc_one#./}"
      etc_tell "$1" "$2/$ETC_NAME"
      etc_below "$1" "$2/$ETC_NAME" "$ETC_NAME"
    done
  )
}

# etc_expects WORD PATH: whether there is what has to be there before a step; `made`: nothing, or a folder.
etc_expects() {
  etc_enter "$ETC_PLACE" "$2"
  case $? in
    0) etc_state || return ;;
    1) ETC_STATE=- ;;
    *) return 1 ;;
  esac
  case $1-$ETC_STATE in made-- | made-directory:*) return 0 ;; esac
  [ "$1" = "$ETC_STATE" ]
}

# etc_check: whether everything is as it was when the steps were decided. A line `changed <word>` on stderr for each path that is not.
etc_check() {
  etc_result=0
  while read -r etc_kind etc_path etc_wanted etc_rest; do
    # What an earlier step leaves is looked at when its turn has come.
    [ "$etc_wanted" != made ] || continue
    etc_text "$etc_path"
    if ! (etc_expects "$etc_wanted" "$ETC_TEXT"); then
      printf 'changed %s\n' "$etc_path" >&2
      etc_result=81
    fi
  done <"$OPERATION/steps"
  return "$etc_result"
}

# etc_change: all steps, after a look at all of them. Exit code 81: something is not as it was, and nothing was done; 82: it broke
# in the middle, what was done is on stdout.
etc_change() {
  etc_check || return
  etc_all=$(grep -c '' "$OPERATION/steps")
  etc_done=0
  ETC_NEW=.berth-${OPERATION##*/}.new
  # read by number 4, as steps must not have the steps for their stdin
  while read -r etc_kind etc_path etc_wanted _ etc_a etc_b etc_c etc_d etc_e <&4; do
    etc_text "$etc_path"
    if ! (etc_step); then
      printf 'berth: stopped at /etc/%s, %s of %s done\n' "$etc_path" "$etc_done" "$etc_all" >&2
      return 82
    fi
    etc_done=$((etc_done + 1))
    printf '%s /etc/%s\n' "$etc_kind" "$etc_path"
  done 4<"$OPERATION/steps"
}

etc_step() {
  if ! etc_expects "$etc_wanted" "$ETC_TEXT"; then
    printf 'changed %s\n' "$etc_path" >&2
    return 1
  fi
  etc_enter "$ETC_PLACE" "$ETC_TEXT" || return
  trap 'rm -f "./$ETC_NEW"' EXIT
  case $etc_kind in
    remove) if [ ! -L "./$ETC_NAME" ] && [ -d "./$ETC_NAME" ]; then rmdir "./$ETC_NAME"; else rm -f "./$ETC_NAME"; fi ;;
    image) etc_from_image ;;
    file) etc_file "$OPERATION/new/$etc_a" "$etc_c" "$etc_d" "$etc_e" ;;
    link)
      etc_text "$etc_a"
      rm -f "./$ETC_NEW" && ln -s -- "$ETC_TEXT" "./$ETC_NEW" && chown -h "$etc_b:$etc_c" "./$ETC_NEW" && etc_put && etc_label
      ;;
    directory) etc_folder "$etc_a" "$etc_b" "$etc_c" ;;
    *) return 64 ;;
  esac
}

# Content, mode and owner of the image's own; the label is what the policy says.
etc_from_image() {
  (etc_enter "$ETC_BASE" "$ETC_TEXT") || return
  etc_source=$ETC_BASE/$ETC_TEXT
  if [ ! -L "$etc_source" ] && [ -d "$etc_source" ]; then
    # shellcheck disable=SC2046 # three words
    etc_folder $(stat -c '%a %u %g' "$etc_source")
    return
  fi
  # Not every cp has the options, and without them it is one that copies no more than that.
  cp -a --no-preserve=xattr,context -- "$etc_source" "./$ETC_NEW" 2>/dev/null || cp -a -- "$etc_source" "./$ETC_NEW" || return
  etc_put && etc_label
}

# etc_file SOURCE MODE UID GID: a copy of what is there keeps its label and other attributes.
etc_file() {
  etc_kept=no
  if [ ! -L "./$ETC_NAME" ] && [ -f "./$ETC_NAME" ]; then
    cp -a -- "./$ETC_NAME" "./$ETC_NEW" && chmod 600 "./$ETC_NEW" && etc_kept=yes || return
  fi
  (umask 077 && cat "$1" >"./$ETC_NEW") && chown "$3:$4" "./$ETC_NEW" && chmod "$2" "./$ETC_NEW" || return
  etc_put || return
  [ "$etc_kept" = yes ] || etc_label
}

# etc_folder MODE UID GID
etc_folder() {
  [ "$#" -eq 3 ] || return
  etc_fresh=no
  if [ ! -d "./$ETC_NAME" ]; then mkdir -m 700 "./$ETC_NAME" && etc_fresh=yes || return; fi
  chown "$2:$3" "./$ETC_NAME" && chmod "$1" "./$ETC_NAME" || return
  [ "$etc_fresh" = no ] || etc_label
}

# Puts the new one in the place of the old one, at once. A link may point to a folder, and nothing is to be moved into that.
etc_put() {
  [ -L "./$ETC_NEW" ] || sync "./$ETC_NEW" 2>/dev/null || sync
  # That of busybox takes a link to a folder for one.
  mv -fT "./$ETC_NEW" "./$ETC_NAME" 2>/dev/null || {
    if [ -L "./$ETC_NAME" ] && [ -d "./$ETC_NAME" ]; then rm -f "./$ETC_NAME" || return; fi
    mv -fT "./$ETC_NEW" "./$ETC_NAME" || return
  }
  sync . 2>/dev/null || sync
}

etc_label() {
  command -v restorecon >/dev/null || return 0
  restorecon "./$ETC_NAME" || printf 'berth: the label of /etc/%s could not be set\n' "$etc_path" >&2
}
PROGRAM
}
