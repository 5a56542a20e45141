//! The request of the gateway's own page, with another host and key.

use quickrouter_emulator::Emulator;
use serde_json::{Value, json};

#[tokio::test]
async fn the_documented_request_makes_a_prediction() {
    let emulator = Emulator::builder().time_scale(200.0).start().await.unwrap();
    let body = json!({
        "version": "stability-ai/sdxl:7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc",
        "input": {
            "width": 768, "height": 768,
            "prompt": "An astronaut riding a rainbow unicorn, cinematic, dramatic",
            "refine": "expert_ensemble_refiner", "scheduler": "K_EULER", "lora_scale": 0.6,
            "num_outputs": 1, "guidance_scale": 7.5, "apply_watermark": false,
            "high_noise_frac": 0.8, "negative_prompt": "", "prompt_strength": 0.8,
            "num_inference_steps": 25
        }
    });
    let response = crate::command::outside()
        .post(format!("{}/v1/predictions", emulator.base_url()))
        .header("Accept", "application/json")
        .header("Authorization", "Bearer YOUR_API_KEY")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    let prediction: Value = response.json().await.unwrap();
    assert_eq!(prediction["status"], "starting");
    assert_eq!(prediction["input"], body["input"]);
    assert!(prediction["id"].as_str().is_some_and(|id| !id.is_empty()));
}
