### The words of the command in English. zh-CN.ftl has the same messages with the same variables.

warning = warning: { $text }
error = error: { $text }
hint = hint: { $text }

## First contact

welcome =
    quickrouter { $version }: pictures through QuickRouter's Replicate API

    Try, without a key and without cost:
      quickrouter generate "a lighthouse at dusk" --emulator
    Then, with a key:
      quickrouter auth login
      quickrouter generate "a lighthouse at dusk" --dry-run
    Models: quickrouter models    Checkup: quickrouter doctor
    Everything else: quickrouter --help    中文：quickrouter --lang zh

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
models-name = NAME
models-short = SHORT
models-version = VERSION
models-inputs = INPUTS
models-description = DESCRIPTION
sheet-version = version: { $version }
sheet-output = output: { $media_type }
sheet-inputs = Inputs:
sheet-rules = Rules:
gateway-key-missing = the API key of the gateway is missing
gateway-key-how = set { $variable } or put it into a file for --key-file
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
recovered = the create got no usable response; its prediction was recovered from the list
outputs-missing = { $missing } of { $requested } outputs are missing
outputs-missing-because = { $missing } of { $requested } outputs are missing: { $reason }
output-data = data: { $media_type } { $size }
output-failed = failed: { $error }
output-undecodable = { $reason }: { $size }
outputs-deleted = its outputs have been deleted
prediction-error = error: { $error }
save-early = prediction { $id } is { $status }, so its outputs are incomplete
save-early-how = wait for it with `quickrouter predictions wait { $id }`, then save it
progress-of = prediction { $id }
progress-line = prediction { $id }: { $state }
progress-status = { $status }
progress-left = { $status }, about { $left } s left
progress-steps = { $status }, { $step } of { $steps } steps
progress-steps-left = { $status }, { $step } of { $steps } steps, about { $left } s left
progress-pass = { $status }, { $step } of { $steps } steps of pass { $pass }
progress-pass-left = { $status }, { $step } of { $steps } steps of pass { $pass }, about { $left } s left
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

heading-faults = Faults
heading-limits = Limits
heading-models = Models
heading-personality = Personality
heading-recording = Recording
heading-replay = Replay
heading-settings = Settings

## Settings

arg-allow_http = Allow sending the key over plain http to other machines
arg-base_url = Base URL of the gateway, with its prefix and without /v1 [default: QuickRouter's]
arg-key_file = File that contains only the API key; the flag takes precedence over QUICKROUTER_API_KEY, the variable does not
arg-lang = Language of messages and help: en or zh [default: the locale's]
arg-quiet = Hide progress; warnings and errors are still shown
arg-verbose = Show requests and retries on stderr, never the key; -vv is the same

## Commands

help-quickrouter = Generate images through QuickRouter's Replicate API

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

help-serve = Run the emulator: a local stand-in for the gateway that bills nothing
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
arg-rate_limits = Limits on requests per minute
arg-record = Pass requests on to a real gateway, which bills them, and keep every prediction in this folder; the gateway's key is that of QUICKROUTER_API_KEY or --key-file, and clients get one drawn for this run
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

## balance

## prices, --dry-run and limits

## doctor

## preview, tables and progress

## again, rescue, --detach and @ID

## scaffold and explain

## usage errors

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
