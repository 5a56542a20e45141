//! What only real sockets show: refused and reset connections, timeouts, odd HTTP.

use std::time::Duration;

use httpmock::MockServer;
use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, ClientBuilder, Error, PredictionId, RetryPolicy};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::uploads::{INLINE, Picture};

fn client(base: &str) -> ClientBuilder {
    let quick = RetryPolicy::new().initial_backoff(Duration::from_millis(1)).recover_unknown(false);
    Client::builder().api_key("k").base_url(base).retry_policy(quick)
}

/// A server that answers every connection with these bytes, then closes. Counts connections.
async fn server(bytes: &'static [u8]) -> (String, std::sync::Arc<std::sync::atomic::AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/replicate", listener.local_addr().unwrap());
    let count = std::sync::Arc::<std::sync::atomic::AtomicU32>::default();
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(bytes).await;
        }
    });
    (base, count)
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/replicate", listener.local_addr().unwrap());
    drop(listener);
    let error =
        client(&base).build().unwrap().create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
}

/// Knows no host, and asks nobody.
struct NoHosts;

impl reqwest::dns::Resolve for NoHosts {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let error = format!("{} is not known", name.as_str());
        Box::pin(async move { Err(error.into()) })
    }
}

#[tokio::test]
async fn a_host_that_does_not_exist_is_not_sent() {
    let make = || reqwest::Client::builder().no_proxy().dns_resolver(std::sync::Arc::new(NoHosts));
    let client = client("https://gateway.example/replicate").http_client(make).build().unwrap();
    let error = client.create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
}

#[tokio::test]
async fn a_host_that_never_connects_is_not_sent_however_short_the_deadline() {
    // A full backlog: connections are neither made nor refused.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let fill = (0..4).map(|_| tokio::spawn(tokio::net::TcpStream::connect(address)));
    let fill: Vec<_> = fill.collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let policy = quickrouter::WaitPolicy::new().deadline(Duration::from_secs(1));
    let base = format!("http://{address}/replicate");
    let client = client(&base).wait_policy(policy).build().unwrap();
    let error = client.run(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
    drop(fill);
}

/// Answers TLS with a certificate that nobody has signed. Counts what it is sent over TLS.
async fn self_signed() -> (String, std::sync::Arc<std::sync::atomic::AtomicU32>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key =
        tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = tokio_rustls::rustls::crypto::ring::default_provider();
    let config = tokio_rustls::rustls::ServerConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://localhost:{}/replicate", listener.local_addr().unwrap().port());
    let count = std::sync::Arc::<std::sync::atomic::AtomicU32>::default();
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            if let Ok(mut trusted) = acceptor.accept(socket).await {
                let read = trusted.read(&mut [0; 4096]).await.unwrap_or_default();
                counted.fetch_add(u32::from(read > 0), std::sync::atomic::Ordering::SeqCst);
            }
        }
    });
    (base, count)
}

#[tokio::test]
async fn a_bad_certificate_is_not_sent_to_and_not_tried_again() {
    let (base, sent) = self_signed().await;
    let start = std::time::Instant::now();
    let patient = RetryPolicy::new().initial_backoff(Duration::from_secs(30));
    let client = client(&base).retry_policy(patient).build().unwrap();
    let error = client.create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
    assert!(error.to_string().contains("cannot be trusted"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(30), "nothing gets better by trying again");
    assert_eq!(sent.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_not_sent_to() {
    let (base, _) = server(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let base = base.replace("http://", "https://");
    let error =
        client(&base).build().unwrap().create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
    assert!(error.to_string().contains("cannot be trusted"), "{error}");
}

#[tokio::test]
async fn a_connection_that_is_reset_before_the_body_is_read_leaves_the_outcome_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/replicate", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            // The request is there and not read, and is answered with a reset.
            assert_eq!(socket.peek(&mut [0]).await.unwrap(), 1);
            socket.set_zero_linger().unwrap();
        }
    });
    let error =
        client(&base).build().unwrap().create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error}");
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_leaves_the_outcome_unknown() {
    let (base, count) = server(b"").await;
    let error =
        client(&base).build().unwrap().create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error}");
    assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_answer_cut_short_keeps_what_came() {
    let (base, count) =
        server(b"HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{\"id\": \"abc123\", ").await;
    let error =
        client(&base).build().unwrap().create(SdxlInput::builder().build()).await.unwrap_err();
    assert_eq!(error.prediction_id().unwrap().as_str(), "abc123");
    let Error::OutcomeUnknown(unknown) = error else { panic!("{error}") };
    assert_eq!(unknown.body, &b"{\"id\": \"abc123\", "[..]);
    assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_answer_that_is_not_http_leaves_the_outcome_unknown() {
    let (base, count) = server(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    let error =
        client(&base).build().unwrap().create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error}");
    assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_create_that_times_out_is_not_sent_again() {
    let server = MockServer::start_async().await;
    let create = server
        .mock_async(|when, then| {
            when.method("POST")
                .path("/replicate/v1/predictions")
                .header("authorization", "Bearer k");
            then.status(201)
                .delay(Duration::from_secs(5))
                .json_body(json!({"id": "a", "status": "starting"}));
        })
        .await;
    let client = client(&server.url("/replicate")).request_timeout(Duration::from_millis(200));
    let error = client.build().unwrap().create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error}");
    assert_eq!(create.calls_async().await, 1);
}

#[tokio::test]
async fn a_redirect_is_followed_neither_to_this_nor_to_another_origin() {
    let (here, elsewhere) = (MockServer::start_async().await, MockServer::start_async().await);
    let there = |when: httpmock::When, then: httpmock::Then| {
        when.path_includes("/moved");
        then.status(201).json_body(json!({"id": "a", "status": "succeeded"}));
    };
    let (near, far) = (here.mock_async(there).await, elsewhere.mock_async(there).await);
    for status in [301, 302, 307, 308] {
        for to in ["/replicate/moved".to_owned(), elsewhere.url("/moved")] {
            let redirect = here
                .mock_async(|when, then| {
                    when.path_includes("/v1/predictions");
                    then.status(status).header("location", &to);
                })
                .await;
            let client = client(&here.url("/replicate")).build().unwrap();
            let created = client.create(SdxlInput::builder().build()).await.unwrap_err();
            let read = client.get(&PredictionId::new("a").unwrap()).await.unwrap_err();
            for error in [created, read] {
                assert!(matches!(error, Error::Api(_)), "{status} to {to}: {error}");
                assert_eq!(error.http_status(), Some(status));
                assert!(error.to_string().contains(&to), "it says where to: {error}");
            }
            assert_eq!(redirect.calls_async().await, 2);
            redirect.delete_async().await;
        }
    }
    assert_eq!((near.calls_async().await, far.calls_async().await), (0, 0));
}

#[tokio::test]
async fn an_html_error_page_keeps_its_status() {
    let server = MockServer::start_async().await;
    let page = server
        .mock_async(|when, then| {
            when.method("GET").path("/replicate/v1/predictions/abc");
            then.status(502).header("content-type", "text/html").body("<title>Bad Gateway</title>");
        })
        .await;
    let client = client(&server.url("/replicate")).build().unwrap();
    let error = client.get(&PredictionId::new("abc").unwrap()).await.unwrap_err();
    assert_eq!(error.http_status(), Some(502));
    assert_eq!(page.calls_async().await, 5, "a read is asked again");
}

#[tokio::test]
async fn a_download_shorter_than_announced_leaves_no_file() {
    let server =
        server(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 99\r\n\r\nhalf")
            .await;
    let (url, count) = (server.0.replace("/replicate", "/out-0.png"), server.1);
    let gateway = MockServer::start_async().await;
    gateway
        .mock_async(|when, then| {
            when.method("GET");
            then.status(200)
                .json_body(json!({"id": "abc", "status": "succeeded", "output": [url]}));
        })
        .await;
    let client = client(&gateway.url("/replicate")).build().unwrap();
    let prediction = client.get(&PredictionId::new("abc").unwrap()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = client.save(&prediction, folder.path()).await.unwrap_err();
    assert!(matches!(error, Error::Output(_)), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_stream_is_read_as_it_comes() {
    use futures_util::StreamExt;
    use quickrouter::{DoneReason, StreamEvent};

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/streams/s1", listener.local_addr().unwrap());
    let (read, mut was_read) = tokio::sync::mpsc::channel::<()>(1);
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let asked = socket.read(&mut [0; 4096]).await.unwrap();
        assert!(asked > 0);
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        socket.write_all(head).await.unwrap();
        socket.write_all(b"event: output\nid: 1\ndata: red\n\n").await.unwrap();
        // The rest is sent once this has been told.
        was_read.recv().await.unwrap();
        socket.write_all(b"event: done\nid: 2\ndata: {}\n\n").await.unwrap();
    });
    let gateway = MockServer::start_async().await;
    gateway
        .mock_async(|when, then| {
            when.method("GET");
            let body = json!({"id": "abc", "status": "processing", "urls": {"stream": url}});
            then.status(200).json_body(body);
        })
        .await;
    let client = client(&gateway.url("/replicate")).build().unwrap();
    let prediction = client.get(&PredictionId::new("abc").unwrap()).await.unwrap();
    let mut stream = client.stream(&prediction);
    assert_eq!(stream.next().await.unwrap().unwrap(), StreamEvent::Output("red".to_owned()));
    read.send(()).await.unwrap();
    let done = StreamEvent::Done(DoneReason::Finished);
    assert_eq!(stream.next().await.unwrap().unwrap(), done);
    assert!(stream.next().await.is_none());
}

/// Answers one upload on a real socket; `early`: before the body is read. Tells how long it was.
async fn taking_an_upload(
    early: bool,
    answer: &'static str,
) -> (String, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/replicate", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let (mut got, mut length) = (Vec::new(), None);
        while length.is_none_or(|length| got.len() < length) {
            if socket.read_buf(&mut got).await.unwrap_or(0) == 0 {
                break;
            }
            let head = got.windows(4).position(|end| end == b"\r\n\r\n");
            if let (None, Some(head)) = (length, head) {
                let text = String::from_utf8_lossy(&got[..head]).to_lowercase();
                assert!(!text.contains("transfer-encoding"), "{text}");
                let announced = text.split("content-length: ").nth(1).unwrap();
                let announced: usize = announced.lines().next().unwrap().parse().unwrap();
                length = Some(head + 4 + announced);
                if early {
                    socket.write_all(answer.as_bytes()).await.unwrap();
                    socket.shutdown().await.unwrap();
                }
            }
        }
        if !early {
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
        got.len()
    });
    (base, served)
}

#[tokio::test]
async fn a_large_file_goes_over_a_real_socket_as_a_whole() {
    let body = r#"{"id":"f1","urls":{"get":"https://files.example/f1"}}"#;
    let answer = format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let (base, served) = taking_an_upload(false, answer.leak()).await;
    let client = client(&base).build().unwrap();
    let file = client.upload(Picture::of(9 * INLINE + 1).path).await.unwrap();
    assert_eq!(file.id().as_str(), "f1");
    assert!(served.await.unwrap() > 9 * INLINE);
}

#[tokio::test]
async fn a_refusal_that_comes_while_the_file_is_sent_is_told() {
    let answer = "HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let (base, served) = taking_an_upload(true, answer).await;
    let client = client(&base).build().unwrap();
    let error = client.upload(Picture::of(32 * INLINE).path).await.unwrap_err();
    assert_eq!(error.http_status(), Some(413), "{error}");
    assert!(served.await.unwrap() < 32 * INLINE, "the rest is not sent");
}
