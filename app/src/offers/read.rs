//! What the server does with a typed draft.

use chrono::NaiveDate;
use domain::catalog::Catalog;
use domain::input::Checks;
use domain::offer::SaveOffer;
use domain::{Currency, Fault, Lang, Outcome, Problem};

use super::typed::{TypedLine, TypedOffer, find};

impl TypedOffer {
    /// What the form's button asks for, done to the typed lines before they are saved. With wasm the page does it itself.
    pub fn step(mut self, step: &str, catalog: &Catalog) -> Outcome<TypedOffer> {
        let (verb, at) = step.split_once(':').unwrap_or((step, ""));
        let at = at.parse::<usize>().ok().filter(|at| *at < self.lines.len());
        match (verb, at) {
            ("add", _) => {
                let service =
                    find(catalog, &self.service).ok_or_else(|| Problem::field("service", Fault::Unknown))?;
                let lang = Lang::from_tag(&self.lang).unwrap_or_default();
                self.lines.push(TypedLine::of_service(service, lang, Currency::from_code(&self.currency)));
            }
            ("own", _) => self
                .lines
                .push(TypedLine { price: "0".to_owned(), ..TypedLine::own(&self.service, &self.vat) }),
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
            checks.fail(
                "valid_until",
                if self.valid_until.is_empty() { Fault::Required } else { Fault::NotADate },
            );
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

#[cfg(test)]
mod tests {
    use domain::catalog::Service;
    use domain::id::ServiceId;
    use domain::{Label, Money};

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
            services: vec![
                service(1, "MAIL", "Mailbox migration", "Перенос почтовых ящиков"),
                service(2, "FILES", "File migration", "Перенос файлов"),
            ],
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
        assert_eq!(
            (line.quantity_milli, line.price_minor, line.discount_bp, line.vat_bp),
            (112_500, 420_000, 1000, 2200)
        );
        let again = TypedLine::of_line(&line);
        assert_eq!(
            (again.quantity.as_str(), again.price.as_str(), again.discount.as_str(), again.vat.as_str()),
            ("112.5", "4200", "10", "22")
        );
        assert_eq!(typed.totals(), Some(line.totals()));
    }

    fn of_first() -> TypedLine {
        TypedLine::of_service(&catalog().services[0], Lang::Ru, Some(Currency::Rub))
    }

    #[test]
    fn nonsense_has_no_totals_and_every_fault_is_named() {
        for (quantity, price, discount) in
            [("x", "1", ""), ("0", "1", ""), ("1", "", ""), ("1", "1", "101"), ("9e9", "1", "")]
        {
            let typed = TypedLine {
                quantity: quantity.into(),
                price: price.into(),
                discount: discount.into(),
                ..TypedLine::own("Own", "20")
            };
            assert_eq!(typed.totals(), None, "{quantity} {price} {discount}");
        }
        let offer = TypedOffer {
            version: "1".into(),
            currency: "RUB".into(),
            valid_until: "31.12.2026".into(),
            lines: vec![TypedLine {
                quantity: "many".into(),
                price: "99999999999999999999".into(),
                ..TypedLine::own("", "200")
            }],
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
        let typed = TypedOffer {
            service: "mail".into(),
            currency: "RUB".into(),
            lang: "en".into(),
            ..TypedOffer::default()
        };
        let typed = typed.step("add", &catalog()).unwrap();
        let typed = TypedOffer { service: "Travel".into(), ..typed }.step("own", &catalog()).unwrap();
        let names = |typed: &TypedOffer| typed.lines.iter().map(|line| line.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&typed), ["Mailbox migration", "Travel"]);
        let typed = typed
            .step("up:1", &catalog())
            .unwrap()
            .step("down:1", &catalog())
            .unwrap()
            .step("up:0", &catalog())
            .unwrap();
        assert_eq!(names(&typed), ["Travel", "Mailbox migration"]);
        let typed = typed.step("remove:0", &catalog()).unwrap().step("remove:7", &catalog()).unwrap();
        assert_eq!(names(&typed), ["Mailbox migration"]);
        let lost = TypedOffer { service: "no such thing".into(), ..typed }.step("add", &catalog());
        assert_eq!(lost, Err(Problem::field("service", Fault::Unknown)));
    }
}
