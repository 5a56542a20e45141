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

# Not inside $( ): the bash of macOS would look for closing quotes in it.
body() {
    cat << 'JSON'
{{ body }}
JSON
}

# Sent once: whether a create that got no answer was accepted, and is billed, is unknown.
created=$(body | call "$base$path" -H "Content-Type: application/json" --data-binary @-) || { printf '%s\n' "$created" "it was refused, or its outcome is unknown; check before a retry" >&2; exit 1; }

id=$(printf '%s' "$created" | jq --raw-output '.id? | strings | @uri') || id=
[ -n "$id" ] || { printf '%s\n' "$created" "no id came back, so its outcome is unknown; check before a retry" >&2; exit 1; }
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
    url=${item%%[?#]*}
    extension=${url##*.}
    case $extension in "" | *[!A-Za-z0-9]*) extension=bin ;; esac
    name=$(printf '%s' "$id" | tr -c 'A-Za-z0-9_-' _)-$number.$extension
    case $item in http:* | https:* | data:*\;base64,*)
        [ ! -e "$name" ] || { echo "$name exists" >&2; exit 1; } ;;
    esac
    case $item in
        http:* | https:*)
            curl --silent --show-error --fail --location --max-time 60 --output "$name" -- "$item"
            echo "$name"
            ;;
        data:*\;base64,*)
            printf '%s' "${item#*,}" | base64 -d > "$name"
            echo "$name"
            ;;
        *) printf '%s\n' "$item" ;;
    esac
    number=$((number + 1))
done
