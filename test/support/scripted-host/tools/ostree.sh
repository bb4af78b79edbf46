#!/bin/sh
# Scripted ostree: `ostree admin` over the state of the scripted bootc. What changes takes the sysroot lock.
case "$1-${2:-}" in
  admin-status | --version-) ;;
  *)
    exec 9>>/ostree/lock
    flock 9
    ;;
esac
exec /node/node /scripted/tools/ostree.mjs "$@"
