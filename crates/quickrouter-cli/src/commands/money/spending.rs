//! The money of one run: whether it may be spent, what the run took, and whether it was charged at all.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use quickrouter::Client;
use quickrouter_account::{Account, AccountError, Estimate, Evidence, Profile, Snapshot};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::args::money::MoneyFlags;
use crate::commands::money::limits::Limits;
use crate::commands::money::{certainty, failure, price};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::printer::Printer;
use crate::text::message::{Message, message};

/// How long the usage endpoint may take, before a run and after it. A run does not wait for longer.
const USAGE_LIMIT: Duration = Duration::from_secs(3);

/// How long it may take to find out whether a create of unknown outcome was charged.
const EVIDENCE_LIMIT: Duration = Duration::from_secs(8);

/// The money of one run.
pub(crate) struct RunCost {
    account: Account,
    limits: Limits,
    /// Whether the user asks what the run took.
    asked: Option<bool>,
    /// What it may cost, where that was found out before the run.
    estimated: OnceLock<Estimate>,
    /// The same, found out while the run goes on.
    estimating: Mutex<Option<JoinHandle<Option<Estimate>>>>,
    started: OnceLock<Started>,
    printer: Printer,
}

/// A run that may be charged from here on.
struct Started {
    since: SystemTime,
    before: Option<Snapshot>,
}

/// What is known of the money of a run, for people and for programs.
pub(crate) struct Known {
    pub(crate) messages: Vec<Message>,
    pub(crate) json: Value,
}

impl RunCost {
    /// The money of a run with this client's key. Sends nothing.
    ///
    /// # Errors
    /// A limit is no amount.
    pub(crate) fn new(
        client: &Client,
        profile: Profile,
        flags: &MoneyFlags,
        printer: &Printer,
    ) -> Result<Self, Failure> {
        let limits = Limits::read(flags, &profile)?;
        Ok(Self {
            account: Account::new(client.clone(), profile),
            limits,
            asked: flags.cost,
            estimated: OnceLock::new(),
            estimating: Mutex::default(),
            started: OnceLock::new(),
            printer: printer.clone(),
        })
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    fn profile(&self) -> &Profile {
        self.account.profile()
    }

    /// Whether the user may spend what the run may cost. Without a limit, the price does not matter.
    ///
    /// # Errors
    /// It is refused, or not confirmed; nothing was created.
    pub(crate) async fn allow(
        &self,
        model: &str,
        input: &Value,
        interrupts: &mut Interrupts,
    ) -> Result<(), Failure> {
        if !self.limits.is_set() {
            return Ok(());
        }
        let estimate = self.estimate(model, input, interrupts).await?;
        let (profile, printer) = (self.profile(), &self.printer);
        self.limits.check(&estimate, profile, printer)?;
        self.limits.confirm(&estimate, profile, printer, interrupts).await
    }

    /// What it may cost, for a person who is asked whether it is to be made; a maximum holds all the same.
    ///
    /// # Errors
    /// It is refused; nothing was created.
    pub(crate) async fn reviewed(
        &self,
        model: &str,
        input: &Value,
        interrupts: &mut Interrupts,
    ) -> Result<Vec<Message>, Failure> {
        let estimate = self.estimate(model, input, interrupts).await?;
        self.limits.check(&estimate, self.profile(), &self.printer)?;
        Ok(price::lines(&estimate, self.profile(), self.printer.lang()))
    }

    async fn estimate(
        &self,
        model: &str,
        input: &Value,
        interrupts: &mut Interrupts,
    ) -> Result<Estimate, Failure> {
        // Where nothing depends on the price, it is not worth a delay.
        let account = if self.limits.is_set() { self.account.clone() } else { self.once() };
        tokio::select! {
            biased;
            () = interrupts.next() => {
                Err(Failure::interrupted(message!("interrupted-before-create"), None))
            }
            estimate = account.estimate(model, input) => {
                Ok(self.estimated.get_or_init(|| estimate).clone())
            }
        }
    }

    /// Finds out what the run may cost while it goes on, for what is recorded of it.
    pub(crate) fn estimate_meanwhile(&self, model: &str, input: &Value) {
        if self.estimated.get().is_some() {
            return;
        }
        let (account, model, input) = (self.once(), model.to_owned(), input.clone());
        let estimate = async move { account.estimate(&model, &input).await };
        let task = tokio::spawn(async { timeout(USAGE_LIMIT, estimate).await.ok() });
        *self.estimating.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    /// What the run was estimated to cost, for programs; `None` if that is unknown.
    pub(crate) async fn estimated(&self, interrupts: &mut Interrupts) -> Option<Value> {
        let task = self.estimating.lock().unwrap_or_else(PoisonError::into_inner).take();
        let estimate = match (self.estimated.get(), task) {
            (Some(estimate), _) => estimate.clone(),
            (None, task) => tokio::select! {
                estimate = task? => estimate.ok()??,
                () = interrupts.next() => return None,
            },
        };
        estimate.most?;
        let mut price = price::to_json(&estimate, self.profile(), self.printer.lang());
        price.as_object_mut()?.remove("unpriced");
        Some(price)
    }

    /// Notes what the key has used, right before the create.
    ///
    /// It is asked if the user says so, or has set a limit: gateways of the family limit these requests
    /// together with logins (new-api's router/api-router.go, `CriticalRateLimit`).
    pub(crate) async fn begin(&self) {
        let before =
            if self.asked.unwrap_or(self.limits.is_set()) { self.before().await } else { None };
        // A second begin would be the same run.
        let _ = self.started.set(Started { since: SystemTime::now(), before });
    }

    async fn before(&self) -> Option<Snapshot> {
        if let Err(error) = self.account.check_family() {
            if self.asked == Some(true) {
                self.printer.progress(&failure::of(error).message);
            }
            return None;
        }
        match timeout(USAGE_LIMIT, self.once().before()).await {
            Ok(Ok(before)) => Some(before),
            Ok(Err(error)) => self.unknown(error),
            Err(_) => self.late(),
        }
    }

    /// What the run took, if that was asked for and the gateway says it.
    pub(crate) async fn taken(&self) -> Option<Known> {
        let before = self.started.get()?.before.as_ref()?;
        match timeout(USAGE_LIMIT, self.once().after(before)).await {
            Ok(Ok(taken)) => Some(Known {
                messages: certainty::taken(&taken, self.profile(), self.printer.lang()),
                json: certainty::taken_json(&taken, self.profile()),
            }),
            Ok(Err(error)) => self.unknown(error),
            Err(_) => self.late(),
        }
    }

    /// The account, for questions that are asked once.
    fn once(&self) -> Account {
        self.account.clone().asking_once(USAGE_LIMIT)
    }

    fn unknown<T>(&self, error: AccountError) -> Option<T> {
        let why = failure::of(error).message;
        self.printer.progress(&message!("cost-unknown"));
        self.printer.progress(&why);
        None
    }

    fn late<T>(&self) -> Option<T> {
        self.printer.progress(&message!("cost-unknown"));
        self.printer.progress(&message!("usage-late", seconds = USAGE_LIMIT.as_secs()));
        None
    }

    /// Whether the key was charged for a create of unknown outcome: by the gateway's log of charges, else
    /// by what the key used meanwhile.
    pub(crate) async fn charged(&self, model: &str, request_id: Option<&str>) -> Option<Known> {
        let started = self.started.get()?;
        self.account.check_family().ok()?;
        let evidence = timeout(EVIDENCE_LIMIT, self.evidence(started, model, request_id)).await;
        let evidence = evidence.ok().flatten()?;
        Some(Known {
            messages: certainty::charged(&evidence, self.profile(), self.printer.lang()),
            json: certainty::charged_json(&evidence, self.profile()),
        })
    }

    async fn evidence(
        &self,
        started: &Started,
        model: &str,
        request_id: Option<&str>,
    ) -> Option<Evidence> {
        let account = self.once();
        let logged = account.charged_since(started.since, model, request_id).await.ok();
        let clear = |evidence: &Evidence| !matches!(evidence, Evidence::Unclear { .. });
        if logged.as_ref().is_some_and(clear) {
            return logged;
        }
        let used = match &started.before {
            Some(before) => account.after(before).await.ok().map(|taken| taken.evidence()),
            None => None,
        };
        used.filter(clear).or(logged)
    }
}
