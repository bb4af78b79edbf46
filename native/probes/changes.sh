# shellcheck shell=sh
# needs: lib/changes.sh
# Has anything changed? One frame, `changes`; equal output means equal deployments. Cheap enough to ask every few seconds.
# Argument: the root folder of the tree to read; empty but in tests. Read by shared/parse/changes.ts.

main() {
  frame changes read_changes "${1:-}"
}

main "$@"
