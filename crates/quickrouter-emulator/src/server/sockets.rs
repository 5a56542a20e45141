//! Accepts connections, limits them, and resets those whose response asks for it.

use crate::error::Error;
use crate::server::connection::Connection;
use crate::wire::interruption::is_reset;
use axum::Router;
use axum::response::Response;
use futures_util::FutureExt as _;
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

/// A listening socket.
pub(crate) struct Socket {
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Socket {
    /// Scheme, host and port for clients.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", reachable(self.address))
    }
}

pub(crate) async fn bind(address: SocketAddr) -> Result<Socket, Error> {
    let failed = |source| Error::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Socket { listener, address })
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
    let graceful = GracefulShutdown::new();
    // Aborting this task aborts them, too.
    let mut connections = JoinSet::new();
    loop {
        let taken = tokio::select! {
            taken = socket.listener.accept() => taken,
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
    drop(socket);
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
