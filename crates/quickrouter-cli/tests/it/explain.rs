//! `explain`: what the command's own words mean.

use serde_json::{Value, json};

use crate::Odd;

#[test]
fn an_exit_code_and_a_kind_of_error_are_explained_offline() {
    let odd = Odd::new(|_| (500, json!({})));
    let ran = odd.run(&["explain", "the job ended with exit code 6"]);
    assert!(
        ran.code == Some(0) && ran.stdout.starts_with("exit code 6\n  a create was"),
        "{ran:?}"
    );
    let ran = odd.run(&["explain", "--json", r#""kind": "outcome_unknown", "exit_code": 6"#]);
    let documents: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(documents.as_array().unwrap().len(), 1, "{ran:?}");
    assert_eq!(
        (&documents[0]["kind"], &documents[0]["exit_code"]),
        (&json!("outcome_unknown"), &json!(6))
    );
    assert!(odd.asked.lock().unwrap().is_empty());
}

#[test]
fn a_stdin_without_end_is_refused() {
    let odd = Odd::new(|_| (500, json!({})));
    let ran = odd.fed(&["explain", "-"], &vec![b'a'; (64 << 20) + 1]);
    assert!(ran.code == Some(2) && ran.stderr.contains("more than 64 MiB"), "{ran:?}");
}
