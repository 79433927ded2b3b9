//! Spans of days that sums are kept of: each day, and blocks of days from a fixed beginning.

use std::fmt::Write;

/// Days of a block. Not months: blocks are found by dividing, on either database.
pub(super) const BLOCK: i32 = 32;
/// How many days the spans have that everything is counted in.
pub(super) const LENGTHS: [i32; 2] = [1, BLOCK];

/// The first day of the span of that length which the day is in.
pub(super) fn begin(day: i32, length: i32) -> i32 {
    day / length * length
}

/// Spans of one length that follow each other; without an end where they begin or end nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    days: i32,
    from: Option<i32>,
    /// The first day after them.
    until: Option<i32>,
}

impl Span {
    /// As a condition over the columns of a rollup.
    pub(crate) fn condition(self) -> String {
        let mut text = format!("days = {}", self.days);
        // Writing to a text cannot fail.
        if let Some(from) = self.from {
            let _ = write!(text, " AND begins >= {from}");
        }
        if let Some(until) = self.until {
            let _ = write!(text, " AND begins < {until}");
        }
        text
    }
}

/// The days from `from` up to, without it, `until`, in as few spans as there are: the blocks within, and the days at both ends.
pub(crate) fn cover(from: Option<i32>, until: Option<i32>) -> Vec<Span> {
    let days = |from, until| Span { days: 1, from, until };
    if from.zip(until).is_some_and(|(from, until)| from >= until) {
        return Vec::new();
    }
    let first = from.map(|from| (from + BLOCK - 1) / BLOCK * BLOCK);
    let last = until.map(|until| begin(until, BLOCK));
    if first.zip(last).is_some_and(|(first, last)| first >= last) {
        return vec![days(from, until)];
    }
    let head = from.zip(first).filter(|(from, first)| from < first);
    let tail = last.zip(until).filter(|(last, until)| last < until);
    let head = head.map(|(from, first)| days(Some(from), Some(first)));
    let tail = tail.map(|(last, until)| days(Some(last), Some(until)));
    let blocks = Span { days: BLOCK, from: first, until: last };
    head.into_iter().chain([blocks]).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often each of the first days is in the spans.
    fn counted(spans: &[Span]) -> Vec<usize> {
        let within = |span: &Span, begins: i32| {
            span.from.is_none_or(|from| begins >= from) && span.until.is_none_or(|until| begins < until)
        };
        (0..200).map(|day| spans.iter().filter(|span| within(span, begin(day, span.days))).count()).collect()
    }

    #[test]
    fn every_day_of_the_period_is_counted_once() {
        for from in (0..140).map(Some).chain([None]) {
            for until in (0..140).map(Some).chain([None]) {
                let wanted: Vec<usize> = (0..200)
                    .map(|day| {
                        let after = from.is_none_or(|from| day >= from);
                        usize::from(after && until.is_none_or(|until| day < until))
                    })
                    .collect();
                let spans = cover(from, until);
                assert_eq!(counted(&spans), wanted, "{from:?} {until:?} {spans:?}");
                assert!(spans.len() <= 3);
            }
        }
    }

    #[test]
    fn all_time_is_read_in_blocks() {
        assert_eq!(cover(None, None), [Span { days: BLOCK, from: None, until: None }]);
        assert_eq!(cover(None, None)[0].condition(), "days = 32");
        assert_eq!(cover(Some(3), Some(7))[0].condition(), "days = 1 AND begins >= 3 AND begins < 7");
    }
}
