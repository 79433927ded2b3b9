//! From rules to what their form shows, and back.

use domain::attribution::{
    ChannelRule, Comparison, Condition, Fact, NO, SaveChannelRule, SourceKind, YES, value_field,
};
use domain::{Fault, FieldError, Lang, Outcome, Problem};

use super::typed::{CHANNEL, TypedCondition, TypedRule, what_field};
use super::words;

impl TypedRule {
    /// A saved rule, as its form shows it.
    pub fn of(rule: &ChannelRule) -> Self {
        TypedRule {
            id: rule.id.to_string(),
            version: rule.version.to_string(),
            channel: rule.channel.clone(),
            conditions: rule.conditions.iter().map(TypedCondition::of).collect(),
        }
    }

    /// Conditions that are left empty are none.
    pub fn read(&self) -> Outcome<SaveChannelRule> {
        let id = match self.id.as_str() {
            "" => None,
            id => Some((
                id.parse()?,
                self.version.parse().map_err(|_| Problem::field("version", Fault::NotANumber))?,
            )),
        };
        let conditions = self.filled().map(|(at, condition)| condition.read(at));
        Ok(SaveChannelRule {
            id,
            conditions: conditions.collect::<Outcome<_>>()?,
            channel: self.channel.clone(),
        })
    }

    /// The filled in conditions with their places in the form.
    fn filled(&self) -> impl Iterator<Item = (usize, &TypedCondition)> {
        self.conditions.iter().enumerate().filter(|(_, condition)| condition.is_filled())
    }

    /// With faults by the names of the inputs. The store counts the conditions that it was given; the form, its rows.
    pub fn told(&self, problem: Problem) -> Problem {
        let Problem::Invalid { fields } = problem else { return problem };
        let given = self.filled().enumerate().map(|(given, (at, _))| (value_field(given), value_field(at)));
        let given: Vec<(String, String)> = given.collect();
        let told = fields.into_iter().map(|FieldError { field, fault }| {
            let place = given.iter().find(|(given, _)| *given == field).map(|(_, place)| place.clone());
            let channel = (field == "channel").then(|| CHANNEL.to_owned());
            FieldError { field: place.or(channel).unwrap_or(field), fault }
        });
        Problem::Invalid { fields: told.collect() }
    }
}

impl TypedCondition {
    fn of(condition: &Condition) -> Self {
        TypedCondition {
            what: condition.what.code().to_owned(),
            how: condition.how.code().to_owned(),
            value: condition.value.clone(),
        }
    }

    fn read(&self, at: usize) -> Outcome<Condition> {
        let unknown = || Problem::field(&what_field(at), Fault::Unknown);
        let what = Fact::from_code(&self.what).ok_or_else(unknown)?;
        let how = Comparison::from_code(&self.how).ok_or_else(unknown)?;
        let value = match what {
            _ if what.is_flag() => flag(&self.value),
            Fact::Kind => kinds(&self.value),
            _ => self.value.clone(),
        };
        Ok(Condition { what, how, value })
    }
}

/// Yes and no, in whatever language they were typed.
fn flag(typed: &str) -> String {
    let typed = typed.trim().to_lowercase();
    for lang in Lang::ALL {
        if typed == tr!(lang, audit.yes).to_lowercase() {
            return YES.to_owned();
        }
        if typed == tr!(lang, audit.no).to_lowercase() {
            return NO.to_owned();
        }
    }
    typed
}

/// Kinds of sources, in whatever language they were typed, by their codes.
fn kinds(typed: &str) -> String {
    let code = |part: &str| {
        let folded = part.trim().to_lowercase();
        let same = |kind: &SourceKind| {
            Lang::ALL.into_iter().any(|lang| words::source_kind(lang, *kind).to_lowercase() == folded)
        };
        SourceKind::ALL.into_iter().find(same).map_or_else(|| folded.clone(), |kind| kind.code().to_owned())
    };
    typed.split(',').map(code).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(conditions: &[(&str, &str, &str)]) -> TypedRule {
        let conditions = conditions.iter().map(|(what, how, value)| TypedCondition {
            what: (*what).into(),
            how: (*how).into(),
            value: (*value).into(),
        });
        TypedRule { channel: "Ads".into(), conditions: conditions.collect(), ..TypedRule::default() }
    }

    #[test]
    fn a_rule_is_read_in_any_language() {
        let rule = typed(&[
            ("paid", "is", " Да "),
            ("", "is", " "),
            ("kind", "one_of", "Search engine, maps"),
            ("tagged", "is", "no"),
        ]);
        let values: Vec<String> =
            rule.read().unwrap().conditions.into_iter().map(|condition| condition.value).collect();
        assert_eq!(values, ["yes", "search, maps", "no"]);
    }

    #[test]
    fn a_fault_is_told_where_it_was_typed() {
        let rule = typed(&[("", "is", ""), ("site", "is", "a.example"), ("path", "is", "")]);
        let given = rule.read().unwrap().checked(false).unwrap_err();
        assert_eq!(given.fault_of("value_1"), Some(Fault::Required));
        let told = rule.told(given);
        assert_eq!((told.fault_of("value_1"), told.fault_of("value_2")), (None, Some(Fault::Required)));
        let nameless = rule.told(Problem::field("channel", Fault::Required));
        assert_eq!(nameless.fault_of(CHANNEL), Some(Fault::Required));
        for unsaid in ["", "weather"] {
            let wrong = typed(&[(unsaid, "is", "fine")]).read();
            assert_eq!(wrong, Err(Problem::field("what_0", Fault::Unknown)));
        }
    }
}
