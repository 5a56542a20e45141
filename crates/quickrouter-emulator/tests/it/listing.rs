//! Listing, page by page.

use crate::rig::{Rig, pass};
use http::StatusCode;
use serde_json::{Value, json};

async fn page(rig: &Rig, link: Option<&Value>) -> Value {
    let first = "/replicate/v1/predictions".to_owned();
    let path = link.map_or(first, |link| {
        let url: http::Uri = link.as_str().expect("a link").parse().expect("a URL");
        url.path_and_query().expect("a path").to_string()
    });
    let answer = rig.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

fn prompts(page: &Value) -> Vec<u64> {
    let results = page["results"].as_array().unwrap();
    results.iter().map(|one| one["input"]["prompt"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn pages_of_a_hundred_go_from_the_newest_to_the_oldest_and_back() {
    let rig = Rig::new();
    for number in 1..=230_u64 {
        rig.created(json!({"prompt": number.to_string()})).await;
        pass(1).await;
    }
    let first = page(&rig, None).await;
    assert_eq!(prompts(&first), (131..=230).rev().collect::<Vec<_>>());
    assert_eq!(first["previous"], Value::Null);
    let second = page(&rig, Some(&first["next"])).await;
    assert_eq!(prompts(&second), (31..=130).rev().collect::<Vec<_>>());
    let third = page(&rig, Some(&second["next"])).await;
    assert_eq!(prompts(&third), (1..=30).rev().collect::<Vec<_>>());
    assert_eq!(third["next"], Value::Null);
    let back = page(&rig, Some(&third["previous"])).await;
    assert_eq!(prompts(&back), prompts(&second));
    assert_eq!(prompts(&page(&rig, Some(&back["previous"])).await), prompts(&first));
}

#[tokio::test(start_paused = true)]
async fn a_page_keeps_its_place_while_new_predictions_are_made() {
    let rig = Rig::new();
    for number in 1..=150_u64 {
        rig.created(json!({"prompt": number.to_string()})).await;
    }
    let first = page(&rig, None).await;
    rig.created(json!({"prompt": "151"})).await;
    let second = page(&rig, Some(&first["next"])).await;
    assert_eq!(prompts(&second), (1..=50).rev().collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_has_no_neighbours_and_a_made_up_cursor_is_refused() {
    let rig = Rig::new();
    let empty = page(&rig, None).await;
    assert_eq!(empty, json!({"previous": null, "next": null, "results": []}));
    for cursor in ["", "1", "b", "bxyz", "%FF", "é"] {
        let answer = rig.get(&format!("/replicate/v1/predictions?cursor={cursor}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{cursor}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{cursor}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_large_inputs_is_whole() {
    let rig = Rig::new();
    let prompt = "a".repeat(400_000);
    for _ in 0..4 {
        rig.created(json!({"prompt": prompt})).await;
    }
    let results = page(&rig, None).await["results"].clone();
    let long = results.as_array().unwrap().iter().filter(|one| one["input"]["prompt"] == *prompt);
    assert_eq!(long.count(), 4);
}
