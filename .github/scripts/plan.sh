#!/usr/bin/env bash
# Plans a stack against what is live, for approval: plan.sh STACK ENGINE FILE
# Outputs `hash` and `changes`; the comment goes to the job's summary, where approvers read it.
set -euo pipefail
stack=$1 engine=$2 file=$3
read_review() {
  node --print "JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8')).stacks[0].$1" "$file"
}
code=0
./infra review "$stack" --live --engine "$engine" --json \
  --markdown plan.md --html "${file%.json}.html" >"$file" || code=$?
case $code in
  0 | 3 | 4) ;;
  *) exit "$code" ;;
esac
cat plan.md >>"$GITHUB_STEP_SUMMARY"
{
  echo "hash=$(read_review 'planHash')"
  echo "changes=$(read_review 'steps.length')"
} >>"$GITHUB_OUTPUT"
