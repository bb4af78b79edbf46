#!/bin/sh
# Scripted curl: the registry answers, unless the test has taken it away.
if [ -e /scripted/registry-gone ]; then printf '000' && exit 7; fi
printf '200'
