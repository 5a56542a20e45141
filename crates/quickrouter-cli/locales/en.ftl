### The words of the command in English. zh-CN.ftl has the same messages with the same variables.

warning = warning: { $text }
error = error: { $text }
hint = hint: { $text }

## First contact

welcome =
    Pictures through QuickRouter's API

    Try it without a key and without cost:
     quickrouter generate "a fox" --emulator
    With a key, look before you pay:
     quickrouter auth login
     quickrouter generate "a fox" --dry-run
    What is wrong? quickrouter doctor
    Everything else: quickrouter --help
    中文：quickrouter --lang zh

## Failures

key-how = create one in your QuickRouter account, then `quickrouter auth login` keeps it; or set { $variable }
key-missing = the API key is missing
key-not-needed = --emulator needs no key
nothing-created = nothing was created
of-prediction = it is about prediction { $id }
saved-so-far = saved the outputs so far: { $files }
unread-kept = the whole response is in { $file }
unread-not-kept = the whole response could not be saved: { $why }
upload-of = it is about --{ $flag } { $file }
without-an-id = the gateway gave the prediction no id; its outputs are at:

## The command's own messages

fact-at-least = at least { $least }
fact-at-most = at most { $most }
fact-default = default: { $value }
fact-model-default = the model's default: { $value }
fact-multiple = multiple of { $step }
fact-range = { $least } to { $most }
fact-required = required
fact-values = one of: { $values }
sheet-version = version: { $version }
sheet-output = output: { $media_type }
sheet-inputs = Inputs:
sheet-rules = Rules:
key-file-check = check --key-file
key-file-stdin = the key file - cannot be stdin
key-file-how-stdin = use /dev/stdin, or check --key-file
key-file-unreadable = the key file { $file } cannot be read: { $error }
key-file-encoding = the key file { $file } { $why }
key-file-empty = the key file { $file } is empty
key-file-fill = put the key into it
encoding-utf32 = is UTF-32 (save it as UTF-8)
encoding-unmarked = is UTF-16 without a byte order mark (save it as UTF-8)
encoding-not-utf8 = is not UTF-8 from byte { $at } on (save it as UTF-8)
encoding-damaged = is damaged UTF-16 (save it as UTF-8)
stdin-unreadable = { $what } from stdin cannot be read: { $error }
stdin-large = { $what } from stdin has more than { $limit } bytes, the limit
stdin-encoding = { $what } from stdin { $why }
stdin-twice = PROMPT and --input cannot both be read from stdin
prompt-empty = the prompt is empty, but the picture would still be billed
prompt-blank = the prompt is blank, but the picture would still be billed
prompt-how = write one, or add --allow-empty-prompt
prompts-differ = PROMPT and --prompt differ
prompts-how = leave one of them out
inputs-unknown = this model is not documented, so its inputs are unknown
inputs-how = give them with --input (--input '{"{"}{"}"}' for none)
input-unreadable = { $place } cannot be read: { $error }
input-large = { $place } has more than { $limit } bytes, the limit
input-encoding = { $place } { $why }
input-rounded = { $place } contains { $number }, which would be rounded
input-no-object = { $place } is not a JSON object
input-no-json = { $place } is not JSON: { $error }
input-example = write it like {"{"}"prompt": "a lighthouse"{"}"}
exact-numbers = whole numbers are exact from { $least } to { $most }
flag-rounded = --{ $flag }: { $number } would be rounded
of-flag = --{ $flag }: { $problem }
folder-other = choose another folder
warning-of-input = { $input }: { $text }
uploading = uploading --{ $flag } { $file } ({ $size })
deadline-upload = the deadline passed during the upload
export-failed = { $variable } cannot be written: { $error }
stdout-failed = stdout cannot be written: { $error }
no-runtime = no runtime: { $error }
interrupted = interrupted
interrupted-at = interrupted at prediction { $id }, which was not canceled
interrupted-canceled = interrupted; a cancel of prediction { $id } was requested, and its status is { $status }
interrupted-if-accepted = if it was accepted, it still runs and is billed
interrupted-over = interrupted after prediction { $id } had finished
interrupted-over-without-id = interrupted after the prediction had finished
interrupted-twice = interrupted twice: it is unknown whether prediction { $id } is canceled
interrupted-unanswered = interrupted before the response to the create
interrupted-unconfirmed = interrupted; a cancel of prediction { $id } was requested but not confirmed ({ $why })
interrupted-upload = interrupted while --{ $flag } { $file } was uploaded
interrupted-waiting = interrupted: waiting up to { $seconds } s for the response to the create, to cancel it; interrupt again to exit at once
no-outputs = the prediction made no outputs
outputs-missing = { $missing } of { $requested } outputs are missing
outputs-missing-because = { $missing } of { $requested } outputs are missing: { $reason }
output-data = data: { $media_type } { $size }
output-failed = failed: { $error }
output-undecodable = { $reason }: { $size }
outputs-deleted = its outputs have been deleted
prediction-error = error: { $error }
save-early = prediction { $id } is { $status }, so its outputs are incomplete
save-early-how = wait for it with `quickrouter predictions wait { $id }`, then save it
next-cancel = `quickrouter predictions cancel { $id }` retries
next-get = `quickrouter predictions get { $id }` shows its status
next-list = `quickrouter predictions list` shows them
next-save = `quickrouter predictions save { $id }` retries (--output DIR saves elsewhere, --overwrite replaces existing files)
next-save-in-time = `quickrouter predictions save { $id }` saves its outputs until they expire
next-wait = `quickrouter predictions wait { $id }` continues to wait
emulator-notice = emulator: pictures are placeholders drawn on this machine; nothing is billed
emulator-not-started = the emulator did not start: { $why }
emulator-failed = the emulator stopped: { $why }
emulator-serving = emulator: serving until interrupted; pictures are placeholders, and nothing is billed
emulator-page = emulator: its page is at { $url }
emulator-state =
    emulator: its state is kept in { $folder }; { $creates ->
        [one] { $creates } create was accepted before
       *[other] { $creates } creates were accepted before
    }
emulator-stopping = emulator: stopping; requests in progress have a moment to finish
emulator-stopped =
    emulator: stopped; { $creates ->
        [one] { $creates } create was accepted
       *[other] { $creates } creates were accepted
    }
emulator-open = the emulator accepts connections from other machines; its page and everything below /emulator/ need no key: anyone who can reach it can read prompts and pictures, and set faults
emulator-cors = any page that is open in a browser of this machine can use the emulator: --cors without --key accepts every key
emulator-replaying =
    emulator: replaying { $count ->
        [one] { $count } recording
       *[other] { $count } recordings
    } of { $folder }
recordings-skipped = recordings skipped in { $folder }, since they are incomplete: { $count }
fault-invalid = --fault { $fault }: { $error }
faults-unreadable = --faults { $file } cannot be read: { $error }
faults-large = --faults { $file }: the file has more than { $limit } bytes, the limit
faults-encoding = --faults { $file } { $why }
faults-invalid = --faults { $file }: { $error }
models-unusable = --models { $file }: { $error }
models-encoding = --models { $file } { $why }
models-large = --models { $file }: the file has more than { $limit } bytes, the limit
models-folder-empty = --models { $folder }: the folder has no .json, .yaml or .yml file
recorder-not-started = the recorder did not start: { $why }
recorder-failed = the recorder stopped: { $why }
recorder-bills = requests are passed on to { $upstream }, and every create is billed there; predictions are kept in { $folder }
recorder-started = recorder: recording until interrupted; clients use the key above, no other
recorder-stopping = recorder: stopping; running predictions have a moment to finish
recorder-stopped-at-once = stopped at once; recordings of running predictions are incomplete
recorder-stopped =
    recorder: stopped; { $creates ->
        [one] { $creates } create was sent
       *[other] { $creates } creates were sent
    } to the gateway
recorder-creating = recorder: create { $number } is sent to the gateway, which bills it: { $target }
recorder-recorded =
    recorder: recorded { $path } and { $files ->
        [one] { $files } file
       *[other] { $files } files
    }
recorder-incomplete = recorder: { $path } cannot be replayed: { $why }
recorder-recovered = recorder: create { $number } was found at the gateway: prediction { $prediction }
recorder-notice = recorder: { $notice }
import-failed = { $why }
import-skipped = skipped { $exchange }
import-incomplete = cannot be replayed: { $recording }

## Headings of the help

heading = { $text }:
heading-account = Account and checkup
heading-arguments = Arguments
heading-command = This command
heading-commands = Commands
heading-environment = Environment variables
heading-exit-codes = Exit codes
heading-faults = Faults
heading-inputs = Inputs of { $model }
heading-limits = Limits
heading-models = Models
heading-options = Options
heading-personality = Personality
heading-pictures = Pictures
heading-recording = Recording
heading-replay = Replay
heading-settings = Settings

## Settings

arg-allow_http = Allow sending the key over plain http to other machines
arg-base_url = Base URL of the gateway, with its prefix and without /v1 [default: QuickRouter's]
arg-key_file = File that contains only the API key; the flag takes precedence over QUICKROUTER_API_KEY, the variable does not
arg-help = Show the help; -h in brief
arg-lang = Language of messages: en or zh [default: the locale's]
arg-quiet = Hide progress; warnings and errors are still shown
arg-verbose = Show requests and retries on stderr, never the key; -vv is the same
arg-version = Show the version

## Commands

help-quickrouter = Generate images through QuickRouter's Replicate API

help-aliases = [also: { $names }]
help-default = [default: { $value }]
help-values = [one of: { $values }]
help-variable = [variable: { $name }]

help-help = Explain a command, `environment` or `exit-codes`
arg-topic = A command, such as `predictions get`, or one of environment and exit-codes
help-knows = there is: { $names }
help-unknown = there is no help on { $word }

help-completions = Print the script that completes this command in a shell
    .long =
        Print the script that completes this command in a shell: commands, flags, models and their values. Where it belongs:

          ~/.bashrc    eval "$(quickrouter completions bash)"
          ~/.zshrc     eval "$(quickrouter completions zsh)"
          config.fish  quickrouter completions fish | source
          $PROFILE     quickrouter completions powershell | Out-String | iex
arg-shell = The shell

help-generate = Generate images from a prompt and save them
    .long =
        Generate images from a prompt with { $model } and save them.

        The paths of the saved files go to stdout, one per line; everything else goes to stderr.
help-run = Run any model and save its outputs
    .long =
        Run any model and save its outputs.

        The paths of the saved files go to stdout, one per line; everything else goes to stderr. A documented model has a flag for every input (`quickrouter run MODEL --help`). Any other model takes --input only, and is given as owner/name, owner/name:version or a version of 64 hexadecimal digits.

arg-allow_empty_prompt = Send an empty or blank prompt, which is otherwise refused as a likely mistake
arg-cancel_after = Ask the gateway to cancel the prediction if it has not finished after this time ({ $cancel_after_min }s or more)
arg-emulator = Use a temporary emulator: no key, no network, no bill, and placeholder pictures
arg-input = Inputs as a JSON object; @FILE reads it from a file, - from stdin. Flags take precedence
arg-json = Print one JSON document instead of paths: {"{"}"prediction", "files"{"}"}, plus "error" on failure
arg-output = Folder to save files in; created if missing
arg-overwrite = Overwrite existing files, which are otherwise left alone
arg-prefer_wait = Ask the gateway to hold its response until the prediction finishes or this time passes (1s to { $prefer_wait_max }s): fewer requests, but no id to cancel by until then
arg-timeout = Time limit, such as 90s, 10m or 1h30m; when it passes, a cancel is requested

help-other-model = Run { $model } and save its outputs
input-file = [a small file is sent as a data: URI, a large one is uploaded; @last and @ID are earlier outputs]
json-form =
    With --json, stdout receives one JSON document, also on failure:
    {"  {"}"prediction": ..., "files": [...]{"}"}
    {"  {"}"error": {"{"}"message", "details", "hints", "kind", "code", "exit_code", "prediction_id", "request_id", "answer", "unread"{"}"}, "prediction": ... or null, "files": [...]{"}"}
prompt-argument = { $description } Same as --{ $flag }; - reads it from stdin

help-predictions = Manage existing predictions
    .after = With several ids, each is tried; the exit code is that of the first failure.
help-predictions-get = Show predictions: id, status, model and time, then the outputs
    .json = Print each prediction as the gateway sent it, one JSON document per line
help-predictions-wait = Wait for predictions to finish, then show them
    .json = Print each prediction as the gateway sent it, one JSON document per line
    .timeout = Time limit for each prediction, such as 90s, 10m or 1h30m
help-predictions-cancel = Request a cancel of predictions, then show them
    .json = Print each prediction as the gateway sent it, one JSON document per line
help-predictions-list = List predictions, newest first
    .json = Print each prediction as the gateway sent it, one JSON document per line
help-predictions-save = Save the outputs of predictions; paths go to stdout, one per line
arg-ids = Prediction ids
arg-limit = Maximum number of predictions to list; 0 lists all

help-models = List the documented models, or show the inputs of one
    .json = Print the JSON Schemas of the inputs instead
arg-model = Name of a model, full or short

help-serve = Run the emulator, a local stand-in that bills nothing
    .after =
        The first two lines on stdout can be evaluated by a shell:
          export QUICKROUTER_BASE_URL=...
          export QUICKROUTER_API_KEY=...
        It serves until interrupted, then exits with code 0.
arg-answers_created = HTTP status of an accepted create
arg-any_model = Accept any model: one that is not known takes any input
arg-cors = Let the pages of other sites use the API (CORS); with a --key, only those that have it
arg-creates_per_minute = Maximum number of creates per minute
arg-else_draw = With --replay: draw what is not recorded
arg-errors = Format of errors
arg-fault = Fault to inject, such as {"{"}"on": {"{"}"route": "create", "nth": 1{"}"}, "do": {"{"}"answer": {"{"}"status": 429{"}}}"}; can be repeated
arg-fault_seed = Random seed of faults with a probability; takes precedence over the file's
arg-faults = File of faults: {"{"}"seed": N, "faults": [...]{"}"}
arg-forwarded = Follow X-Forwarded-Proto, -Host, -Port and -Prefix in URLs, behind a reverse proxy
arg-honours_cancel_after = How to treat the header Cancel-After
arg-honours_prefer = How to treat the header Prefer: wait
arg-host = Address to listen on, or localhost for both loopback addresses; any other than a loopback address lets other machines in
arg-key = The only key to accept, of your choice; without it, any non-empty key is accepted
arg-models = Models beside the built-in ones: a file in JSON or YAML, also as the API answers for a model, or a folder of such files; can be repeated
arg-personality = Gateway to imitate: Replicate itself, or a relay that responds with 200, words its errors in Chinese, drops headers, relays only what QuickRouter documents, and whose URLs point to another origin
arg-port = Port to listen on; 0 picks a free one
arg-price = Price of a picture, for the total on the page; can also be set there
arg-quota = Units of quota that all creates together may cost at --price; unlimited without
arg-rate_limits = Limits on requests per minute
arg-record = Pass requests on to a real gateway, which bills them, and keep every prediction in this folder; the gateway's key is that of QUICKROUTER_API_KEY, --key-file or a profile, and clients get one drawn for this run
arg-relays_all = Which routes exist
arg-replay = Answer creates from the recordings in this folder: what was recorded of the same model, version and input happens again; a create without a recording is answered 404
arg-state = Folder in which predictions, files, deliveries, models and counters outlive the emulator; it is created if necessary
arg-strict_inputs = Refuse inputs that a model does not have; without it they are ignored, as by Replicate
arg-time_scale = How many times as fast as the gateway it runs; at 0, predictions take no time
arg-upstream = Base URL of the gateway to record, with its prefix and without /v1
arg-urls_elsewhere = Where URLs in responses point

help-recordings = Manage recordings of predictions
help-recordings-import = Turn recorded HTTP exchanges into recordings; their paths go to stdout, one per line
    .long =
        Turn recorded HTTP exchanges into recordings; their paths go to stdout, one per line

        A file has a JSON list of {"{"}"method", "uri", "request_headers", "request_body", "status", "headers", "body"{"}"}. Each create that succeeded becomes a recording; nothing is downloaded and nothing is overwritten.
    .output = Folder for the recordings; created if it does not exist
arg-files = Files of exchanges

## auth and config

help-auth = Keep, show and forget the API key of a profile
help-auth-login = Keep an API key, read from the terminal without showing it, or from stdin
    .long =
        Keep an API key, read from the terminal without showing it, or from stdin.

        The key is kept in a file that only you can read, and is used for the gateway of its profile only. --profile NAME chooses the profile; together with --base-url URL it makes a new one.
    .after = There is no flag for the key itself, since other users of the machine can see flags.
help-auth-status = Show where the key is; nothing is sent
    .json = Print one JSON document
help-auth-logout = Forget the key that `auth login` has kept
help-config = Show the settings and where each comes from
help-config-show = Show every setting in force and where it comes from; of the key only its length
    .json = Print one JSON document
    .timeout = Time limit of a run, such as 90s, 10m or 1h30m
    .output = Folder that files are saved in
help-config-path = Print the path of the configuration file
arg-config = Configuration file [default: config.toml in the platform's folder]
arg-profile = Profile to use, of the configuration file
arg-keyring = Keep the key in the platform's keyring instead of a file
arg-with_key_command = Keep a command that prints the key, instead of the key; it runs without a shell each time a key is needed

source = { $kind ->
    [flag] flag { $name }
    [variable] variable { $name }
    [file] { $name } in the configuration file
    [login] `auth login` of the profile { $name }
    [locale] locale
   *[default] default
}
column-setting = SETTING
column-value = VALUE
column-source = SOURCE
status-profile = profile
status-origin = origin
status-key = key
status-file = file
status-overrides = overrides
status-overrides-what = the key of the profile, which is not used while { $name } is set
mode-owner-only = mode { $mode }: only its owner can read it
mode-others-too = mode { $mode }: others can read it
key-length = { $characters ->
    [one] { $characters } character
   *[other] { $characters } characters
}
key-printed = printed by { $program }, which was not run
key-unusable = cannot be used
auth-type-key = Key for { $origin } (profile { $profile }; it is not shown):
auth-key-empty = no key was given
auth-key-pipe = pipe it in: `quickrouter auth login < key.txt`
auth-key-long = what was given is longer than { $bytes } bytes, so it is not a key
auth-stdin-unreadable = stdin could not be read as a key
auth-terminal-unreadable = the terminal could not be read without showing what is typed
auth-interrupted = interrupted; no key was kept
auth-logged-in = kept the key of the profile { $profile } for { $origin } in { $path }, which only you can read
auth-logged-in-keyring = kept the key of the profile { $profile } for { $origin } in the platform's keyring
auth-command-kept = the profile { $profile } gets its key for { $origin } from { $program }, as { $path } now says
auth-next = `quickrouter doctor` checks whether the gateway accepts it
auth-variable-first = the variable { $variable } is set and takes precedence over it; unset it to use the key that was kept
auth-variable-stays = the variable { $variable } is still set, and its key is used
auth-logged-out = forgot the key of the profile { $profile }
auth-no-key-kept = no key of the profile { $profile } was kept
auth-other-origin = the profile { $profile } is for { $origin }, and --base-url { $base_url } is not there
auth-other-source = the profile { $profile } gets its key from its { $key }, so a key that is kept would not be used
auth-other-source-how = remove { $key } of this profile from { $path }, then log in again
auth-keyring-left-out = --keyring needs a build with the cargo feature keyring
config-no-folder = there is no folder for settings, usually because HOME is not set
config-no-folder-how = set HOME, or name a file: --config FILE; keys are kept beside it
config-folder-relative = XDG_CONFIG_HOME is { $folder }, which is relative and therefore ignored; make it an absolute path, or unset it
config-unreadable = the configuration file { $path } cannot be read
config-other-file = --config FILE names another one
config-writable = others may change the configuration file { $path } (mode { $mode }), which can name commands to run
config-writable-how = `chmod go-w { $path }`
config-invalid = the configuration file { $path } is not valid
config-line = line { $line }
config-key = key { $key }
config-unwritable = { $path } cannot be written
config-unwritable-how = --config FILE names a file elsewhere, and keys are kept beside it; or set { $variable }, which needs no file
did-you-mean = did you mean { $name }?
profile-unknown = there is no profile "{ $name }"
profile-known = there are: { $names }
profile-make = `quickrouter auth login --profile NAME --base-url URL` makes a new profile
profile-name-invalid = "{ $name }" cannot be the name of a profile
profile-name-how = use lower-case letters, digits, - and _, 40 at most
base-url-from = the base URL in force comes from { $name }
key-of-another-origin = the key of the profile { $profile } belongs to { $key_origin } and is not sent to { $base_url_origin }
key-of-another-origin-use = to use { $key_origin }, leave out --base-url and unset QUICKROUTER_BASE_URL
key-of-another-origin-give = to use { $base_url_origin }, choose a profile of that gateway with --profile, or put its key into { $variable }
stored-key-unreadable = the key in { $path } cannot be read
key-file-exposed = others may read { $path } (mode { $mode }), where a key is kept
key-file-exposed-how = `chmod { $mode } { $path }`; if others have read the key, create a new one
keyring-failed = the platform's keyring does not work
keyring-failed-how = without --keyring the key is kept in a file that only you can read
key-command-not-started = the key command { $program } cannot be started
key-command-failed = the key command { $program } failed with exit code { $code }
key-command-ended = the key command { $program } was ended by a signal
key-command-timeout = the key command { $program } did not end within { $seconds } s
key-unusable-in = the API key { $source } cannot be used
base-url-invalid = the base URL { $url } cannot be used
why-no-such-file = there is no such file
why-folder = it is a folder
why-no-file = it is not a file
why-too-large = it has { $bytes } bytes; at most { $limit } are read
why-not-utf8 = it is not UTF-8; save it as UTF-8
why-nul = it contains NUL characters, like UTF-16 without a byte order mark; save it as UTF-8
why-empty = it is empty
why-too-long = it is longer than { $limit } bytes
why-damaged = it is damaged; log in again with `quickrouter auth login`
why-no-url = it is not a URL such as https://relay.example/replicate
why-not-http = it is neither http nor https
why-user = it contains a user name or password; leave them out
why-key-in-config = a key is not written here: remove it, and run `quickrouter auth login`, or name a key-file or a key-command
why-two-sources = it has both key-file and key-command; remove one of them
why-replicate = Replicate itself has no routes for balance and prices; remove family = true
why-same-prices = { $one } and { $other } are the same model; keep one of the two prices
why-unknown = there is no such profile; there are: { $names }
why-label = use 1 to 64 printable characters
why-negative = an amount cannot be negative here
why-no-command = this is not a command: it is empty, or a quote is not closed
why-no-slash = it has to start with /
why-pattern = write a model as owner/name, owner/* or *, with * at the end only
why-not-positive = use 1 or more
key-command-output = what the key command { $program } printed is not a key

## balance

help-balance = Show what the key has left at the gateway
    .json = Print one JSON document; amounts are texts, since they are exact

balance-left = left: { $left }
balance-overdrawn = left: { $left }; the key is overdrawn
balance-unlimited = left: the key itself has no limit; the account behind it may have one
balance-not-said = left: the gateway does not say
balance-used = used: { $used }
balance-granted = granted: { $granted }
balance-expires = expires: { $at }
balance-expired = expired: { $at }; the gateway refuses requests with this key
balance-units = A unit is the gateway's own money, { $quota } of its quota. Which currency that is, is not known here; name it in the profile (currency = "USD").
balance-interrupted = interrupted

amount-in-units = { $amount } units
amount-of-one-unit = 1 unit

no-usage-endpoint = { $origin }: this gateway has no usage endpoint that may be asked
no-usage-endpoint-why = the profile { $profile } does not name it as one of QuickRouter's family, so nothing was sent to it
no-usage-endpoint-hint = if it is one (new-api or a fork of it), set its base-url and family = true in a profile; Replicate itself has no such endpoint
usage-refused = the gateway refused { $path } (HTTP { $status })
usage-not-served = this gateway does not serve { $path } (HTTP { $status })
usage-not-served-hint = if it has its usage elsewhere, name that in the profile: [profiles.NAME.usage] path = "/..."
usage-unreadable = the response to { $path } cannot be understood
body-empty = the response is empty
body-page = the response is a page (HTML), not JSON: a console, a firewall or another site
body-damaged = the response is damaged JSON
body-not-json = the response is not JSON
misread-no-values = it has none of the values that the profile's usage adapter names
misread-negative = { $pointer } is negative
misread-not-a-number = { $pointer } is { $value }, not a number
misread-too-large = { $pointer } is { $value }, too large to be counted
misread-not-a-boolean = { $pointer } is { $value }, not true or false
misread-no-list = it has no list of entries
misread-bad-charge = an entry has no time, or its quota is not a number
usage-unreadable-hint = if the gateway has its usage elsewhere, or words it otherwise, say so in the profile: [profiles.NAME.usage]

## prices, --dry-run and limits

heading-cost = Cost

arg-dry_run = Show the request, the effective inputs and the price, and create nothing; needs no key. As text, as json, or as a curl command
arg-max_cost = Refuse what could cost more, or has no price; a number in the gateway's money, such as 0.04
arg-unpriced = With a maximum cost: also run what has no price
arg-confirm_above = Ask before what could cost more, or has no price
arg-yes = Answer yes where a confirmation is asked for
arg-cost = Note what the run took, by the key's usage before and after it (two requests) [default: true if there is a limit of cost]

amount-not-a-number = { $flag }: { $value } is not an amount
amount-too-large = { $flag }: { $value } is too large
amount-negative = { $flag }: { $value } is negative
amount-hint = write it as 0.04: with a point, without a currency, 0 or more

price-per-picture =
    { $pictures ->
        [one] price: at most { $most }, for one picture, by the profile's price for { $pattern }
       *[other] price: at most { $most }, for { $pictures } pictures at { $each } each, by the profile's price for { $pattern }
    }
price-per-call = price: at most { $most }, for one call, by the profile's price for { $pattern }
price-listed = price: at most { $most }, for one call, by the gateway's price list for the group { $group }
price-unpriced = price: unpriced; it may cost anything

unpriced-not-of-the-family = the profile { $profile } has no price for this model and does not name the gateway as one of QuickRouter's family, so its price list is not asked; set a price in a profile of that gateway
unpriced-list-unavailable = the price list is unavailable: { $why }
list-refused = the gateway refused it (HTTP { $status }): { $text }
list-not-served = the gateway does not have one (HTTP { $status })
unpriced-not-listed = the gateway's price list does not have this model; set a price in the profile
unpriced-several-entries = the gateway's price list has { $entries } entries for this model; set a price in the profile
unpriced-not-per-call = the gateway's price list has no price per call for this model; set a price in the profile
unpriced-no-usable-price = the price in the gateway's price list cannot be used; set one in the profile
unpriced-listed-as-zero = the gateway's price list says 0, which need not mean free; set a price in the profile, 0 if it is free
unpriced-group-not-named = the price depends on the key's group; name it in the profile (group = "...")
unpriced-group-unknown = the gateway's price list has no ratio for the group { $group }; check the profile
unpriced-group-not-enabled = the gateway's price list does not offer this model to the group { $group }
unpriced-group-chosen-by-gateway = for keys of the group { $group } the gateway chooses a group for each call, and with it the price; set a price in the profile
unpriced-no-usable-ratio = the ratio of the group { $group } in the gateway's price list cannot be used
unpriced-picture-count-unknown = the price is per picture, and it is unknown how many the input asks for; set most-pictures in the profile's price
unpriced-too-large = the cost is too large to be counted

cost-above = this could cost { $most }, more than the maximum of { $limit }
cost-above-hint = ask for less, or raise --max-cost
cost-unpriced = this has no price, so it may cost more than the maximum of { $limit }
cost-unpriced-hint = --unpriced runs it all the same
confirm-cost = this could cost { $most }; above { $limit }, it is to be confirmed
confirm-unpriced = this has no price and may cost more than { $limit }, so it has to be confirmed
confirm-ask = make it? [y/N]
confirm-without-terminal = there is no terminal to ask at; --yes confirms it
confirm-declined = not confirmed
interrupted-before-create = interrupted; nothing was created

dry-run-request = { $method } { $url }
dry-run-upload = --{ $flag } { $file } ({ $size }) would be uploaded first, for upload:to-come
dry-run-curl-upload = --{ $flag } { $file } has to be uploaded first; set { $variable } to its URL
dry-run-reference = --{ $flag } { $text } would be fetched first, for output:to-come
dry-run-curl-reference = --{ $flag } { $text } is an output of an earlier prediction; set { $variable } to its URL
dry-run-effective = what { $model } uses, by the contract:
dry-run-given = { $name }: { $value }
dry-run-default = { $name }: { $value } (default)
dry-run-data = { $start }... ({ $characters } characters)
dry-run-nothing-sent = dry run: nothing was created
dry-run-not-quoted = the command cannot be written: { $why }

took = it took { $amount }, by the key's usage before and after; another run with the same key may be in it
took-nothing-so-far = nothing was charged so far, by the key's usage before and after; a gateway may charge later
took-unclear = what it took is unclear
cost-unknown = what the run takes is unknown
usage-late = the usage endpoint did not respond within { $seconds } s

charged-certain = the key was charged { $amount } for this very request, by the gateway's log, so the gateway accepted it
charged-likely = the key was charged { $amount } for this model since then, by the gateway's log; it was likely this create
charged-possible = the key was charged { $amount } meanwhile; it may have been this create, or another run with the same key
charged-not-so-far = the key was not charged for it so far; a gateway may charge later, so it may still run
charged-unclear = whether the key was charged for it is unclear
unclear-several-charges = the gateway's log has { $charges } charges for this model since then
unclear-near-miss = the gateway's log has a charge for this model shortly before, and its clock may differ from this machine's
unclear-refunded = the gateway's log has a refund for this model since then
unclear-other-charges = the gateway's log has { $charges } charges since then, perhaps with the model under another name
unclear-log-too-short = the gateway's log does not reach back that far
unclear-log-empty = the gateway's log is empty; it may not keep one
unclear-use-fell = the key's usage fell, by a refund or a reset
unclear-no-use = the gateway does not say what was used

## mcp

heading-programs = For other programs

help-mcp = Serve agents within a budget: an MCP server over stdio
    .long =
        Serve agents within a budget: an MCP server over stdin and stdout, which an MCP client starts. It needs a build with the cargo feature mcp.

        What an agent asks for is reserved in a file before it is sent, so that a restart renews nothing, and the limits hold whatever the client answers. Only a person raises them, with --max-pictures and --max-cost.
    .after =
        A client is configured like this:
        {"  {"}"mcpServers": {"{"}"quickrouter": {"{"}
            "command": "quickrouter", "args": ["mcp", "--max-pictures", "5"]
        {"  }}}"}
        The key is best kept with `quickrouter auth login`, out of that file. The server ends when stdin ends or it is interrupted; predictions that still run are named on stderr.
    .output = Folder to save pictures in; created if missing [default: quickrouter in your folder for pictures]
    .emulator = Serve a temporary emulator: no key, no network, no bill, and placeholder pictures
    .max_cost = Maximum cost in the window, a number in the gateway's money; what has no price counts by its pictures alone
    .confirm_above = Have the client ask a person only before what could cost more, or has no price [default: the profile's, else before everything]
    .yes = Ask nobody; the limits hold all the same
    .dry_run = Create nothing: calls return the request and the price
arg-allow_dir = Folder whose files agents may send as inputs, with all below it; can be repeated; without it, agents may send no file
arg-budget_window = Time window of the limits, such as 24h or 7d
arg-cancel_on_abort = Cancel a prediction when the client cancels its call; by default it runs on, since clients cancel at their own time-out
arg-images = What a result contains of a picture besides its path: nothing, a thumbnail of at most 64 KB, or all of it
arg-max_pictures = Maximum number of pictures in the window
arg-state_file = File with the budget and the request ids, which only you can read [default: one per gateway in the platform's folder for state]
arg-wait = How long a call waits before it returns the id of what still runs; most clients give up after 60s

mcp-missing = `quickrouter mcp` needs a build with the cargo feature mcp
mcp-missing-how = `cargo install --path crates/quickrouter-cli --features mcp` installs one
mcp-no-home = your home folder is unknown, usually because HOME is not set
mcp-no-home-output = set HOME, or name a folder for pictures: --output DIR
mcp-no-home-state = set HOME, or name a file: --state-file FILE
mcp-allow-dir = --allow-dir { $folder }: { $error }
mcp-allow-dir-how = name an existing folder
mcp-state-folder = the folder { $folder } of the state file cannot be created: { $error }
mcp-state-unusable = the state file { $file } cannot be used: { $error }
mcp-state-corrupt = the state file { $file } cannot be understood, line { $line }: { $reason }
mcp-state-other-gateway = the state file { $file } belongs to { $found }, not to { $expected }
mcp-state-how = --state-file FILE names another one, with a budget of its own
mcp-on-terminal =
    this is a server for MCP clients, not for a terminal: it reads their messages from stdin and writes its own to stdout
    a client starts it by a setting such as
     {"{"}"mcpServers": {"{"}"quickrouter": {"{"}"command": { $command }, "args": ["mcp"]{"}}}"}
mcp-serving = MCP server: serving { $gateway } until stdin ends
mcp-budget = MCP server: pictures left: { $left } of { $most } in { $window }
mcp-budget-with-cost = MCP server: pictures left: { $left } of { $most } in { $window }; money left: { $cost } of { $max_cost }
mcp-window = { $unit ->
    [hours] { $count } h
    [minutes] { $count } min
   *[seconds] { $count } s
}
mcp-unpriced = --max-cost has no effect here: no model has a price at this gateway, and what has none counts by its pictures alone; set prices in its profile
mcp-dry-run = MCP server: dry run, nothing is created
mcp-output = MCP server: pictures are saved in { $folder }
mcp-state = MCP server: the budget and the request ids are kept in { $file }
mcp-resumed =
    MCP server: { $count ->
        [one] { $count } prediction
       *[other] { $count } predictions
    } of an earlier server did not finish; they are waited for and saved
mcp-stopping = MCP server: stopping; calls in progress have a moment to finish
mcp-failed = the MCP server stopped: { $why }
mcp-unknown = unknown
mcp-still-runs = prediction { $id } still runs and is billed (request { $request }, model { $model })
mcp-still-runs-how = `quickrouter predictions wait { $id }` waits for it, and `quickrouter predictions save { $id }` then saves it; the next server finds it by its request id
mcp-unanswered = a create was not answered, so it may run and be billed (request { $request }, model { $model })
mcp-unanswered-how = `quickrouter predictions list` shows whether it runs; the next server looks for it when it gets the same call again
mcp-ends-with-emulator = a prediction of the emulator ends with it (request { $request }, model { $model })

## doctor

help-doctor = Check the key, the gateway, the network and this machine; costs nothing
    .long =
        Check everything that a run needs: key, base URL, hosts, routes, proxies, clock, folders, terminal and configuration file.

        It costs nothing: only GET requests are sent, and the key only to the base URL's own host. The exit code is 1 if a check fails.
    .json = Print a JSON list of {"{"}"check", "result", "detail", "hint"{"}"}; results are ok, warn, fail and not_checked
    .output = Folder to check that files would be saved in
doctor-verdict = { $verdict ->
    [ok] ok
    [warn] warn
    [fail] fail
   *[not_checked] not checked
}
doctor-check = { $check ->
    [config] configuration
    [key] key
    [key_accepted] key accepted
    [base_url] base URL
    [proxies] proxies
    [host] host { $name }
    [route] route { $name }
    [clock] clock
    [output] output folder
    [cache] cache folder
   *[terminal] terminal
}
doctor-sum = { $failed ->
    [0] { $warned ->
        [0] everything that was checked is in order
        [one] nothing failed; { $warned } warning
       *[other] nothing failed; { $warned } warnings
    }
   *[other] failed: { $failed }; warnings: { $warned }
}
doctor-interrupted = interrupted
doctor-config-read = { $path }
doctor-no-config = { $path } does not exist, and need not: the built-in profile is used
doctor-key-late = the key command did not end within { $seconds } s
doctor-key-accepted = the usage endpoint accepts it
doctor-key-exhausted = the usage endpoint accepts it, but it has no quota left
doctor-key-exhausted-how = add quota to the key in your account, or use another key
doctor-key-refused = the usage endpoint refused it (HTTP { $status })
doctor-key-refused-how = check the key in your account: it may be deleted, disabled, expired or used up; or it is of another gateway
doctor-key-unclear = the usage endpoint answered HTTP { $status }, which says nothing of the key
doctor-usage-unreadable = the usage endpoint's response cannot be understood, which says nothing of the key
doctor-usage-not-served = the gateway has no usage endpoint (HTTP { $status }), and nothing else may test a key for free
doctor-not-of-family = the profile { $profile } does not name { $origin } as of QuickRouter's family (family = true), so its usage endpoint is not asked
doctor-key-expired = the usage endpoint accepts it, but says that it has expired
doctor-key-expired-how = extend the key in your account, or use another key; if neither is needed, check this machine's clock
doctor-no-usable-key = there is no key that can be used
doctor-late = there was no response within { $seconds } s
doctor-unreachable = it cannot be reached
doctor-unreachable-how = check the connection, DNS, the firewall and the proxy; if only this host is out of reach, it may be down or blocked in your network
doctor-proxy-first = the proxy cannot be used
doctor-reachable = reachable (HTTP { $status } without a key)
doctor-status = it answered HTTP { $status }
doctor-again-later = try again later; if it stays so, ask the gateway's support
doctor-unreadable = its response cannot be read (HTTP { $status })
doctor-page = a page or a text came instead of the API's JSON (HTTP { $status })
doctor-redirect = it redirects (HTTP { $status }), which the API does not
doctor-redirect-to = to { $origin }
doctor-in-between = something answers in the gateway's place: a network's login page, a proxy or a firewall; open a page in a browser, or check the base URL
doctor-prefix-missing = { $base_url } lacks the prefix of the API
doctor-prefix-how = use { $expected }
doctor-prefix-none = Replicate's own base URL has no prefix
doctor-plain-http = { $base_url } is plain http, which shows the key to everyone on the way
doctor-relayed = relayed
doctor-other-form = it answered HTTP { $status }, but not as the API does
doctor-other-form-how = something else may answer at this address; check the base URL
doctor-not-relayed = the gateway does not relay it (HTTP { $status })
doctor-not-relayed-unneeded = not relayed (HTTP { $status }); no command needs it
doctor-without-list = `predictions list` does not work, and a create with an unknown outcome cannot be looked up
doctor-without-files = files above the limit for inlining cannot be uploaded; pass the URL of a file instead
doctor-route-denied = it answered HTTP { $status }, which is no test of the key: gateways answer so to good keys, too
doctor-route-denied-how = go by the line about the accepted key; `generate` may work all the same
doctor-no-date = no response of the gateway had a date
doctor-clock-right = agrees with the gateway's
doctor-clock-behind = this machine's clock is { $seconds } s behind the gateway's
doctor-clock-ahead = this machine's clock is { $seconds } s ahead of the gateway's
doctor-clock-how = set the clock, or switch on its synchronization: certificates and signatures depend on it
doctor-no-proxy = none is set
doctor-proxy = { $name } applies to the gateway: { $value }
doctor-proxy-other = none applies to the gateway
doctor-proxy-set = { $name }={ $value }
doctor-no-proxy-for = reached directly: { $hosts }
doctor-writable = { $path } can be written
doctor-not-writable = { $path } cannot be written
doctor-output-how = choose another folder with --output, or correct its permissions
doctor-little-space = { $path } can be written, but only { $space } are free
doctor-little-space-how = free some space, or choose another folder with --output
doctor-cache-off = switched off by QUICKROUTER_NO_CACHE
doctor-no-cache-folder = there is none; waits are not timed by earlier runs
doctor-cache-how = runs work without it, with more requests; QUICKROUTER_NO_CACHE=1 switches the cache off
doctor-no-terminal = stdout is not a terminal: neither colors nor previews
doctor-terminal = { $term }, { $width } columns
doctor-terminal-dumb = TERM=dumb: neither colors nor previews
doctor-terminal-dumb-how = if the terminal can do more, set TERM to its name, such as xterm-256color
doctor-colours-on = colors: yes
doctor-colours-off = colors: off by NO_COLOR
doctor-previews = { $kind ->
    [kitty] previews: kitty's protocol
    [iterm] previews: iTerm2's protocol
   *[blocks] previews: blocks of characters
}
doctor-locale-no-utf8 = the locale is not UTF-8, so Chinese may be unreadable

## preview, tables and progress

arg-open = Show the saved pictures, videos, sounds and PDFs in the desktop's viewer; other files are never opened
arg-preview = Show saved pictures in the terminal, with the cargo feature preview: what the terminal is known to have (auto), a protocol, colored blocks, or nothing (off)
open-failed = { $file } was saved but not opened: { $why }
open-no-desktop = { $file } was saved but not opened: there is no desktop here (DISPLAY and WAYLAND_DISPLAY are not set)
open-no-viewer = { $file } was saved but not opened: there is no program to open files with, such as xdg-open
open-not-media = { $file } was saved but not opened: it is not a picture, video, sound or PDF
preview-missing = --preview={ $mode } needs a build with the cargo feature preview: cargo install --path crates/quickrouter-cli --features preview
preview-no-terminal = --preview={ $mode }: there is no terminal to show pictures on
preview-skipped = { $file } was saved but not shown: it is no picture that can be shown ({ $why })

progress-elapsed = { $time } elapsed
progress-left = { $time } left
progress-line = prediction { $id }: { $status }{ $steps ->
        [0] {""}
       *[other] , { $step } of { $steps } steps
    }{ $pass ->
        [0] {""}
        [1] {""}
       *[other] {" "}of pass { $pass }
    }{ $rate ->
        [none] {""}
       *[other] , { $rate }
    }{ $left ->
        [none] {""}
       *[other] , about { $left } left
    }
progress-of = prediction { $id }
progress-pass = { $step }/{ $steps } of pass { $pass }

ago-now = just now
ago-minutes = { $count } min ago
ago-hours = { $count } h ago
ago-days = { $count ->
        [one] { $count } day ago
       *[other] { $count } days ago
    }
column-created = CREATED
column-description = DESCRIPTION
column-id = ID
column-inputs = INPUTS
column-model = MODEL
column-name = NAME
column-short = SHORT
column-status = STATUS
column-version = VERSION
arg-json_schema = Print the JSON Schema of the input (draft 2020-12), for editors, forms and validators
json-schema-how = `quickrouter models sdxl --json-schema` prints that of a model
json-schema-of-which = --json-schema needs a model

## again, rescue, --detach and @ID

arg-sidecar = Write a sidecar beside every file: FILE.json says what it was made of
arg-detach = Create the prediction and print its id without waiting; not with --emulator, which ends with the command
sidecar-exists = the sidecar { $file } was not written: there is one already (--overwrite replaces it)
sidecar-unwritten = the sidecar { $file } was not written: { $why }

help-again = Make a picture again, from its sidecar
    .long =
        Make a picture again, from its sidecar.

        The sidecar is PICTURE.json, as --sidecar writes it, and may be given itself. Pictures of the emulator say in their text chunks what they were made of; those of models are not known to. What is recorded names no file of this machine, no gateway and no key. The model, the input and the price are shown, and confirmed unless there is --yes.
    .picture = Picture, or its sidecar
arg-set = Input to change, by its name, its flag's or an unmistakable part of either: --set steps=30. No value leaves it out (--set seed= draws a new seed). Can be repeated

again-model = again: { $model }, as { $file } says
again-same = {"  "}{ $name }: { $value }
again-changed = * { $name }: { $value } (was: { $before })
again-added = * { $name }: { $value } (new)
again-left-out = * { $name }: left out (was: { $before })
again-unbilled = price: nothing is billed by the emulator
again-unconfirmed = nobody can confirm this, since stdin and stderr are not a terminal
again-yes = --yes makes it without asking
again-link = the sidecar { $file } is a link, and could lead to any file; give the file it leads to instead of the picture
again-no-sidecar = { $file } is no sidecar of this command; move it away, or give another file
again-nothing = nothing says what { $file } was made of: there is no { $sidecar }, and it is not a PNG file of the emulator
again-sidecar-hint = --sidecar writes one; pictures that models make are not known to carry their input
again-too-large = { $file } has more than { $most } MiB, so it is no sidecar of this command
again-another = { $sidecar } is the sidecar of another file, { $name }, or { $file } was changed after it was saved
again-another-hint = `quickrouter again { $sidecar }` makes what the sidecar says
again-incomplete = { $file } has no model or no input, which the gateway did not repeat
again-many-inputs = { $file } has { $inputs } inputs, more than can be looked through
again-file-needed = { $name } was a file, which is not in the record; give it again with --set { $name }=FILE
again-path = { $name } is { $value }, and a record may name no file of this machine; give it with --set { $name }=FILE
again-sidecar-version = it has format { $version }, of a later version of this command
again-inexact = it contains { $number }, which would be rounded
again-sidecar-damaged = it is damaged: { $why }
again-not-a-file = it is not a regular file
again-no-input = its input is not a JSON object
again-unusable = { $file } cannot be used
set-without-value = --set { $text }: write it as NAME=VALUE
set-no-url = --set { $name }: { $text } is no URL; a file of a model that is not in the contract is given as https: or data:
set-other-type = --set { $name }: { $text } has another type than the recorded value
set-unknown = --set { $name }: { $model } has no such input; it has: { $known }
set-ambiguous = --set { $name } could mean: { $found }

help-rescue = Save what succeeded lately and is not in the folder
    .long =
        Save what succeeded lately and is not in the folder, while the gateway still has it.

        A prediction counts as saved if its files have the names that saving gives them, or if their sidecars name it. Nothing is overwritten. Each prediction is tried; the exit code is that of the first failure.
    .json = Print one JSON document instead of paths: {"{"}"predictions": [{"{"}"id", "state", "files"{"}"}]{"}"}
    .output = Folder to look in and to save files in; created if missing
arg-since = How far back to look, such as 30m or 2h [default: as long as the gateway keeps results]
output-unusable = --output: { $why }
rescue-unfinished = prediction { $id } is { $status }, so it is not saved yet
rescue-interrupted = interrupted; what was saved is complete
rescue-cut-off = only the newest { $most } predictions were looked through; a shorter --since reaches all of its time
rescue-done =
    { $found ->
        [0] no predictions in this time
       *[other] predictions: { $found }, files saved: { $files }, predictions saved before: { $there }
    }

reference-malformed = { $text } is neither @last nor @ID, with /N for output N; a file of this name is ./{ $text }
reference-emulator = --emulator begins without predictions, so there is none to refer to; `quickrouter serve` keeps them
reference-of = it is about --{ $flag } { $text }
reference-last = @last is prediction { $id }
reference-no-last = there is no last prediction
reference-unfinished = prediction { $id } is { $status }, so its outputs are incomplete
reference-gone = prediction { $id } has no outputs, or the gateway has deleted them
reference-no-output = prediction { $id } has no file as output { $index }; it has { $outputs } outputs, counted from 0
reference-no-file = prediction { $id } has no output that is a file
predictions-wait-hint = `quickrouter predictions wait { $id }` waits for it
interrupted-fetching = interrupted while an earlier output was fetched
fetched-unwritable = the temporary folder cannot be used: { $why }
create-without-prediction = the create returned no prediction
create-recovered = the create got no usable response; its prediction was recovered from the list
detached = `quickrouter predictions wait { $id }` waits for it, `quickrouter predictions save { $id }` saves its outputs

## scaffold and explain

help-explain = Say what an error means and what to do, offline
    .json = Print the codes as JSON, with both languages
    .text = Code, HTTP status, exit code or pasted error; - reads it from stdin; without it, all codes are listed
explain-all = `quickrouter explain` lists all codes
explain-failed = { $code } (in the error of a failed prediction)
explain-exit-code = exit code { $code }
explain-kind = { $kind } (the kind of an error of this command, with exit code { $code })
explain-nearest = did you mean { $code }?
explain-status = { $code } (HTTP { $status })
explain-too-long = the text is too long; at most { $bytes } bytes are searched
explain-unknown = the text names no error code and no exit code

help-scaffold = Print a program that makes a prediction like an existing one
    .after = Here --lang is the programming language; the language of messages goes before the command.
    .id = Id of the prediction
    .lang = Language of the program
scaffold-interrupted = interrupted; nothing was printed
scaffold-no-input = the gateway does not have the prediction's input any more
scaffold-no-input-hint = results are deleted after a while; `quickrouter predictions list` shows newer ones
scaffold-no-model = the prediction names neither a version nor a model

## usage errors

usage = Usage: { $line }
usage-command = COMMAND
usage-options = [OPTIONS]
usage-help = `{ $command } --help` says more

emulator-alone = --emulator cannot be used with { $flag }: it has its own address and key; leave one of them out
lang-unknown = { $name } is no language for --lang or { $variable }: take en or zh
model-meant = no documented model is named { $name } (did you mean { $nearest }?); pass any other as owner/name, owner/name:version or a version of 64 hexadecimal digits
model-undocumented = the model { $name } is not documented, so its inputs are unknown here; `quickrouter models` lists the documented models
model-unknown = no documented model is named { $name }; `quickrouter models` lists them; pass any other as owner/name, owner/name:version or a version of 64 hexadecimal digits
usage-after-command = { $arg } belongs to a command and stands after it: { $command } { $arg }
usage-command-missing = { $command } needs one of its commands
usage-conflict = { $arg } cannot be used with { $others }
usage-dashes = if { $arg } is no flag but a value, write -- before it
usage-encoding = an argument is not valid UTF-8
usage-equals = the value of { $arg } has to follow an equals sign
usage-meant = did you mean { $names }?
usage-other = the command line cannot be understood
usage-required = missing: { $args }
usage-too-few = { $arg } needs { $least } or more values
usage-too-many = { $value } is one value too many for { $arg }
usage-twice = { $arg } cannot be used twice
usage-unknown = there is no argument { $arg } here
usage-unknown-command = there is no command { $name }
usage-value = { $value } is not a value of { $arg }
usage-value-missing = { $arg } needs a value
usage-values = { $arg } takes exactly { $expected } values
usage-values-are = the values are { $values }
value-duration = write a time like 500ms, 90s, 10m or 1h30m
value-host = neither an IP address, such as 127.0.0.1 or ::1, nor localhost
value-long-unit = { $unit } is too long a unit for a wait; use days (d) or less
value-months = { $value } means months; write { $meant } for minutes
value-number = a number is expected, such as 0.5
value-quoted = the value is in quotes; leave them out
value-quoted-variable = the variable for --{ $flag } has quotes in its value; leave them out
value-switch = write true or false
value-whole = a whole number from { $least } to { $most } is expected
value-whole-from = a whole number of { $least } or more is expected
value-zero-duration = a time has to be longer than zero

## topics of the help, and man pages

exit-deadline = the deadline passed; `generate` and `run` save what is there and request a cancel
exit-done = success (`predictions get`: whatever the status; `serve`: when interrupted)
exit-interrupted = interrupted by ctrl-C, SIGTERM or SIGHUP; `generate` and `run` request a cancel
exit-other = any other failure: the gateway could not be reached and nothing was sent; a file could not be uploaded and nothing was created; the prediction succeeded but its outputs are missing or gone; an output could not be downloaded (a web page instead of a picture counts), decoded or written (`quickrouter predictions save ID` retries)
exit-outcome-unknown = a create was sent and its outcome is unknown: it may be running and billed (connection reset, timeout, 5xx, unreadable response)
exit-prediction-failed = the prediction failed, was canceled or aborted, or all of its outputs are errors; `generate` and `run` save the outputs it has
exit-refused = the gateway refused the request (3xx, 4xx, 429 until the deadline, or 503 { $code }), or its rate limits left no slot before the deadline
exit-refused-here = invalid arguments, settings or input, and nothing was sent; or a file changed during its upload, and nothing was created
file-not-written = { $file } cannot be written: { $why }
man-description = DESCRIPTION
man-name = NAME
man-notes = NOTES
man-see-also = SEE ALSO
man-synopsis = SYNOPSIS
topic-environment = The environment variables that this command reads. An empty one counts as unset; a flag takes precedence over its variable.
topic-exit-codes = The exit codes of this command.
variable-key = API key; there is no flag for it, since other users can see flags
variable-locale = The language, where neither --lang nor its variable says it: Chinese if it begins with zh
variable-no-cache = Disable what is kept between runs: how long predictions took, which times waits, and the ids for @last
variable-proxies = Proxies: http, https, socks4 and socks5
variable-terminal = Whether there are colors, a bar and previews, as on other commands; TERM=dumb and CI have none
variable-of-flag = { $help } (same as { $flag })

## errors of the SDK

sdk-api = { $operation } returned HTTP { $status }
sdk-api-said = { $operation } returned HTTP { $status }: { $said }
sdk-another-output = another output: { $reason }
sdk-at-url = { $reason } ({ $url })
sdk-because = { $what }: { $error }
sdk-body = body: { $body }
sdk-cancel-pending = a cancel was requested but is not confirmed yet, its status is { $status }
sdk-cancel-unconfirmed = a cancel was requested but not confirmed ({ $why })
sdk-canceled = a cancel was requested and confirmed: it is { $status }
sdk-candidates = check { $ids } before sending it again
sdk-check-network = check the base URL and the network
sdk-check-predictions = check your predictions before sending it again
sdk-continues = it continues: wait for it again, or cancel it
sdk-deadline = the deadline of { $time } passed while prediction { $id } was { $status }
sdk-deadline-no-status = the deadline of { $time } passed while prediction { $id } had no status
sdk-deadline-unseen = the deadline of { $time } passed before prediction { $id } was seen
sdk-ended = prediction { $id } ended { $status }
sdk-ended-without-id = the prediction ended { $status }
sdk-fewer-requests = send fewer requests at a time, or set a later deadline
sdk-file = file { $path }: { $reason }
sdk-folder = folder { $path }: { $reason }
sdk-invalid-id = "{ $text }" { $reason }
sdk-invalid-input = invalid input for { $model }, nothing was sent:
sdk-invalid-input-one = invalid input for { $model }, nothing was sent: { $violation }
sdk-last-poll-failed = the last poll failed: { $why }
sdk-list-not-relayed = this gateway does not relay the list of predictions, so check what the account was billed before sending it again
sdk-may-be-billed = it may be running and billed
sdk-may-run-and-be-billed = it may still run and be billed
sdk-no-candidate = the list of predictions does not show it yet: check again before sending it again
sdk-no-output = prediction { $id } has no output
sdk-no-output-without-id = the prediction has no output
sdk-no-response = { $operation } got no response: { $cause }
sdk-not-saved = an output of prediction { $id } was not saved: { $reason }
sdk-not-saved-without-id = an output was not saved: { $reason }
sdk-not-sent = { $operation } was not sent: { $cause }
sdk-others-saved =
    { $count ->
        [one] { $count } other was saved
       *[other] { $count } others were saved
    }
sdk-outcome-unknown = the create was sent, but its outcome is unknown: { $cause }
sdk-poll-again = poll it again
sdk-request-id = request { $id }
sdk-runs-on = the prediction may still run and be billed: wait for it again
sdk-search-failed = check your predictions before sending it again (the search for it failed: { $why })
sdk-status = HTTP { $status }
sdk-status-body = HTTP { $status }, body: { $body }
sdk-try-again = try again
sdk-try-and-check = try again, and check the base URL
sdk-unexpected = { $operation } returned HTTP { $status } with unexpected content: { $reason }
sdk-unknown-reason = for an unknown reason
sdk-violation = { $field }: { $value } { $limit }
sdk-violation-without-value = { $field }: { $limit }
reason-key-from-program = passed by the program
reason-key-in-variable = in the variable { $variable }
reason-key-in-file = in { $flag } { $file }
reason-key-printed = printed by the key command { $program }
reason-key-kept = in the file { $file }
reason-key-in-keyring = in the platform's keyring
reason-key-given = that was given
reason-key-in-file-of-variable = in the file { $file }, which { $variable } names
reason-key-missing = the API key is missing
    .hint = create one in your account at { $home } and put it into the variable { $variable }
reason-key-several-lines = the API key { $source } has several lines
    .hint = use the key alone; .env files are not parsed
reason-key-is-header = the API key { $source } is a whole header or setting (NAME: key)
    .hint = use the key alone, without the name
reason-key-is-assignment = the API key { $source } is written as NAME=key
    .hint = use the key alone, without the name in front
reason-key-has-scheme = the API key { $source } starts with an authentication scheme, but Bearer is added when it is sent
    .hint = use the key alone
reason-key-in-quotes = the API key { $source } is in quotes
    .hint = use it without them; `docker run --env-file` keeps the quotes of its file
reason-key-is-placeholder = the API key { $source } is a placeholder or the name of a variable
    .hint = use the key itself
reason-key-several-words = the API key { $source } has more than one word
    .hint = use the key and nothing else
reason-key-odd-character = the API key { $source } has an invisible or non-ASCII character at position { $position }
    .hint = copy it again
reason-base-url-is-assignment = the base URL "{ $url }" starts with { $name }=
    .hint = leave that out; the default is { $default }
reason-base-url-in-quotes = the base URL "{ $url }" is in quotes
    .hint = leave them out (`docker run --env-file` keeps the quotes of its file); the default is { $default }
reason-base-url-white-space = the base URL "{ $url }" contains white space or an invisible character
    .hint = the default is { $default }
reason-base-url-invalid = the base URL "{ $url }" is not a URL
    .hint = the default is { $default }
reason-base-url-scheme = the base URL "{ $url }" is neither http nor https
    .hint = the default is { $default }
reason-base-url-user = the base URL contains a user name or password
    .hint = pass the API key on its own
reason-base-url-query = the base URL "{ $url }" has a query or a fragment, which a base URL cannot have
    .hint = the default is { $default }
reason-base-url-route = the base URL "{ $url }" ends in { $route }, which the client appends
    .hint = use { $base }; the default is { $default }
reason-plain-http = the base URL { $url } is plain http, which shows the key to everyone on the way
    .hint = use https, or allow http with --allow-http
reason-user-agent = the user agent "{ $value }" is not a valid header value
reason-proxy-unusable = the proxy in the variable { $variable } cannot be used: { $reason }
    .hint = correct or unset it
reason-proxy-not-utf8 = it is not UTF-8
reason-proxy-scheme = its scheme is not one of { $schemes }
reason-proxy-white-space = it contains white space
reason-proxy-unescaped = its user name or password has characters that must be percent-encoded
reason-proxy-invalid = it is neither a URL nor a host with a port
reason-proxy-no-host = it has no host
reason-proxy-port = its port is invalid
reason-proxy-host = its host is invalid
reason-proxy-number = its host is a number
reason-no-http-client = cannot create an HTTP client: { $error }
reason-no-thread = a blocking client cannot start its thread: { $error }
reason-blocking-in-async = nothing was sent: a blocking call inside an async task would stall its runtime
reason-webhook-secret = the webhook secret { $reason }
    .hint = copy all of it
reason-secret-empty = is empty
reason-secret-prefix = does not begin with whsec_
reason-secret-only-prefix = has nothing after whsec_
reason-secret-not-base64 = is not base64 after whsec_
reason-secret-no-key = has no key
reason-webhook-url = the webhook "{ $url }" is not an http or https URL
reason-prefer-wait-range = a gateway can hold its response for 1 s to { $most } s, not { $given }
reason-cancel-after-minimum = a gateway can cancel after { $least } s or later, not after { $given }
reason-model-unknown = no documented model is named "{ $model }"
    .hint = pass any other as owner/name, owner/name:version or a version of 64 hexadecimal digits
reason-model-unknown-near = no documented model is named "{ $model }" (did you mean { $near }?)
    .hint = pass any other as owner/name, owner/name:version or a version of 64 hexadecimal digits
reason-model-version = model "{ $model }": the version is not 64 hexadecimal digits
reason-model-name = model "{ $model }" is not owner/name, owner/name:version or a version of 64 hexadecimal digits
reason-model-name-near = model "{ $model }" is not owner/name, owner/name:version or a version of 64 hexadecimal digits
    .hint = did you mean { $near }?
reason-header-name = the header "{ $name }" is not a header's name
reason-header-reserved = the header "{ $name }" cannot be set: the client sets it where it is needed
reason-header-value = the header "{ $name }" has a value that does not fit into a header
reason-path-start = the path "{ $path }" does not start with /
reason-path-slashes = the path "{ $path }" contains //, which can name another host
reason-path-character = the path "{ $path }" contains "{ $character }"
    .hint = percent-encode it
reason-path-query-character = the path "{ $path }" contains "{ $character }" in its query
    .hint = percent-encode it
reason-path-dots = the path "{ $path }" contains a segment . or .., which leads out of its folder
reason-path-encoded = the path "{ $path }" contains an encoded /, \ or control character
reason-url-not-absolute = the URL "{ $url }" is not absolute
reason-url-user = the URL contains a user name or password
    .hint = leave them out
reason-url-scheme = the URL "{ $url }" is neither http nor https
reason-key-in-request = the URL or a header of the request contains the API key
    .hint = leave it out: the client sends it where it may
reason-not-a-prediction-id = is not a prediction id
    .hint = take it from a prediction or an error
reason-not-a-file-id = is not a file id
    .hint = take it from an uploaded file
reason-url-without-id = is a URL without { $route }
    .hint = pass the prediction's id
reason-file-system = { $error }
reason-not-a-file = is not a file
reason-file-empty = is empty
reason-file-changed = changed while it was read
    .hint = try again when it is complete
reason-file-changed-in-upload = { $how } during the upload
    .hint = upload it again when it is complete
reason-modified = was modified
reason-changed-size = went from { $had } to { $has } bytes
reason-file-too-large = has { $bytes } bytes, but an input takes at most { $limit }
    .hint = upload it, make it smaller, or pass its URL
reason-folder-not-created = cannot be created: { $error }
reason-folder-not-writable = no file can be created in it: { $error }
reason-wrong-type =
    is not { $kind ->
        [integer] an integer
        [number] a number
        [boolean] a boolean
       *[other] a string
    }
reason-not-one-of = is not one of { $values }
reason-below-minimum = is less than the minimum, { $minimum }
reason-above-maximum = is more than the maximum, { $maximum }
reason-not-multiple = is not a multiple of { $step }
reason-not-a-uri = is not a URI (https://... or data:...)
reason-did-you-mean = { $reason } (did you mean { $near }?)
reason-input-missing = is missing, but { $model } requires it
reason-input-unknown = is given, but { $model } has no such input; it has { $names }
reason-input-unknown-near = is given, but { $model } has no such input (did you mean { $near }?)
reason-inline-too-large = contains a file of { $bytes } bytes, but an input takes at most { $limit }
    .hint = pass its path instead, so that it is uploaded, or a URL
reason-local-file-url = is a file on this machine, which the gateway cannot read
    .hint = pass its path, so that its content is sent, or a URL
reason-breaks-rule = breaks a rule: { $rule }
reason-has-nul = contains the character NUL (U+0000) at position { $position }, which gateways cannot store
    .hint = remove it
reason-name-has-nul = has the character NUL (U+0000) in its name
    .hint = remove it
reason-not-an-object = is not a JSON object of inputs
reason-no-connection = no connection could be made ({ $error })
reason-untrusted = the connection cannot be trusted ({ $error })
reason-no-proxy = the proxy cannot be used ({ $error })
reason-unprocessed = the server has not processed the request ({ $error })
reason-connection-broke = the connection broke ({ $error })
reason-cut-off = the response was cut off ({ $error })
reason-timed-out = no complete response in time ({ $error })
reason-response-too-large = the response is larger than the limit ({ $error })
reason-response-coding = the response cannot be decoded ({ $error })
reason-not-json = the response is not JSON ({ $error })
reason-http-status = HTTP { $status }
reason-http-status-said = HTTP { $status }: { $said }
reason-has-status = it returned status { $status }
reason-not-as-requested = the response is not what was requested: { $reason }
reason-no-response-in = no response in { $time }
reason-operation-no-response-in = { $operation } got no response in { $time }
reason-interrupted = interrupted
reason-operation-refused = { $operation } was refused: { $reason }
reason-operation-not-sent = { $operation } was not sent: { $reason }
reason-operation-no-response = { $operation } got no response: { $reason }
reason-operation-unexpected = { $operation } got an unexpected response: { $reason }
reason-at-url = { $url }: { $reason }
reason-failed = { $error }
reason-pause-requested = the gateway returned 429 and requested a pause
reason-limit-used-up = the gateway's limit is used up (ratelimit-remaining)
reason-per-minute = sent within a minute: { $count }, the maximum
reason-earlier-pending = earlier requests got no response in time
reason-in-flight = predictions in flight: { $count }, the maximum
reason-queued = it did not reach the head of the queue in time
reason-stopped = it was stopped, or its deadline passed first
reason-next-in = { $reason }; the next may be sent in { $time }
reason-no-id = it has no id
reason-no-status = it has no status
reason-id-invalid = "{ $id }" is not a prediction id
reason-other-prediction = it is about another prediction, { $id }
reason-no-results = it has no results
reason-list-no-results = the list has no results
reason-empty-pages = { $count } pages in a row have no entry
reason-pages-circle = the cursor "{ $cursor }" was returned before, so the pages go in a circle
reason-no-cursor = its next has no cursor
reason-no-date = the gateway does not say when it sent the list, so times cannot be compared
reason-since-in-future = the search is to begin { $time } in the future
    .hint = check the clock
reason-too-recent = the create may have been sent less than { $time } ago and not be listed yet
    .hint = search again
reason-input-not-shown = prediction { $id } may be it, but does not show its input
reason-time-not-shown = prediction { $id } may be it, but does not show when it was created
reason-too-many-candidates = { $count } predictions may be it
reason-search-too-long = the search was stopped after { $count } requests
reason-no-file-id = it has no file id
reason-no-file-url = it has no file URL (urls.get)
reason-file-url-invalid = "{ $url }" is not the URL of a file
reason-response-secret = its secret { $reason }
reason-check-key = check the key { $source }
reason-redirect-not-followed = redirects are not followed, because they could leak the key: set the base URL to the address of the API
reason-redirect-to-not-followed = redirects (to { $location }) are not followed, because they could leak the key: set the base URL to the address of the API
reason-add-credit = add credit to the account
reason-key-permission = use a key that has permission for this
reason-uploads-not-relayed = this gateway does not relay uploads: make the file smaller (an input takes up to { $limit } bytes), or pass its https URL
reason-upload-too-large = the file is too large for this gateway: make the file smaller (an input takes up to { $limit } bytes), or pass its https URL
reason-not-relayed = this gateway does not relay { $operation }
reason-check-prediction-id = check the id; the content of a prediction is kept for { $minutes } minutes
reason-check-file-id = check the id; an uploaded file is kept for { $hours } hours
reason-check-id-or-model = check the id or the model's name
reason-change-request = change the request
reason-retry-in = retry in { $seconds } s
reason-retry-later = retry later
reason-no-channel = the gateway has no channel for this model now: use another model, or retry later
reason-status-and-hint = { $reason }; { $hint }
reason-download-time = it was not complete after { $time }
reason-body-short = the body has { $written } of { $total } bytes
reason-body-empty = the response body is empty
reason-rest-refused = HTTP 416 for the rest of the file
reason-part-not-requested = HTTP 206 with a part that was not requested
reason-redirect-scheme = HTTP { $status } redirects to an address that is not http or https
reason-redirects-many = it was redirected more than { $count } times
reason-output-gone = HTTP { $status }; outputs are deleted after { $minutes } minutes
reason-output-url = { $error }
reason-other-content = got { $what } instead of the output: { $excerpt }
reason-other-content-as = got { $what } as { $media_type } instead of the output: { $excerpt }
reason-content-page = a page
reason-content-text = text
reason-content-other = a file of another kind
reason-content-sound = a sound
reason-content-text-unreadable = unreadable text
reason-content-unreadable = unreadable content
reason-not-a-file-address = it is not the address of a file: { $excerpt }
reason-output-not-a-file = it is not a file: { $excerpt }
reason-output-failed = it failed: { $error }
reason-data-uri-comma = it is a data: URI without a comma
reason-data-uri-base64 = it is a data: URI whose base64 cannot be decoded
reason-data-uri-empty = it is a data: URI without content
reason-base64-invalid = it is base64 that cannot be decoded
reason-folder-not-made = the folder { $folder } cannot be made: { $error }
reason-file-not-written = { $path } cannot be written: { $error }
reason-file-exists = { $path } already exists
    .hint = save elsewhere, or allow overwriting
reason-outputs-deleted = its outputs have been deleted; they are kept for { $minutes } minutes
reason-no-outputs = it is { $status } and has no outputs
reason-no-outputs-because = it is { $status } and has no outputs: { $error }
reason-no-outputs-yet = it is { $status } and has no outputs yet
    .hint = wait for it first
reason-not-a-time = is not a time in Unix seconds: { $value }
reason-header-too-long = is { $length } bytes long, more than the { $limit } allowed
reason-header-empty = is empty
reason-header-not-text = is not text
