//! The facts of a deal as their form sends them, and two versions of them side by side.

use domain::deal::Deal;
use domain::money::parse_decimal;
use domain::{Currency, Money};
use serde::{Deserialize, Serialize};

/// What the form sends: texts, until they are understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FactsForm {
    pub id: String,
    pub version: String,
    pub title: String,
    /// Alone, or with its currency: `1500 EUR`.
    pub amount: String,
    pub currency: String,
    pub expected_close: String,
    pub probability: String,
    /// The facts that were typed over, as JSON.
    pub was: String,
}

/// The facts in the spelling in which two versions can be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    pub title: String,
    /// With its currency; empty where there is none.
    pub amount: String,
    pub expected_close: String,
    pub probability: String,
}

/// A save that was not made, with what it was typed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    pub version: i64,
    pub mine: Facts,
    pub was: Facts,
}

/// One fact of which somebody else's version differs from what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The field in the form.
    pub name: &'static str,
    pub mine: String,
    pub theirs: String,
    /// It was not typed: only the other one changed it.
    pub untouched: bool,
}

impl Facts {
    pub fn of(deal: &Deal) -> Facts {
        let text = |value: Option<String>| value.unwrap_or_default();
        Facts {
            title: deal.title.clone(),
            amount: text(deal.amount.map(spelt)),
            expected_close: text(deal.expected_close.map(|day| day.to_string())),
            probability: text(deal.own_probability.map(|percent| percent.to_string())),
        }
    }

    /// The sum without its currency, as its field shows it.
    pub fn plain_amount(&self) -> &str {
        self.amount.rsplit_once(' ').map_or("", |(sum, _)| sum)
    }

    pub fn currency(&self) -> Option<Currency> {
        self.amount.rsplit_once(' ').and_then(|(_, code)| Currency::from_code(code))
    }

    /// Every field with its value.
    pub fn fields(&self) -> [(&'static str, &str); 4] {
        [
            ("title", &self.title),
            ("amount", &self.amount),
            ("expected_close", &self.expected_close),
            ("probability", &self.probability),
        ]
    }
}

impl Kept {
    /// Where `theirs`, which was saved meanwhile, is not what was typed.
    pub fn differing(&self, theirs: &Facts) -> Vec<Differing> {
        let all = self.mine.fields().into_iter().zip(theirs.fields()).zip(self.was.fields());
        let differing = all.filter(|(((_, mine), (_, theirs)), _)| mine != theirs);
        differing
            .map(|(((name, mine), (_, theirs)), (_, was))| Differing {
                name,
                mine: mine.to_owned(),
                theirs: theirs.to_owned(),
                untouched: mine == was,
            })
            .collect()
    }
}

/// A sum with its currency, as [`FactsForm::amount`] takes it.
fn spelt(amount: Money) -> String {
    format!("{} {}", amount.plain(), amount.currency.code())
}

/// What was typed as a sum: the text, and the currency that it brings along or that was chosen beside it.
pub fn sum<'a>(typed: &'a str, chosen: &'a str) -> (&'a str, &'a str) {
    let typed = typed.trim();
    match typed.rsplit_once(' ') {
        Some((sum, code)) if Currency::from_code(code).is_some() => (sum, code),
        _ => (typed, chosen),
    }
}

impl FactsForm {
    /// The facts as they were typed.
    pub fn facts(&self) -> Facts {
        let (amount, currency) = sum(&self.amount, &self.currency);
        let known = parse_decimal(amount, 2).zip(Currency::from_code(currency));
        let amount = match known {
            _ if amount.is_empty() => String::new(),
            Some((minor, currency)) => spelt(Money::new(minor, currency)),
            None => format!("{amount} {currency}"),
        };
        Facts {
            title: self.title.trim().to_owned(),
            amount,
            expected_close: self.expected_close.trim().to_owned(),
            probability: self.probability.trim().trim_end_matches(['%', ' ']).to_owned(),
        }
    }

    /// What is left to do when it could not be saved.
    pub fn kept(&self) -> Kept {
        let was = serde_json::from_str(&self.was).unwrap_or_default();
        Kept { version: self.version.parse().unwrap_or_default(), mine: self.facts(), was }
    }

    #[cfg(feature = "ssr")]
    pub fn read(&self) -> domain::Outcome<domain::deal::EditDeal> {
        use domain::Fault;
        let mut checks = domain::input::Checks::new();
        let facts = self.facts();
        let (amount, currency) = sum(&self.amount, &self.currency);
        let mut sum = None;
        if !amount.is_empty() {
            match (parse_decimal(amount, 2), Currency::from_code(currency)) {
                (Some(minor), Some(currency)) => sum = Some(Money::new(minor, currency)),
                (None, _) => checks.fail("amount", Fault::NotAnAmount),
                (_, None) => checks.fail("currency", Fault::Unknown),
            }
        }
        let day = typed(&mut checks, "expected_close", &facts.expected_close, Fault::NotADate, |text| {
            chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
        });
        let percent = typed(&mut checks, "probability", &facts.probability, Fault::NotANumber, |text| {
            text.parse().ok()
        });
        let version = self.version.parse().unwrap_or_else(|_| {
            checks.fail("version", Fault::NotANumber);
            0
        });
        checks.finish()?;
        Ok(domain::deal::EditDeal {
            id: self.id.parse()?,
            version,
            title: self.title.clone(),
            amount: sum,
            expected_close: day,
            probability: percent,
        })
    }
}

/// What a field says; nothing where it is empty.
#[cfg(feature = "ssr")]
fn typed<T>(
    checks: &mut domain::input::Checks,
    field: &str,
    text: &str,
    fault: domain::Fault,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    let value = read(text);
    if value.is_none() {
        checks.fail(field, fault);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(title: &str, amount: &str, currency: &str) -> FactsForm {
        let was = Facts { title: "Audit".into(), amount: "1500 EUR".into(), ..Facts::default() };
        FactsForm {
            id: uuid::Uuid::nil().to_string(),
            version: "3".into(),
            title: title.into(),
            amount: amount.into(),
            currency: currency.into(),
            probability: " 40 % ".into(),
            was: serde_json::to_string(&was).unwrap(),
            ..FactsForm::default()
        }
    }

    #[test]
    fn spellings_of_one_sum_are_no_difference() {
        for (amount, currency) in [("1 500,00", "EUR"), ("1500", "EUR"), ("1500 EUR", "RUB")] {
            assert_eq!(form("Audit", amount, currency).facts().amount, "1500 EUR", "{amount} {currency}");
        }
        assert_eq!(form("Audit", " ", "EUR").facts().amount, "");
        let facts = form("Audit", "1500.5", "RUB").facts();
        assert_eq!((facts.plain_amount(), facts.currency()), ("1500.50", Some(Currency::Rub)));
    }

    #[test]
    fn what_only_the_other_one_changed_is_told_apart() {
        let kept = form("Audit of the yard", "1500", "EUR").kept();
        let theirs = Facts {
            title: "Audit of the port".into(),
            amount: "2000 EUR".into(),
            probability: "40".into(),
            ..Facts::default()
        };
        let differing = kept.differing(&theirs);
        let told: Vec<_> = differing.iter().map(|it| (it.name, it.untouched)).collect();
        assert_eq!(told, [("title", false), ("amount", true)]);
        assert_eq!((differing[1].mine.as_str(), differing[1].theirs.as_str()), ("1500 EUR", "2000 EUR"));
        assert_eq!(kept.version, 3);
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_form_is_read_or_every_fault_named() {
        use domain::Fault;
        let edit = form("Audit", "1500 EUR", "").read().unwrap();
        assert_eq!((edit.version, edit.probability), (3, Some(40)));
        assert_eq!(edit.amount, Some(Money::new(150_000, Currency::Eur)));
        let wrong = FactsForm {
            expected_close: "soon".into(),
            probability: "half".into(),
            ..form("Audit", "dear", "EUR")
        };
        let wrong = wrong.read().unwrap_err();
        assert_eq!(wrong.fault_of("amount"), Some(Fault::NotAnAmount));
        assert_eq!(wrong.fault_of("expected_close"), Some(Fault::NotADate));
        assert_eq!(wrong.fault_of("probability"), Some(Fault::NotANumber));
    }
}
