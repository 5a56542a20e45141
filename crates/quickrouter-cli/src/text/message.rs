//! Messages for people: an id in the fluent files and its values, rendered in the reader's language.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use quickrouter::text;

use crate::text::lang::Lang;

/// The messages in English and in Chinese.
pub(crate) const LOCALES: [(Lang, &str, &str); 2] = [
    (Lang::English, "en", include_str!("../../locales/en.ftl")),
    (Lang::Chinese, "zh-CN", include_str!("../../locales/zh-CN.ftl")),
];

static BUNDLES: LazyLock<Vec<FluentBundle<FluentResource>>> =
    LazyLock::new(|| LOCALES.iter().map(|(_, name, source)| bundle(name, source)).collect());

fn bundle(name: &str, source: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(name.parse().into_iter().collect());
    // The marks around values would end up in what people copy.
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

/// A message with its values: `message!("saved", path = file, count = 3)`.
///
/// The ids and variables are compared with the fluent files by a test, which reads them from the source.
macro_rules! message {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text::message::Message::new($id)$(.with(stringify!($name), $value))*
    };
}
pub(crate) use message;

/// A message for people.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message(MessageForm);

#[derive(Clone, Debug, PartialEq)]
enum MessageForm {
    Localized {
        id: Cow<'static, str>,
        values: Vec<(&'static str, MessageValue)>,
    },
    /// Words of the contract, in both languages.
    Contract {
        english: String,
        chinese: String,
    },
    /// The words of the gateway, a model or a file, as they are.
    Verbatim(String),
}

impl Message {
    /// The message `id`, or `id.attribute`; see [`message!`].
    pub(crate) fn new(id: impl Into<Cow<'static, str>>) -> Self {
        Self(MessageForm::Localized { id: id.into(), values: Vec::new() })
    }

    /// Words of the contract, which has them in both languages.
    pub(crate) fn of_contract(english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self(MessageForm::Contract { english: english.into(), chinese: chinese.into() })
    }

    /// Text that is no message of this command's: it is shown as it is, masked.
    pub(crate) fn verbatim(text: impl Into<String>) -> Self {
        Self(MessageForm::Verbatim(text.into()))
    }

    /// The id, for programs; `None` for words that have none.
    pub(crate) fn id(&self) -> Option<&str> {
        match &self.0 {
            MessageForm::Localized { id, .. } => Some(id),
            MessageForm::Contract { .. } | MessageForm::Verbatim(_) => None,
        }
    }

    /// Sets a value. Texts are masked, since they may come from outside; numbers select plurals.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<MessageValue>) -> Self {
        if let MessageForm::Localized { values, .. } = &mut self.0 {
            values.push((name, value.into()));
        }
        self
    }

    /// The text in a language. Only a message of our own has several lines.
    pub(crate) fn to_text(&self, lang: Lang) -> String {
        match &self.0 {
            MessageForm::Verbatim(text) => text::one_line(text),
            MessageForm::Contract { english, chinese } => text::one_line(lang.of(english, chinese)),
            MessageForm::Localized { id, values } => {
                let args = values.iter().map(|(name, value)| (*name, value.to_fluent(lang)));
                let args: FluentArgs<'_> = args.collect();
                // A test shows that no message is missing.
                find(lang, id, Some(&args)).unwrap_or_else(|| id.clone().into_owned())
            }
        }
    }
}

/// The text of a message, if there is one.
pub(crate) fn find(lang: Lang, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
    let at = LOCALES.iter().position(|(of, ..)| *of == lang)?;
    let bundle = &BUNDLES[at];
    let (id, attribute) = id.split_once('.').map_or((id, None), |(id, name)| (id, Some(name)));
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    Some(bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned())
}

/// A value of a message: a text, a number, or another message that is a fact of its own, such as a cause.
/// fluent's own values cannot go between threads, which errors have to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum MessageValue {
    Text(String),
    Count(u64),
    Message(Box<Message>),
}

impl MessageValue {
    fn to_fluent(&self, lang: Lang) -> FluentValue<'_> {
        match self {
            Self::Text(text) => FluentValue::from(text.as_str()),
            Self::Count(count) => FluentValue::from(*count),
            Self::Message(message) => FluentValue::from(message.to_text(lang)),
        }
    }
}

impl From<&str> for MessageValue {
    fn from(text: &str) -> Self {
        Self::Text(text::one_line(text))
    }
}

impl From<&String> for MessageValue {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<String> for MessageValue {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<usize> for MessageValue {
    fn from(count: usize) -> Self {
        Self::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

impl From<u64> for MessageValue {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<std::path::Display<'_>> for MessageValue {
    fn from(path: std::path::Display<'_>) -> Self {
        Self::from(path.to_string())
    }
}

impl From<Message> for MessageValue {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

#[cfg(test)]
mod tests;
