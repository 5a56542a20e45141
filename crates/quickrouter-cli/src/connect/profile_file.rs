//! Sets a key of a profile in the configuration file, and leaves everything else there as it is.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use quickrouter_account::Config;
use tempfile::NamedTempFile;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::connect::account_errors::{of_account, unwritable};
use crate::exit::failure::Failure;
use crate::text::encoding::decoded;
use crate::text::message::{Message, message};

/// How many links in a row are followed, as by Linux (path_resolution(7)).
const LINKS: usize = 40;

/// The text of the configuration file; empty if there is none.
///
/// # Errors
/// It cannot be read.
pub(crate) fn read(config: &Config) -> Result<String, Failure> {
    match std::fs::read(config.path()) {
        Ok(bytes) => decoded(bytes).map_err(|why| unreadable(config, why)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(unreadable(config, Message::verbatim(error.to_string()))),
    }
}

fn unreadable(config: &Config, why: Message) -> Failure {
    let failure = Failure::refused(message!("config-unreadable", path = config.path().display()));
    failure.with(why)
}

/// The text `old` of the configuration file with `profiles.PROFILE.KEY` set, and the configuration that
/// it makes. Nothing is written.
///
/// # Errors
/// The file would not be valid.
pub(crate) fn with_key(
    config: &Config,
    old: &str,
    [profile, key, text]: [&str; 3],
) -> Result<(String, Config), Failure> {
    let path = config.path();
    let unreadable = |why: String| unreadable(config, Message::verbatim(why));
    let parsed = old.trim_start_matches('\u{feff}').parse::<DocumentMut>();
    let mut document = parsed.map_err(|error| unreadable(error.message().to_owned()))?;
    // The comments of a file with nothing else would end up behind the table.
    let comments = if document.is_empty() { document.trailing().as_str() } else { None };
    let comments = comments.map(str::to_owned).unwrap_or_default();
    if document.is_empty() {
        document.set_trailing("");
    }
    let mut tables = Table::new();
    tables.set_implicit(true);
    let profiles = document.entry("profiles").or_insert(Item::Table(tables));
    let table = profiles
        .as_table_like_mut()
        .map(|profiles| profiles.entry(profile).or_insert(Item::Table(Table::new())));
    let table = table.and_then(Item::as_table_like_mut);
    let table = table.ok_or_else(|| unreadable(format!("profiles.{profile} is no table")))?;
    table.insert(key, value(text));
    let new = format!("{comments}{document}");
    let config = Config::parse(path, &new).map_err(of_account)?;
    Ok((new, config))
}

/// Replaces the configuration file. Who is interrupted has the old one.
///
/// # Errors
/// It cannot be written.
pub(crate) fn write(config: &Config, text: &str) -> Result<(), Failure> {
    // The file itself, where its name is a link into somebody's own folder of settings.
    let path = led_to(config.path());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    replace(folder.unwrap_or(Path::new(".")), &path, text)
        .map_err(|error| unwritable(&path, error.into()))
}

/// Where links lead, also to a file that does not exist yet. A circle of links is left for the system to
/// refuse.
fn led_to(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = std::fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

fn replace(folder: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    if let Ok(old) = std::fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use quickrouter_account::Config;

    use super::with_key;

    #[test]
    fn a_key_is_set_and_everything_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let old =
            "# mine\ndefault-profile = \"work\" # why not\n\n[profiles.work]\ngroup = 'vip'\n";
        std::fs::write(&path, old).unwrap();
        let config = Config::read(Some(&path)).unwrap();
        let (text, config) =
            with_key(&config, old, ["work", "key-command", "pass show qr"]).unwrap();
        assert_eq!(text, format!("{old}key-command = \"pass show qr\"\n"));
        assert!(config.profile(None).unwrap().sets("key-command"));
        let (text, _) = with_key(&config, old, ["new", "base-url", "https://a.example"]).unwrap();
        assert_eq!(text, format!("{old}\n[profiles.new]\nbase-url = \"https://a.example\"\n"));
        let (text, _) = with_key(&config, "# mine\n", ["new", "group", "a"]).unwrap();
        assert_eq!(text, "# mine\n[profiles.new]\ngroup = \"a\"\n");
    }

    #[test]
    fn what_would_not_be_valid_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let old = "[profiles.work]\nkey-file = 'a'\n";
        std::fs::write(&path, old).unwrap();
        let config = Config::read(Some(&path)).unwrap();
        let failure = with_key(&config, old, ["work", "key-command", "pass"]).unwrap_err();
        assert!(failure.text().contains("key-file and key-command"), "{}", failure.text());
    }
}
