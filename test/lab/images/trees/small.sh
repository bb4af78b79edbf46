#!/usr/bin/env bash
# small.sh ROOT OUT: makes the tree of a small host: chosen programs of the base tree ROOT, the libraries they are linked to, and
# Python with its library in one file. A host's tree is copied link by link, so fewer files make faster hosts.
set -euo pipefail
umask 022

readonly root=$1 out=$2
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

readonly programs=(
  bash sh dash cat ls cp mv rm ln mkdir rmdir touch chmod chown chgrp stat readlink realpath head tail wc sort uniq tr cut tee paste
  comm join nl fold fmt tac split test '[' true false echo printf date id groups whoami who uname hostname env sleep sync df du
  dirname basename mktemp mkfifo mknod od expr seq nproc timeout stdbuf nohup nice cksum sha256sum sha512sum md5sum base64 install
  truncate dd yes tty stty clear tput reset grep egrep fgrep sed awk mawk find xargs diff cmp tar gzip gunzip zcat ps kill pgrep pkill
  pidof free uptime top watch sysctl vmstat mount umount findmnt mountpoint lsblk blkid unshare nsenter setpriv setsid flock su
  runuser getopt getent dmesg lscpu logger ionice taskset script last lslogins swapon ip ss chattr lsattr less pager curl which
  useradd usermod userdel groupadd passwd chage nologin sudo visudo ssh sshd ssh-keygen scp sftp ostree python3 pivot_root
  switch_root ldconfig unix_chkpwd
)
readonly helpers=(
  usr/lib/openssh/sftp-server usr/lib/openssh/sshd-session usr/lib/openssh/sshd-auth
  usr/lib/ostree/ostree-prepare-root usr/lib/ostree/ostree-remount
)
readonly settings=(
  passwd group shadow gshadow subuid subgid shells sudoers sudoers.d sudo.conf nsswitch.conf hosts hostname machine-id environment
  profile bash.bashrc default ssh pam.d security login.defs localtime timezone mtab ld.so.conf ld.so.conf.d os-release
  debian_version issue services protocols ostree
)

# keep PATH…: copies from the base tree, links and all; what a suite does not have is left out.
keep() {
  local path
  for path in "$@"; do
    if [[ -e $root/$path || -L $root/$path ]] && [[ ! -e $out/$path && ! -L $out/$path ]]; then
      mkdir -p "$out/${path%/*}"
      cp -a "$root/$path" "$out/$path"
      [[ ! -L $root/$path ]] || keep_target "$path"
    fi
  done
}

# keep_target LINK: the file that a link leads to, inside the base tree.
keep_target() {
  local target
  target=$(chroot "$root" realpath "/$1") && keep "${target#/}"
}

keep_programs() {
  local name folder
  for name in "${programs[@]}"; do
    for folder in usr/bin usr/sbin; do
      keep "$folder/$name"
    done
  done
  keep "${helpers[@]}"
  local path
  for path in "$root"/usr/lib/*/security/pam_{unix,permit,deny,env,limits,rootok,wheel,nologin,keyinit}.so \
    "$root"/usr/libexec/sudo/* "$root"/usr/lib/sudo/* "$root"/usr/lib/*/libnss_{files,dns,compat}.so.2 \
    "$root"/usr/{lib,share}/terminfo/{x/xterm,x/xterm-256color,v/vt100,l/linux,d/dumb,s/screen-256color,t/tmux-256color} \
    "$root"/usr/lib/locale/C.utf8 "$root"/usr/share/zoneinfo/{UTC,Etc,Europe/Berlin,America/New_York,Asia/Tokyo}; do
    [[ ! -e $path ]] || keep "${path#"$root"/}"
  done
}

# Python's library as a zip, where Python looks for it first; what is compiled C stays beside it.
keep_python() {
  local name
  name=$(readlink "$root/usr/bin/python3")
  keep "usr/lib/$name/lib-dynload" "usr/lib/$name/os.py"
  chroot "$root" python3 - "$name" <<'PYTHON' >"$out/usr/lib/${name/./}.zip.tmp"
import io, os, sys, zipfile, py_compile, tempfile
library = "/usr/lib/" + sys.argv[1]
left_out = {"test", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "pydoc_data", "lib-dynload", "__pycache__", "dist-packages"}
answer = io.BytesIO()
with zipfile.ZipFile(answer, "w", zipfile.ZIP_STORED) as archive, tempfile.TemporaryDirectory() as scratch:
    compiled = os.path.join(scratch, "module.pyc")
    for folder, folders, files in os.walk(library):
        folders[:] = sorted(name for name in folders if name not in left_out)
        for file in sorted(name for name in files if name.endswith(".py")):
            path = os.path.join(folder, file)
            place = os.path.relpath(path, library)
            py_compile.compile(path, compiled, dfile=path, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
            with open(compiled, "rb") as module:
                # One date for all, so that the same library makes the same file.
                archive.writestr(zipfile.ZipInfo(place + "c"), module.read())
sys.stdout.buffer.write(answer.getvalue())
PYTHON
  mv "$out/usr/lib/${name/./}.zip.tmp" "$out/usr/lib/${name/./}.zip"
}

# What the kept files are linked to, told by the base tree's own loader.
keep_libraries() {
  local loader files library
  loader=$(cd "$root" && find usr/lib64/ usr/lib/ -maxdepth 1 -name 'ld-linux*.so*' | head -n 1)
  keep "$loader"
  mapfile -t files < <(cd "$out" && find usr/bin usr/sbin usr/lib usr/libexec -type f \( -perm /111 -o -name '*.so*' \) -print)
  # shellcheck disable=SC2016 # for the shell in there
  chroot "$root" sh -c 'loader=$1; shift; for file; do "$loader" --list "/$file" 2>/dev/null; done; true' sh "/$loader" "${files[@]}" |
    awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u |
    while read -r library; do keep_library "$library"; done
}

# keep_library PATH: the loader speaks of /lib and means /usr/lib.
keep_library() {
  local path=${1#/}
  [[ $path == usr/* ]] || path=usr/$path
  keep "$path"
}

keep_settings() {
  local name
  mkdir -p "$out/usr/etc"
  for name in "${settings[@]}"; do
    [[ ! -e $root/etc/$name && ! -L $root/etc/$name ]] || cp -a "$root/etc/$name" "$out/usr/etc/$name"
  done
  # Without logind there is nothing that PAM could open a session with.
  echo 'UsePAM no' >"$out/usr/etc/ssh/sshd_config.d/40-lab-small.conf"
  sed -i '/pam_systemd/d' "$out/usr/etc/pam.d/common-session"
  # The login shells of these two are only on full hosts.
  sed -i '/^fisher:/d; /^cesar:/d' "$out"/usr/etc/{passwd,group,shadow,gshadow}
  sed -i '/^fisher /d; /^cesar /d' "$out/usr/etc/sudoers.d/50-lab"
  sed -i -E '/(fish|tcsh|zsh)$/d' "$out/usr/etc/shells"
}

# The cache of the loader belongs to the libraries that are left.
write_library_cache() {
  local etc=$out/etc
  ln -s usr/etc "$etc"
  chroot "$out" ldconfig -X
  rm "$etc"
}

make_skeleton "$out"
mkdir -p "$out"/usr/{bin,sbin,lib,lib64,libexec,share,etc}
keep_programs
keep_python
keep_libraries
keep_settings
write_library_cache
write_engine_settings "$out"
