//! Reads what a key has left from a gateway's response.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::amount::Amount;
use crate::amount::decimal::{Decimal, Rounding};
use crate::error::AccountError;
use crate::error::misread::Misread;
use crate::profile::adapter::UsageAdapter;
use crate::response::{message, short};
use crate::usage::Usage;

impl Usage {
    /// Reads a response as the adapter says.
    ///
    /// # Errors
    /// [`AccountError::Unreadable`] if a value is not what it should be, or if none is there;
    /// [`AccountError::Refused`] if there is a message in place of them.
    pub(crate) fn read(adapter: &UsageAdapter, json: &Value) -> Result<Self, AccountError> {
        let reader = Reader { adapter, json };
        let unlimited = reader.is_unlimited()?;
        let used = reader.amount(adapter.used.as_deref(), Rounding::Up)?;
        if used.is_some_and(Amount::is_negative) {
            let pointer = adapter.used.clone().unwrap_or_default();
            return Err(reader.unreadable(Misread::Negative { pointer }));
        }
        // Of a key without a limit these numbers mean nothing.
        let limited = |pointer: Option<&str>| {
            if unlimited { Ok(None) } else { reader.amount(pointer, Rounding::Down) }
        };
        let available = limited(adapter.available.as_deref())?;
        let granted = limited(adapter.granted.as_deref())?;
        if !unlimited && used.is_none() && available.is_none() && granted.is_none() {
            // Relays word a refusal in many ways, with HTTP 200 too: what tells it is that nothing is there.
            let is_success = json["success"] == true || json["code"] == true;
            if let Some(message) = message(json).filter(|_| !is_success) {
                let (path, message) = (adapter.path.clone(), short(&message));
                return Err(AccountError::Refused { path, status: 200, message, body: None });
            }
            return Err(reader.unreadable(Misread::NoValues));
        }
        let expires_at = reader.time(adapter.expires_at.as_deref());
        Ok(Self { available, used, granted, unlimited, expires_at })
    }
}

struct Reader<'a> {
    adapter: &'a UsageAdapter,
    json: &'a Value,
}

impl Reader<'_> {
    fn unreadable(&self, why: Misread) -> AccountError {
        AccountError::Unreadable { path: self.adapter.path.clone(), why }
    }

    /// The value at a pointer. Absent, null and an empty string are the same.
    fn value(&self, pointer: Option<&str>) -> Option<&Value> {
        let value = self.json.pointer(pointer?)?;
        (!value.is_null() && *value != "").then_some(value)
    }

    /// A time in seconds since 1970. What is none is left out: the amounts count all the same.
    fn time(&self, pointer: Option<&str>) -> Option<SystemTime> {
        let value = self.value(pointer)?;
        let seconds = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
        // new-api writes 0 for a key that never expires, its database -1.
        UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).filter(|_| seconds > 0)
    }

    fn is_unlimited(&self) -> Result<bool, AccountError> {
        let pointer = self.adapter.unlimited.as_deref();
        let Some(value) = self.value(pointer) else { return Ok(false) };
        match value {
            Value::Bool(unlimited) => Ok(*unlimited),
            value if *value == "true" || *value == 1 || *value == "1" => Ok(true),
            value if *value == "false" || *value == 0 || *value == "0" => Ok(false),
            other => {
                let (pointer, value) = shown(pointer, other);
                Err(self.unreadable(Misread::NotABoolean { pointer, value }))
            }
        }
    }

    fn amount(
        &self,
        pointer: Option<&str>,
        rounding: Rounding,
    ) -> Result<Option<Amount>, AccountError> {
        let Some(value) = self.value(pointer) else { return Ok(None) };
        let Some(number) = Decimal::from_json(value) else {
            let (pointer, value) = shown(pointer, value);
            return Err(self.unreadable(Misread::NotANumber { pointer, value }));
        };
        let Some(micros) = number.divided_micros(self.adapter.divisor.max(1), rounding) else {
            let (pointer, value) = shown(pointer, value);
            return Err(self.unreadable(Misread::TooLarge { pointer, value }));
        };
        Ok(Some(Amount::from_micros(micros)))
    }
}

/// A pointer and the beginning of its value, for a message.
fn shown(pointer: Option<&str>, value: &Value) -> (String, String) {
    let value = short(&value.to_string()).chars().take(40).collect();
    (pointer.unwrap_or_default().to_owned(), value)
}
