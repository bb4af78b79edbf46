# shellcheck shell=bash
# Sourced by full.sh and small.sh: what every tree of an image-mode host has.

# make_skeleton TREE: the top of the tree as bootc's documentation wants it. What changes lives in /var and, below it, /home.
make_skeleton() {
  local tree=$1 name
  mkdir -p "$tree"/{boot,dev,proc,run,sys,sysroot,tmp,var}
  chmod 1777 "$tree/tmp"
  for name in bin sbin lib lib64; do
    ln -s "usr/$name" "$tree/$name"
  done
  for name in home opt srv mnt; do
    ln -s "var/$name" "$tree/$name"
  done
  ln -s var/roothome "$tree/root"
  ln -s run/media "$tree/media"
  ln -s sysroot/ostree "$tree/ostree"
}

# write_engine_settings TREE: how ostree-prepare-root sets up the root; composefs is switched on by the image history.
write_engine_settings() {
  mkdir -p "$1/usr/lib/ostree"
  printf '%s\n' '[sysroot]' 'readonly = true' '[composefs]' 'enabled = no' >"$1/usr/lib/ostree/prepare-root.conf"
}
