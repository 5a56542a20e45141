//! The one operation written by hand: its request, and that it passes the gate.

use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, FutureExt};
use http_body_util::BodyExt;
use quickrouter_api::{
    Error, FileUpload, Gate, GateSettings, Transport, TransportError, direct_client, routes,
};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Request, Response, Url};
use serde_json::json;

/// Reads what it is sent and answers with this status.
struct Reader {
    status: u16,
    sent: Mutex<Vec<(Request, String)>>,
}

impl Transport for Reader {
    fn send(&self, mut request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        async move {
            let body = request.body_mut().take().unwrap().collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            self.sent.lock().unwrap().push((request, body));
            let answer = http::Response::builder().status(self.status);
            Ok(answer.body(r#"{"id":"f1"}"#).unwrap().into())
        }
        .boxed()
    }
}

async fn upload(
    status: u16,
    file: FileUpload,
) -> (Arc<Reader>, Result<serde_json::Value, Error<()>>) {
    let reader = Arc::new(Reader { status, sent: Mutex::default() });
    let mut settings = GateSettings::new(Url::parse("https://gateway.example/prefix/").unwrap());
    settings.key = Some("a-key".to_owned().into());
    let client = Gate::new(reader.clone(), settings).into_client(&direct_client().unwrap());
    let answered = client.upload_file(file).await.map(quickrouter_api::ResponseValue::into_inner);
    (reader, answered)
}

#[tokio::test]
async fn content_and_metadata_are_parts_of_one_request_of_known_length() {
    let mut file = FileUpload::new("hello", 5, "a.txt", "text/plain");
    file.metadata = json!({"from": "tests"}).as_object().cloned();
    let (reader, answered) = upload(201, file).await;
    assert_eq!(answered.unwrap()["id"], "f1");
    let sent = reader.sent.lock().unwrap();
    let [(request, body)] = &sent[..] else { panic!("{} requests", sent.len()) };
    assert_eq!(request.method().as_str(), routes::UPLOAD_FILE.method);
    assert_eq!(request.url().path(), format!("/prefix{}", routes::UPLOAD_FILE.path));
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer a-key");
    assert_eq!(request.headers()[CONTENT_LENGTH], body.len().to_string());
    let form = request.headers()[CONTENT_TYPE].to_str().unwrap();
    let boundary = form.strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = [
        "--BOUNDARY",
        "Content-Disposition: form-data; name=\"content\"; filename=\"a.txt\"",
        "Content-Type: text/plain",
        "",
        "hello",
        "--BOUNDARY",
        "Content-Disposition: form-data; name=\"metadata\"",
        "Content-Type: application/json",
        "",
        "{\"from\":\"tests\"}",
        "--BOUNDARY--",
        "",
    ];
    assert_eq!(body.replace(boundary, "BOUNDARY"), expected.join("\r\n"));
}

#[tokio::test]
async fn a_refusal_keeps_its_answer_and_a_media_type_that_is_none_sends_nothing() {
    let (_, refused) = upload(405, FileUpload::new("hello", 5, "a.txt", "text/plain")).await;
    let Err(Error::UnexpectedResponse(response)) = refused else { panic!("{refused:?}") };
    assert_eq!(response.status(), 405);
    let (reader, refused) = upload(201, FileUpload::new("hello", 5, "a.txt", "no type")).await;
    assert!(matches!(refused, Err(Error::InvalidRequest(_))), "{refused:?}");
    assert!(reader.sent.lock().unwrap().is_empty());
}
