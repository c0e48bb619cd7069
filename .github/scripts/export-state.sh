#!/usr/bin/env bash
# Exports a stack's state, secrets encrypted: export-state.sh STACK ENGINE FOLDER -> FOLDER/STACK.json
set -euo pipefail
stack=$1 engine=$2 folder=$3
mkdir -p "$folder"
pulumi=pulumi
[ "$engine" = official ] || pulumi=engine/bin/pulumi
"$pulumi" stack export --stack "$stack" --file "$folder/$stack.json"
