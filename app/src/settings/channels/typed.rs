//! A rule as its form sends it: texts, until they are understood. The inputs have these names, with wasm and without.

use domain::attribution::CONDITIONS;
use serde::{Deserialize, Serialize};

/// The input of the channel's name.
pub const CHANNEL: &str = "draft[channel]";
/// So many empty conditions stand below those that are filled in.
const SPARE: usize = 2;

/// A whole rule; `id` and `version` are empty for a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedRule {
    pub id: String,
    pub version: String,
    pub channel: String,
    pub conditions: Vec<TypedCondition>,
}

/// One condition, by codes; none where nothing is asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedCondition {
    pub what: String,
    pub how: String,
    pub value: String,
}

/// The input that chooses what a condition asks about, as faults name it.
pub fn what_field(condition: usize) -> String {
    format!("what_{condition}")
}

impl TypedCondition {
    pub fn is_filled(&self) -> bool {
        !self.what.is_empty() || !self.value.trim().is_empty()
    }
}

impl TypedRule {
    /// The conditions with some more to fill in.
    pub fn rows(&self) -> Vec<TypedCondition> {
        let mut rows = self.conditions.clone();
        while rows.last().is_some_and(|last| !last.is_filled()) {
            rows.pop();
        }
        let wanted = (rows.len() + SPARE).clamp(SPARE + 1, CONDITIONS);
        rows.resize(wanted.max(rows.len()), TypedCondition::default());
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(conditions: usize) -> TypedRule {
        let condition = TypedCondition { what: "site".into(), ..TypedCondition::default() };
        TypedRule { conditions: vec![condition; conditions], ..TypedRule::default() }
    }

    #[test]
    fn there_is_always_room_for_more_conditions_until_there_are_enough() {
        for (filled, rows) in [(0, 3), (1, 3), (2, 4), (6, 8), (7, 8), (8, 8), (9, 9)] {
            assert_eq!(rule(filled).rows().len(), rows, "{filled}");
        }
        let mut draft = rule(1);
        draft.conditions.resize(4, TypedCondition::default());
        assert_eq!(draft.rows().len(), 3);
        draft.conditions[3].value = "typed without saying of what".into();
        assert_eq!(draft.rows().len(), 6);
    }
}
