//! The emulator on a real socket, in real time.

use crate::rig::{SDXL, version_of};
use quickrouter_api::Clock;
use quickrouter_emulator::{Emulator, Error};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

/// A client that goes round any proxy that the machine has set.
fn client() -> reqwest::Client {
    quickrouter_api::direct_client().unwrap()
}

async fn create(emulator: &Emulator) -> Value {
    let body = json!({
        "version": version_of(SDXL),
        "input": {"prompt": "a cat", "width": 64, "height": 64},
    });
    let answer = client()
        .post(format!("{}/v1/predictions", emulator.base_url()))
        .bearer_auth(emulator.key())
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_picture_is_made_from_create_to_download() {
    let emulator = Emulator::builder().time_scale(100.0).key("k").start().await.unwrap();
    let fresh = create(&emulator).await;
    let url = fresh["urls"]["get"].as_str().unwrap();
    assert!(url.starts_with(&emulator.base_url()));
    let client = client();
    let mut prediction = fresh.clone();
    for _ in 0..500 {
        if prediction["status"] == "succeeded" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        let answer = client.get(url).bearer_auth("k").send().await.unwrap();
        prediction = answer.json().await.unwrap();
    }
    let output = prediction["output"][0].as_str().expect("an output within ten seconds");
    let file = client.get(output).send().await.unwrap().bytes().await.unwrap();
    assert!(file.starts_with(b"\x89PNG"));
    assert_eq!(emulator.creates_accepted(), 1);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn nothing_listens_any_more_once_it_is_stopped_or_dropped() {
    for stop in [true, false] {
        let mut emulator = Emulator::start().await.unwrap();
        let url = emulator.base_url();
        let running = tokio::time::timeout(Duration::from_millis(50), emulator.wait()).await;
        assert!(running.is_err(), "it runs until it is stopped");
        if stop {
            emulator.stop().await.unwrap();
        } else {
            drop(emulator);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let refused = client().get(url).send().await.unwrap_err();
        assert!(refused.is_connect());
    }
}

#[tokio::test]
async fn a_create_that_is_held_is_answered_when_it_is_stopped() {
    let emulator = Emulator::builder().time_scale(0.001).start().await.unwrap();
    let body = json!({ "version": version_of(SDXL), "input": {"prompt": "a cat"} });
    let held = client()
        .post(format!("{}/v1/predictions", emulator.base_url()))
        .bearer_auth(emulator.key())
        .header("prefer", "wait")
        .json(&body)
        .send();
    let held = tokio::spawn(held);
    while emulator.creates_accepted() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    emulator.stop().await.unwrap();
    let answer = held.await.unwrap().unwrap();
    assert_eq!(answer.status(), 202);
    let told: Value = answer.json().await.unwrap();
    assert!(told["id"].is_string() && told["status"] == "starting", "{told}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error_that_names_it() {
    let first = Emulator::start().await.unwrap();
    let taken = Emulator::builder().port(first.address().port()).start().await;
    let error = taken.expect_err("no second emulator on the port");
    assert!(matches!(error, Error::Bind { .. }));
    assert!(error.to_string().contains(&first.address().to_string()));
}

#[tokio::test]
async fn on_all_addresses_the_base_url_is_still_one_to_call() {
    let everywhere: IpAddr = "0.0.0.0".parse().unwrap();
    let emulator = Emulator::builder().host(everywhere).start().await.unwrap();
    assert!(emulator.base_url().starts_with("http://127.0.0.1:"));
    create(&emulator).await;
}

#[tokio::test]
async fn two_runs_give_different_ids_unless_the_seed_is_set() {
    let mut ids = vec![];
    for seed in [None, None, Some(5), Some(5)] {
        let mut builder = Emulator::builder();
        if let Some(seed) = seed {
            builder = builder.id_seed(seed);
        }
        let emulator = builder.start().await.unwrap();
        let id = create(&emulator).await["id"].as_str().unwrap().to_owned();
        assert!(id.len() == 26 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        ids.push(id);
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[2], ids[3]);
}

#[tokio::test]
async fn an_answer_has_one_date_and_it_is_the_emulators() {
    let epoch = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let emulator = Emulator::builder().clock(Clock::at(epoch)).start().await.unwrap();
    let answer = client().get(emulator.base_url()).send().await.unwrap();
    let dates: Vec<_> = answer.headers().get_all("date").iter().collect();
    assert_eq!(dates.len(), 1, "{dates:?}");
    let date = dates[0].to_str().unwrap();
    assert!(date.starts_with("Tue, 14 Nov 2023 22:1"), "{date}");
}

#[tokio::test]
async fn urls_follow_the_host_that_was_called() {
    let emulator = Emulator::start().await.unwrap();
    let port = emulator.address().port();
    let answer: Value = client()
        .post(format!("http://localhost:{port}/replicate/v1/predictions"))
        .bearer_auth("k")
        .json(&json!({"version": SDXL, "input": {}}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let url = answer["urls"]["get"].as_str().unwrap();
    assert!(url.starts_with(&format!("http://localhost:{port}/replicate/")), "{url}");
}

#[tokio::test]
async fn on_localhost_both_loopback_addresses_answer_by_one_port() {
    let emulator = Emulator::builder().localhost().start().await.unwrap();
    let port = emulator.address().port();
    assert_eq!(emulator.base_url(), format!("http://localhost:{port}/replicate"));
    let client = client();
    let mut hosts = vec!["localhost", "127.0.0.1"];
    // Only if the machine has it.
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        hosts.push("[::1]");
    }
    for host in hosts {
        let url = format!("http://{host}:{port}/emulator/stats");
        assert_eq!(client.get(url).send().await.unwrap().status(), 200, "{host}");
    }
    let taken = Emulator::builder().localhost().port(port).start().await.unwrap_err();
    assert!(taken.to_string().contains(&format!(":{port}")), "{taken}");
    emulator.stop().await.unwrap();
    std::net::TcpListener::bind(("127.0.0.1", port)).expect("it is free again");
}

#[tokio::test]
async fn on_localhost_a_port_that_is_taken_at_one_address_is_an_error_that_names_it() {
    let Ok(other) = std::net::TcpListener::bind("[::1]:0") else { return };
    let address = other.local_addr().unwrap();
    let taken = Emulator::builder().localhost().port(address.port()).start().await.unwrap_err();
    assert!(taken.to_string().contains(&address.to_string()), "{taken}");
}
