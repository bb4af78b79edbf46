# shellcheck shell=sh
# needs: lib/limit.sh lib/bounded.sh lib/journal.sh
# The boots in the journal, and which deployment each ran. Reads only. What each frame holds: shared/parse/forensics.ts.
# Argument: the root folder of the tree to read, empty but in tests.

# shellcheck disable=SC2034 # for lib/journal.sh
FIELDS=MESSAGE,DEPLOYMENT_PATH

main() {
  ROOT=${1:-}
  frame identity read_identity
  frame boots read_boots
  list_boots
  frame deployments read_deployments
  frame command-lines read_command_lines
  frame boot-links read_boot_links
}

main "$@"
