//! Odd response heads, over sockets: a create with a response is billed, whatever its head.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, ClientBuilder, Error, PredictionId, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const JSON: &str = r#"{"id": "abc123", "status": "starting"}"#;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0123456789";

/// Requests by connection, and what each is answered; then the connection is closed.
struct Server {
    address: std::net::SocketAddr,
    requests: Arc<Mutex<Vec<(usize, String)>>>,
}

impl Server {
    fn base(&self) -> String {
        format!("http://{}/replicate", self.address)
    }

    /// How many creates came, and on which connections.
    fn creates(&self) -> Vec<usize> {
        let requests = self.requests.lock().unwrap();
        let creates = requests.iter().filter(|(_, head)| head.starts_with("POST"));
        creates.map(|(connection, _)| *connection).collect()
    }
}

/// Reads one request whole.
async fn request(socket: &mut TcpStream) -> Option<String> {
    let mut got = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&got).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_lowercase();
            let length =
                length.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(head.to_owned());
            }
        }
        if socket.read_buf(&mut got).await.unwrap_or(0) == 0 {
            return None;
        }
    }
}

/// Answers the requests of each connection by these, and closes it when they are used up.
async fn serve(connections: Vec<Vec<Vec<u8>>>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let requests = Arc::<Mutex<Vec<(usize, String)>>>::default();
    let seen = requests.clone();
    tokio::spawn(async move {
        for (index, answers) in connections.into_iter().enumerate() {
            let (mut socket, _) = listener.accept().await.unwrap();
            for answer in answers {
                let Some(head) = request(&mut socket).await else { break };
                seen.lock().unwrap().push((index, head));
                socket.write_all(&answer).await.unwrap();
            }
        }
    });
    Server { address, requests }
}

fn client(server: &Server) -> ClientBuilder {
    let quick = RetryPolicy::new().initial_backoff(Duration::from_millis(1)).recover_unknown(false);
    Client::builder().api_key("k").base_url(server.base()).retry_policy(quick)
}

/// Answers that are odd and whole, with a mark where the body stands.
fn heads(length: usize) -> Vec<(&'static str, Vec<u8>)> {
    let ok = "HTTP/1.1 200 OK\r\n";
    let sized = format!("content-length: {length}\r\n\r\n");
    let with = |lines: &str| [ok, lines, &sized].concat().into_bytes();
    let many = |count: usize| {
        (0..count).map(|number| format!("x-upstream-{number}: tried\r\n")).collect::<String>()
    };
    let latin = [ok.as_bytes(), b"x-model: caf\xe9\r\n", sized.as_bytes()].concat();
    vec![
        ("a space before the colon", with("x-odd : 1\r\n")),
        ("spaces and a tab before the colon", with("x-odd  \t: 1\r\n")),
        ("a folded line", with("x-odd: one\r\n two\r\n\tthree\r\n")),
        ("a folded line that is empty", with("x-odd: one\r\n \r\n")),
        ("a name with a space", with("x odd: 1\r\n")),
        ("a name with brackets", with("x-odd[0]: 1\r\n(x): 2\r\n@: 3\r\n")),
        ("a name in UTF-8", with("x-größe: 1\r\n模型: 2\r\n")),
        ("a line without a colon", with("no colon in here\r\n")),
        ("a line without a name", with(": nothing\r\n")),
        ("a value with control characters", with("x-odd: a\u{1}b\u{7f}c\r\nx-bell: \u{7}\r\n")),
        ("a value in UTF-8", with("x-model: 模型 ü\r\n")),
        ("a value in Latin-1", latin),
        ("an empty value", with("x-odd:\r\nx-other:   \r\n")),
        ("101 headers", with(&many(101))),
        ("200 headers", with(&many(200))),
        ("1500 headers", with(&many(1500))),
        ("a large cookie", with(&format!("set-cookie: a={}\r\n", "v".repeat(100 << 10)))),
        ("large headers", with(&format!("x-a: {}\r\n", "v".repeat(9000)).repeat(25))),
        (
            "interim answers",
            [
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 102 Processing\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n",
                ok,
                &sized,
            ]
            .concat()
            .into_bytes(),
        ),
        (
            "bare line feeds",
            format!("HTTP/1.1 200 OK\ncontent-length: {length}\nx-a: b\n\n").into(),
        ),
        ("the length twice", with(&format!("content-length: {length}\r\n"))),
        (
            "the length twice in a line",
            format!("{ok}content-length: {length}, {length}\r\n\r\n").into(),
        ),
        ("no reason", format!("HTTP/1.1 200\r\n{sized}").into()),
        ("an empty reason", format!("HTTP/1.1 200 \r\n{sized}").into()),
        ("a reason in UTF-8", format!("HTTP/1.1 200 好的\r\n{sized}").into()),
        ("HTTP/1.0 with a length", format!("HTTP/1.0 200 OK\r\n{sized}").into()),
        ("HTTP/1.0 to its end", b"HTTP/1.0 200 OK\r\n\r\n".to_vec()),
        ("HTTP/1.1 to its end", b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
        ("connection: close", with("connection: close\r\n")),
        ("connection: close, to its end", b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec()),
        (
            "connection: close in the middle",
            [ok, "x-a: 1\r\nConnection: close\r\nx-b: 2\r\n", &sized].concat().into_bytes(),
        ),
        ("empty lines before it", format!("\r\n\r\n{ok}{sized}").into()),
    ]
}

fn answer(head: &[u8], body: &[u8]) -> Vec<u8> {
    [head, body].concat()
}

#[tokio::test]
async fn a_create_is_understood_whatever_head_its_answer_has() {
    for (name, head) in heads(JSON.len()) {
        for own in [false, true] {
            let server = serve(vec![vec![answer(&head, JSON.as_bytes())]]).await;
            let mut builder = client(&server);
            if own {
                builder = builder.http_client(|| reqwest::Client::builder().no_proxy());
            }
            let created = builder.build().unwrap().create(SdxlInput::builder().build()).await;
            let created = created.unwrap_or_else(|error| panic!("{name}, {own}: {error}"));
            assert_eq!(created.id().unwrap().as_str(), "abc123", "{name}, {own}");
            assert_eq!(server.creates().len(), 1, "{name}, {own}");
        }
    }
}

#[tokio::test]
async fn a_picture_is_saved_whatever_head_its_answer_has() {
    for (name, head) in heads(PNG.len()) {
        let files = serve(vec![vec![answer(&head, PNG)]]).await;
        let url = format!("http://{}/out-0.png", files.address);
        let body = format!(r#"{{"id": "abc123", "status": "succeeded", "output": ["{url}"]}}"#);
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        let gateway = serve(vec![vec![answer(head.as_bytes(), body.as_bytes())]]).await;
        let once = RetryPolicy::new().max_attempts(1);
        let client = client(&gateway).retry_policy(once).build().unwrap();
        let prediction = client.get(&PredictionId::new("abc123").unwrap()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let saved = client.save(&prediction, folder.path()).await;
        let saved = saved.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(std::fs::read(&saved[0]).unwrap(), PNG, "{name}");
    }
}

#[tokio::test]
async fn a_head_that_cannot_be_read_leaves_the_outcome_unknown() {
    let sized = format!("content-length: {}\r\n", JSON.len());
    for lines in [format!("{sized}content-length: 7\r\n"), format!("{sized}x-odd: a\0b\r\n")] {
        let head = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
        let server = serve(vec![vec![answer(head.as_bytes(), JSON.as_bytes())]]).await;
        let created = client(&server).build().unwrap().create(SdxlInput::builder().build()).await;
        assert!(matches!(created, Err(Error::OutcomeUnknown(_))), "{created:?}");
        assert_eq!(server.creates().len(), 1);
    }
}

#[tokio::test]
async fn a_connection_that_the_server_closed_while_idle_costs_a_create_nothing() {
    let whole = || {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", JSON.len());
        answer(head.as_bytes(), JSON.as_bytes())
    };
    let server = serve(vec![vec![whole()], vec![whole()], vec![whole(), whole()]]).await;
    let client = client(&server).build().unwrap();
    client.get(&PredictionId::new("abc123").unwrap()).await.unwrap();
    for connection in [1, 2, 2] {
        // The end of the connection comes in.
        tokio::time::sleep(Duration::from_millis(50)).await;
        client.create(SdxlInput::builder().build()).await.unwrap();
        assert_eq!(server.creates().last(), Some(&connection));
    }
    assert_eq!(server.creates().len(), 3);
}
