//! Starts an emulator as it was configured.

use crate::builder::settings::EmulatorBuilder;
use crate::delivery::Sender;
use crate::emulator::Emulator;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::in_memory;
use crate::server::bind;
use crate::state::Settings;
use crate::state::billing::HIGHEST_RATIO;
use crate::state::opening;
use crate::state::price::{HIGHEST, Price};
use quickrouter_api::Clock;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

impl Emulator {
    /// Starts an emulator with the defaults: a free port of 127.0.0.1, real time, any key.
    ///
    /// # Errors
    /// [`Error::Bind`].
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Returns a builder, to configure an emulator.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }
}

impl EmulatorBuilder {
    /// Builds a gateway without a socket, for [`InMemoryTransport`](crate::InMemoryTransport) or a
    /// server of your own.
    ///
    /// # Examples
    /// ```
    /// # fn example() -> Result<(), quickrouter_emulator::Error> {
    /// use quickrouter_emulator::{Emulator, InMemoryTransport};
    ///
    /// let gateway = Emulator::builder().in_memory()?;
    /// let transport = InMemoryTransport::new(&gateway);
    /// println!("base URL {}, key {}", transport.base_url(), gateway.key());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::TimeScale`], [`Error::Range`], [`Error::Key`], [`Error::Fault`], [`Error::Model`],
    /// [`Error::WebhookSecret`], [`Error::Recording`], [`Error::Price`], [`Error::Group`]; with state
    /// `Error::State`.
    pub fn in_memory(self) -> Result<Gateway, Error> {
        let id_seed = self.id_seed.unwrap_or_default();
        self.gateway(in_memory::ORIGIN.into(), in_memory::ELSEWHERE.into(), id_seed)
    }

    /// Starts listening: on the configured port, and on a free one for the other origin.
    ///
    /// # Examples
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use quickrouter_emulator::{Effect, Emulator, Fault};
    ///
    /// let lost = Fault::new(Effect::ResetAfter).on("create").nth(1);
    /// let emulator = Emulator::builder().time_scale(0.0).fault(lost).start().await?;
    /// // Run the software under test against emulator.base_url(), then:
    /// assert!(emulator.creates_accepted() <= 1, "{:?}", emulator.requests());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Bind`], [`Error::TimeScale`], [`Error::Range`], [`Error::Key`], [`Error::Fault`],
    /// [`Error::Model`], [`Error::WebhookSecret`], [`Error::Recording`], [`Error::Price`],
    /// [`Error::Group`]; with state `Error::State`.
    pub async fn start(mut self) -> Result<Emulator, Error> {
        self.webhooks.network = true;
        let near = bind(self.reach.host, self.reach.port).await?;
        let far = bind(self.reach.host, 0).await?;
        let id_seed = self.id_seed.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        let gateway = self.gateway(near.origin(), far.origin(), id_seed)?;
        tracing::debug!(origin = near.origin(), "the emulator listens");
        Ok(Emulator::serve(gateway, near, far))
    }

    fn gateway(self, origin: String, elsewhere: String, id_seed: u64) -> Result<Gateway, Error> {
        self.timing.check()?;
        self.faults.check()?;
        if self.bad_key {
            return Err(Error::Key);
        }
        if !Price::is_valid(self.price) {
            return Err(Error::Price { price: self.price, highest: HIGHEST });
        }
        if let Some((name, ratio)) = self.tariff.wrong_group() {
            let (name, ratio) = (name.clone(), *ratio);
            return Err(Error::Group { name, ratio, highest: HIGHEST_RATIO });
        }
        // In memory, it can be on a paused clock.
        let (folder, paused) = (self.state.as_deref(), !self.webhooks.network);
        let opened = opening::open(folder, self.models, self.any_model, id_seed, paused)?;
        Ok(Gateway::new(Settings {
            clock: self.clock.unwrap_or_else(Clock::system),
            keys: self.key.unwrap_or_default(),
            strict_inputs: self.strict_inputs,
            replaying: self.replay.load(&self.timing)?,
            cors: self.reach.cors,
            forwarded: self.reach.forwarded,
            timing: self.timing,
            traits: self.overrides.apply_to(self.personality),
            rate_limits: self.rate_limits,
            faults: self.faults,
            webhooks: Sender::new(self.webhooks, opened.id_seed)?,
            origin,
            elsewhere,
            opened,
            price: self.price,
            tariff: self.tariff,
        }))
    }
}
