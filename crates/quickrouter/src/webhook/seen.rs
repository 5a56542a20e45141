//! The ids of returned deliveries, kept for as long as they could be replayed.

use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

/// Ids and when each expires; `None` if that overflows.
#[derive(Debug, Default)]
pub(super) struct SeenIds {
    expires: HashMap<String, Option<SystemTime>>,
    by_expiry: BTreeSet<(SystemTime, String)>,
}

impl SeenIds {
    /// Records an id; returns whether it is new.
    pub(super) fn insert(
        &mut self,
        id: &str,
        expires: Option<SystemTime>,
        now: SystemTime,
    ) -> bool {
        self.expire(now);
        // A delivery sent again has a later timestamp, and can be replayed for longer.
        let known = self.expires.get(id).copied();
        let later = match known {
            Some(Some(known)) => expires.map(|expires| expires.max(known)),
            Some(None) => None,
            None => expires,
        };
        self.forget(id);
        self.expires.insert(id.to_owned(), later);
        if let Some(end) = later {
            self.by_expiry.insert((end, id.to_owned()));
        }
        known.is_none()
    }

    pub(super) fn forget(&mut self, id: &str) {
        if let Some(Some(end)) = self.expires.remove(id) {
            self.by_expiry.remove(&(end, id.to_owned()));
        }
    }

    /// Removes ids whose deliveries are rejected by their timestamp anyway.
    fn expire(&mut self, now: SystemTime) {
        while self.by_expiry.first().is_some_and(|(end, _)| *end < now) {
            if let Some((_, id)) = self.by_expiry.pop_first() {
                self.expires.remove(&id);
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
            assert!(seen.insert(&second.to_string(), Some(at(second + 300)), at(second)));
        }
        assert_eq!((seen.expires.len(), seen.by_expiry.len()), (301, 301));
    }

    #[test]
    fn an_id_sent_again_is_remembered_by_its_latest_timestamp() {
        let mut seen = SeenIds::default();
        assert!(seen.insert("a", Some(at(300)), at(0)));
        assert!(!seen.insert("a", Some(at(500)), at(200)));
        assert!(!seen.insert("a", Some(at(400)), at(300)));
        assert!(!seen.insert("a", Some(at(500)), at(500)));
        assert!(seen.insert("a", Some(at(800)), at(501)));
        assert_eq!((seen.expires.len(), seen.by_expiry.len()), (1, 1));
    }

    #[test]
    fn a_forgotten_id_insert() {
        let mut seen = SeenIds::default();
        for expires in [Some(at(300)), None] {
            assert!(seen.insert("a", expires, at(0)));
            seen.forget("a");
            assert!(seen.insert("a", expires, at(0)));
            assert!(!seen.insert("a", expires, at(0)));
            seen.forget("a");
        }
        assert_eq!((seen.expires.len(), seen.by_expiry.len()), (0, 0));
    }
}
