//! Creates of unknown outcome: how they are refused, listed and allowed again.

use crate::http::same_origin;
use crate::recorder::ledger::{Standing, Unsettled};
use crate::recorder::recover::Search;
use crate::recorder::session::Session;
use crate::wire::paths::UNKNOWN_CREATES;
use crate::wire::problem::Problem;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, StatusCode, header};
use quickrouter_api::codes;
use serde_json::json;

/// Clients that Stainless generates obey it: replicate-python 2.0.0b4, `_should_retry` in
/// `_base_client.py`.
const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// Refuses a create with a status that no client retries: tests/clients/README.md has what each of the
/// official clients, LiteLLM, LangChain and the AI SDK was seen to send again.
pub(super) fn refusal(detail: &str) -> Response {
    let code = codes::CREATE_OUTCOME_UNKNOWN;
    let status = codes::ALL.iter().find(|known| known.code == code).and_then(|code| code.status);
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    // Both families of errors: clients of Replicate read the detail, those of a gateway the error.
    let body = json!({
        "title": "Create outcome unknown",
        "detail": detail,
        "status": status.as_u16(),
        "error": {"message": detail, "type": "recorder_error", "code": code},
    });
    let headers = [(header::CONTENT_TYPE, "application/problem+json"), (SHOULD_RETRY, "false")];
    (status, headers, body.to_string()).into_response()
}

/// What happened to a create, and what to do.
pub(super) fn detail(session: &Session, create: &Unsettled, search: &Search) -> String {
    let number = create.number;
    let why = match &create.state {
        Standing::Unknown(why) => why.as_str(),
        _ => "its response has not come",
    };
    let looked = match search {
        Search::Found(..) | Search::Nothing => {
            "the gateway lists no such prediction yet".to_owned()
        }
        Search::EqualInFlight => {
            "an equal create is on its way, whose prediction it may be".to_owned()
        }
        Search::Several(ids) => {
            format!("the gateway lists several that it could be: {}", ids.join(", "))
        }
        Search::Unlisted(why) => format!("the gateway's list cannot be read ({why})"),
    };
    format!(
        "It is unknown what became of create {number} ({}, sent at {}): {why}. It may have been \
         accepted and billed, and it is not sent again. It was looked for: {looked}. Look for it in \
         your account; an equal create is refused until it is found or you allow it: curl -X DELETE \
         {}{UNKNOWN_CREATES}/{number} (or delete its line in {} while no recorder runs).",
        create.request.described(),
        create.sent_at,
        session.origin,
        session.ledger.path().display(),
    )
}

/// Lists them.
pub(super) fn list(session: &Session) -> Response {
    let all = session.ledger.all().into_iter().map(|create| {
        let (state, more) = match &create.state {
            Standing::InFlight => ("in-flight", None),
            Standing::Unknown(why) => ("unknown", Some(("why", why.clone()))),
            Standing::Found(id) => ("found", Some(("prediction", id.clone()))),
        };
        let mut shown = json!({
            "number": create.number,
            "state": state,
            "sent_at": create.sent_at,
            "request": create.request,
        });
        if let Some((name, text)) = more {
            shown[name] = text.into();
        }
        shown
    });
    let all: Vec<_> = all.collect();
    axum::Json(json!({"creates": all})).into_response()
}

/// Allows the one of this number again.
pub(super) async fn allow(
    session: &Session,
    number: &str,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    same_origin::change(headers)?;
    let unknown = || {
        Problem::not_found(format!(
            "There is no create {number:?} of unknown outcome; GET {UNKNOWN_CREATES} lists them."
        ))
    };
    let number: u64 = number.parse().map_err(|_| unknown())?;
    match session.with_ledger(move |ledger| ledger.allow(number)).await {
        Ok(true) => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(false) => Err(unknown()),
        Err(error) => {
            let path = session.ledger.path().display();
            Err(Problem::internal(format!("{path} cannot be written: {error}")))
        }
    }
}
