//! A gateway that answers as it is told and keeps every request whole, and the documented hosts behind a
//! proxy, so that no test leaves this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::certificates::certified;

/// Status, further headers and body for a path.
pub(crate) type Script = fn(&str) -> (u16, &'static str, &'static str);

/// The requests that came: the first line and the headers of each.
pub(crate) type Requests = Arc<Mutex<Vec<String>>>;

pub(crate) struct Scripted {
    pub(crate) base: String,
    pub(crate) requests: Requests,
}

impl Scripted {
    pub(crate) fn new(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/replicate", listener.local_addr().unwrap());
        let requests = Requests::default();
        let kept = requests.clone();
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let kept = kept.clone();
                // A caller that breaks off is none of the server's business.
                thread::spawn(move || answer(socket, &kept, script));
            }
        });
        Self { base, requests }
    }

    /// A proxy behind which every https host is answered by `script`. The certificate is written to
    /// `roots`.
    pub(crate) fn proxy(roots: &Path, script: Script) -> Self {
        let names = ["api.quickrouter.ai", "api.quickrouter.us"];
        let config = certified(&names, roots, rustls::DEFAULT_VERSIONS);
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests = Requests::default();
        let kept = requests.clone();
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let (kept, config) = (kept.clone(), config.clone());
                thread::spawn(move || tunnel(socket, &kept, config, script));
            }
        });
        Self { base, requests }
    }

    pub(crate) fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

fn tunnel(
    mut socket: TcpStream,
    kept: &Requests,
    config: Arc<ServerConfig>,
    script: Script,
) -> std::io::Result<()> {
    let head = head(&mut socket)?;
    assert!(head.starts_with("CONNECT "), "{head}");
    socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    answer(StreamOwned::new(ServerConnection::new(config).unwrap(), socket), kept, script)
}

/// Reads a head byte by byte, so that nothing behind it is lost.
fn head(socket: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        socket.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8(head).unwrap())
}

fn answer(stream: impl Read + Write, kept: &Requests, script: Script) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
    }
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    kept.lock().unwrap().push(request);
    let (status, headers, body) = script(&path);
    let length = body.len();
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status} x\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    reader.get_mut().flush()
}
