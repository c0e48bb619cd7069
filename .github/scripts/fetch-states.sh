#!/usr/bin/env bash
# Fetches what deployments left for reviews: fetch-states.sh FOLDER -> FOLDER/STACK.json
# Without one the stack counts as new, which the review says.
set -euo pipefail
folder=$1
mkdir -p "$folder"
gh api "repos/$GH_REPO/actions/artifacts?per_page=100" \
  --jq '[.artifacts[] | select(.expired | not) | select(.name | startswith("state-")) | select(.workflow_run.head_branch == "main")]
        | group_by(.name)[] | max_by(.created_at) | "\(.workflow_run.id) \(.name)"' |
  while read -r run name; do
    gh run download "$run" --name "$name" --dir "$folder"
  done
