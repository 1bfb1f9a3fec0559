//! In: how the parts are that serving needs. Out: whether the server is ready, and which of them are not. Names
//! parts, and nothing of a site or a visitor.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::StatusCode;
use tokio::sync::watch;

use super::live::Live;
use crate::store::Store;

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ready,
    /// Sites are served, and an operator should look.
    Watch(&'static str),
    /// Nobody should be sent here.
    NotReady(&'static str),
}

type Look = Box<dyn Fn() -> State + Send + Sync>;

/// The parts, by name. Looking at them may wait for the disk.
#[derive(Default)]
pub struct Readiness(Vec<(&'static str, Look)>);

impl Readiness {
    /// Looks at one more part.
    pub fn and(mut self, part: &'static str, look: impl Fn() -> State + Send + Sync + 'static) -> Readiness {
        self.0.push((part, Box::new(look)));
        self
    }

    /// The status and the text for whoever asks: `ok`, or a line for each part that is not.
    pub fn told(&self) -> (StatusCode, String) {
        let states = self.0.iter().map(|(part, look)| (part, look()));
        let mut status = StatusCode::OK;
        let mut lines = String::new();
        for (part, state) in states {
            match state {
                State::Ready => {}
                State::Watch(why) => lines.push_str(&format!("{part}: {why}\n")),
                State::NotReady(why) => {
                    status = StatusCode::SERVICE_UNAVAILABLE;
                    lines.push_str(&format!("{part}: {why}\n"));
                }
            }
        }
        let word = if status == StatusCode::OK { "ok" } else { "not ready" };
        (status, format!("{word}\n{lines}"))
    }
}

/// Whether the process is to be sent visitors: not once it ends.
pub fn draining(drain: watch::Receiver<bool>) -> impl Fn() -> State {
    move || if *drain.borrow() { State::NotReady("what is under way ends") } else { State::Ready }
}

/// The store; none where it could not be opened at the start.
pub fn store(store: Option<Arc<Store>>) -> impl Fn() -> State {
    move || match &store {
        Some(store) if store.is_ready().is_ok() => State::Ready,
        Some(_) => State::NotReady("it does not answer"),
        None => State::NotReady("it could not be opened at the start; the log says why"),
    }
}

/// The keys are in memory; a restart will want them from here.
pub fn keys(folder: PathBuf) -> impl Fn() -> State {
    move || if folder.is_dir() { State::Ready } else { State::Watch("their folder is gone; put it back") }
}

/// Whether the config that was read last was refused. What was in force before it is a config all the same.
pub fn config(refused: Arc<AtomicBool>) -> impl Fn() -> State {
    move || match refused.load(Ordering::Relaxed) {
        false => State::Ready,
        true => State::Watch("what was read last was refused; what was in force stays"),
    }
}

/// The certificates, where TLS is spoken.
pub fn certificates(live: Arc<Live>) -> impl Fn() -> State {
    move || {
        let now = live.now();
        let Some(https) = &now.https else { return State::Ready };
        if !https.certificates.are_there() {
            State::NotReady("there is none yet; the log says why")
        } else if !https.certificates.due(now.clock.seconds()).is_empty() {
            State::Watch("one is to be ordered or renewed; the log says how it goes")
        } else {
            State::Ready
        }
    }
}

/// The sites' origins. What a visitor is shown while none of a site's is well is better shown by Paravent than by
/// what stands before it, so that it is no reason to stay away.
pub fn origins(live: Arc<Live>) -> impl Fn() -> State {
    move || match live.now().origins().all(|origin| origin.is_reachable()) {
        true => State::Ready,
        false => State::Watch("a site has none that is well; the metrics say which"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ready_is_named_and_what_serves_all_the_same_is_no_reason_to_stay_away() {
        let ready = Readiness::default().and("store", || State::Ready);
        assert_eq!(ready.told(), (StatusCode::OK, "ok\n".to_owned()));
        let watched = ready.and("config", || State::Watch("refused"));
        assert_eq!(watched.told(), (StatusCode::OK, "ok\nconfig: refused\n".to_owned()));
        let (status, text) = watched.and("process", || State::NotReady("ends")).told();
        assert_eq!((status.as_u16(), &*text), (503, "not ready\nconfig: refused\nprocess: ends\n"));
    }
}
