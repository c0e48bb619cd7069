#!/usr/bin/env bash
# The tests of the services, with the documents on official MongoDB instead of the embedded store.
set -euo pipefail
image=${MONGODB_IMAGE:-mongo:8.0}
store=$(docker run --detach --publish 127.0.0.1::27017 \
  --health-cmd 'mongosh --quiet --eval "db.adminCommand({ping: 1}).ok"' --health-interval 2s "$image")
trap 'docker rm --force --volumes "$store" >/dev/null' EXIT
for _ in $(seq 60); do
  health=$(docker inspect --format '{{.State.Health.Status}}' "$store")
  [ "$health" != healthy ] || break
  sleep 1
done
if [ "$health" != healthy ]; then
  docker logs --tail 20 "$store" >&2
  exit 1
fi
address=$(docker port "$store" 27017/tcp | head -n 1)
TEST_MONGODB_URL="mongodb://$address" ./infra test services
