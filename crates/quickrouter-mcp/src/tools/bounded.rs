//! What creates nothing ends when its call has to be answered, or when the client cancels the call.

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep_until;

use crate::error::{Kind, ToolError};
use crate::tools::Call;

/// What a call does that is cut short.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// It asks about a prediction.
    Get,
    /// It cancels a prediction.
    Cancel,
    /// It saves the outputs of a prediction.
    Save,
    /// It precedes a create.
    BeforeCreate,
    /// It looks for the prediction of a request whose outcome is unknown.
    Recover,
}

/// Does what creates nothing, for as long as its call may take.
///
/// # Errors
/// Those of the work; the call has to be answered, or is canceled.
pub(crate) async fn bounded<T>(
    call: &Call<'_>,
    work: Work,
    done: impl Future<Output = Result<T, ToolError>>,
) -> Result<T, ToolError> {
    tokio::select! {
        done = done => done,
        () = call.context.ct.cancelled() => {
            Err(cut(call, work, Kind::Canceled, "The call was canceled.".to_owned()))
        }
        () = sleep_until(call.latest) => {
            let message = format!("There was no answer within {}.", spelled(call.wait));
            Err(cut(call, work, Kind::TimedOut, message))
        }
    }
}

fn cut(call: &Call<'_>, work: Work, kind: Kind, message: String) -> ToolError {
    let next = match work {
        Work::Get => "The prediction is unchanged. Ask get_prediction again later.",
        Work::Cancel => "Whether it is canceled is not known. Ask get_prediction.",
        Work::Save => {
            "Ask wait_prediction: it goes on saving into the output folder between two calls."
        }
        Work::BeforeCreate => "Nothing was created. Call it again later.",
        Work::Recover => {
            "It may exist and be billed. The same call again, with the same arguments, looks for it and \
             creates nothing."
        }
    };
    let mut error = ToolError::new(kind, message, next);
    error.may_be_billed = !matches!(work, Work::BeforeCreate);
    let given = |name: &str| {
        let arguments = call.params.arguments.as_ref()?;
        arguments.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    error.id = given("id");
    error.request_id = given("request_id");
    error
}

/// A duration in the largest unit that measures it.
pub(crate) fn spelled(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (count, unit) = match seconds {
        _ if duration.subsec_nanos() != 0 => return format!("{} seconds", duration.as_secs_f64()),
        1.. if seconds.is_multiple_of(3600) => (seconds / 3600, "hour"),
        1.. if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::spelled;

    #[test]
    fn a_duration_is_spelled_in_the_largest_unit_that_measures_it() {
        let of = |seconds| spelled(Duration::from_secs(seconds));
        assert_eq!(of(24 * 3600), "24 hours");
        assert_eq!(of(3600), "1 hour");
        assert_eq!(of(600), "10 minutes");
        assert_eq!(of(60), "1 minute");
        assert_eq!(of(90), "90 seconds");
        assert_eq!(of(0), "0 seconds");
        assert_eq!(spelled(Duration::from_millis(300)), "0.3 seconds");
    }
}
