//! Access to the generated client, for operations without a method of their own.

use crate::client::Client;

impl Client {
    /// Returns the generated client, with one method per operation of the contract, for operations
    /// this client has no method for. Its types are in [`api`](crate::api).
    ///
    /// It sends through the same transport: the same base URL, connections and
    /// [request timeout](crate::ClientBuilder::request_timeout). The key is sent only to the base
    /// URL's origin, redirects are not followed, and response sizes are limited. Nothing else of
    /// this client applies: inputs are not validated, nothing is retried, no rate limit is kept,
    /// and a create sent this way is neither recovered nor known to this client.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn model(client: quickrouter::Client) -> Result<(), quickrouter::api::Error<()>> {
    /// let model = client.api().get_model("stability-ai", "sdxl").await?.into_inner();
    /// println!("{}", model["description"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn api(&self) -> quickrouter_api::Client {
        self.context.gate.clone().into_client(&self.context.request_builder)
    }
}
