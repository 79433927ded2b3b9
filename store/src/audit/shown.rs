//! Kept values as they can be shown: ids become names, sums and times are told from text.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::audit::{FieldChange, FieldValue};
use domain::id::{FormId, LossReasonId, PipelineId, StageId};
use domain::{Label, Money};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::reference::Reference;

/// Every id that `changes` names.
pub(super) fn ids(changes: &str) -> Vec<Uuid> {
    let fields: Map<String, Value> = serde_json::from_str(changes).unwrap_or_default();
    let values = fields.values().flat_map(|value| match value {
        Value::Array(both) => both.as_slice(),
        one => std::slice::from_ref(one),
    });
    values.filter_map(|value| value.as_str()?.parse().ok()).collect()
}

/// The fields of an entry. A pair is an old and a new value.
pub(super) fn changes(kept: &str, reference: &Reference, names: &HashMap<Uuid, String>) -> Vec<FieldChange> {
    let fields: Map<String, Value> = serde_json::from_str(kept).unwrap_or_default();
    let tell = |value: &Value| told(value, reference, names);
    let changes = fields.into_iter().map(|(field, value)| match value.as_array().map(Vec::as_slice) {
        Some([before, after]) => FieldChange { field, before: Some(tell(before)), after: tell(after) },
        _ => FieldChange { field, before: None, after: tell(&value) },
    });
    // No text and an empty one look the same.
    changes.filter(|change| change.before.as_ref() != Some(&change.after)).collect()
}

fn told(value: &Value, reference: &Reference, names: &HashMap<Uuid, String>) -> FieldValue {
    match value {
        Value::Null => FieldValue::Nothing,
        Value::Bool(flag) => FieldValue::Flag(*flag),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| FieldValue::Text(number.to_string()), FieldValue::Number)
        }
        Value::String(text) if text.is_empty() => FieldValue::Nothing,
        Value::String(text) => text_or_name(text, reference, names),
        Value::Object(_) => {
            if let Ok(money) = serde_json::from_value::<Money>(value.clone()) {
                FieldValue::Money(money)
            } else if let Ok(label) = serde_json::from_value::<Label>(value.clone()) {
                if label == Label::default() { FieldValue::Nothing } else { FieldValue::Label(label) }
            } else {
                FieldValue::Text(value.to_string())
            }
        }
        Value::Array(_) => FieldValue::Text(value.to_string()),
    }
}

fn text_or_name(text: &str, reference: &Reference, names: &HashMap<Uuid, String>) -> FieldValue {
    if let Ok(id) = text.parse::<Uuid>() {
        if let Some(name) = names.get(&id) {
            return FieldValue::Text(name.clone());
        }
        let label = reference
            .stage(StageId(id))
            .map(|stage| &stage.name)
            .or_else(|| reference.loss_reason(LossReasonId(id)).map(|reason| &reason.name))
            .or_else(|| reference.pipeline(PipelineId(id)).map(|pipeline| &pipeline.name))
            .or_else(|| reference.form(FormId(id)).map(|form| &form.name));
        if let Some(label) = label {
            return FieldValue::Label(label.clone());
        }
    } else if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return FieldValue::At(at);
    }
    FieldValue::Text(text.to_owned())
}
