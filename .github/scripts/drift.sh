#!/usr/bin/env bash
# Looks for drift of a stack: drift.sh STACK ENGINE FOLDER -> FOLDER/drift.json, FOLDER/drift.md; output `outcome`
set -euo pipefail
stack=$1 engine=$2 folder=$3
mkdir -p "$folder"
code=0
./infra drift "$stack" --engine "$engine" --json --markdown "$folder/drift.md" >"$folder/drift.json" || code=$?
case $code in
  0) outcome=clean ;;
  1 | 2 | 130) exit "$code" ;;
  *) outcome=drift ;;
esac
echo "outcome=$outcome" >>"$GITHUB_OUTPUT"
