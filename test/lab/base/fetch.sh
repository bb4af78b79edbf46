#!/usr/bin/env bash
# fetch.sh SUITE PACKAGES OUT: downloads packages of a Debian suite with all that they need, and unpacks them into OUT/root.
# No maintainer script runs (configure.sh does what is needed of them), so nothing of this machine can be touched by one.
# OUT/packages gets a line `name version` a package, OUT/status what dpkg would know of them.
#
# The archive is the one this machine's apt uses, or BERTH_LAB_ARCHIVE. apt checks its signatures with Debian's keys; the date
# until which they count is not asked, because an archive frozen at a day serves a lab as well.
set -euo pipefail
umask 022

readonly suite=$1 packages=$2 out=$3
readonly keys=/usr/share/keyrings/debian-archive-keyring.gpg

# What only people read: half of all files.
readonly leave_out=(
  --exclude=./usr/share/{doc,man,info,lintian,locale,groff,bash-completion,bug,doc-base,common-licenses}
  --exclude=./usr/share/zoneinfo/{posix,right}
  --exclude=./usr/share/zsh/{help,functions/Completion}
  --exclude=./usr/share/fish/completions
  --exclude=./usr/lib/*/gconv
)

archive_url() {
  if [[ -n ${BERTH_LAB_ARCHIVE:-} ]]; then
    echo "$BERTH_LAB_ARCHIVE"
  else
    # shellcheck disable=SC2016 # apt's own placeholder
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/$'
  fi
}

# An apt of its own below OUT/apt: its lists, its cache, and a machine on which nothing is installed yet.
make_apt() {
  local apt=$out/apt url=$1
  mkdir -p "$apt"/etc/apt/{apt.conf,preferences,sources.list,trusted.gpg}.d \
    "$apt"/var/lib/apt/lists/partial "$apt"/var/cache/apt/archives/partial "$apt/var/lib/dpkg"
  : >"$apt/var/lib/dpkg/status"
  echo "deb [signed-by=$keys] $url $suite main" >"$apt/etc/apt/sources.list"
  cat >"$apt/conf" <<CONF
Dir "$apt";
Dir::State::status "$apt/var/lib/dpkg/status";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
CONF
}

download() {
  local names
  mapfile -t names < <(sed 's/#.*//' "$packages" | tr -s ' ' '\n' | sed '/^$/d')
  export APT_CONFIG=$out/apt/conf
  apt-get -qq update
  apt-get -qqy install --download-only '?essential' "${names[@]}"
}

# One package: its files, and its paragraph of dpkg's status. Both suites are usr-merged, though not all packages know it.
unpack() {
  local package=$1 root=$2 leave_out=("${@:3}")
  dpkg-deb --fsys-tarfile "$package" |
    tar -x --directory="$root" --preserve-permissions --numeric-owner --keep-directory-symlink "${leave_out[@]}"
  dpkg-deb --field "$package" | sed '1a Status: install ok installed' >"$root.status/$(basename "$package")"
}

unpack_all() {
  local folder
  mkdir -p "$out/root/usr" "$out/root.status"
  for folder in bin sbin lib lib64; do
    mkdir "$out/root/usr/$folder"
    ln -s "usr/$folder" "$out/root/$folder"
  done
  export -f unpack
  # shellcheck disable=SC2016 # for the shell that xargs starts
  find "$out/apt/var/cache/apt/archives" -name '*.deb' -print0 | sort -z |
    xargs -0 -P "$(nproc)" -I PACKAGE bash -euo pipefail -c 'unpack "$@"' unpack PACKAGE "$out/root" "${leave_out[@]}"
}

list_packages() {
  local paragraph
  for paragraph in "$out"/root.status/*.deb; do
    cat "$paragraph"
    echo
  done >"$out/status"
  awk '/^Package:/ { name = $2 } /^Version:/ { print name, $2 }' "$out/status" | sort >"$out/packages"
}

for program in apt-get dpkg-deb; do
  command -v "$program" >/dev/null || { echo "Base trees are made of Debian's packages, and there is no $program here." >&2; exit 1; }
done
[[ -e $keys ]] || { echo "Debian's keys are missing: apt-get install debian-archive-keyring" >&2; exit 1; }
url=$(archive_url) || true
[[ -n $url ]] || { echo "No Debian archive is known to apt here. Name one: BERTH_LAB_ARCHIVE=http://…/debian/" >&2; exit 1; }
make_apt "$url"
download
unpack_all
list_packages
chmod 755 "$out/root" # some package says otherwise
rm -rf "$out/apt" "$out/root.status"
