//! `--detach`: an id on stdout, and nobody waits.

use serde_json::{Value, json};

use crate::Odd;
use crate::served::Served;

#[test]
fn a_detached_prediction_is_named_and_left_running() {
    let odd = Odd::new(|_| (201, json!({"id": "p1", "status": "starting"})));
    let ran = odd.run(&["generate", "a", "--detach"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "p1\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("predictions wait p1"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    let ran = odd.run(&["run", "some/model", "--input", "{}", "--detach", "--json", "-q"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document, json!({"prediction": {"id": "p1", "status": "starting"}, "files": []}));
    assert_eq!(odd.asked.lock().unwrap().len(), 2, "two creates and nothing else");
}

#[test]
fn what_went_wrong_with_a_detached_create_is_told_as_ever() {
    let odd = Odd::new(|_| (500, json!({})));
    assert_eq!(odd.run(&["generate", "a", "--detach"]).code, Some(6));
    let odd = Odd::new(|_| (201, json!({"id": "p1", "status": "failed", "error": "E1001"})));
    assert_eq!(odd.run(&["generate", "a", "--detach"]).code, Some(4));
    let odd = Odd::new(|_| (402, json!({"detail": "no credit"})));
    assert_eq!(odd.run(&["generate", "a", "--detach"]).code, Some(3));
    assert_eq!(odd.creates(), 1);
    for other in ["--emulator", "--sidecar"] {
        assert_eq!(odd.run(&["generate", "a", "--detach", other]).code, Some(2));
    }
    assert_eq!(odd.creates(), 1);
}

#[test]
fn outputs_without_an_id_are_saved_although_it_is_detached() {
    let odd = Odd::new(|_| {
        let picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ";
        (200, json!({"created": 2, "data": [{"b64_json": picture}]}))
    });
    let ran = odd.run(&["generate", "a", "--detach"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(0), "./quickrouter-2-0.png\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_detached_prediction_can_be_waited_for_and_saved() {
    let served = Served::new(&[]);
    let id = served.line(&["generate", "a fox", "--detach", "-q"]);
    assert_eq!(served.run(&["predictions", "wait", &id]).code, Some(0));
    assert_eq!(served.line(&["predictions", "save", &id]), format!("./{id}-0.png"));
}
