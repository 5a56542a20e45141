//! Target `logs`: what a model wrote while it ran.

use quickrouter::{Client, Prediction};
use serde_json::json;

use super::service::{KEY, Page, Service, input, run};

/// The bytes are the log, as text; without the key, which would be hidden in it.
pub fn logs(data: &[u8]) {
    let logs = String::from_utf8_lossy(data).replace(KEY, "a key");
    run(async |client, service| {
        let read = read(client, service, &logs).await;
        assert_eq!(read.logs(), logs);
        let _ = read.seed();
        check_progress(&read);

        // Whatever was written before, a bar that is drawn now shows how far it is, unless there are
        // others: it may be the one around them, or stand still while another moves.
        let bar = " 38%|###8      | 19/50 [00:01<00:01, 15.97it/s]";
        let after = self::read(client, service, &format!("{logs}\n{bar}")).await;
        let progress = after.progress().expect("the last line is a bar");
        if read.progress().is_none() {
            assert_eq!((progress.step, progress.steps), (19, 50));
        }
        check_progress(&after);

        // Whatever is written after, the first line tells the seed.
        let seeded = self::read(client, service, &format!("Using seed: 12345\n{logs}")).await;
        assert_eq!(seeded.seed(), Some(12345));
        assert_eq!(seeded.progress(), read.progress(), "a seed is no bar");
    });
}

/// A prediction with this log.
async fn read(client: &Client, service: &Service, logs: &str) -> Prediction {
    let body = json!({"id": "abc123", "status": "processing", "logs": logs}).to_string();
    let page = Page::new(201, body);
    service.answers(move |_| page.clone());
    client.create(input()).await.expect("a prediction")
}

/// A progress is one that can be drawn: no step beyond the last, no percentage that is none.
pub(super) fn check_progress(prediction: &Prediction) {
    let Some(progress) = prediction.progress() else { return };
    assert!(progress.pass >= 1 && progress.step <= progress.steps, "{progress:?}");
    assert!(progress.steps > 0 && (0.0..=100.0).contains(&progress.percent), "{progress:?}");
}
