//! The mails that carry links into an account.

use domain::Lang;
use domain::user::User;
use uuid::Uuid;

use crate::outbox::{LINK, Mail};

/// `by` is who invites; empty when Millrace does.
pub(super) fn invitation(to: &User, company: &str, by: &str, link: Uuid) -> Mail {
    let (name, email) = (&to.name, &to.email);
    let (subject, text) = match to.lang {
        Lang::En => {
            let who = if by.is_empty() { company } else { by };
            (
                format!("Your account at {company}"),
                format!(
                    "Hello, {name}!\n\n{who} invites you to Millrace, where {company} keeps its clients and deals.\n\
                     Choose a password here; the link works once, for three days:\n{LINK}\n\nYou sign in with {email}.\n\n{company}\n"
                ),
            )
        }
        Lang::Ru => {
            let who = if by.is_empty() { company } else { by };
            (
                format!("Ваша учётная запись: {company}"),
                format!(
                    "Здравствуйте, {name}!\n\n{who} приглашает вас в Millrace, где {company} ведёт клиентов и сделки.\n\
                     Задайте пароль здесь; ссылка работает один раз, трое суток:\n{LINK}\n\nДля входа служит адрес {email}.\n\n{company}\n"
                ),
            )
        }
    };
    letter(to, subject, text, format!("<invitation-{link}@millrace>"))
}

pub(super) fn reset(to: &User, company: &str, link: Uuid) -> Mail {
    let name = &to.name;
    let (subject, text) = match to.lang {
        Lang::En => (
            format!("New password for Millrace ({company})"),
            format!(
                "Hello, {name}!\n\nSomebody asked for a new password for your account. If it was you, choose one here; \
                 the link works once, for one hour:\n{LINK}\n\nIf it was not you, do nothing: your password stays as it is.\n\n{company}\n"
            ),
        ),
        Lang::Ru => (
            format!("Новый пароль для Millrace ({company})"),
            format!(
                "Здравствуйте, {name}!\n\nКто-то попросил новый пароль для вашей учётной записи. Если это вы, задайте его здесь; \
                 ссылка работает один раз, в течение часа:\n{LINK}\n\nЕсли это не вы, ничего не делайте: пароль останется прежним.\n\n{company}\n"
            ),
        ),
    };
    letter(to, subject, text, format!("<reset-{link}@millrace>"))
}

fn letter(to: &User, subject: String, text: String, message_id: String) -> Mail {
    Mail { to: to.email.clone(), to_name: to.name.clone(), subject, text, message_id }
}
