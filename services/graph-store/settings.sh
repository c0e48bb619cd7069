# shellcheck shell=bash
# Shared by entrypoint and set-up-users.

# Password of the user `maintenance`. It lies beside the data that it opens, so that a container with new
# passwords can take over an old volume.
maintenance_file=/data/maintenance-password

# Its presence says that the server is up and its users are set up.
ready_file=/tmp/neo4j/ready

# Value of the variable $1, or the content of the file that ${1}_FILE names.
setting() {
  local file="${1}_FILE"
  if [ -n "${!file:-}" ]; then cat "${!file}"; else printf '%s' "${!1:-}"; fi
}
