//! Pictures in results: what a model gets to see.

#[cfg(test)]
pub(crate) mod crafted;
mod decode;
pub(crate) mod open;
#[cfg(test)]
mod tests;
mod thumbnail;

use std::io::Read;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::DynamicImage;

pub(crate) use self::decode::dimensions;

/// How much of a picture a result contains. The file is named in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Images {
    /// Nothing.
    None,
    /// A thumbnail.
    #[default]
    Thumbnail,
    /// The picture as it was saved, if clients show its type and size; else a thumbnail.
    Full,
}

/// The base64 of all thumbnails of one result, in bytes. Clients bound the results of tools, and base64
/// counts as text in some of them.
const MAX_BASE64: usize = 64_000;
/// More pictures of one result are not shown: their thumbnails would be too small to be of use.
const MAX_PICTURES: usize = 16;
/// The largest picture that is shown as it was saved, and its longest side: models take 5 MB of base64 and
/// 8000 pixels, <https://docs.anthropic.com/en/docs/build-with-claude/vision>.
const MAX_FULL_BYTES: u64 = 3 << 20;
const MAX_FULL_SIDE: u32 = 8000;
/// All pictures of one result that are shown as they were saved.
const MAX_ALL_FULL_BYTES: u64 = 8 << 20;
/// The types that are shown as they were saved: those of the page above.
const SHOWN: [&str; 4] = ["image/gif", "image/jpeg", "image/png", "image/webp"];

/// Held while a picture is decoded: however many calls there are, the memory of one picture is taken.
static DECODING: Mutex<()> = Mutex::new(());

/// A picture of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Base64.
    pub(crate) data: String,
    pub(crate) media_type: &'static str,
}

/// The pictures of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) pictures: Vec<Picture>,
    /// How many are thumbnails though the whole pictures are asked for.
    pub(crate) reduced: usize,
    /// How many files are not looked at because there are too many.
    pub(crate) left_out: usize,
}

/// Reads pictures. A file that cannot be decoded has none. Blocks.
pub(crate) fn shown(files: &[&Path], images: Images) -> Shown {
    if images == Images::None {
        return Shown::default();
    }
    let (files, left_out) = files.split_at(files.len().min(MAX_PICTURES));
    let mut shown = Shown { left_out: left_out.len(), ..Shown::default() };
    let (mut base64_left, mut full_left) = (MAX_BASE64, MAX_ALL_FULL_BYTES);
    for (at, file) in files.iter().enumerate() {
        // What the pictures before it did not use is shared by the others.
        let share = base64_left / (files.len() - at);
        let picture = decoded(file, |picture| match images {
            Images::Full => full(file, &picture, full_left)
                .map(Ok)
                .or_else(|| thumbnail::jpeg(picture, share / 4 * 3).map(Err)),
            _ => thumbnail::jpeg(picture, share / 4 * 3).map(Err),
        });
        let picture = match picture {
            None => continue,
            Some(Ok((content, media_type))) => {
                full_left = full_left.saturating_sub(content.len() as u64);
                Picture { data: STANDARD.encode(content), media_type }
            }
            Some(Err(content)) => {
                shown.reduced += usize::from(images == Images::Full);
                let data = STANDARD.encode(content);
                base64_left = base64_left.saturating_sub(data.len());
                Picture { data, media_type: "image/jpeg" }
            }
        };
        shown.pictures.push(picture);
    }
    shown
}

/// Decodes a file, one at a time in this process.
fn decoded<T>(file: &Path, then: impl FnOnce(DynamicImage) -> Option<T>) -> Option<T> {
    let _one = DECODING.lock().unwrap_or_else(PoisonError::into_inner);
    // A decoder that panics on a crafted file must not cost the result of what was paid for.
    let decode = std::panic::AssertUnwindSafe(|| decode::decode(file).and_then(then));
    std::panic::catch_unwind(decode).ok().flatten()
}

/// The file as it was saved, with its media type. It has been decoded: a model's service refuses the whole
/// conversation for a picture that it cannot read.
fn full(file: &Path, picture: &DynamicImage, left: u64) -> Option<(Vec<u8>, &'static str)> {
    let (opened, size) = open::open(file, None).ok()?;
    if size > MAX_FULL_BYTES.min(left) || picture.width().max(picture.height()) > MAX_FULL_SIDE {
        return None;
    }
    let mut content = Vec::new();
    opened.take(size + 1).read_to_end(&mut content).ok()?;
    let media_type = quickrouter::files::recognized_type(&content)?;
    let is_whole = content.len() as u64 == size;
    (is_whole && SHOWN.contains(&media_type)).then_some((content, media_type))
}
