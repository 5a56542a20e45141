//! Durations as they are typed: `90s`, `10m`, `1h30m`.

use std::time::Duration;

/// Units that are too long for a wait; humantime reads `M` as months.
const MONTHS: [&str; 3] = ["M", "month", "months"];
const YEARS: [&str; 5] = ["y", "yr", "yrs", "year", "years"];

/// Reads a duration, longer than nothing.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if let Some(unit) = units(text).find(|unit| MONTHS.contains(unit) || YEARS.contains(unit)) {
        return Err(match unit {
            "M" => format!("{text} means months; write {} for minutes", text.replace('M', "m")),
            _ => format!("{unit} is too long a unit for a wait; write it in days (d) or less"),
        });
    }
    if text.starts_with(['"', '\'']) {
        return Err("it is in quotes; leave them out".to_owned());
    }
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("it must be longer than nothing".to_owned()),
        Ok(duration) => Ok(duration),
        Err(error) => Err(format!("{error}; write it like 500ms, 90s, 10m or 1h30m")),
    }
}

/// The units in a duration.
fn units(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|unit| !unit.is_empty())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn durations_are_written_with_their_units() {
        assert_eq!(duration("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration(" 2min\r\n"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("\u{feff}1d"), Ok(Duration::from_secs(86_400)));
        assert!(duration("600").unwrap_err().contains("write it like"));
        assert!(duration("0s").is_err());
    }

    #[test]
    fn months_and_years_are_refused_and_minutes_suggested() {
        for text in ["10M", "1h10M", "10 M", "1M30s"] {
            let message = duration(text).unwrap_err();
            let meant = text.replace('M', "m");
            assert_eq!(message, format!("{text} means months; write {meant} for minutes"));
        }
        for text in ["1month", "2 months", "1y", "1year 2d", "3yrs"] {
            assert!(duration(text).unwrap_err().contains("too long a unit"), "{text}");
        }
        assert!(duration("'10m'").unwrap_err().contains("in quotes"));
        assert!(duration("99999999999999999999w").is_err());
    }
}
