#!/usr/bin/env bash
# Posts the reports of a run of review.yml, or updates the comments of an earlier one: post-review.sh RUN_ID HEAD_SHA
# Whoever opened the pull request wrote the report, too: all of it is checked, none of it is run.
set -euo pipefail
run=$1 head=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! gh run download "$run" --pattern 'review-*' --dir "$folder"; then
  echo "the run left no report" >&2
  exit 0
fi
for report in "$folder"/review-*; do
  [ -e "$report/comment.md" ] || continue
  engine=${report##*/review-}
  number=$(head -c 20 "$report/pull-request" | tr -d '\n')
  if [[ ! $engine =~ ^(embedded|official)$ || ! $number =~ ^[0-9]+$ ]]; then
    echo "refused: the report names no pull request" >&2
    exit 1
  fi
  # A report may only speak of the pull request whose head was reviewed.
  if [ "$(gh api "repos/$GH_REPO/pulls/$number" --jq .head.sha)" != "$head" ]; then
    echo "refused: pull request $number is at another commit than the one that was reviewed" >&2
    exit 1
  fi
  marker="<!-- infra-review $engine -->"
  body=$folder/body.md
  # At most 25 lines, no markup but the table's own, nobody called by name.
  {
    echo "$marker"
    grep -v '^<!-- infra-review' "$report/comment.md" | head -n 24 | cut -c1-1000 |
      sed -e 's/</\&lt;/g' -e 's/@/@\xe2\x80\x8b/g' -e 's/!\[/!\\[/g'
  } >"$body"
  comment=$(gh api --paginate "repos/$GH_REPO/issues/$number/comments" \
    --jq ".[] | select(.user.type == \"Bot\") | select(.body | startswith(\"$marker\")) | .id" | head -n 1)
  if [ -n "$comment" ]; then
    gh api --silent --method PATCH "repos/$GH_REPO/issues/comments/$comment" --field "body=@$body"
  else
    gh api --silent --method POST "repos/$GH_REPO/issues/$number/comments" --field "body=@$body"
  fi
done
