//! The same two requests as a careful program sends them with reqwest alone.

use std::time::Duration;

use quickrouter::catalog::{ModelInput, routes};
use quickrouter::inputs::SdxlInput;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

/// Reqwest, the base URL and the key.
#[derive(Clone)]
pub(crate) struct Plain {
    client: Client,
    base_url: String,
    key: String,
    version: String,
}

impl Plain {
    /// With the SDK's settings for connections: direct, pooled, the same limits.
    pub(crate) fn new(base_url: &str, key: &str) -> reqwest::Result<Self> {
        // reqwest is built without a provider of cryptography here; one that is there already stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .user_agent("plain-reqwest")
            .build()?;
        let (model, key) = (SdxlInput::model(), key.to_owned());
        let version = format!("{}:{}", model.name, model.version.unwrap_or_default());
        Ok(Self { client, base_url: base_url.to_owned(), key, version })
    }

    /// The body of a create.
    pub(crate) fn body(&self, prompt: &str) -> Value {
        json!({
            "version": self.version,
            "input": { "height": 512, "prompt": prompt, "seed": 42069, "width": 512 },
        })
    }

    /// Creates a prediction, then looks at it once.
    pub(crate) async fn create_and_get(&self, prompt: &str) -> reqwest::Result<String> {
        let url = format!("{}{}", self.base_url, routes::CREATE_PREDICTION.path);
        let created = self.answered(self.client.post(url).json(&self.body(prompt))).await?;
        let id = created["id"].as_str().unwrap_or_default();
        let path = routes::GET_PREDICTION.path.replace("{prediction_id}", id);
        let url = format!("{}{path}", self.base_url);
        let found = self.answered(self.client.get(url)).await?;
        Ok(found["status"].as_str().unwrap_or_default().to_owned())
    }

    async fn answered(&self, request: RequestBuilder) -> reqwest::Result<Value> {
        let request = request.bearer_auth(&self.key).header("accept", "application/json");
        #[expect(
            clippy::disallowed_methods,
            reason = "measured against the seam, so not behind it"
        )]
        let response = request.send().await?;
        response.error_for_status()?.json().await
    }
}
