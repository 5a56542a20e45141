//! The generated client, for what the SDK has no method for.

use crate::client::Client;

impl Client {
    /// The generated client: one method for every operation of the contract, for what this client
    /// has no method for. Its types are in [`api`](crate::api).
    ///
    /// It sends through the same place as this client: the same base URL, connections and
    /// [request time-out](crate::ClientBuilder::request_timeout); the key goes to the base URL's
    /// origin only; redirects are not followed; the size of a response is limited. Nothing else of
    /// this client applies: its inputs are not checked, nothing is retried, no rate limit is kept, and
    /// a create sent this way is neither recovered nor known to this client.
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
