//! Listings, page by page: what is on a page, where its neighbours begin, and how that is told.

use crate::origin::Origin;
use crate::problem::Problem;
use quickrouter_api::Route;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// How many items are on a page of a listing, as at Replicate.
pub(crate) const PAGE: usize = 100;

/// One page of a listing, newest first, and where its neighbours begin.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) records: Vec<T>,
    pub(crate) next: Option<Cursor>,
    pub(crate) previous: Option<Cursor>,
}

/// A page as it is told.
#[derive(Serialize)]
pub(crate) struct Listing<T> {
    previous: Option<String>,
    next: Option<String>,
    results: Vec<T>,
}

/// Where a page begins: before or after the item of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cursor {
    Older(u64),
    Newer(u64),
}

/// A page of at most `size` of the items, which have numbers in the order in which they were made.
pub(crate) fn page<T>(items: &BTreeMap<u64, T>, cursor: Option<Cursor>, size: usize) -> Page<&T> {
    let (first, last) = match cursor {
        None => (0, u64::MAX),
        Some(Cursor::Older(number)) => (0, number),
        Some(Cursor::Newer(number)) => (number.saturating_add(1), u64::MAX),
    };
    let range = items.range(first..last.max(first));
    let mut chosen: Vec<(&u64, &T)> = match cursor {
        Some(Cursor::Newer(_)) => range.take(size).collect(),
        _ => range.rev().take(size).collect(),
    };
    chosen.sort_by_key(|(number, _)| std::cmp::Reverse(**number));
    let newest = chosen.first().map(|(number, _)| **number);
    let oldest = chosen.last().map(|(number, _)| **number);
    let any = |from: u64, to: u64| items.range(from..to).next().is_some();
    Page {
        next: oldest.filter(|number| any(0, *number)).map(Cursor::Older),
        previous: newest.filter(|number| any(number + 1, u64::MAX)).map(Cursor::Newer),
        records: chosen.into_iter().map(|(_, item)| item).collect(),
    }
}

impl<T> Page<T> {
    /// The same page of other items.
    pub(crate) fn map<U>(self, other: impl FnMut(T) -> U) -> Page<U> {
        let records = self.records.into_iter().map(other).collect();
        Page { records, next: self.next, previous: self.previous }
    }

    /// The answer to a listing by this route.
    pub(crate) fn answer<'a, U>(
        &'a self,
        route: &Route,
        origin: &Origin,
        shape: impl FnMut(&'a T) -> U,
    ) -> Listing<U> {
        let link = |cursor: Option<Cursor>| {
            cursor.map(|cursor| format!("{}?cursor={}", origin.route(route, &[]), cursor.encode()))
        };
        Listing {
            previous: link(self.previous),
            next: link(self.next),
            results: self.records.iter().map(shape).collect(),
        }
    }
}

impl Cursor {
    /// The cursor that a query names, if any.
    ///
    /// # Errors
    /// One that no listing gave out.
    pub(crate) fn asked(query: &HashMap<String, String>) -> Result<Option<Self>, Problem> {
        let Some(text) = query.get("cursor") else { return Ok(None) };
        let cursor = Self::decode(text);
        let unknown = || Problem::bad_request("The cursor is not one of this listing.");
        cursor.map(Some).ok_or_else(unknown)
    }

    /// As it stands in a URL; what it says is nobody's business but the emulator's.
    pub(crate) fn encode(self) -> String {
        match self {
            Self::Older(number) => format!("b{:016x}", number.rotate_left(23)),
            Self::Newer(number) => format!("a{:016x}", number.rotate_left(23)),
        }
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        let (kind, number) = text.split_at_checked(1)?;
        let number = u64::from_str_radix(number, 16).ok()?.rotate_right(23);
        let cursor = match kind {
            "b" => Self::Older(number),
            "a" => Self::Newer(number),
            _ => return None,
        };
        (cursor.encode() == text).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written() {
        for cursor in [Cursor::Older(0), Cursor::Older(u64::MAX), Cursor::Newer(77)] {
            assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
        for odd in ["", "abc", "b+000000000000077", "a000000000000007G", "c0000000000000077"] {
            assert_eq!(Cursor::decode(odd), None, "{odd}");
        }
    }
}
