//! [`Client::recover`]: finding the result of a create whose response is lost.

use std::time::SystemTime;

use crate::calls::search;
use crate::client::Client;
use crate::error::Error;
use crate::model::recovered::Recovered;
use crate::request::CreateRequest;

impl Client {
    /// Searches the list of predictions for the result of a request that may have been sent, such as by
    /// a process that was killed before it had the response. Creates nothing.
    ///
    /// `since` is a time shortly before the create was sent, by the clock of the machine that sent
    /// it. All pages back to it are read. What counts is the gateway's clock (`Date`), with some
    /// seconds of allowance. A prediction fits if it was created since, has exactly the same input,
    /// and does not contradict the model. One whose entry lacks input or time is
    /// [requested](Self::get) by itself.
    ///
    /// Give each request a `seed` of its own, and only its own prediction fits. Equal requests
    /// cannot be told apart: also predictions fit that this client or another program created for
    /// such a request, so compare the ids with those that are known to belong to others.
    ///
    /// A create is safe to send again after [`Recovered::None`] only, and only if the process that
    /// may have sent it has ended. A search that starts within 10 s of `since` never says so, as the
    /// gateway may not list the prediction yet. Inputs are
    /// [deleted after a while](crate::catalog::limits::RESULT_RETENTION_SECONDS); a later search is
    /// [`Recovered::Incomplete`] if there is any prediction that may be it.
    ///
    /// The [`WaitPolicy`](crate::WaitPolicy)'s deadline applies to the whole search, and it ends
    /// after 1000 requests.
    ///
    /// # Errors
    /// Those of [`check`](Self::check), before anything is sent. If the first page cannot be fetched,
    /// the errors of [`list`](Self::list): [`Error::Api`] with the [code](Error::code) `not_relayed`
    /// if the gateway does not relay the list. What fails later makes the search
    /// [`Recovered::Incomplete`].
    ///
    /// # Examples
    /// ```no_run
    /// # async fn restart(
    /// #     client: quickrouter::Client,
    /// #     armed_at: std::time::SystemTime,
    /// # ) -> Result<(), quickrouter::Error> {
    /// use quickrouter::Recovered;
    /// use quickrouter::inputs::SdxlInput;
    ///
    /// // The seed and the time were written to disk before the create was sent.
    /// let input = SdxlInput::builder().prompt("a red door").seed(20_260).build();
    /// let prediction = match client.recover(input.clone(), armed_at).await? {
    ///     Recovered::One(prediction) => *prediction,
    ///     Recovered::None => client.create(input).await?,
    ///     unclear => {
    ///         println!("one of these may be it: {:?}", unclear.candidates());
    ///         return Ok(());
    ///     }
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub async fn recover(
        &self,
        request: impl Into<CreateRequest>,
        since: SystemTime,
    ) -> Result<Recovered, Error> {
        let prepared = request.into().prepare(self.context.gate.base_url())?;
        search::search(&self.context, &prepared, since).await
    }
}
