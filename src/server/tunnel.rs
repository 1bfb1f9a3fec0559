//! In: two upgraded connections, after the origin's own 101 (RFC 9110, 7.8). Out: bytes carried both
//! ways until one side ends or both are silent too long. Never reads what it carries.

use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use super::origin::Place;

/// Joins the two sides once both have switched; `place` is the origin's, taken until they end.
pub fn open(visitor: OnUpgrade, origin: OnUpgrade, idle: Duration, place: Place) {
    tokio::spawn(async move {
        let _place = place;
        if let (Ok(visitor), Ok(origin)) = tokio::join!(visitor, origin) {
            carry(TokioIo::new(visitor), TokioIo::new(origin), idle).await;
        }
    });
}

async fn carry<A, B>(visitor: A, origin: B, idle: Duration)
where
    A: AsyncRead + AsyncWrite,
    B: AsyncRead + AsyncWrite,
{
    let (visitor_reads, visitor_writes) = tokio::io::split(visitor);
    let (origin_reads, origin_writes) = tokio::io::split(origin);
    let (signs, seen) = watch::channel(());
    tokio::select! {
        _ = async { tokio::join!(
            copy(visitor_reads, origin_writes, &signs),
            copy(origin_reads, visitor_writes, &signs),
        ) } => {}
        () = silence(seen, idle) => {}
    }
}

/// Copies until the end and then closes the writing side, so that half-closed tunnels work.
async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, sign: &watch::Sender<()>) {
    let mut piece = vec![0; 16 * 1024];
    while let Ok(size @ 1..) = from.read(&mut piece).await {
        let written = to.write_all(piece.get(..size).unwrap_or_default()).await;
        if written.is_err() || to.flush().await.is_err() {
            break;
        }
        sign.send_replace(());
    }
    let _ = to.shutdown().await;
}

/// Returns once there was no sign of traffic for `idle`.
async fn silence(mut seen: watch::Receiver<()>, idle: Duration) {
    while let Ok(Ok(())) = tokio::time::timeout(idle, seen.changed()).await {}
}
