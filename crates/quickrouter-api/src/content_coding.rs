//! Content codings: takes gzip off a body as it comes, and refuses what is not understood.

use std::io::Write;

use bytes::{Buf, Bytes};
use flate2::write::GzDecoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};

use crate::transport::{Fail, Kind};

/// How a gzip member begins (RFC 1952, section 2.3.1).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How much of a name is shown.
const SHOWN: usize = 60;

/// More codings than these are applied by no server.
const MOST_LAYERS: usize = 3;

/// What the headers say about a body's coding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// None.
    Plain,
    /// gzip, so many times over.
    Gzip(usize),
    /// One that is not decoded here, as the headers name it.
    Other(String),
}

impl Coding {
    /// Reads `Content-Encoding`, in all its lines.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut layers = 0;
        for line in headers.get_all(CONTENT_ENCODING) {
            let line = String::from_utf8_lossy(line.as_bytes());
            for name in line.split(',').map(|name| name.trim().to_ascii_lowercase()) {
                match name.as_str() {
                    // RFC 9110, section 8.4.1.3: x-gzip is gzip.
                    "gzip" | "x-gzip" => layers += 1,
                    // Names that describe no coding, which object stores keep as they are uploaded:
                    // S3's documentation of uploads in parts has aws-chunked stored.
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

    /// The coding of a file. A gzip file that is labelled with its own format twice, by media type
    /// and coding, is not decoded: Apache's `AddEncoding` does so, and browsers leave it as it is
    /// (Firefox: `nsHttpChannel::ClearBogusContentEncodingIfNeeded`).
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

    /// The error for a coding that is not decoded here.
    pub(crate) fn refused(&self) -> Option<Fail> {
        let Self::Other(name) = self else { return None };
        let name: String = name.chars().take(SHOWN).collect();
        Some(Fail::new(Kind::Coding, format!("its content coding is {name:?}, gzip is understood")))
    }
}

/// Takes what describes the coded body out of the headers of the decoded one.
pub(crate) fn clear(coding: &Coding, headers: &mut HeaderMap) {
    headers.remove(CONTENT_ENCODING);
    if *coding != Coding::Plain {
        headers.remove(CONTENT_LENGTH);
    }
}

/// A body as it is read: decoded, or as it is.
#[derive(Debug)]
pub(crate) enum Parts {
    Plain(Bytes),
    Gzip(Decoder),
}

impl Parts {
    /// The parts of a body of this coding; one that is not decoded here stays as it is.
    pub(crate) fn new(coding: &Coding) -> Self {
        match coding {
            Coding::Gzip(layers) => Self::Gzip(Decoder::new(*layers)),
            Coding::Plain | Coding::Other(_) => Self::Plain(Bytes::new()),
        }
    }

    /// The parts of an API's answer. JSON never begins like gzip, so what does is decoded even where
    /// a relay has dropped the header.
    pub(crate) fn of_answer(coding: &Coding) -> Self {
        match coding {
            Coding::Plain => Self::Gzip(Decoder::new(1)),
            coding => Self::new(coding),
        }
    }

    /// The next part as it was received. All of the one before has been taken.
    pub(crate) fn push(&mut self, part: Bytes) {
        match self {
            Self::Plain(waiting) => *waiting = part,
            Self::Gzip(decoder) => decoder.push(part),
        }
    }

    /// A part of the body, never empty; `None` when more has to come. `ended`: all of it has come.
    ///
    /// # Errors
    /// [`Kind::BodyCut`] when a coding ends too soon, [`Kind::Coding`] when it is damaged.
    pub(crate) fn take(&mut self, ended: bool) -> Result<Option<Bytes>, Fail> {
        match self {
            Self::Plain(waiting) => {
                Ok(Some(std::mem::take(waiting)).filter(|part| !part.is_empty()))
            }
            Self::Gzip(decoder) => decoder.take(ended),
        }
    }
}

/// A body on its way out of gzip. Bytes go in with [`push`](Self::push) and come out with
/// [`take`](Self::take), step by step.
#[derive(Debug)]
pub(crate) struct Decoder {
    waiting: Bytes,
    state: State,
    /// Decodes what this one yields.
    inner: Option<Box<Decoder>>,
}

#[derive(Debug)]
enum State {
    /// What has come does not yet show whether it is gzip.
    Start,
    /// It does not begin like gzip: some servers name a coding and send the plain body.
    Plain,
    Member(Box<GzDecoder<Vec<u8>>>),
    /// A member is over, and another one may follow.
    Between,
    /// Something else followed: it is passed over, as gzip itself and browsers do.
    Ignored,
}

impl Decoder {
    /// Takes off this many layers of gzip, at least one.
    pub(crate) fn new(layers: usize) -> Self {
        let inner = (layers > 1).then(|| Box::new(Self::new(layers - 1)));
        Self { waiting: Bytes::new(), state: State::Start, inner }
    }

    /// The next part of the coded body.
    pub(crate) fn push(&mut self, part: Bytes) {
        self.waiting = if self.waiting.is_empty() {
            part
        } else {
            [&self.waiting[..], &part[..]].concat().into()
        };
    }

    /// A part of what can be decoded of what has come, never empty; `None` when more has to come.
    /// `ended`: all of it has come.
    ///
    /// # Errors
    /// [`Kind::BodyCut`] when it ends too soon, [`Kind::Coding`] when it is damaged.
    pub(crate) fn take(&mut self, ended: bool) -> Result<Option<Bytes>, Fail> {
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

    /// [`take`](Self::take) for this layer alone.
    fn step(&mut self, ended: bool) -> Result<Option<Bytes>, Fail> {
        loop {
            if self.waiting.is_empty() {
                if let State::Member(decoder) = &mut self.state
                    && ended
                {
                    // Its check sum is the last of it.
                    decoder.try_finish().map_err(|error| Fail::new(Kind::BodyCut, error))?;
                    self.state = State::Between;
                }
                return Ok(None);
            }
            match &mut self.state {
                State::Plain => return Ok(Some(std::mem::take(&mut self.waiting))),
                State::Start | State::Between if self.waiting.starts_with(&MAGIC) => {
                    self.state = State::Member(Box::new(GzDecoder::new(Vec::new())));
                }
                // The first half of the two bytes has to wait for the other one.
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

/// Decodes one step of a member: how many bytes of `coded` it took, and whether it is over. A step yields
/// no more than the buffers of flate2 hold, which are of 32 KiB.
fn member(decoder: &mut GzDecoder<Vec<u8>>, coded: &[u8]) -> Result<(usize, bool), Fail> {
    let damaged = |error| Fail::new(Kind::Coding, error);
    let used = decoder.write(coded).map_err(damaged)?;
    if used > 0 {
        // What is decoded waits in a buffer that only this empties.
        decoder.flush().map_err(damaged)?;
        return Ok((used, false));
    }
    // It takes nothing more: it is over, and its check sum shows whether it came whole.
    decoder.try_finish().map_err(damaged)?;
    Ok((0, true))
}
