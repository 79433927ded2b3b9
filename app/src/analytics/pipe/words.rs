//! What the pipe calls things and figures.

use domain::pipe::LeakKind;
use domain::{Lang, Money};

/// A kind of leak as tables and sentences name it.
pub(super) fn kind(lang: Lang, kind: LeakKind) -> String {
    match kind {
        LeakKind::LateFirstResponse => tr!(lang, pipe.late_first_response),
        LeakKind::SkippedStage => tr!(lang, pipe.skipped_stage),
        LeakKind::MissingRequiredStep => tr!(lang, pipe.missing_required_step),
        LeakKind::LateRequiredStep => tr!(lang, pipe.late_required_step),
        LeakKind::BackwardMove => tr!(lang, pipe.backward_move),
        LeakKind::IdleBeyondLimit => tr!(lang, pipe.idle_beyond_limit),
        LeakKind::NoNextStep => tr!(lang, pipe.no_next_step),
        LeakKind::Waiver => tr!(lang, pipe.waiver),
        LeakKind::LostWithoutTalking => tr!(lang, pipe.lost_without_talking),
    }
}

/// The same under a drop, where there is little room.
pub(super) fn short(lang: Lang, kind: LeakKind) -> String {
    match kind {
        LeakKind::LateFirstResponse => tr!(lang, pipe.short_late_first_response),
        LeakKind::SkippedStage => tr!(lang, pipe.short_skipped_stage),
        LeakKind::MissingRequiredStep => tr!(lang, pipe.short_missing_required_step),
        LeakKind::LateRequiredStep => tr!(lang, pipe.short_late_required_step),
        LeakKind::BackwardMove => tr!(lang, pipe.short_backward_move),
        LeakKind::IdleBeyondLimit => tr!(lang, pipe.short_idle_beyond_limit),
        LeakKind::NoNextStep => tr!(lang, pipe.short_no_next_step),
        LeakKind::Waiver => tr!(lang, pipe.short_waiver),
        LeakKind::LostWithoutTalking => tr!(lang, pipe.short_lost_without_talking),
    }
}

/// What exactly it means.
pub(super) fn meaning(lang: Lang, kind: LeakKind) -> String {
    match kind {
        LeakKind::LateFirstResponse => tr!(lang, pipe.about_late_first_response),
        LeakKind::SkippedStage => tr!(lang, pipe.about_skipped_stage),
        LeakKind::MissingRequiredStep => tr!(lang, pipe.about_missing_required_step),
        LeakKind::LateRequiredStep => tr!(lang, pipe.about_late_required_step),
        LeakKind::BackwardMove => tr!(lang, pipe.about_backward_move),
        LeakKind::IdleBeyondLimit => tr!(lang, pipe.about_idle_beyond_limit),
        LeakKind::NoNextStep => tr!(lang, pipe.about_no_next_step),
        LeakKind::Waiver => tr!(lang, pipe.about_waiver),
        LeakKind::LostWithoutTalking => tr!(lang, pipe.about_lost_without_talking),
    }
}

/// The class of its drops; a mark of a shape of its own, beside which words stand.
pub(super) fn class(kind: LeakKind) -> &'static str {
    match kind {
        LeakKind::LateFirstResponse => "late",
        LeakKind::SkippedStage => "skip",
        LeakKind::MissingRequiredStep => "missing",
        LeakKind::LateRequiredStep => "tardy",
        LeakKind::BackwardMove => "back",
        LeakKind::IdleBeyondLimit => "idle",
        LeakKind::NoNextStep => "nonext",
        LeakKind::Waiver => "waived",
        LeakKind::LostWithoutTalking => "silent",
    }
}

/// Sums of several currencies, or a dash.
pub(super) fn sums(lang: Lang, sums: &[Money]) -> String {
    let written: Vec<String> = sums.iter().filter(|sum| sum.minor != 0).map(|sum| sum.short(lang)).collect();
    if written.is_empty() { "—".to_owned() } else { written.join(" + ") }
}

/// `78%`, `78 %`, or a dash where there was nothing to share.
pub(super) fn percent(lang: Lang, percent: Option<u64>) -> String {
    match (percent, lang) {
        (None, _) => "—".to_owned(),
        (Some(percent), Lang::En) => format!("{percent}%"),
        (Some(percent), Lang::Ru) => format!("{percent}\u{a0}%"),
    }
}

/// A length of time, as coarse as it is counted.
pub(super) fn length(lang: Lang, seconds: Option<i64>) -> String {
    match seconds {
        None => "—".to_owned(),
        Some(short) if short < 3_600 => tr!(lang, pipe.minutes, n = short / 60),
        Some(hours) if hours < 86_400 => tr!(lang, pipe.hours, n = hours / 3_600),
        Some(days) => tr!(lang, pipe.days, n = days / 86_400),
    }
}

/// `part` of `whole` in percent, rounded; `None` of nothing.
pub(super) fn share(part: u64, whole: u64) -> Option<u64> {
    (whole > 0).then(|| (part * 100 + whole / 2) / whole)
}

/// At most `width` characters; what is longer ends in an ellipsis.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// One line, or two broken at a space, each at most `width` characters.
pub(super) fn lines(text: &str, width: usize) -> Vec<String> {
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    let mut first = String::new();
    let mut rest = text;
    while let Some((word, after)) = rest.split_once(' ') {
        let joined = if first.is_empty() { word.to_owned() } else { format!("{first} {word}") };
        if joined.chars().count() > width {
            break;
        }
        (first, rest) = (joined, after);
    }
    if first.is_empty() { vec![cut(text, width)] } else { vec![first, cut(rest, width)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_at_spaces_into_two_lines_at_most() {
        assert_eq!(lines("Deliver", 10), ["Deliver"]);
        assert_eq!(lines("Acts and feedback", 10), ["Acts and", "feedback"]);
        assert_eq!(lines("Уточнение потребностей клиента", 12), ["Уточнение", "потребносте…"]);
        assert_eq!(lines("Sachbearbeitung", 8), ["Sachbea…"]);
    }

    #[test]
    fn shares_are_rounded_and_of_nothing_there_is_none() {
        assert_eq!([share(2, 3), share(1, 3), share(0, 5), share(1, 0)], [Some(67), Some(33), Some(0), None]);
        assert_eq!([percent(Lang::En, Some(7)), percent(Lang::Ru, None)], ["7%", "—"]);
    }

    #[test]
    fn every_kind_has_a_mark_of_its_own() {
        let mut marks = LeakKind::ALL.map(class).to_vec();
        marks.sort_unstable();
        marks.dedup();
        assert_eq!(marks.len(), LeakKind::ALL.len());
    }
}
