//! The ids of deliveries that were given out, for as long as one of them could come again.

use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

/// Ids, and until when each is remembered; without an end where that is past all time.
#[derive(Debug, Default)]
pub(super) struct SeenIds {
    until: HashMap<String, Option<SystemTime>>,
    ends: BTreeSet<(SystemTime, String)>,
}

impl SeenIds {
    /// Remembers an id; whether it was not known.
    pub(super) fn is_new(&mut self, id: &str, until: Option<SystemTime>, now: SystemTime) -> bool {
        self.tidy(now);
        // What was sent again has a later timestamp, and could be sent again for longer.
        let known = self.until.get(id).copied();
        let later = match known {
            Some(Some(known)) => until.map(|until| until.max(known)),
            Some(None) => None,
            None => until,
        };
        self.forget(id);
        self.until.insert(id.to_owned(), later);
        if let Some(end) = later {
            self.ends.insert((end, id.to_owned()));
        }
        known.is_none()
    }

    pub(super) fn forget(&mut self, id: &str) {
        if let Some(Some(end)) = self.until.remove(id) {
            self.ends.remove(&(end, id.to_owned()));
        }
    }

    /// Drops what is refused by its timestamp alone.
    fn tidy(&mut self, now: SystemTime) {
        while self.ends.first().is_some_and(|(end, _)| *end < now) {
            if let Some((_, id)) = self.ends.pop_first() {
                self.until.remove(&id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::SeenIds;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_million_deliveries_leave_only_what_could_come_again() {
        let mut seen = SeenIds::default();
        for second in 0..1_000_000 {
            assert!(seen.is_new(&second.to_string(), Some(at(second + 300)), at(second)));
        }
        assert_eq!((seen.until.len(), seen.ends.len()), (301, 301));
    }

    #[test]
    fn an_id_sent_again_is_remembered_by_its_latest_timestamp() {
        let mut seen = SeenIds::default();
        assert!(seen.is_new("a", Some(at(300)), at(0)));
        assert!(!seen.is_new("a", Some(at(500)), at(200)));
        assert!(!seen.is_new("a", Some(at(400)), at(300)));
        assert!(!seen.is_new("a", Some(at(500)), at(500)));
        assert!(seen.is_new("a", Some(at(800)), at(501)));
        assert_eq!((seen.until.len(), seen.ends.len()), (1, 1));
    }

    #[test]
    fn a_forgotten_id_is_new() {
        let mut seen = SeenIds::default();
        for until in [Some(at(300)), None] {
            assert!(seen.is_new("a", until, at(0)));
            seen.forget("a");
            assert!(seen.is_new("a", until, at(0)));
            assert!(!seen.is_new("a", until, at(0)));
            seen.forget("a");
        }
        assert_eq!((seen.until.len(), seen.ends.len()), (0, 0));
    }
}
