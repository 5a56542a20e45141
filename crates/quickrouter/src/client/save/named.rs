//! [`NamedOutput`]: what will be saved, and under which name.

use crate::client::Client;
use crate::client::save::file_name;
use crate::client::save::placement;
use crate::model::output::Output;
use crate::model::prediction::Prediction;
use crate::validate::address::local_host;
use crate::validate::schema::is_web_address;

/// An output and the name of the file that it is saved as: see
/// [`Client::named_outputs`](crate::Client::named_outputs).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NamedOutput {
    /// The file's name without its extension, which follows from the content.
    pub stem: String,
    /// The output. An address without a scheme is resolved against the base URL.
    pub output: Output,
}

impl Client {
    /// The outputs that [`save`](Self::save) makes files of, in its order: to tell which of them a folder
    /// already has, without any request.
    ///
    /// # Examples
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use quickrouter::{Client, Prediction};
    /// use serde_json::json;
    ///
    /// let client = Client::builder().api_key("key").build()?;
    /// let output = ["https://example.com/a.png", "https://example.com/b.png"];
    /// let finished = json!({"id": "abc123", "status": "succeeded", "output": output});
    /// let outputs = client.named_outputs(&Prediction::from_json(finished)?);
    /// assert_eq!(outputs[1].stem, "abc123-1");
    /// # Ok(())
    /// # }
    /// ```
    pub fn named_outputs(&self, prediction: &Prediction) -> Vec<NamedOutput> {
        let (model, base) = (prediction.contract(), self.context.gate.base_url());
        let outputs = placement::files(prediction.outputs(), model, base);
        let stem = file_name::stem(prediction, &self.context.clock);
        let named = |(index, output)| NamedOutput { stem: format!("{stem}-{index}"), output };
        outputs.into_iter().enumerate().map(named).collect()
    }

    /// Whether the gateway can be expected to reach a URL: an http or https URL whose host is not one
    /// that only this machine or its network can reach, or one at the gateway's own origin. The
    /// [check](Self::check) warns of all others.
    pub fn gateway_reaches(&self, url: &str) -> bool {
        is_web_address(url) && local_host(url, self.context.gate.base_url()).is_none()
    }
}
