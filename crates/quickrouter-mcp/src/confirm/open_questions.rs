//! [`OpenQuestions`]: the questions that a later call answers, each once.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rmcp::model::{RequestStateCodec, SealOptions};
use tokio::time::Instant;

/// The open questions that are remembered. The oldest one beyond is asked again if it is answered.
const MOST: usize = 1024;

/// Longer than any state that is made here.
const LONGEST_STATE: usize = 512;

/// A question's random name.
type Id = [u8; 16];

/// The questions that wait for an answer.
///
/// A state is sealed with a key of this process and bound to what was asked. It is also remembered
/// until it is answered: sealing alone does not make it count once (MCP 2026-07-28, Multi Round-Trip
/// Requests, Server Requirements). Whatever is forgotten here is asked again.
#[derive(Debug)]
pub(super) struct OpenQuestions {
    codec: RequestStateCodec,
    lifetime: Duration,
    asked: Mutex<VecDeque<(Id, Instant)>>,
}

impl OpenQuestions {
    pub(super) fn new(lifetime: Duration) -> Self {
        let key: [u8; RequestStateCodec::MIN_KEY_LENGTH] = random();
        let codec = RequestStateCodec::try_new(key).expect("the key is long enough");
        Self { codec, lifetime, asked: Mutex::default() }
    }

    /// Opens a question about `subject`, and returns its state.
    pub(super) fn open(&self, subject: &[u8]) -> String {
        let id: Id = random();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() == MOST {
            asked.pop_front();
        }
        asked.push_back((id, Instant::now()));
        let options = SealOptions::new().associated_data(subject).ttl(self.lifetime);
        self.codec.seal_with(&id, &options)
    }

    /// Closes the question of a state, and returns whether it was open and about `subject`.
    pub(super) fn close(&self, state: &str, subject: &[u8]) -> bool {
        if state.len() > LONGEST_STATE {
            return false;
        }
        let Ok(id) = self.codec.open_with(state, subject) else { return false };
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(index) = asked.iter().position(|(open, _)| open[..] == id[..]) else {
            return false;
        };
        // The clock of the sealed time can be set back; this one cannot.
        asked.remove(index).is_some_and(|(_, at)| at.elapsed() < self.lifetime)
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut drawn = [0; N];
    getrandom::fill(&mut drawn).expect("the system has random numbers");
    drawn
}

#[cfg(test)]
mod tests {
    use super::{MOST, OpenQuestions};
    use crate::confirm::PATIENCE;

    #[test]
    fn a_question_is_closed_once_and_only_for_its_subject() {
        let open = OpenQuestions::new(PATIENCE);
        let state = open.open(b"one");
        assert!(!open.close(&state, b"two"));
        assert!(open.close(&state, b"one"));
        assert!(!open.close(&state, b"one"));
    }

    #[test]
    fn a_state_of_another_process_is_unknown() {
        let state = OpenQuestions::new(PATIENCE).open(b"one");
        assert!(!OpenQuestions::new(PATIENCE).close(&state, b"one"));
    }

    #[test]
    fn what_does_not_fit_into_memory_is_asked_again() {
        let open = OpenQuestions::new(PATIENCE);
        let states: Vec<_> = (0..=MOST).map(|_| open.open(b"one")).collect();
        assert!(!open.close(&states[0], b"one"));
        assert!(open.close(&states[1], b"one"));
        assert!(open.close(&states[MOST], b"one"));
        assert!(!open.close(&states[2].repeat(100), b"one"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_state_expires() {
        let open = OpenQuestions::new(PATIENCE);
        let (early, late) = (open.open(b"one"), open.open(b"one"));
        tokio::time::advance(PATIENCE / 2).await;
        assert!(open.close(&early, b"one"));
        tokio::time::advance(PATIENCE / 2).await;
        assert!(!open.close(&late, b"one"));
    }

    #[test]
    fn the_key_is_not_shown() {
        assert!(format!("{:?}", OpenQuestions::new(PATIENCE)).contains("<redacted>"));
    }
}
