"""The lab's stand-in for rpm-ostree. See README.md beside this folder."""
