//! Which entries are shown lives in the address.

use chrono::{Days, NaiveDate};
use domain::audit::AuditFilter;
use domain::id::UserId;
use domain::zone::Zone;
use leptos_router::params::ParamsMap;

/// `from` and `until` are days of the reader, both included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    pub who: Option<UserId>,
    pub kind: String,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub after: Option<String>,
}

impl Chosen {
    pub fn of(query: &ParamsMap) -> Self {
        let day = |key| query.get(key).and_then(|text| text.parse().ok());
        Chosen {
            who: query.get("who").and_then(|id| id.parse().ok()),
            kind: query.get("kind").unwrap_or_default(),
            from: day("from"),
            until: day("until"),
            after: query.get("after").filter(|cursor| !cursor.is_empty()),
        }
    }

    pub fn filter(&self, zone: &Zone) -> AuditFilter {
        let end = self.until.and_then(|day| day.checked_add_days(Days::new(1)));
        AuditFilter {
            actor: self.who,
            entity: self.kind.clone(),
            action: String::new(),
            from: self.from.map(|day| zone.start_of(day)),
            until: end.map(|day| zone.start_of(day)),
            cursor: self.after.clone(),
        }
    }

    /// The address of the same entries from `after` on.
    pub fn address(&self, after: Option<&str>) -> String {
        let mut query = ParamsMap::new();
        query.insert("section", "audit".to_owned());
        let values = [
            ("who", self.who.map(|id| id.to_string())),
            ("kind", Some(self.kind.clone()).filter(|kind| !kind.is_empty())),
            ("from", self.from.map(|day| day.to_string())),
            ("until", self.until.map(|day| day.to_string())),
            ("after", after.map(str::to_owned)),
        ];
        for (name, value) in values {
            if let Some(value) = value {
                query.insert(name, value);
            }
        }
        format!("/settings{}", query.to_query_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_reader_become_instants_and_the_address_keeps_them() {
        let zone = Zone { name: "Europe/Moscow".into(), offsets: vec![(0, 10_800)] };
        let query: ParamsMap =
            [("kind", "deal"), ("from", "2026-11-01"), ("until", "2026-11-30"), ("who", "x")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter()
                .collect();
        let chosen = Chosen::of(&query);
        let filter = chosen.filter(&zone);
        let told = [filter.from, filter.until].map(|at| at.unwrap().to_rfc3339());
        assert_eq!(told, ["2026-10-31T21:00:00+00:00", "2026-11-30T21:00:00+00:00"]);
        assert_eq!((filter.actor, filter.entity.as_str()), (None, "deal"));
        let next = chosen.address(Some("abc"));
        for part in ["section=audit", "kind=deal", "from=2026%2D11%2D01", "until=2026%2D11%2D30", "after=abc"]
        {
            assert!(next.contains(part), "{next}");
        }
    }
}
