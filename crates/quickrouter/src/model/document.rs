//! JSON responses, validated on arrival and parsed into a tree on first access. For most responses
//! only the id and the status are needed, and a tree costs more than everything else about them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::model::envelope;

/// A JSON document with its id and status extracted. Clones share it.
#[derive(Clone)]
pub(crate) struct Document(Arc<Parts>);

struct Parts {
    top: Top,
    /// As received; `None` if made from a tree.
    text: Option<Bytes>,
    tree: OnceLock<Value>,
}

impl Document {
    /// Reads and validates a whole document.
    ///
    /// # Errors
    /// The document is not JSON.
    pub(crate) fn read(text: &Bytes) -> Result<Self, serde_json::Error> {
        let (top, text) = (serde_json::from_slice(text)?, Some(text.clone()));
        Ok(Self(Arc::new(Parts { top, text, tree: OnceLock::new() })))
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.0.top.id.as_deref()
    }

    pub(crate) fn status(&self) -> Option<&str> {
        self.0.top.status.as_deref()
    }

    /// Whether its id and status belong to a prediction and not to an envelope.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.top.own || !self.0.top.wraps
    }

    pub(crate) fn tree(&self) -> &Value {
        self.0.tree.get_or_init(|| {
            let text = self.0.text.as_deref().unwrap_or_default();
            // With features that another crate may enable, serde_json rejects its own private names
            // in a tree. The paid response is then kept as text.
            let tree = serde_json::from_slice(text);
            tree.unwrap_or_else(|_| String::from_utf8_lossy(text).into())
        })
    }

    /// Returns the tree, copied only if a clone shares it.
    pub(crate) fn into_tree(self) -> Value {
        self.tree();
        match Arc::try_unwrap(self.0) {
            Ok(parts) => parts.tree.into_inner().unwrap_or_default(),
            Err(shared) => Self(shared).tree().clone(),
        }
    }

    /// Returns the document as received, or serialized.
    pub(crate) fn text(&self) -> Bytes {
        self.0.text.clone().unwrap_or_else(|| self.tree().to_string().into())
    }
}

impl From<Value> for Document {
    fn from(tree: Value) -> Self {
        let text = |key| tree.get(key).and_then(Value::as_str).map(str::to_owned);
        let has = |names: &[&str]| names.iter().any(|name| tree.get(name).is_some());
        let top = Top {
            id: text("id"),
            status: text("status"),
            own: has(&envelope::OWN),
            wraps: has(&envelope::ENVELOPES),
        };
        Self(Arc::new(Parts { top, text: None, tree: OnceLock::from(tree) }))
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.tree() == other.tree()
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree().fmt(f)
    }
}

/// What is kept of a validated document.
#[derive(Default)]
struct Top {
    id: Option<String>,
    status: Option<String>,
    /// Whether it has a key specific to predictions.
    own: bool,
    /// Whether it has an envelope's key.
    wraps: bool,
}

impl<'de> Deserialize<'de> for Top {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader { is_top: true })
    }
}

/// A part that is validated and not kept.
struct Part;

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader { is_top: false }).map(|_| Self)
    }
}

/// Accepts whatever can be parsed into a tree, unlike [`serde::de::IgnoredAny`], which also accepts
/// numbers that are too large and invalid escapes.
struct Reader {
    is_top: bool,
}

impl<'de> Visitor<'de> for Reader {
    type Value = Top;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_unit<E>(self) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Top, A::Error> {
        while list.next_element::<Part>()?.is_some() {}
        Ok(Top::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top, A::Error> {
        let mut top = Top::default();
        if !self.is_top {
            while map.next_entry::<Part, Part>()?.is_some() {}
            return Ok(top);
        }
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            _ => None,
        };
        // The last of duplicate names counts, as in a tree.
        while let Some(name) = map.next_key::<Member>()? {
            match name {
                Member::Id => top.id = text(map.next_value()?),
                Member::Status => top.status = text(map.next_value()?),
                name => {
                    top.own |= name == Member::Own;
                    top.wraps |= name == Member::Envelope;
                    map.next_value::<Part>()?;
                }
            }
        }
        Ok(top)
    }
}

/// The meaning of a top-level name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Member {
    Id,
    Status,
    /// Specific to predictions.
    Own,
    /// The key of an envelope.
    Envelope,
    Other,
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_str<E>(self, name: &str) -> Result<Member, E> {
                Ok(match name {
                    "id" => Member::Id,
                    "status" => Member::Status,
                    name if envelope::OWN.contains(&name) => Member::Own,
                    name if envelope::ENVELOPES.contains(&name) => Member::Envelope,
                    _ => Member::Other,
                })
            }
        }

        deserializer.deserialize_identifier(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(text: &[u8]) {
        let tree = serde_json::from_slice::<Value>(text);
        let read = Document::read(&Bytes::copy_from_slice(text));
        let shown = String::from_utf8_lossy(text);
        assert_eq!(read.is_ok(), tree.is_ok(), "{shown}");
        let (Ok(read), Ok(tree)) = (read, tree) else { return };
        let made = Document::from(tree.clone());
        assert_eq!(read, made, "{shown}");
        assert_eq!((read.id(), read.status()), (made.id(), made.status()), "{shown}");
        assert_eq!(read.tree(), &tree, "{shown}");
        assert_eq!(read.text(), text, "{shown}");
    }

    #[test]
    fn what_serde_json_refuses_for_a_name_of_its_own_is_shown_as_it_came() {
        let text = r#"{"id": "x", "status": "succeeded", "output": {"$serde_json::private::RawValue": "{"}}"#;
        let read = Document::read(&text.into()).expect("it is JSON");
        assert_eq!((read.id(), read.status()), (Some("x"), Some("succeeded")));
        // Whether it is rejected depends on the features that serde_json is built with.
        let made = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        assert_eq!((read.tree(), &read.text()[..]), (&made, text.as_bytes()));
    }

    #[test]
    fn a_clone_shares_the_tree_and_keeps_it_when_the_other_gives_it_away() {
        let read = Document::read(&r#"{"logs": ""}"#.into()).expect("it is JSON");
        let clone = read.clone();
        assert!(std::ptr::eq(read.tree(), clone.tree()));
        assert_eq!(read.into_tree(), *clone.tree());
        assert_eq!(clone.into_tree(), serde_json::json!({"logs": ""}));
    }

    #[test]
    fn a_document_is_accepted_exactly_where_a_tree_can_be_made_of_it() {
        for text in [
            r#"{"id": "x", "status": "starting", "input": {"id": "y", "n": [1, -2, 0.5, null, true]}}"#,
            r#"{"id": "x", "id": "y", "status": 5, "status": null}"#,
            r#"{"id": "x", "id": 7, "\u0073tatus": "succe\u0065ded"}"#,
            r#"[{"id": "x"}, "status"]"#,
            r#""id""#,
            "null",
            " 5 ",
            "",
            "{",
            r#"{"id": "x""#,
            r#"{"id": "x"} {"#,
            r#"{"id" "x"}"#,
            r#"{5: "x"}"#,
            r#"{"n": 1e999}"#,
            r#"{"n": 123456789012345678901234567890}"#,
            r#"{"text": "\ud800"}"#,
            r#"{"text": "\ud83d\ude00"}"#,
            "{\"text\": \"a\nb\"}",
            "<html>",
        ] {
            alike(text.as_bytes());
        }
        alike(b"{\"text\": \"\xff\"}");
        alike(b"{\"\xff\": 1}");
        for depth in [120, 126, 127, 128, 129, 200] {
            alike(["[".repeat(depth), "]".repeat(depth)].concat().as_bytes());
            alike(["{\"a\":".repeat(depth), "1".to_owned(), "}".repeat(depth)].concat().as_bytes());
        }
    }
}
