#!/bin/sh
# Scripted bootc: takes the sysroot lock as the real one does (status as well), then goes on in bootc.mjs.
case "${1:-} $*" in
  --version* | *--help*) ;;
  *)
    if [ "$(id -u)" = 0 ]; then
      exec 9>>/ostree/lock
      flock 9
    fi
    ;;
esac
exec /node/node /scripted/tools/bootc.mjs "$@"
