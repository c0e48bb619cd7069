#!/bin/sh
# Real stores for the tests of the services, in containers of their own, on free ports of 127.0.0.1.
#
#   eval "$(services/test-stores.sh start [DOCUMENT_STORE_IMAGE GRAPH_STORE_IMAGE CACHE_IMAGE])"
#   …run tests…
#   services/test-stores.sh stop        # removes what TEST_STORES names, volumes too
#
# The images are those of services/{document-store,graph-store,cache}; the defaults are their usual tags.
set -eu

run() {
  docker run --detach --label trials.test-stores --read-only --cap-drop ALL \
    --security-opt no-new-privileges --tmpfs /tmp "$@"
}

address() {
  docker port "$1" "$2/tcp" | grep -m1 '^127\.0\.0\.1:'
}

wait_until_healthy() {
  for _ in $(seq 600); do
    case $(docker inspect --format '{{.State.Status}} {{.State.Health.Status}}' "$1") in
      'running healthy') return ;;
      'exited '* | 'dead '*) break ;;
    esac
    sleep 0.5
  done
  echo "$2 did not become healthy; its last words:" >&2
  docker logs --tail 20 "$1" >&2
  return 1
}

start() {
  password=$(head -c 18 /dev/urandom | od -An -tx1 | tr -d ' \n')
  stores=
  trap '[ -z "$stores" ] || docker rm --force --volumes $stores >/dev/null' EXIT
  documents=$(run --publish 127.0.0.1::27017 --memory 512m "$1")
  stores="$documents"
  graph=$(run --publish 127.0.0.1::7687 --memory 900m --env "NEO4J_PASSWORD=$password" "$2")
  stores="$stores $graph"
  cache=$(run --publish 127.0.0.1::6379 --memory 128m --env "CACHE_PASSWORD=$password" "$3")
  stores="$stores $cache"
  wait_until_healthy "$documents" "the document store"
  wait_until_healthy "$cache" "the cache"
  wait_until_healthy "$graph" "the graph store"
  cat <<END
export TEST_MONGODB_URL=mongodb://$(address "$documents" 27017)
export TEST_NEO4J_URL=bolt://$(address "$graph" 7687)
export TEST_NEO4J_USER=neo4j
export TEST_NEO4J_PASSWORD=$password
export TEST_CACHE_URL=redis://:$password@$(address "$cache" 6379)
export TEST_STORES='$stores'
END
  trap - EXIT
}

case ${1:-} in
  start) start "${2:-trials/document-store}" "${3:-trials/graph-store}" "${4:-trials/cache}" ;;
  # shellcheck disable=SC2086 # the identifiers are words
  stop) docker rm --force --volumes ${TEST_STORES:?is not set: eval what start printed first} >/dev/null ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2 && exit 64 ;;
esac
