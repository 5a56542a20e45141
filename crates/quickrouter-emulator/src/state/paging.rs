//! Pages of a listing, and their cursors.

use std::collections::BTreeMap;

/// One page of a listing, newest first, and the cursors of its neighbours.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) records: Vec<T>,
    pub(crate) next: Option<Cursor>,
    pub(crate) previous: Option<Cursor>,
}

/// Where a page begins: before or after the item of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cursor {
    Older(u64),
    Newer(u64),
}

/// A page of at most `size` items, which are numbered in the order of creation.
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
}

impl Cursor {
    /// The cursor in a URL; opaque to clients.
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
