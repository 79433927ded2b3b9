//! The draft as it is typed: texts, until they are understood. The form's fields have these names, with wasm and without.

use chrono::NaiveDate;
use domain::catalog::{Catalog, Service};
use domain::fold::fold;
use domain::id::LineId;
use domain::input::Checks;
use domain::money::parse_decimal;
use domain::offer::{OfferLine, Revision, SaveOffer, Totals};
use domain::{Currency, Fault, FieldError, Lang, Money, Outcome, Problem};
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
        TypedLine { name: name.to_owned(), quantity: "1".to_owned(), vat: vat.to_owned(), ..TypedLine::default() }
    }

    /// The line, and in `checks` what could not be understood of it.
    fn read(&self, index: usize, checks: &mut Checks) -> OfferLine {
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
            let typed = if text.trim().is_empty() { Some(0) } else { parse_decimal(text.trim_end_matches(['%', ' ']), 2) };
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

impl TypedOffer {
    /// What the form's button asks for, done to the typed lines before they are saved. With wasm the page does it itself.
    pub fn step(mut self, step: &str, catalog: &Catalog) -> Outcome<TypedOffer> {
        let (verb, at) = step.split_once(':').unwrap_or((step, ""));
        let at = at.parse::<usize>().ok().filter(|at| *at < self.lines.len());
        match (verb, at) {
            ("add", _) => {
                let service = find(catalog, &self.service).ok_or_else(|| Problem::field("service", Fault::Unknown))?;
                let lang = Lang::from_tag(&self.lang).unwrap_or_default();
                self.lines.push(TypedLine::of_service(service, lang, Currency::from_code(&self.currency)));
            }
            ("own", _) => self.lines.push(TypedLine { price: "0".to_owned(), ..TypedLine::own(&self.service, &self.vat) }),
            ("remove", Some(at)) => {
                self.lines.remove(at);
            }
            ("up", Some(at)) if at > 0 => self.lines.swap(at - 1, at),
            ("down", Some(at)) if at + 1 < self.lines.len() => self.lines.swap(at, at + 1),
            _ => {}
        }
        Ok(self)
    }

    /// The draft that is meant, or everything that is wrong with it.
    pub fn read(&self) -> Outcome<SaveOffer> {
        let mut checks = Checks::new();
        let title = checks.required("title", &self.title, 200);
        let valid_until = self.valid_until.parse::<NaiveDate>().unwrap_or_else(|_| {
            checks.fail("valid_until", if self.valid_until.is_empty() { Fault::Required } else { Fault::NotADate });
            NaiveDate::default()
        });
        let currency = Currency::from_code(&self.currency).unwrap_or_else(|| {
            checks.fail("currency", Fault::Unknown);
            Currency::default()
        });
        let version = self.version.parse().unwrap_or_else(|_| {
            checks.fail("version", Fault::NotANumber);
            0
        });
        let mut lines = Vec::with_capacity(self.lines.len());
        for (index, typed) in self.lines.iter().enumerate() {
            let line = typed.read(index, &mut checks);
            line.check(index, &mut checks);
            lines.push(line);
        }
        checks.finish()?;
        let (intro, terms) = (self.intro.clone(), self.terms.clone());
        Ok(SaveOffer { id: self.id.parse()?, version, title, intro, terms, currency, valid_until, lines })
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
        let mut within =
            catalog.services.iter().filter(|service| service.active && names(service).iter().any(|name| name.contains(&text)));
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

#[cfg(test)]
mod tests {
    use domain::Label;
    use domain::id::ServiceId;

    use super::*;

    fn catalog() -> Catalog {
        let service = |n: u128, code: &str, en: &str, ru: &str| Service {
            id: ServiceId(uuid::Uuid::from_u128(n)),
            code: code.into(),
            name: Label::new(en, ru),
            description: Label::default(),
            category: None,
            unit: Label::new("seat", "место"),
            price: Money::new(420_000, Currency::Rub),
            vat_bp: 2200,
            active: true,
            version: 1,
        };
        Catalog {
            categories: Vec::new(),
            services: vec![service(1, "MAIL", "Mailbox migration", "Перенос почтовых ящиков"), service(2, "FILES", "File migration", "Перенос файлов")],
        }
    }

    #[test]
    fn a_service_is_found_by_name_code_or_an_unmistakable_part() {
        let catalog = catalog();
        let code = |text| find(&catalog, text).map(|service| service.code.as_str());
        assert_eq!(code("mailbox migration"), Some("MAIL"));
        assert_eq!(code("перенос  ФАЙЛОВ"), Some("FILES"));
        assert_eq!(code("files"), Some("FILES"));
        assert_eq!(code("ящиков"), Some("MAIL"));
        assert_eq!(code("migration"), None, "two services have it");
        assert_eq!(code(""), None);
    }

    #[test]
    fn what_a_line_shows_is_read_back() {
        let typed = TypedLine { quantity: "112,5".into(), discount: "10 %".into(), ..of_first() };
        let mut checks = Checks::new();
        let line = typed.read(0, &mut checks);
        assert_eq!(checks.finish(), Ok(()));
        assert_eq!((line.quantity_milli, line.price_minor, line.discount_bp, line.vat_bp), (112_500, 420_000, 1000, 2200));
        let again = TypedLine::of_line(&line);
        assert_eq!((again.quantity.as_str(), again.price.as_str(), again.discount.as_str(), again.vat.as_str()), ("112.5", "4200", "10", "22"));
        assert_eq!(typed.totals(), Some(line.totals()));
    }

    fn of_first() -> TypedLine {
        TypedLine::of_service(&catalog().services[0], Lang::Ru, Some(Currency::Rub))
    }

    #[test]
    fn nonsense_has_no_totals_and_every_fault_is_named() {
        for (quantity, price, discount) in [("x", "1", ""), ("0", "1", ""), ("1", "", ""), ("1", "1", "101"), ("9e9", "1", "")] {
            let typed =
                TypedLine { quantity: quantity.into(), price: price.into(), discount: discount.into(), ..TypedLine::own("Own", "20") };
            assert_eq!(typed.totals(), None, "{quantity} {price} {discount}");
        }
        let offer = TypedOffer {
            version: "1".into(),
            currency: "RUB".into(),
            valid_until: "31.12.2026".into(),
            lines: vec![TypedLine { quantity: "many".into(), price: "99999999999999999999".into(), ..TypedLine::own("", "200") }],
            ..TypedOffer::default()
        };
        let Err(problem) = offer.read() else { panic!("must fail") };
        for (field, fault) in [
            ("title", Fault::Required),
            ("valid_until", Fault::NotADate),
            ("lines.0.name", Fault::Required),
            ("lines.0.quantity", Fault::NotANumber),
            ("lines.0.price", Fault::NotAnAmount),
            ("lines.0.vat", Fault::OutOfRange),
        ] {
            assert_eq!(problem.fault_of(field), Some(fault), "{field}");
        }
    }

    #[test]
    fn buttons_of_the_plain_form_work_on_the_lines() {
        let typed = TypedOffer { service: "mail".into(), currency: "RUB".into(), lang: "en".into(), ..TypedOffer::default() };
        let typed = typed.step("add", &catalog()).unwrap();
        let typed = TypedOffer { service: "Travel".into(), ..typed }.step("own", &catalog()).unwrap();
        let names = |typed: &TypedOffer| typed.lines.iter().map(|line| line.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&typed), ["Mailbox migration", "Travel"]);
        let typed = typed.step("up:1", &catalog()).unwrap().step("down:1", &catalog()).unwrap().step("up:0", &catalog()).unwrap();
        assert_eq!(names(&typed), ["Travel", "Mailbox migration"]);
        let typed = typed.step("remove:0", &catalog()).unwrap().step("remove:7", &catalog()).unwrap();
        assert_eq!(names(&typed), ["Mailbox migration"]);
        let lost = TypedOffer { service: "no such thing".into(), ..typed }.step("add", &catalog());
        assert_eq!(lost, Err(Problem::field("service", Fault::Unknown)));
    }
}
