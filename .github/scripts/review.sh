#!/usr/bin/env bash
# Reviews all stacks: review.sh ENGINE BASE STATES_FOLDER REPORT_FOLDER
# Findings are no failure of this step; a review that cannot be made is, and its comment says why.
set -euo pipefail
engine=$1 base=$2 states=$3 report=$4
mkdir -p "$report"
printf '%s\n' "${PULL_REQUEST:-}" >"$report/pull-request"

arguments=(--engine "$engine" --base "$base" --markdown "$report/comment.md" --html "$report/review.html" --json)
for file in "$states"/*.json; do
  [ -e "$file" ] || continue
  arguments+=(--state "$(basename "$file" .json)=$file")
done

code=0
./infra review "${arguments[@]}" >"$report/review.json" 2>"$report/said.txt" || code=$?
cat "$report/said.txt" >&2
if [ ! -s "$report/comment.md" ]; then
  {
    echo "<!-- infra-review -->"
    echo "## Infrastructure: FAILED"
    echo
    echo '```'
    tail -n 15 "$report/said.txt" | tr -d '`' | cut -c1-300
    echo '```'
  } >"$report/comment.md"
fi
case $code in
  0 | 3 | 4) ;;
  *) exit "$code" ;;
esac
