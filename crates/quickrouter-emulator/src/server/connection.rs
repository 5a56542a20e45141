//! A connection as bytes: reset where an answer says so, else closed so that its last answer
//! arrives.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::runtime::Handle;

/// How long what the other side still sends is read and dropped after the last answer.
const LINGER: Duration = Duration::from_secs(2);

/// A connection, which ends in a reset where an answer said so.
pub(crate) struct Connection {
    /// None only while it is dropped.
    stream: Option<TcpStream>,
    reset: Arc<AtomicBool>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, reset: Arc<AtomicBool>) -> Self {
        Self { stream: Some(stream), reset }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(stream) = self.stream.take() else { return };
        if self.reset.load(Ordering::Relaxed) {
            // Without lingering, what is closed is reset.
            let _ = stream.set_zero_linger();
        } else if let Ok(runtime) = Handle::try_current() {
            linger(stream, &runtime);
        }
    }
}

/// Closes a connection on which more may still come, such as the rest of a body that was refused.
/// To close it at once would reset it, and the other side might never read its answer.
fn linger(mut stream: TcpStream, runtime: &Handle) {
    if matches!(stream.try_read(&mut [0; 64]), Ok(0)) {
        return;
    }
    runtime.spawn(async move {
        let rest = async {
            stream.shutdown().await?;
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
        };
        // Whatever comes of it, the connection is over.
        let _ = tokio::time::timeout(LINGER, rest).await;
    });
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.reset.load(Ordering::Relaxed) {
            // A shutdown would say that all is well.
            return Poll::Ready(Ok(()));
        }
        self.stream()?.poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(context, bytes)
    }
}
