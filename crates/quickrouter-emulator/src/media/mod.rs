//! The files that stand in for a model's outputs: pictures, videos and sounds, each marked as the
//! emulator's.

mod audio;
mod mp4;
mod video;

use crate::model::outputs::Media;
use crate::picture::{self, Picture};

/// The file could not be made; a bug.
#[derive(Debug)]
pub(crate) struct Unmade;

/// The file of this kind for what the picture is about: the same for the same.
pub(crate) fn make(media: Media, about: &Picture<'_>) -> Result<Vec<u8>, Unmade> {
    match media {
        Media::Picture => picture::draw(about).map_err(|_| Unmade),
        Media::Video => video::make(about).ok_or(Unmade),
        Media::Audio => Ok(audio::make(about)),
        Media::Other => Err(Unmade),
    }
}
