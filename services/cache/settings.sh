# shellcheck shell=sh
# Shared by entrypoint and healthcheck.

# The password: content of the file that CACHE_PASSWORD_FILE names, else CACHE_PASSWORD.
cache_password() {
  if [ -n "${CACHE_PASSWORD_FILE:-}" ]; then cat "$CACHE_PASSWORD_FILE"; else printf '%s' "${CACHE_PASSWORD:-}"; fi
}
