//! A prediction's events, with and without its stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::transport::TransportErrorKind;
use quickrouter::{
    Client, DoneReason, Error, Prediction, PredictionId, Status, StreamEvent, WaitPolicy,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::events::{STREAM, Then, event, events, in_chunks, streamed};
use crate::scripted::{ID, KEY, Script, Step, answer, prediction, raw, succeeded};

const DONE: StreamEvent = StreamEvent::Done(DoneReason::Finished);

fn output(text: &str) -> StreamEvent {
    StreamEvent::Output(text.to_owned())
}

fn logs(text: &str) -> StreamEvent {
    StreamEvent::Logs(text.to_owned())
}

async fn get(client: &Client) -> Prediction {
    client.get(&PredictionId::new(ID).unwrap()).await.unwrap()
}

/// What the stream of a prediction tells, and what was sent for it.
async fn told_of(
    body: &Value,
    steps: impl IntoIterator<Item = Step>,
) -> (Vec<Result<StreamEvent, Error>>, Arc<Script>) {
    let script = Script::new([answer(200, body)].into_iter().chain(steps));
    let client = script.client();
    let prediction = get(&client).await;
    (client.stream(&prediction).collect().await, script)
}

async fn told(steps: impl IntoIterator<Item = Step>) -> (Vec<StreamEvent>, Arc<Script>) {
    let (told, script) = told_of(&streamed("processing", STREAM), steps).await;
    (told.into_iter().map(Result::unwrap).collect(), script)
}

fn over(log: &str, output: &[&str]) -> Step {
    let mut over = succeeded(output);
    over["logs"] = json!(log);
    answer(200, &over)
}

#[tokio::test(start_paused = true)]
async fn a_stream_tells_the_same_wherever_it_is_cut_and_however_its_lines_end() {
    let text = [
        "\u{feff}: a comment\n\n",
        &event("logs", "1:0", "Using seed: 1\n"),
        "id: 1:1\nevent: output\nunknown: field\ndata:一只\n\n",
        &event("output", "1:2", "red\n\ndoor"),
        &event("news", "1:3", "x"),
        &event("done", "1:4", "{}"),
    ]
    .concat();
    let other = StreamEvent::Other { event: "news".to_owned(), data: "x".to_owned() };
    let expected = [logs("Using seed: 1\n"), output("一只"), output("red\n\ndoor"), other, DONE];
    for end in ["\n", "\r\n", "\r"] {
        let text = text.replace('\n', end);
        for size in 1..text.len() {
            let (told, script) = told([in_chunks(text.clone(), size, Then::Ends)]).await;
            assert_eq!(told, expected, "{end:?} {size}");
            assert_eq!(script.sent().len(), 2, "a stream that is done needs no look");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_within_an_event_goes_on_after_the_last_whole_one() {
    let (first, second) = (event("output", "7:0", "one "), event("output", "7:1", "two "));
    let begun = second.trim_end().to_owned();
    let (told, script) = told([
        events(first + &begun, Then::Breaks),
        events(second, Then::Ends),
        events(event("output", "7:2", "three") + &event("done", "7:3", "{}"), Then::Silent),
    ])
    .await;
    assert_eq!(told, [output("one "), output("two "), output("three"), DONE]);
    let asked: Vec<_> =
        script.sent()[1..].iter().map(|sent| header(sent, "last-event-id")).collect();
    assert_eq!(asked, [None, Some("7:0".to_owned()), Some("7:1".to_owned())]);
    let accept = header(&script.sent()[1], "accept");
    assert_eq!(accept.as_deref(), Some("text/event-stream"));
}

fn header(sent: &crate::scripted::Sent, name: &str) -> Option<String> {
    sent.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone())
}

#[tokio::test(start_paused = true)]
async fn a_server_that_begins_anew_is_not_told_twice() {
    let first = event("output", "a", "one ") + &event("output", "b", "two ");
    let all = first.clone() + &event("output", "c", "two ") + &event("done", "d", "{}");
    let (told, _) = told([events(first, Then::Ends), events(all, Then::Ends)]).await;
    assert_eq!(told, [output("one "), output("two "), output("two "), DONE]);
}

#[tokio::test(start_paused = true)]
async fn without_a_stream_looks_tell_the_same_events() {
    let looks = || {
        let mut early = prediction("processing");
        early["logs"] = json!("one\n");
        early["output"] = json!(["Hello "]);
        [answer(200, &early), over("one\ntwo\n", &["Hello ", "world", "https://x.example/a.png"])]
    };
    let expected = [
        logs("one\n"),
        logs("two\n"),
        output("Hello "),
        output("world"),
        output("https://x.example/a.png"),
        DONE,
    ];
    let moved = raw(302, "text/event-stream", "").with("location", "https://x.example/");
    let page = raw(200, "text/html", event("output", "1", "no") + &event("done", "2", "{}"));
    let unanswered = [
        raw(404, "", ""),
        raw(204, "", ""),
        page,
        moved,
        Step::Fails(TransportErrorKind::Untrusted),
    ];
    for step in unanswered {
        let shown = format!("{step:?}");
        let (told, script) = told([step].into_iter().chain(looks())).await;
        assert_eq!(told, expected, "{shown}");
        assert_eq!(script.sent().len(), 4, "{shown}");
    }
    let nowhere = [
        "http://stream.example.com/s1",
        "/v1/streams/s1",
        "file:///etc/passwd",
        "",
        "javascript:1",
    ];
    let bodies = nowhere.map(|url| streamed("processing", url));
    for body in bodies.into_iter().chain([prediction("processing")]) {
        let (told, script) = told_of(&body, looks()).await;
        let told: Vec<_> = told.into_iter().map(Result::unwrap).collect();
        assert_eq!(told, expected, "{body}");
        assert_eq!(script.sent().len(), 3, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_fails_again_and_again_is_given_up_and_nothing_is_told_twice() {
    let begun = event("logs", "1", " 0%|  \n50%|# \n") + &event("output", "2", "Hello wo");
    let (told, script) = told([
        events(begun.clone(), Then::Breaks),
        answer(503, &json!({})),
        events(begun, Then::Ends),
        over(" 0%|  \r50%|# \r99%|##", &["Hello ", "world", "!"]),
    ])
    .await;
    let begun = [logs(" 0%|  \n50%|# \n"), output("Hello wo")];
    let rest = [logs("99%|##"), output("rld"), output("!"), DONE];
    assert_eq!(told, [&begun[..], &rest[..]].concat());
    assert_eq!(script.sent().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn events_without_ids_are_not_asked_for_again() {
    let anonymous = "event: output\ndata: a\n\nevent: output\ndata: a\n\n";
    let (told, script) = told([events(anonymous, Then::Breaks), over("", &["a", "a", "b"])]).await;
    assert_eq!(told, [output("a"), output("a"), output("b"), DONE]);
    assert_eq!(script.calls()[1..], ["GET /v1/streams/s1", "GET /v1/predictions/abc123"]);
}

#[tokio::test(start_paused = true)]
async fn an_event_without_an_id_is_no_repetition_of_the_one_before_it() {
    let text = event("output", "1", "a") + "event: output\ndata: a\n\n" + &event("done", "2", "{}");
    let (told, _) = told([events(text, Then::Ends)]).await;
    assert_eq!(told, [output("a"), output("a"), DONE]);
}

#[tokio::test(start_paused = true)]
async fn the_pause_before_connecting_again_is_the_one_asked_for_within_bounds() {
    let asked =
        [("retry: 3000\n", 3.0), ("retry: 3600000\n", 10.0), ("retry: 0\n", 0.1), ("", 0.5)];
    for (line, seconds) in asked {
        let start = Instant::now();
        let first = line.to_owned() + &event("output", "1", "a");
        let steps = [events(first, Then::Ends), events(event("done", "2", "{}"), Then::Ends)];
        told(steps).await;
        assert_eq!(start.elapsed(), Duration::from_secs_f64(seconds), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_too_large_to_be_one_is_found_by_looking() {
    let text = event("output", "1", "small") + &event("output", "2", &"x".repeat(17 << 20));
    let (told, _) = told([events(text, Then::Silent), over("", &["small", "large"])]).await;
    assert_eq!(told, [output("small"), output("large"), DONE]);
}

#[tokio::test(start_paused = true)]
async fn an_event_as_large_as_a_picture_is_read() {
    let picture = format!("data:image/png;base64,{}", "x".repeat(15 << 20));
    let text = event("output", "1", &picture) + &event("done", "2", "{}");
    let (told, _) = told([events(text, Then::Silent)]).await;
    assert_eq!(told, [output(&picture), DONE]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_only_kept_alive_ends_at_the_deadline_with_the_id() {
    let looks = vec![answer(200, &prediction("processing")); 20];
    let body = streamed("starting", STREAM);
    let script =
        Script::new([answer(200, &body), events("", Then::KeptAlive)].into_iter().chain(looks));
    let policy = WaitPolicy::new().deadline(Duration::from_secs(120));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let prediction = get(&client).await;
    let start = Instant::now();
    let told: Vec<_> = client.stream(&prediction).collect().await;
    assert_eq!(start.elapsed(), Duration::from_secs(120));
    let [Err(Error::Deadline(passed))] = &told[..] else { panic!("{told:?}") };
    assert_eq!(passed.prediction_id.as_str(), ID);
    assert_eq!(passed.last_status, Some(Status::Processing));
    let looks = script.sent().len() - 2;
    assert!((2..=4).contains(&looks), "{looks} looks while it was silent, and one before the end");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_before_any_look_tells_what_was_known() {
    let body = streamed("starting", STREAM);
    let script = Script::new([answer(200, &body), Step::Silence, Step::Silence]);
    let policy = WaitPolicy::new().deadline(Duration::from_secs(20));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let prediction = get(&client).await;
    let told: Vec<_> = client.stream(&prediction).collect().await;
    let [Err(error)] = &told[..] else { panic!("{told:?}") };
    let said = "the deadline of 20s passed while prediction abc123 was starting";
    assert!(error.to_string().starts_with(said), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_end_that_a_lively_connection_lost_is_found_by_a_look() {
    let text = event("output", "1", "Hello ");
    let (told, script) =
        told([events(text, Then::KeptAlive), over("", &["Hello ", "world"])]).await;
    assert_eq!(told, [output("Hello "), output("world"), DONE]);
    assert_eq!(script.sent().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_stands_still_is_made_again() {
    let start = Instant::now();
    let (told, script) = told([
        events(event("output", "1", "a"), Then::Silent),
        events(event("done", "2", "{}"), Then::Silent),
    ])
    .await;
    assert_eq!(told, [output("a"), DONE]);
    assert_eq!(header(&script.sent()[2], "last-event-id").as_deref(), Some("1"));
    assert!(start.elapsed() < Duration::from_secs(31), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_prediction_that_is_over_is_told_without_a_request() {
    let mut failed = streamed("failed", STREAM);
    failed["logs"] = json!("one\n");
    failed["error"] = json!("E1001");
    let (told, script) = told_of(&failed, []).await;
    let told: Vec<_> = told.into_iter().map(Result::unwrap).collect();
    let error = StreamEvent::Error("E1001".to_owned());
    assert_eq!(told, [logs("one\n"), error, StreamEvent::Done(DoneReason::Error)]);
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn why_it_is_done_is_told_the_same_by_a_stream_and_by_a_look() {
    let other = DoneReason::Other("aborted".to_owned());
    let ends =
        [("failed", "error", DoneReason::Error), ("canceled", "canceled", DoneReason::Canceled)];
    for (status, reason, expected) in ends.into_iter().chain([("aborted", "aborted", other)]) {
        let data = json!({ "reason": reason }).to_string();
        let (by_stream, _) = told([events(event("done", "1", &data), Then::Ends)]).await;
        let (by_look, _) = told([raw(404, "", ""), answer(200, &prediction(status))]).await;
        assert_eq!(by_stream, [StreamEvent::Done(expected)]);
        assert_eq!(by_look, by_stream);
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_without_a_prediction_is_an_error_with_the_id() {
    let gone = answer(404, &json!({"detail": "not found"}));
    // One refusal may be anything; it has to stand for a minute.
    let steps = std::iter::once(raw(404, "", "")).chain(vec![gone; 20]);
    let (told, _) = told_of(&streamed("processing", STREAM), steps).await;
    let [Err(error)] = &told[..] else { panic!("{told:?}") };
    assert_eq!(error.http_status(), Some(404));
    assert_eq!(error.prediction_id().unwrap().as_str(), ID);
}

#[tokio::test(start_paused = true)]
async fn the_key_goes_to_a_stream_of_the_own_origin_only_and_is_in_no_event() {
    let own = "https://api.quickrouter.ai/elsewhere/s1";
    let others = ["https://api.quickrouter.ai:8443/s1", "https://stream.replicate.com/s1"];
    for url in others.into_iter().chain([own]) {
        let text = event("output", KEY, &format!("your key is {KEY}"));
        let broken = in_chunks(text, 5, Then::Breaks);
        let body = streamed("processing", url);
        let done = events(event("done", "2", &format!(r#"{{"reason":"{KEY}"}}"#)), Then::Ends);
        let (told, script) = told_of(&body, [broken, done]).await;
        assert!(!format!("{told:?}").contains(KEY), "{told:?}");
        assert_eq!(told.len(), 2);
        for sent in &script.sent()[1..] {
            assert_eq!(sent.url, url, "as it is given");
            assert_eq!(sent.key.is_some(), url == own, "{url}");
            assert!(!format!("{:?}", sent.headers).contains(KEY));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_the_own_origin_waits_for_its_turn_like_any_read() {
    let own = "https://api.quickrouter.ai/replicate/v1/streams/s1";
    let start = Instant::now();
    let (told, _) = told_of(
        &streamed("processing", own),
        [
            answer(429, &json!({})).with("retry-after", "4"),
            events(event("done", "2", "{}"), Then::Ends),
        ],
    )
    .await;
    assert!(matches!(told[..], [Ok(DONE)]), "{told:?}");
    assert!(start.elapsed() >= Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn http_is_taken_where_it_is_allowed_or_stays_on_this_machine() {
    let done = || events(event("done", "1", "{}"), Then::Ends);
    for (url, allowed) in [("http://127.0.0.1:9/s1", false), ("http://stream.example.com/s", true)]
    {
        let script = Script::new([answer(200, &streamed("processing", url)), done()]);
        let client = script.builder().allow_http(allowed).build().unwrap();
        let prediction = get(&client).await;
        let told: Vec<_> = client.stream(&prediction).collect().await;
        assert!(matches!(told[..], [Ok(DONE)]), "{url}: {told:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_not_read_asks_for_nothing_and_reads_no_further_than_is_listened() {
    let pulled = Arc::new(AtomicUsize::new(0));
    let pulling = pulled.clone();
    let body = move || {
        let pulled = pulling.clone();
        let chunks = futures_util::stream::iter(0..100).map(move |n| {
            pulled.fetch_add(1, Ordering::SeqCst);
            let name = if n < 99 { "output" } else { "done" };
            Ok::<_, std::io::Error>(event(name, &n.to_string(), "x"))
        });
        reqwest::Body::wrap_stream(chunks)
    };
    let script =
        Script::new([answer(200, &streamed("processing", STREAM)), Step::Events(Arc::new(body))]);
    let client = script.client();
    let mut stream = client.stream(&get(&client).await);
    assert_eq!(script.sent().len(), 1);
    assert_eq!(stream.next().await.unwrap().unwrap(), output("x"));
    tokio::time::sleep(Duration::from_secs(9)).await;
    let pulled = pulled.load(Ordering::SeqCst);
    assert!(pulled < 5, "{pulled} events were read, one was listened to");
    assert_eq!(stream.count().await, 99);
}
