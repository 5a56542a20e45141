# Sourced by the scripts here. `serve LOG ARGUMENT...` starts `quickrouter serve`, which QUICKROUTER names:
# LOG has its stderr and LOG.exports what it prints, and what that exports is taken over. $serve is its
# process. `stop_served` ends all of them, and so does the end of the script.
# shellcheck shell=bash
serve=
served=()

serve() {
    local log=$1
    shift
    : > "$log.exports"
    "$QUICKROUTER" serve "$@" > "$log.exports" 2> "$log" &
    serve=$!
    served+=("$serve")
    for _ in $(seq 100); do [ "$(wc -l < "$log.exports")" -ge 2 ] && break; sleep 0.1; done
    [ "$(wc -l < "$log.exports")" -ge 2 ] || { cat "$log"; echo "the emulator did not start"; exit 1; }
    # shellcheck disable=SC1090
    . "$log.exports"
    case $QUICKROUTER_BASE_URL in http://127.0.0.1:*) ;; *) echo "not here: $QUICKROUTER_BASE_URL"; exit 1 ;; esac
}

stop_served() {
    local process
    for process in "${served[@]}"; do
        kill "$process" 2> /dev/null || true
        wait "$process" 2> /dev/null || true
    done
    served=()
}
trap stop_served EXIT
