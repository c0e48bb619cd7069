#!/usr/bin/env bash
# Keeps one issue per stack: opens it, updates it while there is drift, closes it when there is none.
# drift-issue.sh STACK clean|drift FILE
set -euo pipefail
stack=$1 outcome=$2 file=$3
title="Drift of $stack"
number=$(gh issue list --state open --label drift --json number,title \
  --jq ".[] | select(.title == \"$title\") | .number" | head -n 1)
case $outcome in
  clean)
    [ -z "$number" ] || gh issue close "$number" --comment "What is live is what was deployed again."
    ;;
  drift)
    if [ -n "$number" ]; then
      gh issue edit "$number" --body-file "$file"
    else
      gh label create drift --description "What is live is not what was deployed" --force
      gh issue create --title "$title" --label drift --body-file "$file"
    fi
    ;;
  *)
    echo "the outcome is clean or drift, not \"$outcome\"" >&2
    exit 2
    ;;
esac
