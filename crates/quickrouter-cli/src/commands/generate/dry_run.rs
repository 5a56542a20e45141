//! `--dry-run`: shows the request, what the model makes of it, and what it may cost. Nothing is created,
//! and no key is read.
//!
//! The one request that it sends is that of the public price list: without the key, where the profile has
//! no price of its own, and only to a gateway that the profile names as of the family.

use std::io;

use indicatif::HumanBytes;
use quickrouter::RequestPreview;
use quickrouter_account::Estimate;
use serde_json::{Map, Value, json};

use super::curl;
use super::request::{request, wording};
use crate::args::command_line::GenerateArgs;
use crate::args::money::DryRun;
use crate::args::settings::KEY_VARIABLE;
use crate::commands::money::price;
use crate::commands::money::spending::RunCost;
use crate::connect::{gateway, profile};
use crate::exit::failure::Failure;
use crate::input::collect::{Input, collect};
use crate::output::printer::Printer;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// Data URIs longer than this are shortened for people.
const LONGEST_DATA: usize = 60;

/// Shows the request, and returns the exit code: that of a refusal if the run would be refused.
pub(super) async fn run(args: &GenerateArgs, printer: &Printer) -> u8 {
    let form = if args.flags.json { DryRun::Json } else { form(args) };
    let failure = match Shown::collect(args, printer).await {
        Ok(shown) => {
            let refusal = shown.refusal(printer).err();
            let done = match form {
                DryRun::Text => shown.text(args, printer),
                DryRun::Json => shown.document(refusal.as_ref(), printer).map_err(Failure::from),
                DryRun::Curl => shown.curl(printer),
            };
            done.err().or(refusal)
        }
        Err(failure) => {
            if form == DryRun::Json {
                let document = json!({"error": failure.to_json(printer.lang())});
                // The failure counts more than that it cannot be printed.
                let _ = printer.json(&document);
            }
            Some(failure)
        }
    };
    failure.map_or(0, |failure| printer.failure(&failure))
}

fn form(args: &GenerateArgs) -> DryRun {
    args.flags.money.dry_run.unwrap_or(DryRun::Text)
}

/// What is shown.
struct Shown {
    preview: RequestPreview,
    input: Input,
    effective: Option<Map<String, Value>>,
    warnings: Vec<Message>,
    cost: RunCost,
    estimate: Estimate,
}

impl Shown {
    async fn collect(args: &GenerateArgs, printer: &Printer) -> Result<Self, Failure> {
        let input = collect(args).await?;
        let connected = gateway::connect_keyless(&args.connection)?;
        let profile = profile::in_force(&connected.settings, &connected.client);
        let client = connected.client;
        let cost = RunCost::new(&client, profile, &args.flags.money, printer)?;
        let preview = client.preview(request(args, input.json.clone()))?;
        let warnings = preview.warnings.iter().chain(&input.warnings);
        let warnings = warnings.map(wording).collect();
        let effective = args.model.known.zip(input.json.as_object());
        let effective = effective.map(|(model, input)| model.effective(input));
        let estimate = cost.account().estimate(&args.model.full, &input.json).await;
        Ok(Self { preview, input, effective, warnings, cost, estimate })
    }

    /// Whether the run would be refused.
    fn refusal(&self, printer: &Printer) -> Result<(), Failure> {
        self.cost.limits().check(&self.estimate, self.cost.account().profile(), printer)
    }

    fn question(&self, printer: &Printer) -> Option<Message> {
        self.cost.limits().question(&self.estimate, self.cost.account().profile(), printer)
    }

    fn prices(&self, printer: &Printer) -> Vec<Message> {
        price::lines(&self.estimate, self.cost.account().profile(), printer.lang())
    }

    fn text(&self, args: &GenerateArgs, printer: &Printer) -> Result<(), Failure> {
        self.warn(printer);
        let (method, url) = (self.preview.method, &self.preview.url);
        printer.message(&message!("dry-run-request", method = method, url = url))?;
        for (name, value) in &self.preview.headers {
            printer.line(&format!("{name}: {value}"))?;
        }
        printer.json(&shortened(&self.preview.body, printer.lang()))?;
        for upload in &self.input.uploads {
            let size = HumanBytes(upload.size).to_string();
            let (flag, file) = (&upload.flag, upload.path.display());
            printer.message(&message!("dry-run-upload", flag = flag, file = file, size = size))?;
        }
        for reference in &self.input.references {
            let (flag, text) = (&reference.flag, &reference.text);
            printer.message(&message!("dry-run-reference", flag = flag, text = text))?;
        }
        if let Some(effective) = &self.effective {
            printer.message(&message!("dry-run-effective", model = &args.model.full))?;
            self.effective_lines(effective, printer)?;
        }
        for line in self.prices(printer).iter().chain(&self.question(printer)) {
            printer.message(line)?;
        }
        Ok(printer.message(&message!("dry-run-nothing-sent"))?)
    }

    fn effective_lines(&self, effective: &Map<String, Value>, printer: &Printer) -> io::Result<()> {
        for (name, value) in effective {
            let text = match shortened(value, printer.lang()) {
                Value::String(text) if !text.is_empty() => text,
                other => other.to_string(),
            };
            let is_given = self.input.json.get(name).is_some_and(|given| !given.is_null());
            let line = if is_given {
                message!("dry-run-given", name = name, value = text)
            } else {
                message!("dry-run-default", name = name, value = text)
            };
            printer.line(&format!("  {}", line.to_text(printer.lang())))?;
        }
        Ok(())
    }

    fn document(&self, refusal: Option<&Failure>, printer: &Printer) -> io::Result<()> {
        let key = format!("Bearer ${KEY_VARIABLE}");
        let fixed = [("authorization", key), ("content-type", "application/json".to_owned())];
        let headers: Map<String, Value> = fixed
            .iter()
            .chain(&self.preview.headers)
            .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
            .collect();
        let uploads = self.input.uploads.iter().map(|upload| {
            let file = upload.path.display().to_string();
            json!({"input": upload.input, "flag": upload.flag, "file": file, "bytes": upload.size})
        });
        let references = self.input.references.iter().map(|reference| {
            json!({"input": reference.input, "flag": reference.flag, "output": reference.text})
        });
        let warnings = self.warnings.iter().map(|warning| warning.to_text(printer.lang()));
        let profile = self.cost.account().profile();
        let mut document = json!({
            "request": {
                "method": self.preview.method,
                "url": self.preview.url,
                "headers": headers,
                "body": self.preview.body,
            },
            "uploads": uploads.collect::<Vec<_>>(),
            "references": references.collect::<Vec<_>>(),
            "effective": self.effective,
            "warnings": warnings.collect::<Vec<_>>(),
            "price": price::to_json(&self.estimate, profile, printer.lang()),
            "to_confirm": self.question(printer).is_some(),
        });
        if let Some(refusal) = refusal {
            document["error"] = refusal.to_json(printer.lang());
        }
        printer.json(&document)
    }

    /// The command alone goes to stdout.
    fn curl(&self, printer: &Printer) -> Result<(), Failure> {
        self.warn(printer);
        for upload in &self.input.uploads {
            let (flag, file) = (&upload.flag, upload.path.display());
            let variable = curl::variable_name(upload.input);
            printer.note(&message!(
                "dry-run-curl-upload",
                flag = flag,
                file = file,
                variable = variable
            ));
        }
        for reference in &self.input.references {
            let (flag, text) = (&reference.flag, &reference.text);
            let variable = curl::variable_name(reference.input);
            printer.note(&message!(
                "dry-run-curl-reference",
                flag = flag,
                text = text,
                variable = variable
            ));
        }
        for line in self.prices(printer).into_iter().chain(self.question(printer)) {
            printer.note(&line);
        }
        let uploads = self.input.uploads.iter().map(|upload| upload.input);
        let later = uploads.chain(self.input.references.iter().map(|reference| reference.input));
        Ok(printer.exact(&curl::command(&self.preview, &later.collect::<Vec<_>>())?)?)
    }

    fn warn(&self, printer: &Printer) {
        for warning in &self.warnings {
            printer.warning(warning);
        }
    }
}

/// A value with data URIs as their beginning and length.
fn shortened(value: &Value, lang: Lang) -> Value {
    match value {
        Value::String(text) if text.starts_with("data:") && text.len() > LONGEST_DATA => {
            let start: String = text.chars().take(LONGEST_DATA).collect();
            let message = message!("dry-run-data", start = start, characters = text.len());
            message.to_text(lang).into()
        }
        Value::Array(values) => values.iter().map(|value| shortened(value, lang)).collect(),
        Value::Object(fields) => {
            let short = |(name, value): (&String, &Value)| (name.clone(), shortened(value, lang));
            Value::Object(fields.iter().map(short).collect())
        }
        other => other.clone(),
    }
}
