//! Every kind of error, as it is told in both languages, side by side.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use quickrouter::error::{CancelOutcome, Detail, ErrorKind};
use quickrouter::transport::{Transport, TransportError, TransportErrorKind};
use quickrouter::{
    AnyInput, Client, Error, PredictionId, RateLimitPolicy, RetryPolicy, WaitPolicy,
};
use serde_json::{Value, json};

use crate::exit::failure::Failure;
use crate::text::lang::Lang;

/// Answers every request of one sort alike.
#[derive(Clone, Copy)]
enum TestReply {
    With(u16, &'static str),
    Breaks(TransportErrorKind),
}

use TestReply::{Breaks, With};

struct Replies {
    create: TestReply,
    look: TestReply,
}

impl Transport for Replies {
    fn send(
        &self,
        request: reqwest::Request,
    ) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        let is_create = request.method() == "POST" && !request.url().path().ends_with("/cancel");
        let reply = match if is_create { self.create } else { self.look } {
            With(status, body) => {
                let builder = http::Response::builder().status(status);
                let builder = builder.header("x-oneapi-request-id", "r-7");
                Ok(builder.body(body).unwrap())
            }
            Breaks(kind) => Err(TransportError::new(kind, "as the system says")),
        };
        async move { reply.map(reqwest::Response::from) }.boxed()
    }
}

const STARTED: TestReply = With(201, r#"{"id":"p1","status":"starting"}"#);

fn client(create: TestReply, look: TestReply) -> Client {
    let wait = WaitPolicy::new().deadline(Duration::from_secs(60));
    let builder = Client::builder().api_key("k").transport(Arc::new(Replies { create, look }));
    builder.wait_policy(wait).build().unwrap()
}

async fn run(create: TestReply, look: TestReply) -> Error {
    client(create, look).run(AnyInput::new("a/b", json!({}))).await.unwrap_err()
}

async fn get(look: TestReply) -> Error {
    client(STARTED, look).get(&PredictionId::new("p1").unwrap()).await.unwrap_err()
}

/// Both languages of each error, and the code; every word of English is checked for leftovers.
fn told(errors: Vec<Error>) -> (String, HashSet<ErrorKind>) {
    let (mut text, mut kinds) = (String::new(), HashSet::new());
    for error in errors {
        let code = error.code();
        kinds.insert(error.kind());
        let failure = Failure::from(error);
        let _ = writeln!(text, "[{} {code}]", failure.kind);
        for lang in [Lang::English, Lang::Chinese] {
            for line in failure.plain(lang).lines() {
                assert!(!line.contains("{ $") && !line.contains("reason-"), "{line}");
                let _ = writeln!(text, "{line}");
            }
        }
        text.push('\n');
    }
    (text, kinds)
}

fn of_settings() -> Vec<Error> {
    let key = |key: &str| Client::builder().api_key(key).build().unwrap_err();
    let url = |url: &str| Client::builder().api_key("k").base_url(url).build().unwrap_err();
    let from_file = Detail::key_in_file("--key-file", std::path::Path::new("key.txt"));
    let quoted = Client::builder().api_key("'k'").api_key_source(from_file);
    let mut errors: Vec<Error> = ["", "a\nb", "x: y", "A=b", "Bearer a", "$K", "a b", "a\u{200b}b"]
        .into_iter()
        .map(key)
        .collect();
    errors.push(quoted.build().unwrap_err());
    errors.extend(
        [
            "X=https://a",
            "'https://a'",
            "https://a b",
            "none",
            "ftp://a",
            "https://u:p@a",
            "https://a?q",
            "https://a/v1/predictions",
            "http://a.example",
        ]
        .map(url),
    );
    errors.push(quickrouter::webhook::Secret::new("x").unwrap_err());
    errors
}

async fn of_requests() -> Vec<Error> {
    let client = client(STARTED, STARTED);
    let check = |model: &str, input: Value| client.check(AnyInput::new(model, input)).err();
    let sdxl = "stability-ai/sdxl";
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("empty.png"), "").unwrap();
    let mut errors: Vec<Error> = [
        check("a", json!({})),
        check("sdxl", json!({})),
        check("a/b:1", json!({})),
        check(sdxl, json!(7)),
        check(sdxl, json!({"num_outputs": 9})),
        check(
            sdxl,
            json!({
                "width": 7, "height": "x", "scheduler": "DDIMM", "image": "file:///a.png",
                "num_outputs": 0, "promt": "a", "zzzz": 1, "refine": "none", "prompt": "a\u{0}",
            }),
        ),
        check(sdxl, json!({"width": -8})),
        check("black-forest-labs/flux-fill-pro", json!({"prompt": "a"})),
    ]
    .into_iter()
    .flatten()
    .collect();
    errors.push(PredictionId::new("..").unwrap_err().into());
    errors.push(quickrouter::catalog::ModelName::resolve("sdlx").unwrap_err());
    errors.push(quickrouter::files::data_uri(path("missing.png")).await.unwrap_err());
    errors.push(quickrouter::files::data_uri(path("empty.png")).await.unwrap_err());
    errors.push(quickrouter::files::check_folder(path("empty.png")).await.unwrap_err());
    errors
}

async fn of_responses() -> Vec<Error> {
    let mut errors = vec![run(Breaks(TransportErrorKind::Untrusted), STARTED).await];
    for (status, body) in [
        (401, ""),
        (401, r#"{"error":{"code":"invalid_api_key","message":"Invalid token."}}"#),
        (402, ""),
        (403, r#"{"error":{"code":"insufficient_user_quota","message":"用户额度不足"}}"#),
        (403, ""),
        (404, ""),
        (422, r#"{"detail":"bad input"}"#),
        (429, ""),
        (503, r#"{"error":{"code":"model_not_found","message":"无可用渠道"}}"#),
        (302, ""),
    ] {
        errors.push(run(With(status, body), STARTED).await);
    }
    errors.push(get(With(404, r#"{"detail":"not found"}"#)).await);
    errors.push(get(Breaks(TransportErrorKind::Timeout)).await);
    errors.push(get(Breaks(TransportErrorKind::NotSent)).await);
    errors.push(get(With(200, "[]")).await);
    errors.push(get(With(200, "<html>")).await);
    let limits = RateLimitPolicy::new().max_creates_per_minute(1);
    let builder = Client::builder().api_key("k").rate_limit_policy(limits);
    let gateway = Arc::new(Replies { create: STARTED, look: STARTED });
    let wait = WaitPolicy::new().deadline(Duration::from_secs(30));
    let client = builder.transport(gateway).wait_policy(wait).build().unwrap();
    client.create(AnyInput::new("a/b", json!({}))).await.unwrap();
    errors.push(client.create(AnyInput::new("a/b", json!({}))).await.unwrap_err());
    errors
}

async fn of_outcomes() -> Vec<Error> {
    let broken = Breaks(TransportErrorKind::Interrupted);
    let mut errors = vec![
        run(broken, With(404, "")).await,
        run(broken, With(200, r#"{"results":[]}"#)).await,
        run(broken, With(500, "")).await,
        run(With(200, "<html>"), With(404, "")).await,
        run(STARTED, With(200, r#"{"id":"p1","status":"failed","error":"NSFW"}"#)).await,
        run(STARTED, With(200, r#"{"id":"p1","status":"canceled"}"#)).await,
        run(STARTED, STARTED).await,
        run(STARTED, With(500, "")).await,
        run(STARTED, With(401, "")).await,
    ];
    let none = client(broken, STARTED);
    let policy = RetryPolicy::new().recover_unknown(false);
    let gateway = Arc::new(Replies { create: broken, look: STARTED });
    let builder = Client::builder().api_key("k").transport(gateway).retry_policy(policy);
    let input = || AnyInput::new("a/b", json!({}));
    errors.push(builder.build().unwrap().run(input()).await.unwrap_err());
    for cancel in [
        CancelOutcome::NotRequested,
        CancelOutcome::Requested(quickrouter::Status::Canceled),
        CancelOutcome::Unconfirmed(Detail::no_response_in(Duration::from_secs(5))),
        CancelOutcome::Unconfirmed(Detail::interrupted()),
        CancelOutcome::Unconfirmed(get(With(500, "")).await.detail()),
    ] {
        let Error::Deadline(mut passed) = run(STARTED, STARTED).await else {
            panic!("no deadline")
        };
        passed.cancel = cancel;
        errors.push(Error::Deadline(passed));
    }
    let folder = tempfile::tempdir().unwrap();
    for prediction in [
        json!({"id": "p1", "status": "succeeded"}),
        json!({"id": "p1", "status": "processing"}),
        json!({"id": "p1", "status": "succeeded", "output": ["https://a.example/a.png", "https://a.example/b.png"]}),
        json!({"id": "p1", "status": "succeeded", "output": ["data:image/png;base64,PGh0bWw+"]}),
    ] {
        let prediction = quickrouter::Prediction::from_json(prediction).unwrap();
        errors.push(none.save(&prediction, folder.path()).await.unwrap_err());
    }
    errors
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_error_is_told_in_both_languages() {
    let (settings, mut kinds) = told(of_settings());
    let (requests, of_requests) = told(of_requests().await);
    let (responses, of_responses) = told(of_responses().await);
    let (outcomes, of_outcomes) = told(of_outcomes().await);
    kinds.extend(of_requests.into_iter().chain(of_responses).chain(of_outcomes));
    let all: HashSet<_> =
        ErrorKind::ALL.iter().copied().filter(|kind| *kind != ErrorKind::Delivery).collect();
    assert_eq!(kinds, all, "the command receives no deliveries");
    insta::with_settings!({filters => vec![(r"/[^ ]*/\.tmp\w+", "[FOLDER]"), (r"quickrouter-unread-[-0-9TZ]+", "quickrouter-unread-[TIME]")]}, {
        insta::assert_snapshot!("settings", settings);
        insta::assert_snapshot!("requests", requests);
        insta::assert_snapshot!("responses", responses);
        insta::assert_snapshot!("outcomes", outcomes);
    });
}
