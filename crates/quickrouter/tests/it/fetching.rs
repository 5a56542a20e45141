//! Downloading outputs from real-world CDNs and storage: late, broken, in parts, behind redirects.

use std::sync::Arc;

use quickrouter::inputs::SdxlInput;
use serde_json::json;

use crate::paid::{PNG, U, failed, png, run, saved};
use crate::scripted::{Script, Step, answer, raw, succeeded};

#[tokio::test(start_paused = true)]
async fn an_output_that_is_not_there_yet_is_fetched_again_for_some_seconds() {
    for status in [404, 403] {
        let start = tokio::time::Instant::now();
        let steps = vec![raw(status, "", ""), raw(status, "", ""), png()];
        assert_eq!(saved(succeeded(&[U]), steps).await.1, PNG, "{status}");
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
        let error = failed(succeeded(&[U]), vec![raw(status, "", ""); 5]).await;
        assert!(error.to_string().contains(&format!("HTTP {status}")), "{error}");
    }
    let mut old = succeeded(&[U]);
    old["completed_at"] = json!("2001-01-01T00:00:00Z");
    failed(old, vec![raw(404, "", "")]).await;
}

/// A body that breaks off after `content`.
fn broken(content: &'static [u8]) -> reqwest::Body {
    let parts = [Ok(content), Err(std::io::Error::other("reset by the script"))];
    reqwest::Body::wrap_stream(futures_util::stream::iter(parts))
}

/// The first half of the picture, with these headers, then a break.
fn half(headers: &[(&'static str, &str)]) -> Step {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Step::Breaking { headers, body: Arc::new(|| broken(&PNG[..12])) }
}

/// A 206 from byte 12 on.
fn rest(range: &str) -> Step {
    raw(206, "image/png", &PNG[12..]).with("content-range", range).with("etag", "\"v1\"")
}

/// The headers `range` and `if-range` of every download.
async fn ranges(steps: Vec<Step>) -> (Vec<u8>, Vec<(Option<String>, Option<String>)>) {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::new(std::iter::once(answer(200, &succeeded(&[U]))).chain(steps));
    let client = script.client();
    let finished = client.run(SdxlInput::builder().build()).await.unwrap();
    let files = client.save(&finished, folder.path()).await.unwrap();
    let header = |sent: &crate::scripted::Sent, name: &str| {
        sent.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let sent = script.sent();
    let asked = sent[1..].iter().map(|sent| (header(sent, "range"), header(sent, "if-range")));
    (std::fs::read(&files[0]).unwrap(), asked.collect())
}

#[tokio::test(start_paused = true)]
async fn a_download_that_breaks_goes_on_where_it_broke() {
    let length = PNG.len();
    let fits = format!("bytes 12-{}/{length}", length - 1);
    let tag = ("etag", "\"v1\"");
    let (content, asked) = ranges(vec![half(&[tag]), rest(&fits)]).await;
    assert_eq!(content, PNG);
    let resumed = (Some("bytes=12-".to_owned()), Some("\"v1\"".to_owned()));
    assert_eq!(asked, [(None, None), resumed.clone()]);
    // Interrupted before an answer, what is there is still good.
    let steps = vec![
        half(&[tag]),
        Step::Fails(quickrouter::transport::TransportErrorKind::Interrupted),
        rest(&fits),
    ];
    let (content, asked) = ranges(steps).await;
    assert_eq!((content, &asked[2]), (PNG.to_vec(), &resumed));
}

#[tokio::test(start_paused = true)]
async fn a_part_that_does_not_fit_is_not_taken() {
    let length = PNG.len();
    let tag = ("etag", "\"v1\"");
    let fits = format!("bytes 12-{}/{length}", length - 1);
    for odd in [
        rest("bytes 10-20/33"),
        raw(206, "image/png", &PNG[12..]),
        raw(206, "image/png", &PNG[12..]).with("content-range", &fits).with("etag", "\"v2\""),
        raw(206, "image/png", &PNG[12..])
            .with("content-range", &fits)
            .with("content-encoding", "br"),
        raw(416, "", ""),
        // Another length of the whole than before.
        raw(206, "image/png", &PNG[12..]).with("content-range", "bytes 12-90/91"),
    ] {
        let length = length.to_string();
        let first = half(&[tag, ("content-length", &length)]);
        let (content, asked) = ranges(vec![first, odd.clone(), png()]).await;
        assert_eq!(content, PNG, "{odd:?}");
        assert_eq!(asked[2], (None, None), "from its start: {odd:?}");
    }
    let (content, _) = ranges(vec![half(&[tag]), png()]).await;
    assert_eq!(content, PNG, "a 200 begins from the start");
    let open = raw(206, "image/png", &PNG[12..20]).with("content-range", "bytes 12-19/*");
    let (content, asked) = ranges(vec![half(&[tag]), open, png()]).await;
    assert_eq!(
        (content, &asked[2]),
        (PNG.to_vec(), &(None, None)),
        "no length of the whole at all"
    );
    for headers in [&[][..], &[("etag", "W/\"v1\"")], &[tag, ("content-encoding", "br")]] {
        let (content, asked) = ranges(vec![half(headers), png()]).await;
        assert_eq!((content, &asked[1]), (PNG.to_vec(), &(None, None)), "{headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn successes_and_redirects_of_every_kind_are_taken() {
    let length = PNG.len();
    let whole = format!("bytes 0-{}/{length}", length - 1);
    for step in
        [raw(206, "image/png", PNG).with("content-range", &whole), raw(203, "image/png", PNG)]
    {
        assert_eq!(saved(succeeded(&[U]), vec![step]).await.1, PNG);
    }
    let moved = raw(302, "", "").with("location", "/图片/out 0.png?n=é");
    let folder = tempfile::tempdir().unwrap();
    let (files, ended, urls) = run(succeeded(&[U]), vec![moved, png()], folder.path()).await;
    ended.unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(urls[1], "https://files.example/%E5%9B%BE%E7%89%87/out%200.png?n=%C3%A9");
    let partial = raw(206, "image/png", &PNG[..12])
        .with("content-range", &format!("bytes 0-11/{length}"))
        .with("etag", "\"v1\"");
    let (content, asked) =
        ranges(vec![partial, rest(&format!("bytes 12-{}/{length}", length - 1))]).await;
    assert_eq!(content, PNG, "the part of it that came is no whole");
    assert_eq!(asked[1].0.as_deref(), Some("bytes=12-"));
}

#[tokio::test(start_paused = true)]
async fn a_part_that_ends_early_is_gone_on_with() {
    let length = PNG.len();
    let tag = ("etag", "\"v1\"");
    let middle = raw(206, "image/png", &PNG[12..20])
        .with("content-range", &format!("bytes 12-19/{length}"))
        .with("etag", "\"v1\"");
    let end = raw(206, "image/png", &PNG[20..])
        .with("content-range", &format!("bytes 20-{}/{length}", length - 1))
        .with("etag", "\"v1\"");
    let (content, asked) = ranges(vec![half(&[tag]), middle, end]).await;
    assert_eq!(content, PNG);
    assert_eq!(asked[2].0.as_deref(), Some("bytes=20-"));
}

#[tokio::test(start_paused = true)]
async fn a_download_that_gains_something_each_time_is_not_given_up() {
    let length = PNG.len();
    let tag = ("etag", "\"v1\"");
    // One byte at a time, more often than there are attempts.
    let parts = (12..20).map(|at| {
        raw(206, "image/png", &PNG[at..=at])
            .with("content-range", &format!("bytes {at}-{at}/{length}"))
            .with("etag", "\"v1\"")
    });
    let end = raw(206, "image/png", &PNG[20..])
        .with("content-range", &format!("bytes 20-{}/{length}", length - 1));
    let steps = std::iter::once(half(&[tag])).chain(parts).chain([end]);
    let (content, _) = ranges(steps.collect()).await;
    assert_eq!(content, PNG);
}
