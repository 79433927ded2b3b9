//! The mail that carries an offer's link.

use chrono::NaiveDate;
use domain::zone::long_date;
use domain::{Lang, Money};
use uuid::Uuid;

use crate::outbox::Mail;

pub(super) struct Letter<'a> {
    pub(super) lang: Lang,
    pub(super) company: &'a str,
    pub(super) manager: Option<String>,
    pub(super) recipient: String,
    pub(super) number: &'a str,
    pub(super) title: &'a str,
    pub(super) total: Money,
    pub(super) valid_until: NaiveDate,
    pub(super) message: &'a str,
    pub(super) link: String,
}

impl Letter<'_> {
    /// The message id is the revision's: however often the mail is tried, it is one message.
    pub(super) fn mail(self, to: &str, revision: Uuid) -> Mail {
        let Letter { company, number, title, link, .. } = &self;
        let total = self.total.exact(self.lang);
        let day = long_date(self.valid_until, self.lang);
        let name = if self.recipient.is_empty() { String::new() } else { format!(", {}", self.recipient) };
        let message = if self.message.is_empty() { String::new() } else { format!("{}\n\n", self.message) };
        let signed =
            self.manager.as_ref().map_or_else(|| (*company).to_owned(), |name| format!("{name}\n{company}"));
        let (subject, text) = match self.lang {
            Lang::En => (
                format!("Offer {number} from {company}: {title}"),
                format!(
                    "Hello{name}!\n\n{message}Our offer {number} “{title}”: {total}, valid until {day}.\n\
                     Read and answer it here:\n{link}\n\n{signed}\n"
                ),
            ),
            Lang::Ru => (
                format!("Предложение {number} от {company}: {title}"),
                format!(
                    "Здравствуйте{name}!\n\n{message}Наше предложение {number} «{title}»: {total}, действует до {day}\n\
                     Прочитать и ответить можно здесь:\n{link}\n\n{signed}\n"
                ),
            ),
        };
        Mail {
            to: to.to_owned(),
            to_name: self.recipient,
            subject,
            text,
            message_id: format!("<offer-{revision}@millrace>"),
        }
    }
}
