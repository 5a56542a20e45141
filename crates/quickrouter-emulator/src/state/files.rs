//! The uploaded files, in the order of upload, within limits.

use crate::model::rng::Rng;
use crate::state::paging::{Cursor, Page, page};
use crate::store::{Journal, Table};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How many files are kept; then the oldest is dropped.
const MAX_COUNT: usize = 10_000;
/// How many bytes of names and metadata are kept; then the oldest file is dropped.
const MAX_METADATA_BYTES: usize = 64 * 1024 * 1024;
/// How many bytes of contents are kept, including uploads in progress; then the oldest content is
/// dropped.
const MAX_CONTENT_BYTES: usize = 512 * 1024 * 1024;

/// Digests of a content, in hexadecimal.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Digests {
    pub(crate) sha256: String,
    pub(crate) md5: String,
}

/// A file's record.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) size: usize,
    pub(crate) digests: Digests,
    /// A JSON object; kept as text, which is smaller.
    pub(crate) metadata: String,
    pub(crate) created_at: SystemTime,
    pub(crate) expires_at: SystemTime,
}

impl File {
    fn words(&self) -> usize {
        self.name.len() + self.content_type.len() + self.metadata.len()
    }
}

/// A file as it was uploaded.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) digests: Digests,
    pub(crate) metadata: String,
    pub(crate) content: Bytes,
}

/// A file that has its number, but is not shown yet.
#[derive(Debug)]
pub(crate) struct NewFile {
    pub(crate) number: u64,
    pub(crate) file: Arc<File>,
    pub(crate) content: Bytes,
}

/// There is no room for another upload beside those in progress.
#[derive(Debug)]
pub(crate) struct TooManyUploads;

/// The limits.
#[derive(Debug)]
struct Bounds {
    files: usize,
    words: usize,
    contents: usize,
}

/// Everything that is stored.
#[derive(Debug)]
pub(crate) struct Files {
    ids: Rng,
    retention: Duration,
    bounds: Bounds,
    count: u64,
    words: usize,
    /// Bytes of stored contents.
    contents: usize,
    /// Bytes of uploads in progress.
    uploading: usize,
    /// The contents of files up to this number are dropped.
    emptied: u64,
    records: BTreeMap<u64, (Arc<File>, Option<Bytes>)>,
    numbers: HashMap<String, u64>,
    /// Until then, an older file may expire later than a newer one.
    unordered: Option<SystemTime>,
    journal: Journal,
}

impl Files {
    /// A store that keeps files for `retention`.
    pub(crate) fn new(ids: Rng, retention: Duration) -> Self {
        Self {
            ids,
            retention,
            bounds: Bounds {
                files: MAX_COUNT,
                words: MAX_METADATA_BYTES,
                contents: MAX_CONTENT_BYTES,
            },
            count: 0,
            words: 0,
            contents: 0,
            uploading: 0,
            emptied: 0,
            records: BTreeMap::new(),
            numbers: HashMap::new(),
            unordered: None,
            journal: Journal::default(),
        }
    }

    /// The files that were kept, and a journal for those to come. `count` have been uploaded so far.
    pub(crate) fn restore(
        &mut self,
        kept: Vec<(u64, File, Option<Bytes>)>,
        count: u64,
        journal: Journal,
    ) {
        self.count = kept.last().map_or(0, |(number, ..)| *number).max(count);
        // They were uploaded when the time scale may have been another.
        self.unordered = kept.iter().map(|(_, file, _)| file.expires_at).max();
        for (number, file, content) in kept {
            self.words += file.words();
            self.contents += content.as_ref().map_or(0, Bytes::len);
            self.numbers.insert(file.id.clone(), number);
            self.records.insert(number, (Arc::new(file), content));
        }
        self.journal = journal;
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// How many bytes of contents are kept.
    pub(crate) fn bytes(&self) -> usize {
        self.contents
    }

    /// Reserves this many more bytes for an upload in progress.
    pub(crate) fn reserve(&mut self, bytes: usize) -> Result<(), TooManyUploads> {
        if self.uploading + bytes > self.bounds.contents {
            return Err(TooManyUploads);
        }
        self.uploading += bytes;
        while self.contents + self.uploading > self.bounds.contents {
            self.let_oldest_content_go();
        }
        Ok(())
    }

    /// Releases the reservation of a finished upload.
    pub(crate) fn release(&mut self, bytes: usize) {
        self.uploading -= bytes;
    }

    fn let_oldest_content_go(&mut self) {
        let next = self.emptied.saturating_add(1);
        match self.records.range_mut(next..).next() {
            Some((number, (_, content))) => {
                self.emptied = *number;
                self.contents -= content.take().map_or(0, |content| content.len());
                self.journal.remove(Table::Contents, *number);
            }
            None => self.contents = 0,
        }
    }

    /// Numbers a file.
    pub(crate) fn admit(&mut self, uploaded: Upload, now: SystemTime) -> NewFile {
        let Upload { name, content_type, digests, metadata, content } = uploaded;
        let file = Arc::new(File {
            id: self.fresh_id(),
            name,
            content_type,
            size: content.len(),
            digests,
            metadata,
            created_at: now,
            expires_at: now + self.retention,
        });
        self.count += 1;
        NewFile { number: self.count, file, content }
    }

    /// Stores a file. Space for its content is reserved before.
    pub(crate) fn insert(&mut self, new: NewFile) -> Arc<File> {
        let NewFile { number, file, content } = new;
        // Newer ones may have been quicker.
        self.emptied = self.emptied.min(number - 1);
        self.words += file.words();
        self.contents += content.len();
        self.numbers.insert(file.id.clone(), number);
        self.records.insert(number, (Arc::clone(&file), Some(content)));
        while self.len() > self.bounds.files || (self.words > self.bounds.words && self.len() > 1) {
            let oldest = self.records.first_key_value().map(|(number, _)| *number);
            self.remove(oldest.unwrap_or_default());
        }
        file
    }

    fn fresh_id(&mut self) -> String {
        loop {
            let id = self.ids.alphanumeric(30);
            if !self.numbers.contains_key(&id) {
                return id;
            }
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<File>> {
        self.records.get(self.numbers.get(id)?).map(|(file, _)| Arc::clone(file))
    }

    /// A file with its content, if that is still stored.
    pub(crate) fn content(&self, id: &str) -> Option<(Arc<File>, Bytes)> {
        let (file, content) = self.records.get(self.numbers.get(id)?)?;
        Some((Arc::clone(file), content.clone()?))
    }

    /// Deletes a file; returns whether it existed.
    pub(crate) fn delete(&mut self, id: &str) -> bool {
        let number = self.numbers.get(id).copied();
        number.inspect(|number| self.remove(*number)).is_some()
    }

    fn remove(&mut self, number: u64) {
        if let Some((file, content)) = self.records.remove(&number) {
            self.words -= file.words();
            self.contents -= content.map_or(0, |content| content.len());
            self.numbers.remove(&file.id);
            self.journal.remove(Table::Files, number);
            self.journal.remove(Table::Contents, number);
        }
    }

    /// Drops expired files. All are kept equally long: the oldest expire first.
    pub(crate) fn sweep(&mut self, now: SystemTime) {
        while let Some((number, (file, _))) = self.records.first_key_value() {
            if file.expires_at > now {
                break;
            }
            self.remove(*number);
        }
        if self.unordered.is_some_and(|until| until > now) {
            let expired = self.records.iter().filter(|(_, (file, _))| file.expires_at <= now);
            let expired: Vec<u64> = expired.map(|(number, _)| *number).collect();
            for number in expired {
                self.remove(number);
            }
        }
    }

    /// A page of at most `size` files.
    pub(crate) fn page(&self, cursor: Option<Cursor>, size: usize) -> Page<Arc<File>> {
        page(&self.records, cursor, size).map(|(file, _)| Arc::clone(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: SystemTime = SystemTime::UNIX_EPOCH;

    fn files(bounds: Bounds) -> Files {
        Files { bounds, ..Files::new(Rng::from_seed(0), Duration::from_secs(60)) }
    }

    /// As an upload does it.
    fn upload(files: &mut Files, name: &str, size: usize) -> Option<String> {
        files.reserve(size).ok()?;
        files.release(size);
        let uploaded = Upload {
            name: name.into(),
            content_type: String::new(),
            digests: Digests::default(),
            metadata: String::new(),
            content: vec![0; size].into(),
        };
        let new = files.admit(uploaded, START);
        Some(files.insert(new).id.clone())
    }

    #[test]
    fn the_oldest_content_makes_room_and_its_file_is_still_known() {
        let mut files = files(Bounds { files: 9, words: 99, contents: 100 });
        let all: Vec<String> = (0..3).map(|_| upload(&mut files, "a", 40).expect("room")).collect();
        assert!(files.content(&all[0]).is_none() && files.get(&all[0]).is_some());
        assert!(files.content(&all[1]).is_some() && files.content(&all[2]).is_some());
        assert_eq!(files.bytes(), 80);
        files.delete(&all[1]);
        assert_eq!(files.bytes(), 40);
    }

    #[test]
    fn uploads_under_way_count_and_one_beyond_the_bound_is_refused() {
        let mut files = files(Bounds { files: 9, words: 99, contents: 100 });
        let kept = upload(&mut files, "a", 40).expect("room");
        files.reserve(60).expect("room");
        assert!(files.content(&kept).is_some());
        files.reserve(1).expect("room");
        assert!(files.content(&kept).is_none(), "it made room");
        assert!(files.reserve(40).is_err());
        files.release(61);
        assert!(files.reserve(100).is_ok());
    }

    #[test]
    fn the_oldest_file_goes_when_there_are_too_many_or_their_names_are_too_long() {
        let mut files = files(Bounds { files: 2, words: 10, contents: 100 });
        let first = upload(&mut files, "a", 1).expect("room");
        let second = upload(&mut files, "b", 1).expect("room");
        let third = upload(&mut files, "c", 1).expect("room");
        assert!(files.get(&first).is_none() && files.get(&second).is_some());
        upload(&mut files, "123456789", 1).expect("room");
        assert!(files.get(&second).is_none() && files.get(&third).is_some());
        upload(&mut files, "longer than all", 1).expect("room");
        assert_eq!((files.len(), files.bytes()), (1, 1));
    }
}
