//! The database: one file of redb, in which a transaction is there as a whole or not at all.

use super::folder::sync_folder;
use super::queue::{Change, Key, RowValue, Table};
use super::ticket::NotKept;
use crate::error::Error;
use bytes::Bytes;
use redb::backends::FileBackend;
use redb::{
    Database, DatabaseError, ReadableTable as _, StorageBackend, StorageError, TableDefinition,
    WriteTransaction,
};
use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the file.
const FILE: &str = "emulator.redb";
/// The version of what the rows mean. Raise it when older rows can no longer be read as they are.
const FORMAT: u64 = 1;
/// The length of redb's magic number: <https://github.com/cberner/redb/blob/master/docs/design.md>.
const MAGIC: usize = 9;
/// All is in memory anyway: the database needs little of it.
const CACHE: usize = 16 * 1024 * 1024;
/// A file of more than twice what is in it, and this much more, is compacted at the start.
const SLACK: u64 = 64 * 1024 * 1024;

/// What stands beside the rows: totals, and these.
const NUMBERS: TableDefinition<'_, &str, u64> = TableDefinition::new("numbers");
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

fn definition(table: Table) -> TableDefinition<'static, u64, &'static [u8]> {
    TableDefinition::new(table.name())
}

/// Opens the database, again after an error of the disk.
pub(super) struct Opener {
    path: PathBuf,
    open: Box<dyn FnMut() -> Result<Database, DatabaseError> + Send>,
}

impl Opener {
    pub(super) fn new(
        path: PathBuf,
        open: impl FnMut() -> Result<Database, DatabaseError> + Send + 'static,
    ) -> Self {
        Self { path, open: Box::new(open) }
    }

    /// Opens the database in this folder.
    ///
    /// # Errors
    /// The folder cannot be created.
    pub(super) fn folder(folder: &Path) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::State {
            path: folder.to_owned(),
            why: format!("the folder cannot be created: {error}"),
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let path = folder.join(FILE);
        let (file, folder) = (path.clone(), folder.to_owned());
        Ok(Self::new(path, move || {
            let mut options = fs::OpenOptions::new();
            let options = options.read(true).write(true).create(true).truncate(false);
            // Locks it.
            let database = create(FileBackend::new(options.open(&file)?)?)?;
            sync_folder(&folder)?;
            if let Some(parent) = folder.parent() {
                // It may be new as well, but need not be ours.
                let _ = sync_folder(parent);
            }
            Ok(database)
        }))
    }

    /// Makes an error of a reason.
    pub(super) fn failed(&self) -> impl Fn(&str) -> Error + use<> {
        let path = self.path.clone();
        move |why| Error::State { path: path.clone(), why: why.to_owned() }
    }
}

/// Opens the database, or creates it.
pub(super) fn create(backend: impl StorageBackend) -> Result<Database, DatabaseError> {
    // redb refuses a file whose creation was interrupted: it has no magic number yet, which is
    // written last. Nothing was promised by then.
    let length = usize::try_from(backend.len()?).unwrap_or(MAGIC);
    if backend.read(0, length.min(MAGIC))?.iter().all(|byte| *byte == 0) {
        backend.set_len(0)?;
    }
    let mut builder = Database::builder();
    // The one that later versions of redb read.
    builder.set_cache_size(CACHE).create_with_file_format_v3(true);
    builder.create_with_backend(backend)
}

/// Everything that was kept.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) id_seed: u64,
    /// How often it was opened before.
    pub(crate) starts: u64,
    pub(crate) totals: HashMap<String, u64>,
    pub(crate) rows: HashMap<&'static str, Vec<(u64, Bytes)>>,
}

impl Loaded {
    /// The rows of a table in the order of their keys.
    pub(crate) fn take(&mut self, table: Table) -> Vec<(u64, Bytes)> {
        self.rows.remove(table.name()).unwrap_or_default()
    }
}

/// The database, open for writing.
pub(super) struct Disk {
    opener: Opener,
    /// `None` after an error, until it is opened again: redb does not go on after one.
    database: Option<Database>,
    totals: HashMap<String, u64>,
    /// Whether the totals on the disk may be others.
    stale: bool,
}

impl Disk {
    /// Opens the database, and reads it.
    ///
    /// # Errors
    /// [`Error::State`].
    pub(super) fn open(mut opener: Opener, id_seed: u64) -> Result<(Self, Loaded), Error> {
        let failed = opener.failed();
        let mut database = (opener.open)().map_err(|error| failed(&explained(&error)))?;
        let loaded = load(&database, id_seed).map_err(|failure| match &failure {
            Failure::Format(_) => failed(&failure.to_string()),
            Failure::Redb(error) => failed(&format!("it is damaged ({error}); {ANEW}")),
        })?;
        let rows = loaded.rows.values().flatten();
        let size: u64 = rows.map(|(_, row)| u64::try_from(row.len()).unwrap_or(u64::MAX)).sum();
        let file = fs::metadata(&opener.path).map_or(0, |file| file.len());
        if file > size.saturating_mul(2).saturating_add(SLACK) {
            database.compact().map_err(|error| {
                failed(&format!("it could not be compacted ({error}); make room, or {ANEW}"))
            })?;
        }
        let totals = loaded.totals.clone();
        Ok((Self { opener, database: Some(database), totals, stale: false }, loaded))
    }

    /// Writes rows and changes in one transaction, which is on the disk when this returns.
    ///
    /// # Errors
    /// [`NotKept`], uncertain unless it was not even tried.
    pub(super) fn write(
        &mut self,
        rows: &HashMap<Key, RowValue>,
        changes: &[Change],
    ) -> Result<(), NotKept> {
        let database = match self.database.take() {
            Some(database) => database,
            None => (self.opener.open)().map_err(|error| {
                let why = NotKept::new(format!("{}: {error}", self.opener.path.display()));
                NotKept { full: Failure::from(error).is_full(), ..why }
            })?,
        };
        let mut counted: HashMap<&str, u64> = HashMap::new();
        for (name, number) in changes.iter().flat_map(|change| &change.counts) {
            let before = || self.totals.get(name).copied().unwrap_or_default();
            *counted.entry(name).or_insert_with(before) += number;
        }
        let others = self.totals.iter().map(|(name, total)| (name.as_str(), *total));
        let others = others.filter(|(name, _)| self.stale && !counted.contains_key(name));
        let told = others.chain(counted.iter().map(|(name, total)| (*name, *total)));
        match transact(&database, rows, changes, told) {
            Ok(()) => {
                self.database = Some(database);
                self.totals
                    .extend(counted.into_iter().map(|(name, total)| (name.to_owned(), total)));
                self.stale = false;
                Ok(())
            }
            Err(error) => {
                self.stale = true;
                let why = format!("{}: {error}", self.opener.path.display());
                Err(NotKept { full: error.is_full(), uncertain: true, ..NotKept::new(why) })
            }
        }
    }
}

const ANEW: &str = "move it away to begin anew";

/// Why the database cannot be opened, and what to do.
fn explained(error: &DatabaseError) -> String {
    match error {
        DatabaseError::DatabaseAlreadyOpen => {
            "another process uses it; stop that one, or use another folder".to_owned()
        }
        DatabaseError::UpgradeRequired(version) => {
            format!("its file format ({version}) is not this version's; {ANEW}")
        }
        DatabaseError::Storage(StorageError::Io(error))
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            ) =>
        {
            format!("it is damaged, or not a database of the emulator ({error}); {ANEW}")
        }
        DatabaseError::Storage(StorageError::Io(error)) => {
            format!("it cannot be opened for reading and writing: {error}")
        }
        other => format!("it is damaged ({other}); {ANEW}"),
    }
}

/// Why a transaction failed.
enum Failure {
    /// The rows have this format.
    Format(u64),
    Redb(Box<redb::Error>),
}

impl<E: Into<redb::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Redb(Box::new(error.into()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(format) => write!(
                f,
                "it was written by another version of the emulator (its format is {format}, not \
                 {FORMAT}); use that version, or another folder"
            ),
            Self::Redb(error) => error.fmt(f),
        }
    }
}

impl Failure {
    /// Whether the disk, or the share of it, is full.
    fn is_full(&self) -> bool {
        let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
        let Self::Redb(error) = self else { return false };
        matches!(&**error, redb::Error::Io(error) if full.contains(&error.kind()))
    }
}

/// Reads everything, and counts this start.
fn load(database: &Database, id_seed: u64) -> Result<Loaded, Failure> {
    let mut loaded = Loaded::default();
    let transaction = database.begin_write()?;
    {
        let mut meta = transaction.open_table(META)?;
        let mut number = |name, fresh| -> Result<u64, Failure> {
            let kept = meta.get(name)?.map(|kept| kept.value());
            if kept.is_none() {
                meta.insert(name, fresh)?;
            }
            Ok(kept.unwrap_or(fresh))
        };
        let format = number("format", FORMAT)?;
        if format != FORMAT {
            return Err(Failure::Format(format));
        }
        loaded.id_seed = number("id_seed", id_seed)?;
        loaded.starts = number("starts", 0)?;
        meta.insert("starts", loaded.starts + 1)?;
        for total in transaction.open_table(NUMBERS)?.iter()? {
            let (name, total) = total?;
            loaded.totals.insert(name.value().to_owned(), total.value());
        }
        for table in Table::ALL {
            let mut rows = Vec::new();
            for row in transaction.open_table(definition(table))?.iter()? {
                let (key, row) = row?;
                rows.push((key.value(), Bytes::copy_from_slice(row.value())));
            }
            loaded.rows.insert(table.name(), rows);
        }
    }
    transaction.commit()?;
    Ok(loaded)
}

fn transact<'a>(
    database: &Database,
    rows: &HashMap<Key, RowValue>,
    changes: &[Change],
    totals: impl Iterator<Item = (&'a str, u64)>,
) -> Result<(), Failure> {
    // Immediate durability is redb's default: a commit returns once all is on the disk.
    let transaction = database.begin_write()?;
    for table in Table::ALL {
        let of = |(own, _): &Key| *own == table;
        let set = changes.iter().flat_map(|change| &change.rows);
        let set = set.map(|(key, row)| (key, Some(row)));
        let all = rows.iter().map(|(key, row)| (key, row.as_ref())).chain(set);
        write_table(&transaction, table, all.filter(|(key, _)| of(key)))?;
    }
    let mut totals = totals.peekable();
    if totals.peek().is_some() {
        let mut numbers = transaction.open_table(NUMBERS)?;
        for (name, total) in totals {
            numbers.insert(name, total)?;
        }
    }
    transaction.commit()?;
    Ok(())
}

type RowRef<'a> = (&'a Key, Option<&'a std::sync::Arc<dyn super::queue::Row>>);

fn write_table<'a>(
    transaction: &WriteTransaction,
    table: Table,
    rows: impl Iterator<Item = RowRef<'a>>,
) -> Result<(), Failure> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let mut kept = transaction.open_table(definition(table))?;
    for ((_, key), row) in rows {
        match row {
            None => drop(kept.remove(key)?),
            Some(row) => {
                let bytes = row.bytes().map_err(|why| {
                    io::Error::new(io::ErrorKind::InvalidInput, format!("a row: {why}"))
                })?;
                kept.insert(key, &*bytes)?;
            }
        }
    }
    Ok(())
}
