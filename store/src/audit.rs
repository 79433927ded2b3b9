//! The audit log: who did what to which record. Entries are only ever added, and chained so that whoever changes the database
//! behind Millrace's back is found out.

mod chain;
mod export;
mod list;
mod shown;
mod verify;

use serde_json::{Map, Value, json};

pub(crate) use chain::{Deed, ERASURE, Erasure, append, begin};
pub use export::{COLUMNS, export};
pub use list::list;
pub use verify::{Damage, Verdict, verify};

/// The fields in which two states of a record differ, `{"field": [old, new]}`. The version counts changes and is none.
pub(crate) fn changed(before: &Value, after: &Value) -> Value {
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return json!({}) };
    let differing = after.iter().filter_map(|(field, new)| {
        let old = before.get(field).unwrap_or(&Value::Null);
        (field != "version" && old != new).then(|| (field.clone(), json!([old, new])))
    });
    Value::Object(differing.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        let before = json!({ "name": "A", "team": null, "active": true, "version": 1 });
        let after = json!({ "name": "B", "team": null, "active": true, "version": 2, "note": "x" });
        assert_eq!(changed(&before, &after), json!({ "name": ["A", "B"], "note": [null, "x"] }));
        assert_eq!(changed(&before, &before), json!({}));
    }
}
