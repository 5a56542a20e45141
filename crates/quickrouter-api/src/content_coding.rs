//! Content codings: decodes gzip while a body arrives, and rejects other codings.

use std::io::Write;

use bytes::{Buf, Bytes};
use flate2::write::GzDecoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};

use crate::transport::{TransportError, TransportErrorKind};

/// The first bytes of a gzip member (RFC 1952, section 2.3.1).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The most characters of a coding's name that a message shows.
const SHOWN: usize = 60;

/// No server applies more layers than this.
const MOST_LAYERS: usize = 3;

/// A body's coding, according to its headers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// None.
    Plain,
    /// gzip, in this many layers.
    Gzip(usize),
    /// One that is not supported, as named in the headers.
    Other(String),
}

impl Coding {
    /// Reads all lines of `Content-Encoding`.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut layers = 0;
        for line in headers.get_all(CONTENT_ENCODING) {
            let line = String::from_utf8_lossy(line.as_bytes());
            for name in line.split(',').map(|name| name.trim().to_ascii_lowercase()) {
                match name.as_str() {
                    // RFC 9110, section 8.4.1.3: x-gzip is gzip.
                    "gzip" | "x-gzip" => layers += 1,
                    // Names that describe no coding. Object stores keep them as uploaded: S3's
                    // documentation of multipart uploads stores aws-chunked.
                    "" | "identity" | "none" | "binary" | "utf-8" | "utf8" | "aws-chunked" => {}
                    _ => return Self::Other(line.into_owned()),
                }
            }
        }
        match layers {
            0 => Self::Plain,
            1..=MOST_LAYERS => Self::Gzip(layers),
            _ => Self::Other(format!("gzip, {layers} times")),
        }
    }

    /// The coding of a file. A gzip file is not decoded if both its media type and its coding say gzip:
    /// Apache's `AddEncoding` labels it so, and browsers leave it as it is (Firefox:
    /// `nsHttpChannel::ClearBogusContentEncodingIfNeeded`).
    pub(crate) fn of_file(headers: &HeaderMap) -> Self {
        let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or_default();
        let gzip = ["application/gzip", "application/x-gzip"];
        match Self::of(headers) {
            Self::Gzip(_)
                if gzip.iter().any(|name| media_type.trim().eq_ignore_ascii_case(name)) =>
            {
                Self::Plain
            }
            coding => coding,
        }
    }

    /// The error for an unsupported coding.
    pub(crate) fn refused(&self) -> Option<TransportError> {
        let Self::Other(name) = self else { return None };
        let name: String = name.chars().take(SHOWN).collect();
        Some(TransportError::new(
            TransportErrorKind::ContentCoding,
            format!("its content coding is {name:?}, only gzip is supported"),
        ))
    }
}

/// Removes the headers that describe the coded body.
pub(crate) fn clear(coding: &Coding, headers: &mut HeaderMap) {
    headers.remove(CONTENT_ENCODING);
    if *coding != Coding::Plain {
        headers.remove(CONTENT_LENGTH);
    }
}

/// A body while it is read, decoded or passed through.
#[derive(Debug)]
pub(crate) enum Parts {
    Plain(Bytes),
    Gzip(Decoder),
}

impl Parts {
    /// The parts of a body with this coding. An unsupported coding is passed through.
    pub(crate) fn new(coding: &Coding) -> Self {
        match coding {
            Coding::Gzip(layers) => Self::Gzip(Decoder::new(*layers)),
            Coding::Plain | Coding::Other(_) => Self::Plain(Bytes::new()),
        }
    }

    /// The parts of an API response. JSON never begins like gzip, so a body that does is decoded even
    /// if a relay dropped the header.
    pub(crate) fn of_response(coding: &Coding) -> Self {
        match coding {
            Coding::Plain => Self::Gzip(Decoder::new(1)),
            coding => Self::new(coding),
        }
    }

    /// Adds the next part as received. The one before must have been taken completely.
    pub(crate) fn push(&mut self, part: Bytes) {
        match self {
            Self::Plain(waiting) => *waiting = part,
            Self::Gzip(decoder) => decoder.push(part),
        }
    }

    /// A part of the body, never empty; `None` if more has to arrive. `ended`: all of it has arrived.
    ///
    /// # Errors
    /// [`TransportErrorKind::BodyTruncated`] if the coded data ends too soon, [`TransportErrorKind::ContentCoding`] if it is damaged.
    pub(crate) fn take(&mut self, ended: bool) -> Result<Option<Bytes>, TransportError> {
        match self {
            Self::Plain(waiting) => {
                Ok(Some(std::mem::take(waiting)).filter(|part| !part.is_empty()))
            }
            Self::Gzip(decoder) => decoder.take(ended),
        }
    }
}

/// Decodes gzip incrementally. Bytes go in with [`push`](Self::push) and come out with
/// [`take`](Self::take).
#[derive(Debug)]
pub(crate) struct Decoder {
    waiting: Bytes,
    state: State,
    /// Decodes the output of this one.
    inner: Option<Box<Decoder>>,
}

#[derive(Debug)]
enum State {
    /// The bytes so far do not show whether it is gzip.
    Start,
    /// It does not begin like gzip: some servers name a coding but send the plain body.
    Plain,
    Member(Box<GzDecoder<Vec<u8>>>),
    /// A member has ended, and another may follow.
    Between,
    /// Trailing data that is not gzip: ignored, as gzip itself and browsers do.
    Ignored,
}

impl Decoder {
    /// Decodes this many layers of gzip, at least one.
    pub(crate) fn new(layers: usize) -> Self {
        let inner = (layers > 1).then(|| Box::new(Self::new(layers - 1)));
        Self { waiting: Bytes::new(), state: State::Start, inner }
    }

    /// Adds the next part of the coded body.
    pub(crate) fn push(&mut self, part: Bytes) {
        self.waiting = if self.waiting.is_empty() {
            part
        } else {
            [&self.waiting[..], &part[..]].concat().into()
        };
    }

    /// A decoded part, never empty; `None` if more has to arrive. `ended`: all of it has arrived.
    ///
    /// # Errors
    /// [`TransportErrorKind::BodyTruncated`] if the coded data ends too soon, [`TransportErrorKind::ContentCoding`] if it is damaged.
    pub(crate) fn take(&mut self, ended: bool) -> Result<Option<Bytes>, TransportError> {
        loop {
            if let Some(decoded) =
                self.inner.as_mut().map_or(Ok(None), |inner| inner.take(false))?
            {
                return Ok(Some(decoded));
            }
            match (self.step(ended)?, &mut self.inner) {
                (Some(decoded), Some(inner)) => inner.push(decoded),
                (None, Some(inner)) if ended => return inner.take(true),
                (decoded, _) => return Ok(decoded),
            }
        }
    }

    /// [`take`](Self::take) for this layer only.
    fn step(&mut self, ended: bool) -> Result<Option<Bytes>, TransportError> {
        loop {
            if self.waiting.is_empty() {
                if let State::Member(decoder) = &mut self.state
                    && ended
                {
                    // The checksum comes last.
                    decoder.try_finish().map_err(|error| {
                        TransportError::new(TransportErrorKind::BodyTruncated, error)
                    })?;
                    self.state = State::Between;
                }
                return Ok(None);
            }
            match &mut self.state {
                State::Plain => return Ok(Some(std::mem::take(&mut self.waiting))),
                State::Start | State::Between if self.waiting.starts_with(&MAGIC) => {
                    self.state = State::Member(Box::new(GzDecoder::new(Vec::new())));
                }
                // The first of the two bytes has to wait for the second.
                State::Start | State::Between if MAGIC.starts_with(&self.waiting) && !ended => {
                    return Ok(None);
                }
                State::Start => self.state = State::Plain,
                State::Between => {
                    self.waiting.clear();
                    self.state = State::Ignored;
                }
                State::Ignored => self.waiting.clear(),
                State::Member(decoder) => {
                    let (used, over) = member(decoder, &self.waiting)?;
                    self.waiting.advance(used);
                    let plain = std::mem::take(decoder.get_mut());
                    if over {
                        self.state = State::Between;
                    }
                    if !plain.is_empty() {
                        return Ok(Some(plain.into()));
                    }
                }
            }
        }
    }
}

/// Decodes one step of a member. Returns how many bytes of `coded` it consumed and whether the member
/// has ended. A step yields at most 32 KiB, the size of flate2's buffers.
fn member(decoder: &mut GzDecoder<Vec<u8>>, coded: &[u8]) -> Result<(usize, bool), TransportError> {
    let damaged = |error| TransportError::new(TransportErrorKind::ContentCoding, error);
    let used = decoder.write(coded).map_err(damaged)?;
    if used > 0 {
        // Decoded bytes wait in a buffer that only a flush empties.
        decoder.flush().map_err(damaged)?;
        return Ok((used, false));
    }
    // It consumes nothing more: it has ended, and the checksum shows whether it is complete.
    decoder.try_finish().map_err(damaged)?;
    Ok((0, true))
}
