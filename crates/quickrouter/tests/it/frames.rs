//! An HTTP/2 server over plain TCP that responds to each request with scripted frames.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// What a request meets: frames for its stream, and whether the connection is closed after them.
#[derive(Clone)]
pub(crate) struct Reaction {
    frames: Arc<dyn Fn(u32) -> Vec<u8> + Send + Sync>,
    closes: bool,
}

impl Reaction {
    fn new(frames: impl Fn(u32) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self { frames: Arc::new(frames), closes: false }
    }

    /// Then the connection is closed.
    pub(crate) fn closing(mut self) -> Self {
        self.closes = true;
        self
    }

    /// These frames, then those of another reaction.
    pub(crate) fn then(self, next: Self) -> Self {
        let closes = self.closes || next.closes;
        let frames = move |stream| [(self.frames)(stream), (next.frames)(stream)].concat();
        Self { closes, ..Self::new(frames) }
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// An integer with a prefix of seven bits (RFC 7541, section 5.1).
fn number(value: usize) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(value.min(127)).unwrap()];
    let Some(mut rest) = value.checked_sub(127) else { return bytes };
    while rest >= 128 {
        bytes.push(u8::try_from(rest % 128).unwrap() | 128);
        rest /= 128;
    }
    bytes.push(u8::try_from(rest).unwrap());
    bytes
}

/// A header as a literal without indexing (RFC 7541, section 6.2.2).
fn literal(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [number(text.len()), text.as_bytes().to_vec()].concat();
    [vec![0], text(name), text(value)].concat()
}

/// The head of an answer, in as many frames as it takes.
pub(crate) fn head(status: u16, headers: Vec<(String, String)>) -> Reaction {
    Reaction::new(move |stream| {
        let mut block = literal(":status", &status.to_string());
        for (name, value) in &headers {
            block.extend(literal(name, value));
        }
        let count = block.chunks(16_384).count();
        let frames = block.chunks(16_384).enumerate().map(|(index, part)| {
            let kind = if index == 0 { HEADERS } else { CONTINUATION };
            frame(kind, if index + 1 == count { END_HEADERS } else { 0 }, stream, part)
        });
        frames.collect::<Vec<_>>().concat()
    })
}

/// The body of an answer.
pub(crate) fn body(body: &'static str) -> Reaction {
    Reaction::new(move |stream| frame(DATA, END_STREAM, stream, body.as_bytes()))
}

pub(crate) fn answer(status: u16, text: &'static str) -> Reaction {
    head(status, Vec::new()).then(body(text))
}

pub(crate) fn reset(code: u32) -> Reaction {
    Reaction::new(move |stream| frame(RST_STREAM, 0, stream, &code.to_be_bytes()))
}

/// GOAWAY with the last stream id that `last` makes of this stream's.
pub(crate) fn go_away(last: fn(u32) -> u32, code: u32) -> Reaction {
    Reaction::new(move |stream| {
        let payload = [last(stream).to_be_bytes(), code.to_be_bytes()].concat();
        frame(GOAWAY, 0, 0, &payload)
    })
}

/// Nothing.
pub(crate) fn silence() -> Reaction {
    Reaction::new(|_| Vec::new())
}

/// The base URL, and the ids of the streams whose requests came whole, in order.
pub(crate) struct Served {
    pub(crate) base: String,
    streams: Arc<Mutex<Vec<u32>>>,
}

impl Served {
    pub(crate) fn streams(&self) -> Vec<u32> {
        self.streams.lock().unwrap().clone()
    }
}

/// Reacts to one request after the other, over as many connections as come.
pub(crate) async fn serve(script: impl IntoIterator<Item = Reaction>) -> Served {
    serve_after(0, script).await
}

/// The same after so many connections that go away at once.
pub(crate) async fn serve_after(gone: usize, script: impl IntoIterator<Item = Reaction>) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/replicate", listener.local_addr().unwrap());
    let script: Arc<Mutex<VecDeque<Reaction>>> = Arc::new(Mutex::new(script.into_iter().collect()));
    let streams = Arc::<Mutex<Vec<u32>>>::default();
    let seen = streams.clone();
    tokio::spawn(async move {
        for _ in 0..gone {
            let (mut socket, _) = listener.accept().await.unwrap();
            let away = (go_away(|_| 0, 0).frames)(0);
            let greeting = [frame(SETTINGS, 0, 0, &[]), away].concat();
            socket.write_all(&greeting).await.unwrap();
            socket.shutdown().await.unwrap();
            let rest =
                async move { while socket.read(&mut [0; 99]).await.is_ok_and(|read| read > 0) {} };
            tokio::spawn(rest);
        }
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(connection(socket, script.clone(), seen.clone()));
        }
    });
    Served { base, streams }
}

async fn connection(
    mut socket: TcpStream,
    script: Arc<Mutex<VecDeque<Reaction>>>,
    seen: Arc<Mutex<Vec<u32>>>,
) -> Option<()> {
    let mut preface = [0; 24];
    socket.read_exact(&mut preface).await.ok()?;
    assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    socket.write_all(&frame(SETTINGS, 0, 0, &[])).await.ok()?;
    loop {
        let mut start = [0; 9];
        socket.read_exact(&mut start).await.ok()?;
        let length = u32::from_be_bytes([0, start[0], start[1], start[2]]);
        let stream = u32::from_be_bytes([start[5], start[6], start[7], start[8]]);
        let (kind, flags) = (start[3], start[4]);
        let mut payload = vec![0; length as usize];
        socket.read_exact(&mut payload).await.ok()?;
        match kind {
            SETTINGS if flags & ACK == 0 => {
                socket.write_all(&frame(SETTINGS, ACK, 0, &[])).await.ok()?;
            }
            PING if flags & ACK == 0 => {
                socket.write_all(&frame(PING, ACK, 0, &payload)).await.ok()?;
            }
            HEADERS | DATA if flags & END_STREAM != 0 => {
                seen.lock().unwrap().push(stream);
                let reaction = script.lock().unwrap().pop_front();
                let reaction = reaction.expect("a request more than the script has reactions");
                socket.write_all(&(reaction.frames)(stream)).await.ok()?;
                if reaction.closes {
                    // What is written arrives before the end does.
                    socket.shutdown().await.ok()?;
                    return None;
                }
            }
            _ => {}
        }
    }
}
