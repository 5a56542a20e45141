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
    let ran = odd.fed(&["explain", "-"], &vec![b'a'; (1 << 20) + 1]);
    assert!(ran.code == Some(2) && ran.stderr.contains("more than 1048576 bytes"), "{ran:?}");
}

#[test]
fn a_code_is_found_in_a_page_of_another_encoding() {
    let odd = Odd::new(|_| (500, json!({})));
    // GBK, as Windows' consoles in China write it.
    let ran = odd.fed(&["explain", "-"], b"\xb4\xed\xce\xf3: model_not_found \xff\x00");
    assert!(ran.code == Some(0) && ran.stdout.starts_with("model_not_found"), "{ran:?}");
}
