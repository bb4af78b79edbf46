"""The lab's stand-in for bootc: bootc's face over the real ostree. See README.md beside this folder."""
