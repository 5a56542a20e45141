//! Bad requests of every kind, on real sockets: each gets an answer soon, and the emulator still
//! serves.

use crate::rig::{Rig, SDXL, request, version_of};
use axum::body::Body;
use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::stream;
use http::{Method, StatusCode};
use quickrouter_emulator::{Effect, Emulator, ErrorFormat, Fault, Personality};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How soon an answer has to be there, on a machine that is busy too.
const SOON: Duration = Duration::from_secs(5);
/// A little more than the largest body.
const TOO_LARGE: usize = 16 * 1024 * 1024 + 1;

/// What came back: the status, the content type, and the body.
#[derive(Debug)]
struct Told {
    status: u16,
    kind: String,
    body: Vec<u8>,
}

impl Told {
    fn of(answer: &[u8]) -> Self {
        let text = String::from_utf8_lossy(answer);
        let (head, _) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        let kind = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let at = answer.windows(4).position(|part| part == b"\r\n\r\n").map_or(0, |at| at + 4);
        Self {
            status: status.unwrap_or_default(),
            kind: kind.map(|(_, kind)| kind.to_owned()).unwrap_or_default(),
            body: answer[at..].to_vec(),
        }
    }

    fn is_problem(&self) -> bool {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        self.kind == "application/problem+json" && body["status"] == self.status
    }
}

async fn open(emulator: &Emulator) -> TcpStream {
    TcpStream::connect(emulator.address()).await.unwrap()
}

/// Sends raw bytes, and reads until the emulator closes.
async fn raw(emulator: &Emulator, bytes: &[u8]) -> Told {
    let mut stream = open(emulator).await;
    let answer = timeout(SOON, async {
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        answer
    });
    let answer = answer.await;
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
    Told::of(&answer.unwrap_or_else(|_| panic!("no answer within five seconds to {start:?}")))
}

/// A request with a key after which the connection is to be closed.
fn head(method: &str, path: &str, more: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer k\r\n\
         connection: close\r\n{more}\r\n"
    )
    .into_bytes()
}

pub(crate) const PREDICTIONS: &str = "/replicate/v1/predictions";

fn create(body: &[u8]) -> Vec<u8> {
    let more = format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    [head("POST", PREDICTIONS, &more), body.to_vec()].concat()
}

/// The emulator serves as if nothing had been.
async fn serves(emulator: &Emulator) {
    let body = json!({"version": version_of(SDXL), "input": {}}).to_string();
    assert_eq!(raw(emulator, &create(body.as_bytes())).await.status, 201);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_the_answer_arrives() {
    let emulator = Emulator::start().await.unwrap();
    let told = raw(&emulator, &create(&vec![b' '; TOO_LARGE + 4_000_000])).await;
    assert_eq!((told.status, told.is_problem()), (413, true), "with a length: {told:?}");
    let mut chunked = head("POST", PREDICTIONS, "transfer-encoding: chunked\r\n");
    for _ in 0..20 {
        chunked.extend(b"100000\r\n");
        chunked.extend(vec![b' '; 0x0010_0000]);
        chunked.extend(b"\r\n");
    }
    let told = raw(&emulator, &chunked).await;
    assert_eq!((told.status, told.is_problem()), (413, true), "without a length: {told:?}");
    let form = "content-type: multipart/form-data; boundary=x\r\ncontent-length: 200000000\r\n";
    let told = raw(&emulator, &head("POST", "/replicate/v1/files", form)).await;
    assert_eq!((told.status, told.is_problem()), (413, true), "a file: {told:?}");
    serves(&emulator).await;
}

#[tokio::test(start_paused = true)]
async fn a_form_where_none_belongs_is_bounded_like_any_body() {
    let rig = Rig::new();
    let piece = Bytes::from(vec![b' '; 1024 * 1024]);
    for (method, path) in [
        (Method::POST, PREDICTIONS),
        (Method::POST, "/replicate/v1/models/stability-ai/sdxl/predictions"),
        (Method::PUT, "/emulator/faults"),
    ] {
        let mut asked = request(method, path, &Value::Null);
        let kind = "multipart/form-data; boundary=x".parse().unwrap();
        asked.headers_mut().insert("content-type", kind);
        let pieces = stream::iter(vec![Ok::<_, Infallible>(piece.clone()); 17]);
        *asked.body_mut() = Body::from_stream(pieces);
        assert_eq!(rig.send(asked).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

#[tokio::test]
async fn large_bodies_under_way_together_have_their_bound_and_small_ones_get_by() {
    let emulator = Emulator::start().await.unwrap();
    let half = vec![b' '; 8 * 1024 * 1024];
    let more = "content-length: 16777216\r\n";
    let mut under_way = Vec::new();
    for _ in 0..16 {
        let mut stream = open(&emulator).await;
        stream.write_all(&head("POST", PREDICTIONS, more)).await.unwrap();
        stream.write_all(&half).await.unwrap();
        under_way.push(stream);
    }
    let mut large = head("POST", PREDICTIONS, "content-length: 1000000\r\n");
    large.resize(large.len() + 1_000_000, b' ');
    let refused = eventually(async || {
        let told = raw(&emulator, &large).await;
        (told.status == 429).then_some(told)
    });
    let refused = refused.await;
    assert!(String::from_utf8_lossy(&refused.body).contains("Too many large requests"));
    serves(&emulator).await;
    drop(under_way);
    eventually(async || (raw(&emulator, &large).await.status == 400).then_some(())).await;
}

/// What comes of it in the end, since the emulator reads when it likes.
async fn eventually<T>(mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let all = async {
        loop {
            if let Some(seen) = attempt().await {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, all).await.expect("not within five seconds")
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for_for_ever() {
    let rig = Rig::new();
    for kind in ["application/json", "multipart/form-data; boundary=x"] {
        for path in [PREDICTIONS, "/replicate/v1/files"] {
            let mut asked = request(Method::POST, path, &Value::Null);
            asked.headers_mut().insert("content-type", kind.parse().unwrap());
            *asked.body_mut() = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
            let answer = timeout(Duration::from_secs(301), rig.send(asked)).await.expect("one");
            let refused = match (path, kind) {
                // It need not be read to be refused.
                ("/replicate/v1/files", "application/json") => StatusCode::BAD_REQUEST,
                _ => StatusCode::REQUEST_TIMEOUT,
            };
            assert_eq!(answer.status, refused, "{kind} {path}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }
}

#[tokio::test]
async fn what_is_not_http_gets_a_bare_400_and_a_head_that_is_too_large_a_bare_431() {
    let emulator = Emulator::start().await.unwrap();
    let long = "a".repeat(200_000);
    let many = "x: y\r\n".repeat(150);
    for (bytes, status) in [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), 400),
        (b"hello\r\n\r\n".to_vec(), 400),
        (b"GET / HTTP/9.9\r\n\r\n".to_vec(), 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n".to_vec(), 400),
        (b"GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n".to_vec(), 400),
        (b"GET / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".to_vec(), 400),
        (b"POST / HTTP/1.1\r\ncontent-length: 99999999999999999999999\r\n\r\n".to_vec(), 400),
        (head("GET", "/replicate/v1/predictions/\u{1}", ""), 400),
        (head("GET", PREDICTIONS, &format!("x-long: {long}\r\n")), 431),
        (head("GET", PREDICTIONS, &many), 431),
        (head("GET", &format!("/replicate/v1/{long}"), ""), 431),
    ] {
        let told = raw(&emulator, &bytes).await;
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        assert_eq!(told.status, status, "{start:?}: {told:?}");
        assert!(told.body.is_empty(), "{start:?}: {told:?}");
    }
    serves(&emulator).await;
}

#[tokio::test]
async fn a_chunked_body_that_makes_no_sense_is_a_bad_request() {
    let emulator = Emulator::start().await.unwrap();
    let start = head("POST", PREDICTIONS, "transfer-encoding: chunked\r\n");
    for chunks in
        ["zz\r\n", "5\r\nabc", "-5\r\n", "ffffffffffffffffff\r\n", "3\r\nabcdef\r\n0\r\n\r\n"]
    {
        let mut stream = open(&emulator).await;
        stream.write_all(&[&start, chunks.as_bytes()].concat()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        timeout(SOON, stream.read_to_end(&mut answer)).await.expect("soon").unwrap();
        let told = Told::of(&answer);
        assert!(told.is_problem() && told.status == 400, "{chunks:?}: {told:?}");
    }
    serves(&emulator).await;
}

#[tokio::test]
async fn a_request_cut_half_way_is_dropped_and_nothing_is_created() {
    let emulator = Emulator::start().await.unwrap();
    let body = json!({"version": version_of(SDXL), "input": {}}).to_string();
    let whole = create(body.as_bytes());
    for length in [1, 20, whole.len() - body.len(), whole.len() - 1] {
        let mut stream = open(&emulator).await;
        stream.write_all(&whole[..length]).await.unwrap();
        drop(stream);
    }
    serves(&emulator).await;
    assert_eq!(emulator.creates_accepted(), 1, "the last one alone");
}

#[tokio::test]
async fn odd_requests_get_the_apis_own_error() {
    let emulator = Emulator::start().await.unwrap();
    let version = version_of(SDXL);
    let deep = format!("{{\"version\": {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_input = format!(
        "{{\"version\": \"{version}\", \"input\": {{\"prompt\": {}1{}}}}}",
        "{\"a\":".repeat(10_000),
        "}".repeat(10_000)
    );
    let with_width =
        |width: &str| format!("{{\"version\": \"{version}\", \"input\": {{\"width\": {width}}}}}");
    let nines = "9".repeat(400);
    let bad_utf8 = [b"{\"version\": \"", &b"\xff\xfe"[..], b"\", \"input\": {}}"].concat();
    let auth = b"GET /replicate/v1/predictions HTTP/1.1\r\nconnection: close\r\nauthorization: Bearer \xff\r\n\r\n";
    for (bytes, status) in [
        (create(deep.as_bytes()), 400),
        (create(deep_input.as_bytes()), 400),
        (create(with_width("1e999").as_bytes()), 400),
        (create(with_width(&nines).as_bytes()), 400),
        (create(with_width("1e300").as_bytes()), 422),
        (create(with_width("-0.0").as_bytes()), 422),
        (create(&bad_utf8), 400),
        (create(b""), 400),
        (create(b"\0"), 400),
        (head("GET", "/replicate/v1/predictions/%FF%00", ""), 400),
        (head("GET", "/replicate/v1/predictions?cursor=%FF", ""), 400),
        (head("GET", "/replicate/v1/files?cursor=b", ""), 400),
        (head("GET", "/replicate/v1/predictions/..%2F..%2Fetc", ""), 404),
        (head("BREW", PREDICTIONS, ""), 405),
        (head("OPTIONS", "*", ""), 404),
        (head("CONNECT", "example.com:443", ""), 404),
        (head("GET", "http://example.com/replicate/v1/nothing", ""), 404),
        (auth.to_vec(), 401),
    ] {
        let told = raw(&emulator, &bytes).await;
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(220)]).into_owned();
        assert_eq!((told.status, told.is_problem()), (status, true), "{start}: {told:?}");
    }
    // Of two keys of one name the last one counts.
    let twice = format!(
        "{{\"version\": 1, \"version\": \"{version}\", \"input\": {{\"width\": 1, \"width\": 64}}}}"
    );
    assert_eq!(raw(&emulator, &create(twice.as_bytes())).await.status, 201);
    // A header that nobody can read is as good as none.
    let body = json!({"version": version, "input": {}}).to_string();
    let more = format!("prefer: \u{ff}\r\nhost: \u{ff}\r\ncontent-length: {}\r\n", body.len());
    let odd = [head("POST", PREDICTIONS, &more), body.into_bytes()].concat();
    assert_eq!(raw(&emulator, &odd).await.status, 201);
    serves(&emulator).await;
}

#[tokio::test]
async fn raw_bytes_in_a_path_do_not_get_through() {
    let emulator = Emulator::start().await.unwrap();
    for path in [&b"/replicate/v1/predictions/\xff\xfe"[..], b"/replicate/v1/predictions?\xff"] {
        let rest = b" HTTP/1.1\r\nconnection: close\r\n\r\n";
        let told = raw(&emulator, &[b"GET ", path, rest].concat()).await;
        assert!((400..=404).contains(&told.status), "{told:?}");
    }
    serves(&emulator).await;
}

#[tokio::test]
async fn a_gateway_of_the_other_form_tells_its_errors_in_it() {
    let builder = Emulator::builder().personality(Personality::Gateway);
    let emulator = builder.error_format(ErrorFormat::Gateway).start().await.unwrap();
    for (bytes, status) in [
        (create(b"{"), 400),
        (head("BREW", PREDICTIONS, ""), 405),
        (create(&vec![b' '; TOO_LARGE]), 413),
    ] {
        let told = raw(&emulator, &bytes).await;
        assert_eq!(told.status, status);
        let body: Value = serde_json::from_slice(&told.body).unwrap();
        assert!(body["error"]["message"].is_string(), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_does_not_hold_up_the_others() {
    let emulator = Emulator::builder().time_scale(0.0).start().await.unwrap();
    let version = version_of(SDXL);
    let body = json!({"version": version, "input": {"width": 2048, "height": 2048}}).to_string();
    let told = raw(&emulator, &create(body.as_bytes())).await;
    let id: Value = serde_json::from_slice(&told.body).unwrap();
    let path = format!("/emulator/outputs/{}/out-0.png", id["id"].as_str().unwrap());
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = open(&emulator).await;
        stream.write_all(&head("GET", &path, "")).await.unwrap();
        slow.push(stream);
    }
    // Each has its head, and leaves the rest where it is.
    for stream in &mut slow {
        let mut start = [0; 12];
        timeout(Duration::from_secs(60), stream.read_exact(&mut start)).await.unwrap().unwrap();
        assert_eq!(&start, b"HTTP/1.1 200");
    }
    serves(&emulator).await;
    let mut rest = Vec::new();
    let mut first = slow.swap_remove(0);
    timeout(Duration::from_secs(10), first.read_to_end(&mut rest)).await.unwrap().unwrap();
    assert!(rest.ends_with(b"IEND\xaeB`\x82"), "it is whole at last");
}

#[tokio::test]
async fn three_hundred_connections_are_open_at_once_and_each_is_served() {
    let emulator = Emulator::start().await.unwrap();
    let open = join_all((0..300).map(|_| open(&emulator))).await;
    serves(&emulator).await;
    let asked = open.into_iter().map(|mut stream| async move {
        stream.write_all(&head("GET", PREDICTIONS, "")).await.unwrap();
        let mut answer = Vec::new();
        timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
        Told::of(&answer).status
    });
    assert!(join_all(asked).await.into_iter().all(|status| status == 200));
}

#[tokio::test]
async fn what_is_under_way_ends_with_the_emulator() {
    let fault = Fault::new(Effect::DelayBefore(3_600.0));
    let emulator = Emulator::builder().fault(fault).start().await.unwrap();
    let mut stream = open(&emulator).await;
    stream.write_all(&head("GET", PREDICTIONS, "")).await.unwrap();
    // Another one is answered only after the first is being waited for.
    assert_eq!(raw(&emulator, &head("GET", "/emulator/stats", "")).await.status, 200);
    drop(emulator);
    let ended = timeout(SOON, stream.read(&mut [0; 64])).await;
    // Closed or reset: no answer comes.
    assert!(matches!(ended, Ok(Ok(0) | Err(_))), "{ended:?}");
}
