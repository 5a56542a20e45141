//! [`Question`]: what a person reads before something is created.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use quickrouter::text::one_line;
use quickrouter_account::Amount;
use rmcp::model::{
    BooleanSchema, ElicitRequestParams, ElicitationSchema, PrimitiveSchemaDefinition,
};
use sha2::{Digest as _, Sha256};

use crate::budget::{Left, Reservation};
use crate::results::sentence;

/// The one field of the form, and the key of its answer.
pub(super) const FIELD: &str = "confirm";

/// The characters of a prompt that are shown.
const LONGEST_PROMPT: usize = 200;

/// The characters of a model's name that are shown: a name and a version of 64 digits fit.
const LONGEST_MODEL: usize = 160;

/// The characters of a currency that are shown.
const LONGEST_CURRENCY: usize = 16;

/// The language in which a person is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

/// What is about to be created.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proposal<'a> {
    /// A digest of the model and its input.
    pub(crate) fingerprint: &'a str,
    /// The request id: a yes for one counts for no other.
    pub(crate) request_id: &'a str,
    /// The model.
    pub(crate) model: &'a str,
    /// The most pictures and the most cost.
    pub(crate) reservation: Reservation,
    /// The currency of costs, if a person has named it.
    pub(crate) currency: Option<&'a str>,
    /// What is left of the budget before it.
    pub(crate) left: Left,
    /// The prompt.
    pub(crate) prompt: Option<&'a str>,
}

/// What a person is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// The question, without control characters but the breaks between its paragraphs.
    pub(crate) text: String,
    /// A digest of what is asked: an answer counts for it alone.
    pub(crate) digest: String,
    /// The language of the form.
    pub(crate) language: Language,
}

impl Question {
    /// Asks for a proposal. The digest covers what is created and what it costs, not what is left, which
    /// other calls change.
    pub(crate) fn new(proposal: &Proposal<'_>, language: Language) -> Self {
        let Reservation { pictures, cost } = proposal.reservation;
        let asked = serde_json::json!([
            proposal.fingerprint,
            proposal.request_id,
            proposal.model,
            pictures,
            cost.map(Amount::micros),
            proposal.currency,
        ]);
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(asked.to_string()));
        Self { text: language.question(proposal), digest, language }
    }

    /// The form: one box, which a person has to tick.
    ///
    /// Its default is no. A client that accepts by itself with an empty form would else confirm: the
    /// official TypeScript and Java clients can fill in defaults (`applyDefaults`,
    /// modelcontextprotocol/java-sdk#976). Without a default VS Code preselects yes
    /// (microsoft/vscode#326022). The schema has no other keywords, for clients that know few.
    pub(super) fn form(&self) -> ElicitRequestParams {
        let (title, description) = self.language.field();
        let field = BooleanSchema::new().title(title).description(description).with_default(false);
        let fields =
            BTreeMap::from([(FIELD.to_owned(), PrimitiveSchemaDefinition::Boolean(field))]);
        ElicitRequestParams::FormElicitationParams {
            meta: None,
            message: self.text.clone(),
            requested_schema: ElicitationSchema::new(fields).with_required(vec![FIELD.to_owned()]),
        }
    }
}

impl Language {
    /// The paragraphs of a question. An empty line between them shows in clients that render Markdown,
    /// such as VS Code. The prompt comes last, so that nothing after it can be taken for the server's.
    fn question(self, proposal: &Proposal<'_>) -> String {
        let Reservation { pictures, cost } = proposal.reservation;
        let (model, _) = beginning(proposal.model, LONGEST_MODEL);
        let cost = cost.map(|cost| self.money(cost, proposal.currency));
        let left = self.pictures(proposal.left.pictures);
        let left_cost = proposal.left.cost.map(|cost| self.money(cost, proposal.currency));
        let pictures = self.pictures(pictures);
        let run = match (self, cost) {
            (Self::English, Some(cost)) => {
                format!("Run {model}? It makes at most {pictures} and costs at most {cost}.")
            }
            (Self::English, None) => {
                format!("Run {model}? It makes at most {pictures}. It has no known price.")
            }
            (Self::Chinese, Some(cost)) => {
                format!("要运行 {model} 吗？最多生成 {pictures}，最多花费 {cost}。")
            }
            (Self::Chinese, None) => {
                format!("要运行 {model} 吗？最多生成 {pictures}，价格未知。")
            }
        };
        let left = match (self, left_cost) {
            (Self::English, Some(cost)) => format!("The budget has {left} and {cost} left."),
            (Self::English, None) => format!("The budget has {left} left."),
            (Self::Chinese, Some(cost)) => format!("预算还剩 {left}、{cost}。"),
            (Self::Chinese, None) => format!("预算还剩 {left}。"),
        };
        match self.prompt(proposal.prompt.unwrap_or_default()) {
            Some(prompt) => format!("{run}\n\n{left}\n\n{prompt}"),
            None => format!("{run}\n\n{left}"),
        }
    }

    /// The prompt's beginning in quotation marks; what would close them is shown as another character.
    fn prompt(self, prompt: &str) -> Option<String> {
        let (start, cut) = beginning(prompt, LONGEST_PROMPT);
        let start = start.replace('”', "\"");
        if start.is_empty() {
            return None;
        }
        Some(match (self, cut) {
            (Self::English, false) => format!("The agent's prompt: “{start}”"),
            (Self::English, true) => format!("The agent's prompt begins: “{start}…”"),
            (Self::Chinese, false) => format!("智能体给出的提示词：“{start}”"),
            (Self::Chinese, true) => format!("智能体给出的提示词，开头是：“{start}……”"),
        })
    }

    fn pictures(self, pictures: u64) -> String {
        match self {
            Self::English => sentence::pictures(pictures),
            Self::Chinese => format!("{pictures} 张图片"),
        }
    }

    /// An amount; without a currency it is in units of the gateway's own.
    fn money(self, amount: Amount, currency: Option<&str>) -> String {
        match (self, currency) {
            (_, Some(currency)) => {
                let (currency, _) = beginning(currency, LONGEST_CURRENCY);
                format!("{amount} {currency}")
            }
            (Self::English, None) if amount == Amount::from_micros(1_000_000) => {
                "1 unit of the gateway's money".to_owned()
            }
            (Self::English, None) => format!("{amount} units of the gateway's money"),
            (Self::Chinese, None) => format!("{amount} 个网关货币单位"),
        }
    }

    /// The title and the description of the form's box. VS Code shows them alone, over `true` and
    /// `false`.
    fn field(self) -> (&'static str, &'static str) {
        match self {
            Self::English => (
                "Yes, run it and pay for it",
                "Tick the box, or choose true, to run it. Otherwise nothing is created.",
            ),
            Self::Chinese => {
                ("确认运行并付费", "勾选此项（或选择 true）才会运行；否则不会创建任何内容。")
            }
        }
    }
}

/// The first characters of a text on one line, harmless, and whether there are more.
fn beginning(text: &str, most: usize) -> (String, bool) {
    // Any white space counts, also the line separators that are no control characters.
    let words = text.split_whitespace();
    let mut line = words.flat_map(|word| std::iter::once(' ').chain(word.chars())).skip(1);
    let start: String = line.by_ref().take(most).collect();
    (one_line(&start), line.next().is_some())
}

#[cfg(test)]
mod tests {
    use quickrouter_account::Amount;

    use super::{Language, Proposal, Question};
    use crate::budget::{Left, Reservation};

    const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

    fn proposal() -> Proposal<'static> {
        Proposal {
            fingerprint: "fingerprint",
            request_id: "fox-1",
            model: "stability-ai/sdxl",
            reservation: Reservation { pictures: 4, cost: Some(Amount::from_micros(160_000)) },
            currency: Some("USD"),
            left: Left { pictures: 5, cost: Some(Amount::from_micros(1_960_000)), frees_at: None },
            prompt: Some("an astronaut riding a rainbow unicorn"),
        }
    }

    fn unpriced() -> Proposal<'static> {
        Proposal {
            reservation: Reservation { pictures: 1, cost: None },
            currency: None,
            left: Left { pictures: 1, cost: None, frees_at: None },
            prompt: None,
            ..proposal()
        }
    }

    #[test]
    fn a_question_names_model_pictures_costs_what_is_left_and_the_prompt() {
        let in_units = Proposal { currency: None, ..proposal() };
        let long = "一只宇航员骑着独角兽，".repeat(30);
        let long = Proposal { prompt: Some(&long), ..unpriced() };
        let proposals = [proposal(), in_units, unpriced(), long];
        let texts: Vec<_> = LANGUAGES
            .iter()
            .flat_map(|language| proposals.iter().map(|p| Question::new(p, *language).text))
            .collect();
        insta::assert_snapshot!(texts.join("\n---\n"));
    }

    #[test]
    fn a_prompt_cannot_speak_for_the_server() {
        let prompt = "a cat”\n\n\u{2028}It costs 0 USD.\u{1b}[2J\u{202e}\t";
        for language in LANGUAGES {
            let question =
                Question::new(&Proposal { prompt: Some(prompt), ..proposal() }, language);
            let (_, last) = question.text.rsplit_once("\n\n").unwrap();
            assert!(last.ends_with("“a cat\" It costs 0 USD.\u{fffd}[2J\u{fffd}”"), "{last}");
            assert_eq!(last.matches('”').count(), 1, "{last}");
            assert!(!question.text.contains(['\u{1b}', '\u{2028}', '\u{202e}', '\t']));
        }
    }

    #[test]
    fn a_question_is_short_whatever_it_is_about() {
        let long = "x y\n".repeat(1_000_000);
        for language in LANGUAGES {
            let most = Proposal {
                model: &long,
                currency: Some(&long),
                prompt: Some(&long),
                reservation: Reservation {
                    pictures: u64::MAX,
                    cost: Some(Amount::from_micros(i64::MAX)),
                },
                ..proposal()
            };
            let text = Question::new(&most, language).text;
            assert!(text.chars().count() < 700, "{}", text.chars().count());
            assert_eq!(text.lines().count(), 5);
        }
    }

    #[test]
    fn an_answer_counts_for_what_is_created_and_what_it_costs() {
        let digest = |proposal: Proposal<'_>| Question::new(&proposal, Language::English).digest;
        let first = digest(proposal());
        let dearer =
            Reservation { cost: Some(Amount::from_micros(160_001)), ..proposal().reservation };
        for other in [
            Proposal { fingerprint: "other", ..proposal() },
            Proposal { request_id: "fox-2", ..proposal() },
            Proposal { model: "other/model", ..proposal() },
            Proposal { reservation: dearer, ..proposal() },
            Proposal { currency: Some("CNY"), ..proposal() },
        ] {
            assert_ne!(digest(other), first, "{other:?}");
        }
        let left = Left { pictures: 4, ..proposal().left };
        assert_eq!(digest(Proposal { left, ..proposal() }), first);
        assert_eq!(Question::new(&proposal(), Language::Chinese).digest, first);
    }

    #[test]
    fn the_form_is_one_box_that_is_not_ticked() {
        let forms = LANGUAGES.map(|language| Question::new(&unpriced(), language).form());
        insta::assert_json_snapshot!(forms);
    }
}
