//! [`DetailCode`]: every fact that an error can tell.

use std::fmt;

/// Declares the codes: the variant, its word, the names of its values, and its doc.
macro_rules! codes {
    ($($name:ident $word:literal [$($value:literal),*] $doc:literal;)+) => {
        /// What a [`Detail`](crate::error::Detail) says. A code keeps its word and its meaning; later
        /// versions add codes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DetailCode {
            $(#[doc = $doc] $name,)+
        }

        impl DetailCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the code as a word in `snake_case`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// Returns the names of its values.
            pub fn values(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($value),*],)+
                }
            }
        }
    };
}

codes! {
    Verbatim "verbatim" ["text"] "Words that no code stands for: those of a gateway, a system or a program.";

    // Where a key comes from.
    KeyFromProgram "key_from_program" [] "The program passed it.";
    KeyInVariable "key_in_variable" ["variable"] "A variable contains it.";
    KeyInFile "key_in_file" ["flag", "file"] "A file that a flag names contains it.";
    KeyPrinted "key_printed" ["program"] "A program printed it.";
    KeyKept "key_kept" ["file"] "A file keeps it.";
    KeyInKeyring "key_in_keyring" [] "The platform's keyring keeps it.";
    KeyGiven "key_given" [] "A person gave it, to be kept.";
    KeyInFileOfVariable "key_in_file_of_variable" ["file", "variable"] "A file that a variable names contains it.";

    // The settings of a client.
    KeyMissing "key_missing" ["home", "variable"] "There is no API key.";
    KeySeveralLines "key_several_lines" ["source"] "The key has several lines.";
    KeyIsHeader "key_is_header" ["source"] "The key is a whole header.";
    KeyIsAssignment "key_is_assignment" ["source"] "The key is written as `NAME=key`.";
    KeyHasScheme "key_has_scheme" ["source"] "The key starts with an authentication scheme.";
    KeyInQuotes "key_in_quotes" ["source"] "The key is in quotes.";
    KeyIsPlaceholder "key_is_placeholder" ["source"] "The key is a placeholder.";
    KeySeveralWords "key_several_words" ["source"] "The key has more than one word.";
    KeyOddCharacter "key_odd_character" ["source", "position"] "The key has a character that no key has.";
    BaseUrlIsAssignment "base_url_is_assignment" ["url", "name", "default"] "The base URL starts with the name of a variable.";
    BaseUrlInQuotes "base_url_in_quotes" ["url", "default"] "The base URL is in quotes.";
    BaseUrlWhiteSpace "base_url_white_space" ["url", "default"] "The base URL contains white space.";
    BaseUrlInvalid "base_url_invalid" ["url", "default"] "The base URL is not a URL.";
    BaseUrlScheme "base_url_scheme" ["url", "default"] "The base URL is neither http nor https.";
    BaseUrlUser "base_url_user" [] "The base URL contains a user name or password.";
    BaseUrlQuery "base_url_query" ["url", "default"] "The base URL has a query or a fragment.";
    BaseUrlRoute "base_url_route" ["url", "route", "base", "default"] "The base URL ends in a route of the API.";
    PlainHttp "plain_http" ["url"] "The key would be sent over plain http.";
    UserAgent "user_agent" ["value"] "The user agent cannot be a header's value.";
    ProxyUnusable "proxy_unusable" ["variable", "reason"] "A proxy variable cannot be used.";
    ProxyNotUtf8 "proxy_not_utf8" [] "Its value is not UTF-8.";
    ProxyScheme "proxy_scheme" ["schemes"] "Its scheme is unknown.";
    ProxyWhiteSpace "proxy_white_space" [] "It contains white space.";
    ProxyUnescaped "proxy_unescaped" [] "Its user name or password is not percent-encoded.";
    ProxyInvalid "proxy_invalid" [] "It is neither a URL nor a host with a port.";
    ProxyNoHost "proxy_no_host" [] "It has no host.";
    ProxyPort "proxy_port" [] "Its port is invalid.";
    ProxyHost "proxy_host" [] "Its host is invalid.";
    ProxyNumber "proxy_number" [] "Its host is a number.";
    NoHttpClient "no_http_client" ["error"] "No HTTP client can be made.";
    NoThread "no_thread" ["error"] "The thread of a blocking client cannot be started.";
    BlockingInAsync "blocking_in_async" [] "A blocking call was made inside an async task.";
    WebhookSecret "webhook_secret" ["reason"] "The webhook secret is wrong.";
    SecretEmpty "secret_empty" [] "A secret is empty.";
    SecretPrefix "secret_prefix" [] "A secret lacks its prefix.";
    SecretOnlyPrefix "secret_only_prefix" [] "A secret has only its prefix.";
    SecretNotBase64 "secret_not_base64" [] "A secret is not base64.";
    SecretNoKey "secret_no_key" [] "A response has no secret.";

    // Requests and ids.
    WebhookUrl "webhook_url" ["url"] "The webhook is not an http or https URL.";
    PreferWaitRange "prefer_wait_range" ["most", "given"] "A gateway cannot hold its response that long.";
    CancelAfterMinimum "cancel_after_minimum" ["least", "given"] "A gateway cannot cancel that early.";
    ModelUnknown "model_unknown" ["model"] "No documented model has this name.";
    ModelUnknownNear "model_unknown_near" ["model", "near"] "No documented model has this name, but another is similar.";
    ModelVersion "model_version" ["model"] "The version of a model is malformed.";
    ModelName "model_name" ["model"] "The name of a model is malformed.";
    ModelNameNear "model_name_near" ["model", "near"] "The name of a model is malformed, and another is similar.";
    HeaderName "header_name" ["name"] "A header's name is invalid.";
    HeaderReserved "header_reserved" ["name"] "A header cannot be set.";
    HeaderValue "header_value" ["name"] "A header's value is invalid.";
    PathStart "path_start" ["path"] "A path does not start with a slash.";
    PathSlashes "path_slashes" ["path"] "A path contains two slashes.";
    PathCharacter "path_character" ["path", "character"] "A path contains a character that must be encoded.";
    PathQueryCharacter "path_query_character" ["path", "character"] "A query contains a character that must be encoded.";
    PathDots "path_dots" ["path"] "A path contains `.` or `..`.";
    PathEncoded "path_encoded" ["path"] "A path contains an encoded slash or control character.";
    UrlNotAbsolute "url_not_absolute" ["url"] "A URL is not absolute.";
    UrlUser "url_user" [] "A URL contains a user name or password.";
    UrlScheme "url_scheme" ["url"] "A URL is neither http nor https.";
    KeyInRequest "key_in_request" [] "A request contains the API key where it must not be.";
    NotAPredictionId "not_a_prediction_id" [] "A text is not the id of a prediction.";
    NotAFileId "not_a_file_id" [] "A text is not the id of a file.";
    UrlWithoutId "url_without_id" ["route"] "A URL contains no id.";

    // Files.
    FileSystem "file_system" ["error"] "The system refuses a file.";
    NotAFile "not_a_file" [] "It is not a file.";
    FileEmpty "file_empty" [] "The file is empty.";
    FileChanged "file_changed" [] "The file changed while it was read.";
    FileChangedInUpload "file_changed_in_upload" ["how"] "The file changed during its upload.";
    Modified "modified" [] "It was modified.";
    ChangedSize "changed_size" ["had", "has"] "Its size changed.";
    FileTooLarge "file_too_large" ["bytes", "limit"] "The file is too large for an input.";
    FolderNotCreated "folder_not_created" ["error"] "A folder cannot be created.";
    FolderNotWritable "folder_not_writable" ["error"] "No file can be created in a folder.";

    // Inputs, worded to follow the value.
    WrongType "wrong_type" ["kind"] "It has another type.";
    NotOneOf "not_one_of" ["values"] "It is none of the values of an enum.";
    BelowMinimum "below_minimum" ["minimum"] "It is less than the minimum.";
    AboveMaximum "above_maximum" ["maximum"] "It is more than the maximum.";
    NotMultiple "not_multiple" ["step"] "It is not a multiple.";
    NotAUri "not_a_uri" [] "It is not a URI.";
    DidYouMean "did_you_mean" ["reason", "near"] "It violates the contract, and a similar value does not.";
    InputMissing "input_missing" ["model"] "A required input is missing.";
    InputUnknown "input_unknown" ["model", "names"] "The model has no such input.";
    InputUnknownNear "input_unknown_near" ["model", "near"] "The model has no such input, but a similar one.";
    InlineTooLarge "inline_too_large" ["bytes", "limit"] "A data URI is too large.";
    LocalFileUrl "local_file_url" [] "It is a `file:` URL.";
    BreaksRule "breaks_rule" ["rule"] "A rule of the contract is broken.";
    HasNul "has_nul" ["position"] "A text contains NUL.";
    NameHasNul "name_has_nul" [] "An input's name contains NUL.";
    NotAnObject "not_an_object" [] "The input is not an object.";

    // Why there is no usable response.
    NoConnection "no_connection" ["error"] "No connection could be made.";
    Untrusted "untrusted" ["error"] "The connection cannot be trusted.";
    NoProxy "no_proxy" ["error"] "The proxy cannot be used.";
    Unprocessed "unprocessed" ["error"] "The server has not processed the request.";
    ConnectionBroke "connection_broke" ["error"] "The connection broke.";
    CutOff "cut_off" ["error"] "The response was cut off.";
    TimedOut "timed_out" ["error"] "No complete response came in time.";
    ResponseTooLarge "response_too_large" ["error"] "The response is too large.";
    ResponseCoding "response_coding" ["error"] "The response cannot be decoded.";
    NotJson "not_json" ["error"] "The response is not JSON.";
    HttpStatus "http_status" ["status"] "A response has this status.";
    HttpStatusSaid "http_status_said" ["status", "said"] "A response has this status and says why.";
    HasStatus "has_status" ["status"] "A prediction has this status.";
    NotAsRequested "not_as_requested" ["reason"] "The response is not what was requested.";
    NoResponseIn "no_response_in" ["time"] "No response came in this time.";
    OperationNoResponseIn "operation_no_response_in" ["operation", "time"] "An operation got no response in this time.";
    Interrupted "interrupted" [] "A person interrupted it.";
    OperationRefused "operation_refused" ["operation", "reason"] "An operation was answered with an error status.";
    OperationNotSent "operation_not_sent" ["operation", "reason"] "An operation was not sent.";
    OperationNoResponse "operation_no_response" ["operation", "reason"] "An operation got no response.";
    OperationUnexpected "operation_unexpected" ["operation", "reason"] "An operation got a response that was not expected.";
    AtUrl "at_url" ["url", "reason"] "The cause with its address.";
    Failed "failed" ["error"] "Why a request failed, whole.";

    // Rate limits.
    PauseRequested "pause_requested" [] "The gateway requested a pause.";
    LimitUsedUp "limit_used_up" [] "The gateway's limit is used up.";
    PerMinute "per_minute" ["count"] "As many were sent as fit into a minute.";
    EarlierPending "earlier_pending" [] "Earlier requests are unanswered.";
    InFlight "in_flight" ["count"] "As many predictions run as may.";
    Queued "queued" [] "Others were before it in the queue.";
    Stopped "stopped" [] "It was stopped.";
    NextIn "next_in" ["reason", "time"] "The reason, and when the next may be sent.";

    // Responses that are not what was requested.
    NoId "no_id" [] "It has no id.";
    NoStatus "no_status" [] "It has no status.";
    IdInvalid "id_invalid" ["id"] "Its id is invalid.";
    OtherPrediction "other_prediction" ["id"] "It is about another prediction.";
    NoResults "no_results" [] "It has no results.";
    ListNoResults "list_no_results" [] "The list has no results.";
    EmptyPages "empty_pages" ["count"] "Several pages are empty.";
    PagesCircle "pages_circle" ["cursor"] "The pages repeat.";
    NoCursor "no_cursor" [] "The address of the next page has no cursor.";
    NoDate "no_date" [] "It does not say when it was sent.";
    NoFileId "no_file_id" [] "It has no file id.";
    NoFileUrl "no_file_url" [] "It has no file URL.";
    FileUrlInvalid "file_url_invalid" ["url"] "The URL of a file is invalid.";
    ResponseSecret "response_secret" ["reason"] "Its secret is wrong.";

    // Why a search for a prediction proves nothing.
    SinceInFuture "since_in_future" ["time"] "It is to begin in the future.";
    TooRecent "too_recent" ["time"] "The create may not be listed yet.";
    InputNotShown "input_not_shown" ["id"] "A prediction does not show its input.";
    TimeNotShown "time_not_shown" ["id"] "A prediction does not show when it was created.";
    TooManyCandidates "too_many_candidates" ["count"] "Too many predictions may be it.";
    SearchTooLong "search_too_long" ["count"] "It took too many requests.";

    // What to do about an error status.
    CheckKey "check_key" ["source"] "Check the key.";
    RedirectNotFollowed "redirect_not_followed" [] "Redirects are not followed.";
    RedirectToNotFollowed "redirect_to_not_followed" ["location"] "Redirects are not followed, and where this one goes.";
    AddCredit "add_credit" [] "Add credit.";
    KeyPermission "key_permission" [] "Use a key with permission.";
    UploadsNotRelayed "uploads_not_relayed" ["limit"] "The gateway does not relay uploads.";
    UploadTooLarge "upload_too_large" ["limit"] "The gateway does not take so large a file.";
    NotRelayed "not_relayed" ["operation"] "The gateway does not relay the operation.";
    CheckPredictionId "check_prediction_id" ["minutes"] "Check the id of a prediction, which is kept for a while.";
    CheckFileId "check_file_id" ["hours"] "Check the id of a file, which is kept for a while.";
    CheckIdOrModel "check_id_or_model" [] "Check the id or the name of the model.";
    ChangeRequest "change_request" [] "Change the request.";
    RetryIn "retry_in" ["seconds"] "Retry after this time.";
    RetryLater "retry_later" [] "Retry later.";
    NoChannel "no_channel" [] "The gateway has no channel for the model.";
    StatusAndHint "status_and_hint" ["reason", "hint"] "The status of a response and what to do.";

    // Outputs.
    DownloadTime "download_time" ["time"] "A download took too long.";
    BodyShort "body_short" ["written", "total"] "A body is shorter than declared.";
    BodyEmpty "body_empty" [] "A body is empty.";
    RestRefused "rest_refused" [] "The rest of a file was refused.";
    PartNotRequested "part_not_requested" [] "A part came that was not requested.";
    RedirectScheme "redirect_scheme" ["status"] "A redirect leads to no web address.";
    RedirectsMany "redirects_many" ["count"] "There were too many redirects.";
    OutputGone "output_gone" ["status", "minutes"] "The output may have been deleted.";
    OutputUrl "output_url" ["error"] "The URL of an output is invalid.";
    OtherContent "other_content" ["what", "excerpt"] "Other content came instead of the output.";
    OtherContentAs "other_content_as" ["what", "media_type", "excerpt"] "Other content of this media type came instead of the output.";
    ContentPage "content_page" [] "A page.";
    ContentText "content_text" [] "Text.";
    ContentOther "content_other" [] "A file of another kind.";
    ContentSound "content_sound" [] "A sound.";
    ContentTextUnreadable "content_text_unreadable" [] "Unreadable text.";
    ContentUnreadable "content_unreadable" [] "Unreadable content.";
    NotAFileAddress "not_a_file_address" ["excerpt"] "A text is not the address of a file.";
    OutputNotAFile "output_not_a_file" ["excerpt"] "A value is not a file.";
    OutputFailed "output_failed" ["error"] "The gateway reports that an output failed.";
    DataUriComma "data_uri_comma" [] "A data URI has no comma.";
    DataUriBase64 "data_uri_base64" [] "The base64 of a data URI cannot be decoded.";
    DataUriEmpty "data_uri_empty" [] "A data URI has no content.";
    Base64Invalid "base64_invalid" [] "Base64 cannot be decoded.";
    FolderNotMade "folder_not_made" ["folder", "error"] "The folder cannot be made.";
    FileNotWritten "file_not_written" ["path", "error"] "A file cannot be written.";
    FileExists "file_exists" ["path"] "A file exists.";
    OutputsDeleted "outputs_deleted" ["minutes"] "The outputs have been deleted.";
    NoOutputs "no_outputs" ["status"] "A terminal prediction has no outputs.";
    NoOutputsBecause "no_outputs_because" ["status", "error"] "A terminal prediction has no outputs, and why.";
    NoOutputsYet "no_outputs_yet" ["status"] "A running prediction has no outputs.";

    // Webhook deliveries.
    NotATime "not_a_time" ["value"] "A header does not contain a time.";
    HeaderTooLong "header_too_long" ["length", "limit"] "A header is too long.";
    HeaderEmpty "header_empty" [] "A header is empty.";
    HeaderNotText "header_not_text" [] "A header is not text.";
}

impl fmt::Display for DetailCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
