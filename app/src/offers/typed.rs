//! The draft as it is typed: texts, until they are understood. The form's fields have these names, with wasm and without.

use domain::catalog::{Catalog, Service};
use domain::fold::fold;
use domain::id::LineId;
use domain::input::Checks;
use domain::money::parse_decimal;
use domain::offer::{OfferLine, Revision, Totals};
use domain::{Currency, Fault, FieldError, Lang, Money, Problem};
use serde::{Deserialize, Serialize};

/// The whole form of the builder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedOffer {
    pub id: String,
    pub version: String,
    pub title: String,
    pub intro: String,
    pub terms: String,
    pub currency: String,
    pub valid_until: String,
    /// What stands in the box that finds a service.
    pub service: String,
    /// The page's language: in it the catalog's names are taken over.
    pub lang: String,
    /// VAT of lines that do not come from the catalog.
    pub vat: String,
    pub lines: Vec<TypedLine>,
}

/// One line of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedLine {
    /// Id of the service it was made from.
    pub service: String,
    pub name: String,
    pub description: String,
    pub unit: String,
    pub quantity: String,
    pub price: String,
    pub discount: String,
    pub vat: String,
}

impl TypedLine {
    /// A saved line, as its fields show it.
    pub fn of_line(line: &OfferLine) -> Self {
        TypedLine {
            service: line.service.map(|id| id.to_string()).unwrap_or_default(),
            name: line.name.clone(),
            description: line.description.clone(),
            unit: line.unit.clone(),
            quantity: decimal(line.quantity_milli, 3),
            price: decimal(line.price_minor, 2),
            discount: if line.discount_bp == 0 { String::new() } else { percent(line.discount_bp) },
            vat: percent(line.vat_bp),
        }
    }

    /// One unit of a service. Its price is left to be typed where the offer is in another currency than the catalog.
    pub fn of_service(service: &Service, lang: Lang, currency: Option<Currency>) -> Self {
        let same = currency == Some(service.price.currency);
        TypedLine {
            service: service.id.to_string(),
            name: service.name.get(lang).to_owned(),
            description: service.description.get(lang).to_owned(),
            unit: service.unit.get(lang).to_owned(),
            quantity: "1".to_owned(),
            price: if same { service.price.plain() } else { String::new() },
            discount: String::new(),
            vat: percent(service.vat_bp),
        }
    }

    /// A line that is in no catalog.
    pub fn own(name: &str, vat: &str) -> Self {
        TypedLine {
            name: name.to_owned(),
            quantity: "1".to_owned(),
            vat: vat.to_owned(),
            ..TypedLine::default()
        }
    }

    /// The line, and in `checks` what could not be understood of it.
    pub(super) fn read(&self, index: usize, checks: &mut Checks) -> OfferLine {
        let mut number = |field: &str, text: &str, decimals, fault| {
            parse_decimal(text, decimals).unwrap_or_else(|| {
                let fault = if text.trim().is_empty() { Fault::Required } else { fault };
                checks.fail(&format!("lines.{index}.{field}"), fault);
                0
            })
        };
        let quantity_milli = number("quantity", &self.quantity, 3, Fault::NotANumber);
        let price_minor = number("price", &self.price, 2, Fault::NotAnAmount);
        let mut share = |field: &str, text: &str| {
            let typed = if text.trim().is_empty() {
                Some(0)
            } else {
                parse_decimal(text.trim_end_matches(['%', ' ']), 2)
            };
            let share = typed.ok_or(Fault::NotANumber).and_then(|typed| match i32::try_from(typed) {
                Ok(share) if (0..=10_000).contains(&share) => Ok(share),
                _ => Err(Fault::OutOfRange),
            });
            share.unwrap_or_else(|fault| {
                checks.fail(&format!("lines.{index}.{field}"), fault);
                0
            })
        };
        let discount_bp = share("discount", &self.discount);
        let vat_bp = share("vat", &self.vat);
        OfferLine {
            id: LineId(uuid::Uuid::nil()),
            service: self.service.parse().ok(),
            name: self.name.clone(),
            description: self.description.clone(),
            unit: self.unit.clone(),
            quantity_milli,
            price_minor,
            discount_bp,
            vat_bp,
        }
    }

    /// What is wrong with its numbers, as fields of line 0: for telling it while they are typed.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut checks = Checks::new();
        // The name is only asked for on saving.
        let line = OfferLine { name: "-".to_owned(), ..self.read(0, &mut checks) };
        line.check(0, &mut checks);
        match checks.finish() {
            Err(Problem::Invalid { fields }) => fields,
            _ => Vec::new(),
        }
    }

    /// Its VAT in hundredths of a percent, where it is understood.
    pub fn vat_rate(&self) -> Option<i32> {
        self.faults().is_empty().then(|| self.read(0, &mut Checks::new()).vat_bp)
    }

    /// Its sums; `None` while a number is not understood.
    pub fn totals(&self) -> Option<Totals> {
        let line = self.faults().is_empty().then(|| self.read(0, &mut Checks::new()));
        line.map(|line| line.totals())
    }
}

/// The saved lines, as their fields show them.
pub fn typed_lines(revision: &Revision) -> Vec<TypedLine> {
    revision.lines.iter().map(TypedLine::of_line).collect()
}

/// The service that a text means: its name in either language, its code, or the only one that has the text in its name.
pub fn find<'a>(catalog: &'a Catalog, text: &str) -> Option<&'a Service> {
    let text = fold(text);
    if text.is_empty() {
        return None;
    }
    let names = |service: &Service| [fold(&service.name.en), fold(&service.name.ru), fold(&service.code)];
    let exact = catalog.services.iter().find(|service| service.active && names(service).contains(&text));
    exact.or_else(|| {
        let mut within = catalog
            .services
            .iter()
            .filter(|service| service.active && names(service).iter().any(|name| name.contains(&text)));
        within.next().filter(|_| within.next().is_none())
    })
}

/// Hundredths of a percent as they are typed: `22`, `5.5`.
pub fn percent(share: i32) -> String {
    decimal(share.into(), 2)
}

/// `1500` thousandths as `1.5`.
pub fn decimal(value: i64, decimals: usize) -> String {
    if decimals == 2 {
        let plain = Money::new(value, Currency::default()).plain();
        return if plain.contains('.') { plain.trim_end_matches('0').to_owned() } else { plain };
    }
    let unit = 10_u64.pow(u32::try_from(decimals).unwrap_or_default());
    let (whole, rest) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    let minus = if value < 0 { "-" } else { "" };
    let text = format!("{minus}{whole}.{rest:0decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
