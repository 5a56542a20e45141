//! Conversion of predictions to and from JSON.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::Prediction;
use crate::model::invalid_prediction::InvalidPrediction;

impl Prediction {
    /// Reads a prediction from JSON, as the client reads it from a response: Replicate's format, also
    /// inside the envelope of a relay, or the OpenAI-shaped `{created, data}`. For tests of your own
    /// code, and for stored predictions; [`Deserialize`] does the same.
    ///
    /// Not restored from JSON: the warnings of its create, whether it was recovered, and the number
    /// of requested outputs if the JSON does not repeat the input.
    ///
    /// # Examples
    /// A function over a prediction, tested without a server:
    ///
    /// ```
    /// use quickrouter::{Output, Prediction};
    /// use serde_json::json;
    ///
    /// fn first_url(prediction: &Prediction) -> Option<String> {
    ///     let is_url = |output| match output {
    ///         Output::Url(url) => Some(url),
    ///         _ => None,
    ///     };
    ///     prediction.outputs().into_iter().find_map(is_url)
    /// }
    ///
    /// let prediction = Prediction::from_json(json!({
    ///     "id": "gm3qorzdhgbfurvjtvhg6dckhu",
    ///     "status": "succeeded",
    ///     "output": ["https://files.example/out-0.png"],
    /// }))?;
    /// assert_eq!(first_url(&prediction).as_deref(), Some("https://files.example/out-0.png"));
    /// # Ok::<(), quickrouter::error::InvalidPrediction>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidPrediction`] says what is missing: an id or a status.
    pub fn from_json(json: Value) -> Result<Self, InvalidPrediction> {
        let read = Self::read_created(&json.into()).map(Self::just_created);
        read.map_err(InvalidPrediction::because)
    }
}

impl Serialize for Prediction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A response to a poll need not repeat the id.
        if let (Some(id), Value::Object(raw)) = (&self.id, self.raw())
            && raw.get("id").is_none_or(Value::is_null)
        {
            let mut raw = raw.clone();
            raw.insert("id".to_owned(), id.as_str().into());
            return raw.serialize(serializer);
        }
        self.raw().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Prediction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
