//! `serve`: its flags, and what was typed of them.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use quickrouter_emulator::{ErrorFormat, Personality, RateLimits};

/// `serve`, as it was typed.
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    pub(crate) key: Option<String>,
    pub(crate) time_scale: f64,
    pub(crate) personality: Personality,
    pub(crate) switches: Switches,
    pub(crate) rate_limits: RateLimits,
    pub(crate) creates_per_minute: Option<u64>,
    pub(crate) price: Option<f64>,
    pub(crate) faults: Option<PathBuf>,
    /// Faults in JSON, one each.
    pub(crate) fault: Vec<String>,
    pub(crate) fault_seed: Option<u64>,
}

/// Single traits, where they were typed.
#[derive(Debug)]
pub(crate) struct Switches {
    pub(crate) errors: Option<ErrorFormat>,
    pub(crate) answers_created: Option<bool>,
    pub(crate) honours_prefer: Option<bool>,
    pub(crate) honours_cancel_after: Option<bool>,
    pub(crate) relays_all: Option<bool>,
    pub(crate) urls_elsewhere: Option<bool>,
}

const HEEDED: [(&str, bool); 2] = [("heeded", true), ("dropped", false)];

/// Reads one of some words, as what it means.
fn one_of<T: Clone + Send + Sync + 'static, const N: usize>(
    words: [(&'static str, T); N],
) -> impl TypedValueParser<Value = T> {
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    PossibleValuesParser::new(names).map(move |typed: String| {
        let meant = words.iter().find(|(name, _)| *name == typed);
        meant.map(|(_, meaning)| meaning.clone()).expect("no other word is let in")
    })
}

/// The command's flags.
pub(super) fn flags(command: Command) -> Command {
    command.args(basics()).args(personality()).args(limits()).args(faults())
}

fn basics() -> [Arg; 5] {
    [
        Arg::new("host")
            .long("host")
            .value_name("ADDRESS")
            .value_parser(value_parser!(IpAddr))
            .default_value("127.0.0.1")
            .help("The address to listen on; anything but this machine's own lets others in"),
        Arg::new("port")
            .long("port")
            .value_name("PORT")
            .value_parser(value_parser!(u16))
            .default_value("0")
            .help("The port; 0 takes a free one"),
        Arg::new("key").long("key").value_name("KEY").help(
            "The only key that is accepted, made up by you; without it any key will do, as long \
             as there is one",
        ),
        Arg::new("time-scale")
            .long("time-scale")
            .value_name("FACTOR")
            .value_parser(value_parser!(f64))
            .allow_negative_numbers(true)
            .default_value("1")
            .help("How many times as fast as the gateway it is; at 0 a prediction takes no time"),
        Arg::new("price")
            .long("price")
            .value_name("USD")
            .value_parser(value_parser!(f64))
            .allow_negative_numbers(true)
            .help("What a picture would have cost, for the page's sum; it can be set there too"),
    ]
}

fn personality() -> Vec<Arg> {
    let arg = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("WHICH").help(help)
    };
    let personalities = [("replicate", Personality::Replicate), ("gateway", Personality::Gateway)];
    let forms = [("replicate", ErrorFormat::Problem), ("gateway", ErrorFormat::Gateway)];
    let all = [
        arg(
            "personality",
            "Which gateway it is like: Replicate itself, or a relay that answers 200, words its \
             errors in Chinese, drops headers, relays only what QuickRouter documents, and whose \
             URLs point at another origin",
        )
        .value_parser(one_of(personalities))
        .default_value("replicate"),
        arg("errors", "The form of errors").value_parser(one_of(forms)),
        arg("create-status", "The status of a create that was accepted")
            .value_parser(one_of([("200", false), ("201", true)])),
        arg("prefer", "What becomes of the header Prefer: wait").value_parser(one_of(HEEDED)),
        arg("cancel-after", "What becomes of the header Cancel-After").value_parser(one_of(HEEDED)),
        arg("relays", "Which routes there are")
            .value_parser(one_of([("all", true), ("documented", false)])),
        arg("urls", "Where the URLs in answers point")
            .value_parser(one_of([("here", false), ("elsewhere", true)])),
    ];
    all.into_iter().map(|arg| arg.help_heading("Personality")).collect()
}

fn limits() -> [Arg; 2] {
    [
        Arg::new("rate-limits")
            .long("rate-limits")
            .value_name("WHICH")
            .value_parser(one_of([
                ("none", RateLimits::none()),
                ("documented", RateLimits::documented()),
                ("low-credit", RateLimits::low_credit()),
            ]))
            .default_value("none")
            .help("How many requests a minute are let in: the contract's limits, or none")
            .help_heading("Limits"),
        Arg::new("creates-per-minute")
            .long("creates-per-minute")
            .value_name("N")
            .value_parser(value_parser!(u64).range(1..))
            .help("So many creates a minute are let in")
            .help_heading("Limits"),
    ]
}

fn faults() -> Vec<Arg> {
    let all = [
        Arg::new("fault").long("fault").value_name("JSON").action(ArgAction::Append).help(
            "A fault, such as {\"on\": {\"route\": \"create\", \"nth\": 1}, \"do\": \
             {\"answer\": {\"status\": 429}}}; may be given again",
        ),
        Arg::new("faults")
            .long("faults")
            .value_name("FILE")
            .value_parser(value_parser!(OsString))
            .help("A file with {\"seed\": N, \"faults\": [...]}"),
        Arg::new("fault-seed")
            .long("fault-seed")
            .value_name("N")
            .value_parser(value_parser!(u64))
            .help("What faults with a probability draw from; wins over the file's"),
    ];
    all.into_iter().map(|arg| arg.help_heading("Faults")).collect()
}

/// Reads what was typed.
pub(super) fn read(matches: &ArgMatches) -> Serving {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let is = |name: &str| matches.get_one::<bool>(name).copied();
    let known = "clap has a default for it";
    Serving {
        host: matches.get_one("host").copied().expect(known),
        port: matches.get_one("port").copied().expect(known),
        key: text("key"),
        time_scale: matches.get_one("time-scale").copied().expect(known),
        personality: matches.get_one("personality").copied().expect(known),
        switches: Switches {
            errors: matches.get_one("errors").copied(),
            answers_created: is("create-status"),
            honours_prefer: is("prefer"),
            honours_cancel_after: is("cancel-after"),
            relays_all: is("relays"),
            urls_elsewhere: is("urls"),
        },
        rate_limits: matches.get_one("rate-limits").copied().expect(known),
        creates_per_minute: matches.get_one("creates-per-minute").copied(),
        price: matches.get_one("price").copied(),
        faults: matches.get_one::<OsString>("faults").map(PathBuf::from),
        fault: matches.get_many("fault").into_iter().flatten().cloned().collect(),
        fault_seed: matches.get_one("fault-seed").copied(),
    }
}
