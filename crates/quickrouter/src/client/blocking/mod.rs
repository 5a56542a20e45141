//! The blocking client: the same methods without async.
//!
//! ```no_run
//! use quickrouter::blocking;
//! use quickrouter::inputs::SdxlInput;
//!
//! # fn main() -> Result<(), quickrouter::Error> {
//! let client = blocking::Client::from_env()?; // QUICKROUTER_API_KEY
//! let input = SdxlInput::builder().prompt("a lighthouse at dusk").build();
//! let finished = client.run(input)?;
//! for file in client.save(&finished, "pictures")? {
//!     println!("{}", file.display());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Beside a runtime
//!
//! The caller's runtime is neither needed nor used: timers and sockets run on a thread shared by all
//! clones of a client. A program with a tokio runtime calls it from a thread that may block
//! (`tokio::task::spawn_blocking`, `block_in_place`, or a plain thread). Inside an async task, where
//! blocking would stall every other task of its worker, a call sends nothing and fails with
//! [`Error::Configuration`]; use [`quickrouter::Client`](crate::Client) there. A client can be built,
//! cloned and dropped anywhere. Under `tokio::task::coop::unconstrained` an async task is not
//! detected, and a call blocks the worker.
//!
//! # What a dropped client leaves behind
//!
//! A call returns only after its create has a response, so none is in flight when a client or an
//! [`Iter`] is dropped. The prediction of an iterator dropped early is available from
//! [`Client::take_orphaned`]; its cancel
//! ([`CreateRequest::cancel_on_drop`](crate::CreateRequest::cancel_on_drop)) is sent in the
//! background, and dropping the last clone waits for it, for at most 5 s. Inside an async task,
//! dropping the last clone does not wait; the cancel is then sent if the process lives long enough.

mod files;
mod iter;
mod worker;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::client;
use crate::client::builder::ClientBuilder;
use crate::client::save::SaveOptions;
use crate::error::Error;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::model::raw_response::RawResponse;
use crate::model::recovered::Recovered;
use crate::model::stream_event::StreamEvent;
use crate::model::uploaded_file::{FileId, UploadedFile};
use crate::request::CreateRequest;
use crate::request::preview::RequestPreview;
use crate::request::raw::RawRequest;
use crate::validate::finding::Warning;
use crate::wait::updates::Update;
use crate::webhook::Secret;

use self::worker::Worker;

pub use self::files::{check_file, check_folder, data_uri, keep_unread, media_type};
pub use self::iter::Iter;

/// A client whose calls block until they are done. Cheap to clone, and usable from several threads
/// at the same time. Each method behaves like that of the same name of
/// [`quickrouter::Client`](crate::Client).
///
/// Create one with [`from_env`](Self::from_env) or
/// [`ClientBuilder::build_blocking`](crate::ClientBuilder::build_blocking).
///
/// # Errors
/// Besides the errors of the async methods, all methods that send something fail with
/// [`Error::Configuration`] inside an async task.
#[derive(Clone)]
pub struct Client {
    // Dropped before the worker, which then waits for background work only.
    client: client::Client,
    worker: Arc<Worker>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("blocking::Client").field("client", &self.client).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Validates the settings and builds a [`blocking::Client`](crate::blocking::Client). Sends nothing.
    ///
    /// # Errors
    /// Those of [`build`](Self::build), and [`Error::Configuration`] if no thread can be started.
    pub fn build_blocking(self) -> Result<Client, Error> {
        let client = self.build()?;
        let worker = Arc::new(Worker::start(Arc::downgrade(&client.context))?);
        Ok(Client { client, worker })
    }
}

impl Client {
    /// Like [`Client::from_env`](crate::Client::from_env).
    ///
    /// # Errors
    /// [`Error::Configuration`] if the key is missing or a setting is wrong.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build_blocking()
    }

    /// Like [`Client::check`](crate::Client::check); sends nothing.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] with everything that is wrong.
    pub fn check(&self, request: impl Into<CreateRequest>) -> Result<Vec<Warning>, Error> {
        self.client.check(request)
    }

    /// Like [`Client::preview`](crate::Client::preview); sends nothing.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] with everything that is wrong.
    pub fn preview(&self, request: impl Into<CreateRequest>) -> Result<RequestPreview, Error> {
        self.client.preview(request)
    }

    /// Like [`Client::run`](crate::Client::run): creates a prediction and waits until it is terminal.
    ///
    /// # Errors
    /// Those of [`Client::run`](crate::Client::run).
    pub fn run(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        self.worker.block_on(self.client.run(request))?
    }

    /// Like [`Client::run_updates`](crate::Client::run_updates). Sends nothing before the first item
    /// is requested; dropping the iterator stops the wait, not the prediction.
    pub fn run_updates(&self, request: impl Into<CreateRequest>) -> Iter<Update> {
        Iter::new(self.client.run_updates(request), &self.worker)
    }

    /// Like [`Client::create`](crate::Client::create): returns as soon as the gateway responds.
    ///
    /// # Errors
    /// Those of [`Client::create`](crate::Client::create).
    pub fn create(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        self.worker.block_on(self.client.create(request))?
    }

    /// Like [`Client::take_orphaned`](crate::Client::take_orphaned).
    pub fn take_orphaned(&self) -> Vec<Result<Prediction, Error>> {
        self.client.take_orphaned()
    }

    /// Like [`Client::get`](crate::Client::get): polls a prediction once.
    ///
    /// # Errors
    /// Those of [`Client::get`](crate::Client::get).
    pub fn get(&self, id: &PredictionId) -> Result<Prediction, Error> {
        self.worker.block_on(self.client.get(id))?
    }

    /// Like [`Client::wait`](crate::Client::wait): waits until a prediction is terminal.
    ///
    /// # Errors
    /// Those of [`Client::wait`](crate::Client::wait).
    pub fn wait(&self, id: &PredictionId) -> Result<Prediction, Error> {
        self.worker.block_on(self.client.wait(id))?
    }

    /// Like [`Client::updates`](crate::Client::updates).
    pub fn updates(&self, id: &PredictionId) -> Iter<Update> {
        Iter::new(self.client.updates(id), &self.worker)
    }

    /// Like [`Client::stream`](crate::Client::stream).
    pub fn stream(&self, prediction: &Prediction) -> Iter<StreamEvent> {
        Iter::new(self.client.stream(prediction), &self.worker)
    }

    /// Like [`Client::cancel`](crate::Client::cancel).
    ///
    /// # Errors
    /// Those of [`Client::cancel`](crate::Client::cancel).
    pub fn cancel(&self, id: &PredictionId) -> Result<Prediction, Error> {
        self.worker.block_on(self.client.cancel(id))?
    }

    /// Like [`Client::list`](crate::Client::list): pages are fetched as the iterator is read.
    pub fn list(&self) -> Iter<Prediction> {
        Iter::new(self.client.list(), &self.worker)
    }

    /// Like [`Client::recover`](crate::Client::recover).
    ///
    /// # Errors
    /// Those of [`Client::recover`](crate::Client::recover).
    pub fn recover(
        &self,
        request: impl Into<CreateRequest>,
        since: SystemTime,
    ) -> Result<Recovered, Error> {
        self.worker.block_on(self.client.recover(request, since))?
    }

    /// Like [`Client::save`](crate::Client::save).
    ///
    /// # Errors
    /// Those of [`Client::save`](crate::Client::save).
    pub fn save(
        &self,
        prediction: &Prediction,
        folder: impl AsRef<Path>,
    ) -> Result<Vec<PathBuf>, Error> {
        self.worker.block_on(self.client.save(prediction, folder))?
    }

    /// Like [`Client::save_with`](crate::Client::save_with).
    ///
    /// # Errors
    /// Those of [`Client::save`](crate::Client::save).
    pub fn save_with(
        &self,
        prediction: &Prediction,
        folder: impl AsRef<Path>,
        options: &SaveOptions,
    ) -> Result<Vec<PathBuf>, Error> {
        self.worker.block_on(self.client.save_with(prediction, folder, options))?
    }

    /// Like [`Client::upload`](crate::Client::upload).
    ///
    /// # Errors
    /// Those of [`Client::upload`](crate::Client::upload).
    pub fn upload(&self, path: impl AsRef<Path>) -> Result<UploadedFile, Error> {
        self.worker.block_on(self.client.upload(path))?
    }

    /// Like [`Client::file_uri`](crate::Client::file_uri).
    ///
    /// # Errors
    /// Those of [`Client::file_uri`](crate::Client::file_uri).
    pub fn file_uri(&self, path: impl AsRef<Path>) -> Result<String, Error> {
        self.worker.block_on(self.client.file_uri(path))?
    }

    /// Like [`Client::delete_file`](crate::Client::delete_file).
    ///
    /// # Errors
    /// Those of [`Client::delete_file`](crate::Client::delete_file).
    pub fn delete_file(&self, id: &FileId) -> Result<(), Error> {
        self.worker.block_on(self.client.delete_file(id))?
    }

    /// Like [`Client::get_raw`](crate::Client::get_raw).
    ///
    /// # Errors
    /// Those of [`Client::get_raw`](crate::Client::get_raw).
    pub fn get_raw(&self, request: RawRequest) -> Result<RawResponse, Error> {
        self.worker.block_on(self.client.get_raw(request))?
    }

    /// Like [`Client::base_url`](crate::Client::base_url).
    pub fn base_url(&self) -> &str {
        self.client.base_url()
    }

    /// Like [`Client::origin`](crate::Client::origin).
    pub fn origin(&self) -> String {
        self.client.origin()
    }

    /// Like [`Client::webhook_secret`](crate::Client::webhook_secret).
    ///
    /// # Errors
    /// Those of [`Client::webhook_secret`](crate::Client::webhook_secret).
    pub fn webhook_secret(&self) -> Result<Secret, Error> {
        self.worker.block_on(self.client.webhook_secret())?
    }
}
