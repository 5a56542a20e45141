//! Accepts connections, limits them, and resets those whose response asks for it.

use crate::error::Error;
use crate::server::connection::Connection;
use crate::wire::interruption::is_reset;
use axum::Router;
use axum::response::Response;
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Largest request head, in bytes: the emulator's own limit.
const HEAD: usize = 64 * 1024;
/// How long a head may take to arrive, also the first one of an idle connection.
const HEAD_TIME: Duration = Duration::from_secs(60);
/// Pause after a failed accept, as when file descriptors run out.
const PAUSE: Duration = Duration::from_millis(50);
/// How many free ports are tried to find one that is free at both loopback addresses.
const TRIES: u32 = 16;

/// Where to listen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Host {
    Address(IpAddr),
    /// Both loopback addresses, or the one that there is.
    Localhost,
}

/// What an emulator listens on: an address, or two by the same port.
pub(crate) struct Socket {
    listeners: Vec<TcpListener>,
    /// The first of them.
    pub(crate) address: SocketAddr,
    host: Host,
}

impl Socket {
    fn new(host: Host, listeners: Vec<TcpListener>, address: SocketAddr) -> Self {
        Self { listeners, address, host }
    }

    /// Scheme, host and port for clients.
    pub(crate) fn origin(&self) -> String {
        match self.host {
            Host::Address(_) => format!("http://{}", reachable(self.address)),
            Host::Localhost => format!("http://localhost:{}", self.address.port()),
        }
    }
}

pub(crate) async fn bind(host: Host, port: u16) -> Result<Socket, Error> {
    match host {
        Host::Address(ip) => {
            let (listener, address) = listen(SocketAddr::new(ip, port)).await?;
            Ok(Socket::new(host, vec![listener], address))
        }
        Host::Localhost => bind_localhost(port).await,
    }
}

async fn bind_localhost(port: u16) -> Result<Socket, Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        let (v4, v6) = (IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST));
        let first = match listen(SocketAddr::new(v4, port)).await {
            Err(error) if !is_missing(&error) => return Err(error),
            listening => listening,
        };
        let chosen = first.as_ref().map_or(port, |(_, address)| address.port());
        let second = listen(SocketAddr::new(v6, chosen)).await;
        return match (first, second) {
            (Ok((v4, address)), Ok((v6, _))) => {
                Ok(Socket::new(Host::Localhost, vec![v4, v6], address))
            }
            (Ok((v4, address)), Err(error)) if is_missing(&error) => {
                Ok(Socket::new(Host::Localhost, vec![v4], address))
            }
            (Err(_), Ok((v6, address))) => Ok(Socket::new(Host::Localhost, vec![v6], address)),
            // The free port of one address is taken at the other.
            (Ok(_), Err(_)) if port == 0 && tries < TRIES => continue,
            (Ok(_), Err(error)) | (Err(error), Err(_)) => Err(error),
        };
    }
}

/// Whether the machine does not have the address, rather than another program its port.
fn is_missing(error: &Error) -> bool {
    let Error::Bind { source, .. } = error else { return false };
    !matches!(source.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied)
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// An address that clients can connect to: loopback if the socket listens on all addresses.
fn reachable(address: SocketAddr) -> SocketAddr {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(host, address.port())
}

/// Accepts connections until `stop` is canceled, then finishes the requests under way.
pub(crate) async fn serve(socket: Socket, router: Router, stop: CancellationToken) {
    let each = |listener| accept(listener, router.clone(), stop.clone());
    join_all(socket.listeners.into_iter().map(each)).await;
}

async fn accept(listener: TcpListener, router: Router, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    // Aborting this task aborts them, too.
    let mut connections = JoinSet::new();
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            Some(_over) = connections.join_next() => continue,
            () = stop.cancelled() => break,
        };
        match taken {
            Ok((stream, _)) => {
                let connection = connection(stream, router.clone());
                let watched = graceful.watch(connection);
                connections.spawn(async move {
                    if let Err(error) = watched.await {
                        tracing::debug!(%error, "a connection ended early");
                    }
                });
            }
            Err(error) => {
                tracing::debug!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response, io::Error>> + Send>>;

fn connection(
    stream: TcpStream,
    router: Router,
) -> http1::Connection<
    TokioIo<Connection>,
    impl hyper::service::HttpService<
        hyper::body::Incoming,
        ResBody = axum::body::Body,
        Error = io::Error,
        Future = ResponseFuture,
    >,
> {
    // Small responses must not wait for more data.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let line = Connection::new(stream, Arc::clone(&reset));
    let service =
        service_fn(move |request: http::Request<hyper::body::Incoming>| -> ResponseFuture {
            let (router, reset) = (router.clone(), Arc::clone(&reset));
            async move {
                let answer = router.oneshot(request.map(axum::body::Body::new)).await;
                let answer = answer.unwrap_or_else(|never| match never {});
                if is_reset(&answer) {
                    reset.store(true, Ordering::Relaxed);
                    return Err(io::ErrorKind::ConnectionReset.into());
                }
                Ok(answer)
            }
            .boxed()
        });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(line), service)
}
