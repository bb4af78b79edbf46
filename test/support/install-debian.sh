#!/usr/bin/env bash
# What the tests need from Debian, named once. As root: installs what is missing. Otherwise: prints the one line to run.
# Exit code 0: everything is here; 1: something is missing (and was not, or could not be, installed).
set -euo pipefail

packages=(
  chromium xvfb                                # end-to-end tests, in the browser home and in Electron
  libgtk-3-0 libnss3 libasound2 libgbm1 unzip  # what Electron links to, and its runtime for tests
  gnome-keyring dbus-daemon dbus-bin           # a real keychain for Electron
  openssh-server openssh-client sudo           # integration tests against a real sshd
  dash busybox shellcheck                      # the shells that native/ runs under, and a look at its scripts
  fish tcsh zsh                                # login shells that are not sh
  opendoas openssl procps                      # the other way to root; passwords of test users; ps
  softhsm2                                     # a security token in software, for logins by PKCS#11
  krb5-kdc krb5-admin-server krb5-user         # a Kerberos realm on the loopback, for logins by ticket
  ansible-core                                 # ansible-inventory, which inventories are compared with
  debian-archive-keyring python3               # the lab: packages for its base trees, first deployments
  ostree                                       # the real merge of /etc
  systemd-journal-remote                       # journals that the real journalctl reads
  less vim tmux                                # programs that take the whole screen of a terminal
  util-linux iproute2 e2fsprogs                # the lab: namespaces and locks, networks, immutable flags
)

missing=()
for package in "${packages[@]}"; do
  # Some libraries were renamed in Debian 13; dpkg-query fails for the name that is not known.
  state=$(dpkg-query -W -f '${db:Status-Status} ' "$package" "${package}t64" 2>/dev/null || true)
  if [[ " $state" != *' installed '* ]]; then
    missing+=("$package")
  fi
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

if [[ $(id -u) -ne 0 ]]; then
  echo "sudo apt-get install --no-install-recommends ${missing[*]}"
  exit 1
fi
echo "Installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
