#!/bin/sh
# Makes a prediction of {{ model }} like {{ id }}, and saves its files here.
#
# It needs curl and jq, and the API key in QUICKROUTER_API_KEY. Every run costs money.
set -eu
: "${QUICKROUTER_API_KEY:?}"
base=${QUICKROUTER_BASE_URL:-{{ base_url }}}
path={{ create_path }}
seconds=600 # how long to wait for the end

call() { curl --silent --show-error --fail-with-body --max-time 60 -H "Authorization: Bearer $QUICKROUTER_API_KEY" "$@"; }

# Sent once: whether a create that got no answer was accepted, and is billed, is unknown.
created=$(call "$base$path" -H "Content-Type: application/json" --data-binary @- << 'JSON'
{{ body }}
JSON
) || { printf '%s\n' "$created" "it was refused, or its outcome is unknown; check before a retry" >&2; exit 1; }

id=$(printf '%s' "$created" | jq --exit-status --raw-output '.id | @uri')
end=$(($(date +%s) + seconds))
while :; do
    finished=$(call "$base{{ get_prefix }}$id") || finished=null
    status=$(printf '%s' "$finished" | jq --raw-output '.status?')
    case $status in {{ terminal }}) break ;; esac
    [ "$(date +%s)" -lt "$end" ] || { echo "prediction $id has not ended; it may still run" >&2; exit 1; }
    sleep 1
done
[ "$status" = {{ succeeded }} ] || { printf '%s' "$finished" | jq .error >&2; exit 1; }

# Fetched without the key; what exists is not overwritten.
number=0
printf '%s' "$finished" | jq --raw-output '[.output] | flatten | .[]' | while IFS= read -r item; do
    case $item in
        http:* | https:*)
            name=$(printf '%s' "$id" | tr -c 'A-Za-z0-9_-' _)-$number.png
            [ ! -e "$name" ] || { echo "$name exists" >&2; exit 1; }
            curl --silent --show-error --fail --location --max-time 60 --output "$name" -- "$item"
            echo "$name"
            ;;
        *) printf '%s\n' "$item" ;;
    esac
    number=$((number + 1))
done
