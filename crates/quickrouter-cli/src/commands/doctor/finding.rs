//! What a check found.

use serde_json::{Value, json};

use crate::exit::failure::Failure;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    Warn,
    Fail,
    /// It could not be checked, or may not be.
    NotChecked,
}

impl Verdict {
    /// A word for programs, and the selector of the word for people.
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::NotChecked => "not_checked",
        }
    }
}

/// What is checked, and which one where there are several.
#[derive(Clone, Debug)]
pub(super) struct Check {
    id: &'static str,
    name: Option<String>,
}

impl Check {
    pub(super) fn new(id: &'static str) -> Self {
        Self { id, name: None }
    }

    pub(super) fn of(id: &'static str, name: impl Into<String>) -> Self {
        Self { id, name: Some(name.into()) }
    }

    pub(super) fn found(self, verdict: Verdict, detail: Message) -> Finding {
        Finding { check: self, verdict, detail, facts: Vec::new(), hints: Vec::new() }
    }

    pub(super) fn ok(self, detail: Message) -> Finding {
        self.found(Verdict::Ok, detail)
    }

    pub(super) fn not_checked(self, detail: Message) -> Finding {
        self.found(Verdict::NotChecked, detail)
    }

    /// A failure of the command as a finding, with its facts and hints.
    pub(super) fn failed(self, failure: Failure) -> Finding {
        let mut finding = self.found(Verdict::Fail, failure.message);
        finding.facts = failure.about.details;
        finding.hints = failure.about.hints;
        finding
    }
}

/// What a check found, and what to do about it.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    check: Check,
    pub(super) verdict: Verdict,
    detail: Message,
    facts: Vec<Message>,
    hints: Vec<Message>,
}

impl Finding {
    pub(super) fn fact(mut self, fact: Message) -> Self {
        self.facts.push(fact);
        self
    }

    pub(super) fn facts(mut self, facts: impl IntoIterator<Item = Message>) -> Self {
        self.facts.extend(facts);
        self
    }

    pub(super) fn hint(mut self, hint: Message) -> Self {
        self.hints.push(hint);
        self
    }

    /// The verdict, the check and what was found, to be put in columns.
    pub(super) fn cells(&self, lang: Lang) -> [String; 3] {
        let name = self.check.name.as_deref().unwrap_or_default();
        [
            message!("doctor-verdict", verdict = self.verdict.word()).to_text(lang),
            message!("doctor-check", check = self.check.id, name = name).to_text(lang),
            self.detail.to_text(lang),
        ]
    }

    /// Further facts, then what to do, a line each.
    pub(super) fn further(&self, lang: Lang) -> Vec<String> {
        let facts = self.facts.iter().map(|fact| fact.to_text(lang));
        let hints = self.hints.iter().map(|hint| message!("hint", text = hint.to_text(lang)));
        facts.chain(hints.map(|hint| hint.to_text(lang))).collect()
    }

    /// For `--json`.
    pub(super) fn to_json(&self, lang: Lang) -> Value {
        let texts = |messages: &[Message]| {
            let texts: Vec<_> = messages.iter().map(|message| message.to_text(lang)).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        };
        let mut detail = vec![self.detail.clone()];
        detail.extend(self.facts.iter().cloned());
        let id = self.check.id;
        let check = self.check.name.as_ref().map_or(id.to_owned(), |name| format!("{id} {name}"));
        json!({
            "check": check,
            "result": self.verdict.word(),
            "detail": texts(&detail),
            "hint": texts(&self.hints),
        })
    }
}
